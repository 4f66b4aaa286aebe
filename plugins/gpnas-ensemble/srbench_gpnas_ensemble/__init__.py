"""Real Image Super Resolution via Heterogeneous Model Ensemble using GP-NAS (Pan et al., ECCVW 2020)."""

from __future__ import annotations

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


@hookimpl
def srbench_models() -> tuple[ModelSpec, ...]:
    """DRN*, RCAN*, RCAN and the dual regression network; reduced ones; the same for LR images of HR's size."""
    return MODELS


@hookimpl
def srbench_weights() -> tuple[WeightsSpec, ...]:
    """Reduced networks, trained by srbench."""
    return shipped.WEIGHTS


@hookimpl
def srbench_losses() -> tuple[LossSpec, ...]:
    """What closes a dual regression network's loop."""
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
    """Sets with LR images as a camera might take them, to train and to measure on."""
    return DATASETS


@hookimpl
def srbench_recipes() -> tuple[Recipe, ...]:
    """What Tables 1 and 2 were trained with, one a scale."""
    return RECIPES


@hookimpl
def srbench_methods() -> tuple[MethodSpec, ...]:
    """What the recipes make, and means of these."""
    return METHODS


@hookimpl
def srbench_tables() -> tuple[Table, ...]:
    """Tables 1 and 2, and Table 1's question on real pairs."""
    return TABLES


@hookimpl
def srbench_figures() -> tuple[Figure, ...]:
    """Parts of images by every network and by their mean."""
    return FIGURES


@hookimpl
def srbench_searches() -> tuple[SearchSpace, ...]:
    """The networks of Sec. 4.2 and RCAN, by size."""
    return SPACES
