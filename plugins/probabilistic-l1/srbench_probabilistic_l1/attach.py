"""A sigma branch on, or a teacher for, any model of the catalog that exposes its features."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from srbench import Component, PluginError

if TYPE_CHECKING:
    from srbench import ModelSpec

SUFFIX = "+sigma"
TAUGHT = "+teacher"
GAUSSIAN = 1.4826022185056018
"""1 / Phi^-1(3/4): a Gaussian's standard deviation over the median of its magnitude. The latter is what Eq. 10, an l1
distance, teaches the branch."""
RADIUS = 5
"""Of the branch: five 3x3 convolutions on the features. They add as many LR pixels at most to the model's halo."""
SCALES = (2.0, 3.0, 4.0)
"""The paper's."""


def with_sigma(model: ModelSpec, width: int | None = None) -> ModelSpec:
    """`model` with a sigma branch of `width` channels (None: the paper's 160), named ``<model>+sigma``.

    Raises `PluginError` where `model` doesn't say where its features are (`ModelSpec.features`).
    """
    _require_features(model, "a sigma branch")
    kwargs = _arguments(model)
    if model.joint:
        kwargs["scales"] = (1.0,) if model.equal_size else model.scales
    if width is not None:
        kwargs["width"] = width
    return replace(
        model,
        name=model.name + SUFFIX,
        build="srbench_probabilistic_l1.branch:WithSigma",
        kwargs=kwargs,
        receptive_radius=None if model.receptive_radius is None else model.receptive_radius + RADIUS,
        features="",
        summary=f"{model.summary}, with a sigma branch".lstrip(", "),
    )


def as_gaussian(model: ModelSpec) -> ModelSpec:
    """A model that `with_sigma` made, its sigma times `GAUSSIAN`: ``<model>-gaussian``, for the same weights."""
    return replace(
        model,
        name=f"{model.name}-gaussian",
        kwargs={**model.kwargs, "gain": GAUSSIAN},
        summary=f"{model.summary}, as a Gaussian's standard deviation",
    )


def with_teacher(model: ModelSpec) -> ModelSpec:
    """`model` with a teacher that sees HR in training, named ``<model>+teacher``; what it is for LR alone is `model`.

    A joint model of any scale is taught at those of the paper. Raises `PluginError` where `model` doesn't say where its
    features are (`ModelSpec.features`), and for one of LR images of HR's size, which encode no HR image.
    """
    _require_features(model, "a teacher")
    if model.equal_size:
        raise PluginError(f"model {model.name} is for LR images of HR's size: a teacher has nothing to encode")
    kwargs = _arguments(model)
    scales = SCALES if model.scales is None else model.scales
    if model.joint:
        kwargs["scales"] = scales
    return replace(
        model,
        name=model.name + TAUGHT,
        build="srbench_probabilistic_l1.privileged.network:WithTeacher",
        kwargs=kwargs,
        scales=scales,
        features="",
        summary=f"{model.summary}, with a teacher that sees HR".lstrip(", "),
    )


def _arguments(model: ModelSpec) -> dict[str, Any]:
    """Return what both wrappers need to build `model` inside themselves."""
    base = Component(model.name, model.build, model.version)
    return {"build": base, "kwargs": dict(model.kwargs), "features": model.features}


def _require_features(model: ModelSpec, what: str) -> None:
    if not model.features:
        raise PluginError(
            f"model {model.name} exposes no features, so {what} has nothing to stand on: "
            "its ModelSpec has to name the submodule that gets them (features=...)"
        )
    if model.resize_aware:
        raise PluginError(f"model {model.name} is built for an imresize: {what} can't stand on it")
