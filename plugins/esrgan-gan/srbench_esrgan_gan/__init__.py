"""The AMLS II report of De Vena (22/23): an RRDB network and a GAN at x4; and ESRGAN (Wang et al. 2018), its model."""

from __future__ import annotations

from srbench import DatasetSpec, Figure, MethodSpec, ModelSpec, Protocol, Recipe, Table, WeightsSpec, hookimpl
from srbench_esrgan_gan import released, shipped
from srbench_esrgan_gan.datasets import DATASETS
from srbench_esrgan_gan.figures import FIGURES
from srbench_esrgan_gan.methods import METHODS
from srbench_esrgan_gan.models import MODELS
from srbench_esrgan_gan.protocol import ESRGAN_GAN
from srbench_esrgan_gan.recipes import RECIPES
from srbench_esrgan_gan.tables import TABLES


@hookimpl
def srbench_models() -> tuple[ModelSpec, ...]:
    """The report's CNNs, reduced ones, and ESRGAN's."""
    return MODELS


@hookimpl
def srbench_datasets() -> tuple[DatasetSpec, ...]:
    """The NTIRE 2017 images, halved, and photographs that are at hand: each split into three."""
    return DATASETS


@hookimpl
def srbench_weights() -> tuple[WeightsSpec, ...]:
    """ESRGAN's release, and what srbench trained."""
    return (*released.WEIGHTS, *shipped.WEIGHTS)


@hookimpl
def srbench_recipes() -> tuple[Recipe, ...]:
    """What Tables 1 to 5 were trained with, a remedy against collapse, and ESRGAN's own."""
    return RECIPES


@hookimpl
def srbench_methods() -> tuple[MethodSpec, ...]:
    """What the recipes make, and ESRGAN's release."""
    return METHODS


@hookimpl
def srbench_protocols() -> tuple[Protocol, ...]:
    """`esrgan-gan`."""
    return (ESRGAN_GAN,)


@hookimpl
def srbench_tables() -> tuple[Table, ...]:
    """Tables 1 to 5."""
    return TABLES


@hookimpl
def srbench_figures() -> tuple[Figure, ...]:
    """Figures 6 and 7, and one of network interpolation."""
    return FIGURES
