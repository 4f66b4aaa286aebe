"""Weights that srbench trained and ships: the reduced 2-block network, trained with L1 and then as a GAN."""

from __future__ import annotations

from srbench import bundled_method
from srbench_esrgan_gan.models import PAPER

PACKAGE = "srbench_esrgan_gan"
MODEL = "esrgan-cnn-2-reduced"

_L1_WEIGHTS, _L1_METHOD = bundled_method(
    PACKAGE,
    MODEL,
    MODEL,
    paper=PAPER,
    summary="2 RRDBs of 16 features, trained by srbench with L1 on a cut budget",
)
_GAN_WEIGHTS, _GAN_METHOD = bundled_method(
    PACKAGE,
    "esrgan-gan-remedy-reduced",
    MODEL,
    blend_with=_L1_METHOD.name,
    paper=PAPER,
    summary="2 RRDBs of 16 features, trained by srbench with L1, then in a GAN, on a cut budget",
)
L1, GAN = _L1_METHOD.name, _GAN_METHOD.name
"""Names of the shipped methods."""
WEIGHTS = (*_L1_WEIGHTS, *_GAN_WEIGHTS)
METHODS = (_L1_METHOD, _GAN_METHOD)
STANDS_IN_FOR = {"esrgan-cnn-2": L1, "esrgan-gan": GAN, "esrgan-gan-remedy": GAN}
"""Shipped methods that `srbench upscale` takes in place of the report's networks, which were never released."""
