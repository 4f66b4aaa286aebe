"""Methods for the rows of the report's tables, and ESRGAN."""

from __future__ import annotations

from typing import TYPE_CHECKING

from srbench import MethodSpec
from srbench_esrgan_gan import shipped
from srbench_esrgan_gan.esrgan_recipe import ESRGAN
from srbench_esrgan_gan.figures import REMEDY, between
from srbench_esrgan_gan.recipes import RECIPES

if TYPE_CHECKING:
    from srbench import Recipe


def trained(recipe: Recipe) -> MethodSpec:
    """Return the method that `recipe` trains; a GAN can be blended with the L1 network that it starts from."""
    return MethodSpec.trained_by(
        recipe,
        blend_with=recipe.model if len(recipe.phases) > 1 else "",
        fallback=shipped.STANDS_IN_FOR.get(recipe.name, ""),
    )


TRAINED = {recipe.name: trained(recipe) for recipe in RECIPES if recipe is not ESRGAN}

METHODS = (
    *TRAINED.values(),
    *shipped.METHODS,
    *between(TRAINED[REMEDY]),
    MethodSpec.trained_by(
        ESRGAN,
        weights="esrgan",
        source="released",
        blend_with="esrgan-psnr",
        summary="ESRGAN, made for perception (LPIPS), at the cost of PSNR",
    ),
    MethodSpec.trained_by(
        ESRGAN, name="esrgan-psnr", phase="psnr", summary="ESRGAN before its GAN training: made for PSNR"
    ),
)
