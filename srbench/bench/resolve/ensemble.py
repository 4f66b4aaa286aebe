"""A method that is the mean of others, once these are resolved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from srbench.errors import PluginError
from srbench.inference.method import ResolvedMethod
from srbench.specs.model import ModelSpec

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from srbench.specs.method import MethodSpec

SOURCES = ("trained", "bundled", "released")
"""With one member trained here the whole is no longer the authors'."""


def ensemble_of(spec: MethodSpec, members: Sequence[ResolvedMethod], shares: Sequence[float]) -> ResolvedMethod:
    """The method `spec` made of its resolved `members`, which count by their `shares`.

    Raises `PluginError` where some members are for LR images of HR's size and some are not, or where `spec` has a model
    or weights beside.
    """
    if spec.model or spec.weights or spec.bundled or spec.recipe:
        raise PluginError(f"method {spec.name}: has members, and so no model, weights or recipe of its own")
    sources = {one.source for one in members}
    source = next((one for one in SOURCES if one in sources), "none")
    model = _model(spec, [one.model for one in members])
    return ResolvedMethod.of(spec, model, source=source, members=tuple(members), shares=tuple(shares))


def common_scales(scales: Iterable[tuple[float, ...] | None]) -> tuple[float, ...] | None:
    """The scales that are in all of `scales`, in the order of the first that has any; None, any scale, in none."""
    found: tuple[float, ...] | None = None
    for one in scales:
        if one is not None:
            found = one if found is None else tuple(scale for scale in found if scale in one)
    return found


def _model(spec: MethodSpec, models: Sequence[ModelSpec]) -> ModelSpec:
    """What stands for all of them: as wide a halo as the widest, global where one is."""
    kinds = {one.equal_size: one.name for one in models}
    if len(kinds) > 1:
        raise PluginError(
            f"method {spec.name}: {kinds[True]} is for LR images of HR's size, {kinds[False]} for smaller ones: "
            "there is no mean of their SR images"
        )
    halos = [one.receptive_radius for one in models]
    return ModelSpec(
        spec.name,
        "srbench.inference.model_ensemble:ModelEnsemble",
        common_scales(one.scales for one in models),
        grey="keep" if all(one.grey == "keep" for one in models) else "expand",
        receptive_radius=None if None in halos else max(halo for halo in halos if halo is not None),
        equal_size=models[0].equal_size,
        summary=spec.summary,
    )
