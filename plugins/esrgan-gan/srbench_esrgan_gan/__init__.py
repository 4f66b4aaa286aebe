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
    """Return the report's CNNs, reduced versions of them, and ESRGAN's network."""
    return MODELS


@hookimpl
def srbench_datasets() -> tuple[DatasetSpec, ...]:
    """Return the halved NTIRE 2017 images and freely available photographs, each split into train, valid and test."""
    return DATASETS


@hookimpl
def srbench_weights() -> tuple[WeightsSpec, ...]:
    """Return ESRGAN's released checkpoint and the weights that srbench trained."""
    return (*released.WEIGHTS, *shipped.WEIGHTS)


@hookimpl
def srbench_recipes() -> tuple[Recipe, ...]:
    """Return the recipes of Tables 1 to 5, a remedy against GAN collapse, and ESRGAN's own recipe."""
    return RECIPES


@hookimpl
def srbench_methods() -> tuple[MethodSpec, ...]:
    """Return the methods that the recipes train, and ESRGAN as released."""
    return METHODS


@hookimpl
def srbench_protocols() -> tuple[Protocol, ...]:
    """Return the protocol `esrgan-gan`."""
    return (ESRGAN_GAN,)


@hookimpl
def srbench_tables() -> tuple[Table, ...]:
    """Return Tables 1 to 5."""
    return TABLES


@hookimpl
def srbench_figures() -> tuple[Figure, ...]:
    """Return Figures 6 and 7, and a figure of network interpolation."""
    return FIGURES
