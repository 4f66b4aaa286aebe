"""The sigma branch on any model of the catalog that exposes its features."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from srbench.errors import PluginError

if TYPE_CHECKING:
    from srbench import ModelSpec

SUFFIX = "+sigma"
RADIUS = 5
"""Of the branch: five 3x3 convolutions on the features. They add as many LR pixels at most to the model's halo."""


def with_sigma(model: ModelSpec, width: int | None = None) -> ModelSpec:
    """`model` with a sigma branch of `width` channels (None: the paper's 160), named ``<model>+sigma``.

    Raises `PluginError` where `model` doesn't say where its features are (`ModelSpec.features`).
    """
    if not model.features:
        raise PluginError(
            f"model {model.name} exposes no features, so a sigma branch has nothing to stand on: "
            "its ModelSpec has to name the submodule that gets them (features=...)"
        )
    kwargs: dict[str, Any] = {"build": model.build, "kwargs": dict(model.kwargs), "features": model.features}
    if model.joint:
        kwargs["scales"] = model.scales
    if width is not None:
        kwargs["width"] = width
    return replace(
        model,
        name=model.name + SUFFIX,
        build="srbench_probabilistic_l1.branch:WithSigma",
        kwargs=kwargs,
        halo=None if model.halo is None else model.halo + RADIUS,
        features="",
        summary=f"{model.summary}, with a sigma branch".lstrip(", "),
    )
