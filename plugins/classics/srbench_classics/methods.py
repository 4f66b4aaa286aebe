"""Specs of the methods: interpolation, the networks with released weights, and those that the recipes train."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from srbench import MethodSpec
from srbench_classics.gradual_models import STATES
from srbench_classics.recipes import d_dbpn, drcn, drrn, han, idn, lapsrn, nlsn, rdn, realsr, reduced, san, srfbn

if TYPE_CHECKING:
    from collections.abc import Mapping

    from srbench import Recipe


def trained(recipe: Recipe, /, **changes: Any) -> MethodSpec:
    """Return the method that `recipe` trains: the network itself, without what hands out its states in training."""
    whole = recipe.model
    network = whole.removesuffix(STATES)
    return MethodSpec.trained_by(
        recipe, **{"model": network, "training_model": whole if whole != network else "", **changes}
    )


def by_scale(name: str, recipes: Mapping[float, Recipe], /, **changes: Any) -> MethodSpec:
    """Return the method `name` whose `recipes` train a scale each."""
    first = next(iter(recipes.values()))
    names = {scale: recipe.name for scale, recipe in recipes.items()}
    summary = first.summary.replace(f" at x{next(iter(recipes)):g}", "")
    return trained(first, name=name, recipe=names, **{"summary": summary, **changes})


METHODS = (
    MethodSpec("nearest", "nearest", summary="nearest-neighbour interpolation"),
    MethodSpec("bilinear", "bilinear", summary="bilinear interpolation, MATLAB's imresize"),
    MethodSpec("bicubic", "bicubic", summary="bicubic interpolation, MATLAB's imresize"),
    MethodSpec(
        "vdsr",
        "vdsr",
        weights="vdsr",
        source="released",
        paper="Kim et al., CVPR 2016",
        summary="a re-implementation's weights; it prints 37.65 / 33.77 / 31.45 dB on Set5",
    ),
    by_scale(
        "lapsrn",
        lapsrn.BY_SCALE,
        weights={4: "lapsrn"},
        source="released",
        summary="a re-implementation's weights, x4 only",
    ),
    MethodSpec("carn-m", "carn-m", weights="carn-m", source="released", paper="Ahn et al., ECCV 2018"),
    MethodSpec(
        "imdn",
        "imdn",
        weights={scale: f"imdn-x{scale}" for scale in (2, 3, 4)},
        source="released",
        paper="Hui et al., ACM MM 2019",
    ),
    *(trained(recipe) for recipe in (*san.RECIPES, *han.RECIPES, *rdn.RECIPES)),
    *(
        trained(recipe, weights={scale: f"nlsn-x{scale}" for scale in (2, 3, 4)}, source="released")
        for recipe in nlsn.RECIPES
    ),
    by_scale("idn", idn.BY_SCALE),
    *(by_scale(model, recipes) for model, recipes in realsr.BY_MODEL.items()),
    by_scale("drcn", drcn.BY_SCALE),
    *(trained(recipe) for recipe in (*drrn.RECIPES, *d_dbpn.RECIPES)),
    by_scale("srfbn", srfbn.BY_SCALE),
    *(trained(recipe) for recipe in reduced.RECIPES),
)
