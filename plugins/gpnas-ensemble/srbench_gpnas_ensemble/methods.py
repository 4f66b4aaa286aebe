"""Methods for the rows of the paper's tables: trained recipes and their ensembles."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from srbench import MethodSpec
from srbench_gpnas_ensemble import shipped
from srbench_gpnas_ensemble.models import DUAL, GUO, PAPER, REAL, REDUCED, SCALES
from srbench_gpnas_ensemble.recipes import DUAL_RECIPE, RECIPES, TRAINED, recipe_name

if TYPE_CHECKING:
    from collections.abc import Mapping

BY_NAME = {recipe.name: recipe for recipe in RECIPES}
PREFIX = "gpnas-"
DRN, RCAN_STAR, RCAN = "drn", "rcan-star", "rcan"
THREE = (DRN, RCAN_STAR, RCAN)
"""The three networks of Sec. 5.1, in the order of Table 1."""
KINDS = ("", REDUCED, REAL, REDUCED + REAL)
"""Ends of the methods' names: the paper's networks, reduced ones, and both for LR images of HR's size."""
BAIDU = "gpnas-baidu"
"""Name of the ensemble that won the challenge (Sec. 5.2)."""


def method_name(*networks: str, kind: str = "") -> str:
    """Return the name of the method of one network or of several, such as ``gpnas-drn`` or ``gpnas-drn+rcan``.

    `kind` is the end of the name, such as those of `KINDS`.
    """
    return PREFIX + "+".join(networks) + kind


def _trained(model: str) -> MethodSpec:
    recipes = {scale: BY_NAME[recipe_name(model, scale)] for scale in SCALES}
    first = recipes[SCALES[0]]
    return MethodSpec.trained_by(
        first,
        name=model,
        recipe={scale: recipe.name for scale, recipe in recipes.items()},
        fallback=shipped.STANDS_IN_FOR.get(model, ""),
        summary=first.summary.replace(f" at x{SCALES[0]:g}", ""),
    )


SINGLE = (
    *map(_trained, TRAINED),
    MethodSpec.trained_by(
        DUAL_RECIPE,
        name=DUAL,
        model=DUAL,
        recipe={4.0: DUAL_RECIPE.name},
        training_model=DUAL_RECIPE.model,
        paper=GUO,
    ),
)
"""Methods of a single network."""

ENSEMBLES: Mapping[str, tuple[str, ...]] = {
    method_name(*networks, kind=kind): tuple(method_name(network, kind=kind) for network in networks)
    for kind in KINDS
    for size in (2, 3)
    for networks in combinations(THREE, size)
}
"""The pairs and the triple of Table 1: the methods whose images are averaged (Sec. 4.3), by method name."""


def baidu_members(kind: str = "") -> Mapping[float, tuple[str, ...]]:
    """Return the members of the winning ensemble by scale, or of its counterpart of another `kind`.

    At x4 the winner has the dual regression network as a fourth member; its counterparts have three members.
    """
    three = tuple(method_name(network, kind=kind) for network in THREE)
    return {scale: (*three, DUAL) if scale == 4 and not kind else three for scale in SCALES}


def _mean(name: str, members: tuple[str, ...]) -> MethodSpec:
    return MethodSpec(
        name,
        members=members,
        source="trained",
        fallback=shipped.STANDS_IN_FOR.get(name, ""),
        paper=PAPER,
        summary=f"the mean of {' and '.join(members)}",
    )


def _baidu(kind: str) -> MethodSpec:
    fourth = "" if kind else ", at x4 four,"
    return MethodSpec(
        BAIDU + kind,
        members=baidu_members(kind),
        ensemble=("self", "patch"),
        source="trained",
        fallback=shipped.STANDS_IN_FOR.get(BAIDU + kind, ""),
        paper=PAPER,
        summary=f"as the challenge was won: the mean of three networks{fourth} with self-ensemble in patches",
    )


METHODS = (
    *SINGLE,
    *(_mean(name, members) for name, members in ENSEMBLES.items()),
    *(_baidu(kind) for kind in KINDS),
    *shipped.METHODS,
)
