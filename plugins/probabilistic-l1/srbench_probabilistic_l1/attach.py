"""Model specs with a sigma branch or a teacher, for any model of the catalog that exposes its features."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from srbench import Component, PluginError

if TYPE_CHECKING:
    from srbench import ModelSpec

SUFFIX = "+sigma"
"""End of the names of models with a sigma branch."""
TAUGHT = "+teacher"
"""End of the names of models with a teacher."""
GAUSSIAN = 1.4826022185056018
"""1 / Phi^-1(3/4): a Gaussian's standard deviation over the median of its magnitude.

Eq. 10, an l1 distance, teaches the branch the median.
"""
RADIUS = 5
"""Radius of the branch's receptive field: five 3x3 convolutions on the features.

They add at most as many LR pixels to the model's receptive field.
"""
SCALES = (2.0, 3.0, 4.0)
"""Scales of the paper."""


def with_sigma(model: ModelSpec, width: int | None = None) -> ModelSpec:
    """Return `model` with a sigma branch of `width` channels (None: the paper's 160), named ``<model>+sigma``.

    Raises:
        PluginError: if `model` does not name its features (`ModelSpec.features`), or is built for an imresize.
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
    """Return a model with its sigma multiplied by `GAUSSIAN`, named ``<model>-gaussian``.

    `model` is a result of `with_sigma`; both use the same weights.
    """
    return replace(
        model,
        name=f"{model.name}-gaussian",
        kwargs={**model.kwargs, "gain": GAUSSIAN},
        summary=f"{model.summary}, as a Gaussian's standard deviation",
    )


def with_teacher(model: ModelSpec) -> ModelSpec:
    """Return `model` with a teacher that sees HR in training, named ``<model>+teacher``.

    Without HR it is `model`. A joint model for every scale is trained at the scales of the paper.

    Raises:
        PluginError: if `model` does not name its features (`ModelSpec.features`), is built for an imresize, or is for
            LR images of the HR size, for which there is nothing to encode.
    """
    _require_features(model, "a teacher")
    if model.equal_size:
        raise PluginError(
            f"model {model.name} is for LR images of the HR size: a teacher has nothing to encode; use another model"
        )
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
    """Return the arguments by which both wrappers build `model` inside themselves."""
    base = Component(model.name, model.build, model.version)
    return {"build": base, "kwargs": dict(model.kwargs), "features": model.features}


def _require_features(model: ModelSpec, attachment: str) -> None:
    """Check that `model` exposes features, on which `attachment`, a sigma branch or a teacher, builds.

    Raises:
        PluginError: if it does not, or is built for an imresize.
    """
    if not model.features:
        raise PluginError(
            f"model {model.name} exposes no features, so {attachment} cannot be attached; "
            "name the submodule that receives them in its ModelSpec (features=...)"
        )
    if model.resize_aware:
        raise PluginError(
            f"model {model.name} is built for an imresize: {attachment} cannot be attached; use another model"
        )
