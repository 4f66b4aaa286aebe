"""Image Restoration by Solving IVP (Park and Kim): super-resolution as an initial value problem, at any real scale."""

from __future__ import annotations

from srbench import MethodSpec, ModelSpec, Protocol, Recipe, Table, hookimpl
from srbench_ode_ivp.methods import METHODS
from srbench_ode_ivp.models import MODELS
from srbench_ode_ivp.protocol import ODE_IVP
from srbench_ode_ivp.recipes import RECIPES
from srbench_ode_ivp.tables import TABLES


@hookimpl
def srbench_models() -> tuple[ModelSpec, ...]:
    """VDSR and RDN as the derivative, integrated; the same in one step; reduced ones."""
    return MODELS


@hookimpl
def srbench_recipes() -> tuple[Recipe, ...]:
    """What Tables 1 and 2 were trained with."""
    return RECIPES


@hookimpl
def srbench_methods() -> tuple[MethodSpec, ...]:
    """What the recipes make, and self-ensemble."""
    return METHODS


@hookimpl
def srbench_protocols() -> tuple[Protocol, ...]:
    """`ode-ivp`."""
    return (ODE_IVP,)


@hookimpl
def srbench_tables() -> tuple[Table, ...]:
    """Tables 1 and 2."""
    return TABLES
