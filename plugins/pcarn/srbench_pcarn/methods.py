"""Methods for the rows of the paper's tables: released checkpoints and trained recipes."""

from __future__ import annotations

from typing import Any

from srbench import MethodSpec
from srbench_pcarn import shipped
from srbench_pcarn.initialisation import SCHEMES
from srbench_pcarn.recipes import ABLATION, EFFICIENT, PAPER, RECIPES

BY_NAME = {recipe.name: recipe for recipe in RECIPES}


def trained(recipe: str, /, **changes: Any) -> MethodSpec:
    """Return the method that `recipe` trains, with `changes` to its fields."""
    return MethodSpec.trained_by(BY_NAME[recipe], **changes)


def initialised(label: str) -> str:
    """Return the name of the method of Table 3's row `label`.

    The last row is the paper's choice, and therefore the network of Tables 1 and 2.
    """
    index = list(SCHEMES).index(label) + 1
    return f"pcarn-init-{index}" if index < len(SCHEMES) else "pcarn-single"


METHODS = (
    MethodSpec(
        "pcarn-m",
        "pcarn-m",
        weights="pcarn-m",
        source="released",
        images="pcarn-m-images",
        bundled=shipped.GAN_WEIGHTS.name,
        recipe="pcarn-m",
        paper=PAPER,
        summary="GAN-trained PCARN-M: made for perception (LPIPS, NIQE), at the cost of PSNR and SSIM",
    ),
    shipped.L1_METHOD,
    trained("pcarn", images="pcarn-images", summary="PCARN: GAN-trained with the multi-scale discriminator"),
    trained("pcarn", name="pcarn-l1", phase="l1", summary="PCARN before its GAN training"),
    trained("pcarn-gan"),
    *(trained(name) for name in ABLATION | EFFICIENT),
    *(trained(f"{name}-reduced") for name in ABLATION),
    *(
        trained(initialised(label) + suffix, model=f"pcarn-single{suffix}")
        for label in list(SCHEMES)[:-1]
        for suffix in ("", "-reduced")
    ),
    trained("pcarn-gan-reduced", summary="Table 2: one discriminator, reduced"),
    trained("pcarn-msd-reduced", summary="Table 2: multi-scale discriminator, reduced"),
)
