"""Weights that srbench trained and ships: the reduced 2-block network, trained with L1 and then as a GAN."""

from __future__ import annotations

from srbench import MethodSpec, bundled_weights
from srbench_esrgan_gan.models import PAPER

MODEL = "esrgan-cnn-2-reduced"
LICENCE = "Apache-2.0; trained on images that are for research use"
L1, GAN = f"{MODEL}-shipped", "esrgan-gan-remedy-reduced-shipped"

WEIGHTS = tuple(
    bundled_weights("srbench_esrgan_gan", f"weights/{stem}", f"{stem}-bundled", LICENCE)
    for stem in (MODEL, "esrgan-gan-remedy-reduced")
)
METHODS = (
    MethodSpec(
        L1,
        MODEL,
        source="bundled",
        bundled=WEIGHTS[0].name,
        paper=PAPER,
        summary="2 RRDBs of 16 features, trained by srbench with L1 on a cut budget",
    ),
    MethodSpec(
        GAN,
        MODEL,
        source="bundled",
        bundled=WEIGHTS[1].name,
        blend_with=L1,
        paper=PAPER,
        summary="2 RRDBs of 16 features, trained by srbench with L1, then in a GAN, on a cut budget",
    ),
)
STANDS_IN_FOR = {"esrgan-cnn-2": L1, "esrgan-gan": GAN, "esrgan-gan-remedy": GAN}
"""Shipped methods that `srbench upscale` takes in place of the report's networks, which were never released."""
