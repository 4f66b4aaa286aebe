"""Real Image Super Resolution via Heterogeneous Model Ensemble using GP-NAS (Pan et al., ECCVW 2020)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from srbench import (
    DatasetSpec,
    Figure,
    LossSpec,
    MethodSpec,
    ModelSpec,
    Recipe,
    SearchSpace,
    Table,
    WeightsSpec,
    hookimpl,
)
from srbench_gpnas_ensemble import shipped
from srbench_gpnas_ensemble.datasets import DATASETS
from srbench_gpnas_ensemble.figures import FIGURES
from srbench_gpnas_ensemble.methods import METHODS
from srbench_gpnas_ensemble.models import GUO, MODELS
from srbench_gpnas_ensemble.recipes import RECIPES
from srbench_gpnas_ensemble.spaces import SPACES
from srbench_gpnas_ensemble.tables import TABLES

if TYPE_CHECKING:
    from collections.abc import Mapping


@hookimpl
def srbench_models() -> tuple[ModelSpec, ...]:
    """Return DRN*, RCAN*, RCAN and the dual regression network.

    The first three also exist in reduced versions, and for LR images of the HR size.
    """
    return MODELS


@hookimpl
def srbench_weights() -> tuple[WeightsSpec, ...]:
    """Return the weights of reduced networks that srbench trained."""
    return shipped.WEIGHTS


@hookimpl
def srbench_losses() -> tuple[LossSpec, ...]:
    """Return the closed-loop loss of dual regression networks."""
    return (
        LossSpec(
            "closed-loop",
            "srbench_gpnas_ensemble.closed_loop_loss:ClosedLoopLoss",
            paper=GUO,
            summary="L1 at the sizes below HR's, of the network and of its dual networks; dual_weight",
        ),
    )


@hookimpl
def srbench_datasets() -> tuple[DatasetSpec, ...]:
    """Return datasets whose LR images resemble a camera's, for training and for measuring."""
    return DATASETS


@hookimpl
def srbench_recipes() -> tuple[Recipe, ...]:
    """Return the recipes of Tables 1 and 2, one for each scale."""
    return RECIPES


@hookimpl
def srbench_methods() -> tuple[MethodSpec, ...]:
    """Return the methods that the recipes train, and their ensembles."""
    return METHODS


@hookimpl
def srbench_tables() -> tuple[Table, ...]:
    """Return Tables 1 and 2, and Table 1's question on real pairs."""
    return TABLES


@hookimpl
def srbench_figures() -> tuple[Figure, ...]:
    """Return Figures 1 to 6, of which 1 and 2 are sketches that are not drawn."""
    return FIGURES


@hookimpl
def srbench_searches() -> tuple[SearchSpace, ...]:
    """Return the search spaces: sizes of the dense residual network (Sec. 4.2) and of RCAN."""
    return SPACES


@hookimpl
def srbench_expected_failures() -> Mapping[str, str]:
    """Return the reasons why a table has no printed numbers, and why networks have layers that they don't train."""
    levels = "the images of smaller levels are for training alone, of the models whose names end in +closed-loop"
    return {
        "printed-places:table 1-real": "not in the paper: its question on real pairs",
        "model-gradients:model gpnas-dual": levels,
        "model-gradients:model gpnas-dual-large": levels,
    }
