"""Image Restoration by Solving IVP (Park and Kim): super-resolution as an initial value problem, at any real scale."""

from __future__ import annotations

from typing import TYPE_CHECKING

from srbench import Figure, MethodSpec, MetricSpec, ModelSpec, Protocol, Recipe, Table, WeightsSpec, hookimpl
from srbench_ode_ivp.figures import FIGURES
from srbench_ode_ivp.methods import METHODS
from srbench_ode_ivp.models import MODELS, PAPER
from srbench_ode_ivp.protocol import ODE_IVP
from srbench_ode_ivp.recipes import RECIPES
from srbench_ode_ivp.shipped import WEIGHTS
from srbench_ode_ivp.tables import TABLES

if TYPE_CHECKING:
    from collections.abc import Mapping


@hookimpl
def srbench_models() -> tuple[ModelSpec, ...]:
    """Return VDSR and RDN as integrated derivatives, the same networks in one step, and reduced versions."""
    return MODELS


@hookimpl
def srbench_recipes() -> tuple[Recipe, ...]:
    """Return the recipes of the networks in the tables."""
    return RECIPES


@hookimpl
def srbench_weights() -> tuple[WeightsSpec, ...]:
    """Return the weights that srbench trained, which `upscale --method vdsr-ivp` uses."""
    return WEIGHTS


@hookimpl
def srbench_methods() -> tuple[MethodSpec, ...]:
    """Return the methods that the recipes train, the shipped network, and RDN+ (a self-ensemble)."""
    return METHODS


@hookimpl
def srbench_metrics() -> tuple[MetricSpec, ...]:
    """Return `evaluations`, the cost of a solver, beside srbench's own `peak_memory`."""
    return (
        MetricSpec(
            "evaluations",
            "srbench_ode_ivp.evaluations:evaluations",
            "lower",
            title="Evaluations of f",
            range=(1.0, float("inf")),
            subject="model",
            reference=False,
            decimals=0,
            paper=PAPER,
            summary="how often an ODE solver asks its network in one pass",
        ),
    )


@hookimpl
def srbench_protocols() -> tuple[Protocol, ...]:
    """Return the protocol `ode-ivp`."""
    return (ODE_IVP,)


@hookimpl
def srbench_tables() -> tuple[Table, ...]:
    """Return Tables 1 and 2, and a table of the gradual methods of Sec. 4.2."""
    return TABLES


@hookimpl
def srbench_figures() -> tuple[Figure, ...]:
    """Return Figures 1 to 3, and a figure of the gradual states."""
    return FIGURES


@hookimpl
def srbench_expected_failures() -> Mapping[str, str]:
    """Return the reasons why a table and a figure have no printed numbers."""
    return {
        "printed-places:table gradual": "the paper prints no number of its comparison with gradual methods",
        "printed-places:figure 2": "the paper prints a curve, without its numbers",
    }
