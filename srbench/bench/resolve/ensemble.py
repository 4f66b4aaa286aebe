"""Resolved methods that are the weighted mean of other resolved methods."""

from __future__ import annotations

from typing import TYPE_CHECKING

from srbench.errors import PluginError, Unavailable
from srbench.inference.method import ResolvedMethod
from srbench.specs.model import ModelSpec

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from srbench.registry import Registry
    from srbench.specs.method import MethodSpec

SOURCES = ("trained", "bundled", "released")
"""Sources of weights, in the order in which one of the members determines the source of the mean.

With one member trained here, the mean does not count as the authors'.
"""


def mean_of_members(
    spec: MethodSpec, scale: float, methods: Registry[MethodSpec], resolve: Callable[[MethodSpec], ResolvedMethod]
) -> ResolvedMethod:
    """Return the method `spec`, which is the mean of its members at `scale`.

    Args:
        spec: The method, which has members.
        scale: Scale to run at.
        methods: Registered methods, in which the members are looked up.
        resolve: Function that resolves a member.

    Raises:
        Unavailable: if there are no members at that scale, or if a member is unavailable; the message names it.
        UnknownName: if a member is not registered.
        PluginError: as `ensemble_of`.
    """
    weighted = spec.members_at(scale)
    if not weighted:
        raise Unavailable(f"{spec.name} has no members at x{scale:g}")
    members: list[ResolvedMethod] = []
    missing: dict[str, Unavailable] = {}
    for name, _ in weighted:
        try:
            members.append(resolve(methods.get(name)))
        except Unavailable as reason:
            missing[name] = reason
    if missing:
        name, first = next(iter(missing.items()))
        lacks = [lack for reason in missing.values() for lack in reason.lacks]
        raise Unavailable(f"{spec.name} needs {name}: {first}", *lacks) from first
    return ensemble_of(spec, members, [share for _, share in weighted])


def ensemble_of(spec: MethodSpec, members: Sequence[ResolvedMethod], shares: Sequence[float]) -> ResolvedMethod:
    """Return the method `spec`, which is the mean of its resolved members.

    Args:
        spec: The method.
        members: Its members, resolved.
        shares: Weight of each member in the mean.

    Raises:
        PluginError: if only some members are for LR images of the HR size, or if `spec` also has a model, weights or a
            recipe of its own.
    """
    if spec.model or spec.weights or spec.bundled or spec.recipe:
        raise PluginError(
            f"method {spec.name}: it has members as well as a model, weights or recipe; declare only one of them"
        )
    sources = {member.source for member in members}
    source = next((source for source in SOURCES if source in sources), "none")
    model = _model(spec, [member.model for member in members])
    return ResolvedMethod.of(spec, model, source=source, members=tuple(members), shares=tuple(shares))


def common_scales(scales: Iterable[tuple[float, ...] | None]) -> tuple[float, ...] | None:
    """Return the scales that all of `scales` contain, in the order of the first that is not None.

    None stands for any scale; the result is None if all are None.
    """
    common: tuple[float, ...] | None = None
    for supported in scales:
        if supported is not None:
            common = supported if common is None else tuple(scale for scale in common if scale in supported)
    return common


def _model(spec: MethodSpec, models: Sequence[ModelSpec]) -> ModelSpec:
    """Return the model spec of the mean of `models`.

    Its receptive radius is the largest of all, and unbounded (None) if that of one model is.
    """
    names = {model.equal_size: model.name for model in models}
    if len(names) > 1:
        raise PluginError(
            f"method {spec.name}: {names[True]} is for LR images of the HR size, {names[False]} for smaller ones; "
            "choose members for the same size"
        )
    radii = [model.receptive_radius for model in models]
    return ModelSpec(
        spec.name,
        "srbench.inference.model_ensemble:ModelEnsemble",
        common_scales(model.scales for model in models),
        grey="keep" if all(model.grey == "keep" for model in models) else "expand",
        receptive_radius=None if None in radii else max(radius for radius in radii if radius is not None),
        equal_size=models[0].equal_size,
        summary=spec.summary,
    )
