"""Revisiting l1 Loss in Super-Resolution: A Probabilistic View and Beyond (He and Cheng, arXiv:2201.10084)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from srbench import Figure, LossSpec, MethodSpec, ModelSpec, Recipe, Table, WeightsSpec, hookimpl
from srbench_probabilistic_l1 import shipped
from srbench_probabilistic_l1.attach import with_sigma, with_teacher
from srbench_probabilistic_l1.figures import FIGURES
from srbench_probabilistic_l1.losses.specs import LOSSES
from srbench_probabilistic_l1.methods import METHODS
from srbench_probabilistic_l1.models import MODELS
from srbench_probabilistic_l1.recipes import FROM_FILE, REAL_RECIPES, RECIPES
from srbench_probabilistic_l1.tables import TABLES

__all__ = ["with_sigma", "with_teacher"]

if TYPE_CHECKING:
    from collections.abc import Mapping


@hookimpl
def srbench_models() -> tuple[ModelSpec, ...]:
    """Return classic models with a sigma branch or a teacher, and the reduced EDSR-baseline in all variants.

    A sigma branch needs a model that exposes its features.
    """
    return MODELS


@hookimpl
def srbench_losses() -> tuple[LossSpec, ...]:
    """Return the paper's losses, and those to which it compares them."""
    return LOSSES


@hookimpl
def srbench_recipes() -> tuple[Recipe, ...]:
    """Return the recipes of Tables 1 to 7."""
    return (*RECIPES, *FROM_FILE, *(recipe for by_scale in REAL_RECIPES.values() for recipe in by_scale.values()))


@hookimpl
def srbench_weights() -> tuple[WeightsSpec, ...]:
    """Return the weights that srbench trained, each with a card in ``weights/``."""
    return shipped.WEIGHTS


@hookimpl
def srbench_methods() -> tuple[MethodSpec, ...]:
    """Return the methods that the recipes train, and the shipped one."""
    return METHODS


@hookimpl
def srbench_tables() -> tuple[Table, ...]:
    """Return Tables 1 to 7."""
    return TABLES


@hookimpl
def srbench_figures() -> tuple[Figure, ...]:
    """Return Figures 1 to 7, of which 1 and 3 are sketches that are not drawn."""
    return FIGURES


@hookimpl
def srbench_expected_failures() -> Mapping[str, str]:
    """Return why checks fail of students without a teacher, of Canny's edges and of the Gaussian reading."""
    teacher = "trained from the file of a teacher, which the user names; the recipe that trains one too is checked"
    return {
        **{f"recipe-trains:recipe {recipe.name}": teacher for recipe in FROM_FILE},
        "recipe-device:recipe carn+student/student": teacher,
        "recipe-device:recipe *+edge/*": "Canny's edges are OpenCV's, which finds them in host memory",
        "method-recipe:method edsr-baseline-reduced+ours-gaussian": "the network of the recipe, with the same "
        "parameters, whose sigma is read as that of a Gaussian",
    }
