"""VGG19 with the weights that a perceptual loss asks for."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Literal

from srbench.errors import Unavailable, UsageError
from srbench.losses.specs import CAFFE_NORMALISED, TORCHVISION
from srbench.nn.vgg import Colours, Vgg19Features
from srbench.weights.state_dict import load_state_dict

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

Weights = Literal["auto", "torchvision", "caffe-normalised"]
FILES = {"torchvision": TORCHVISION.name, "caffe-normalised": CAFFE_NORMALISED.name}


def load_features(
    loss: str, layers: Iterable[str], weights: Weights, files: Mapping[str, Path], *, normalise: bool
) -> tuple[Vgg19Features, str]:
    """Return VGG19 up to the deepest of `layers`, and which weights it has: ``torchvision`` or ``caffe-normalised``.

    Args:
        loss: Name of the loss, for messages.
        layers: Layers whose features are wanted.
        weights: One of the two, or ``auto`` for torchvision's if available, else the other with a warning.
        files: Weights name -> available file.
        normalise: With torchvision's weights, whether RGB is normalised as in their training. The Caffe-normalised
            weights contain their own colour convolution.

    Raises:
        Unavailable: if the weights are not among `files`.
        UnknownName: if VGG19 does not have one of `layers`.
        UsageError: if `weights` is not one of its choices.
    """
    check_choice(loss, "weights", weights, ("auto", *FILES))
    used = _choose(loss, weights, files)
    path = files[FILES[used]]
    trained: Colours = "imagenet" if normalise else "none"
    colours: Colours = "file" if used == "caffe-normalised" else trained
    return Vgg19Features(tuple(layers), colours).load_numbered(load_state_dict(path), path), used


def check_choice(loss: str, name: str, value: str, choices: tuple[str, ...]) -> None:
    """Check that the argument `name` of `loss` is one of `choices`.

    Raises:
        UsageError: if it is not.
    """
    if value not in choices:
        raise UsageError(f"{loss}: {name} is {value!r}; choose from {', '.join(choices)}")


def _choose(loss: str, weights: Weights, files: Mapping[str, Path]) -> str:
    available = [name for name, spec in FILES.items() if spec in files]
    if weights in available:
        return weights
    if weights == "auto" and "torchvision" in available:
        return "torchvision"
    if weights == "auto" and available:
        warnings.warn(
            f"{loss}: torchvision's VGG19 is not available; {available[0]} stands in, and the loss has another "
            f"magnitude; to get torchvision's: srbench data get {TORCHVISION.name}",
            stacklevel=4,
        )
        return available[0]
    if weights == "caffe-normalised":
        remedy = (
            f"get it from {CAFFE_NORMALISED.url} and save it as weights/{CAFFE_NORMALISED.filename} in a data folder"
        )
    else:
        remedy = f"get them: srbench data get {TORCHVISION.name}"
    raise Unavailable(f"{loss}: the VGG19 weights ({weights}) are not available; {remedy}")
