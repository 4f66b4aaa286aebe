"""Base of the losses that compare VGG19 features of SR and HR, and the choice of VGG19's weights."""

from __future__ import annotations

import warnings
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Literal

import torch
from torch import Tensor, nn

from srbench.errors import Unavailable, UsageError
from srbench.losses.specs import CAFFE_NORMALISED, TORCHVISION
from srbench.nn.vgg import Colours, Vgg19Features
from srbench.weights.state_dict import load_state_dict

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from srbench.losses.batch import Batch
    from srbench.models.prediction import Prediction

Weights = Literal["auto", "torchvision", "caffe-normalised"]
FILES = {"torchvision": TORCHVISION.name, "caffe-normalised": CAFFE_NORMALISED.name}
"""Name of the `WeightsSpec` of each choice."""


class VggFeatureLoss(nn.Module, ABC):
    """Weighted sum over VGG19 layers of a distance between the features of SR and HR.

    Gradients flow to SR, not to HR. Convolutions follow autocast; the distance is computed in float32.

    Args:
        name: Name of the loss, in messages and as the key of its value.
        layers: One layer, or layer name -> weight.
        weights: ``torchvision``; ``caffe-normalised``; or ``auto``, which uses torchvision's if available and otherwise
            warns and uses the Caffe-normalised ones.
        normalise: With torchvision's weights, whether RGB is normalised as in their training.
        stand_in: Factor on the loss when the Caffe-normalised weights are used.
        files: Weights name -> available file.

    Raises:
        Unavailable: if the weights are not among `files`.
        UnknownName: if VGG19 does not have one of `layers`.
        UsageError: if `weights` is not one of its choices, or `layers` is empty.
    """

    weights_used: str
    """The weights in use, ``torchvision`` or ``caffe-normalised``."""

    def __init__(
        self,
        name: str,
        layers: str | Mapping[str, float],
        *,
        weights: Weights,
        normalise: bool,
        stand_in: float,
        files: Mapping[str, Path],
    ) -> None:
        super().__init__()
        self.name = name
        self.layers = {layers: 1.0} if isinstance(layers, str) else dict(layers)
        self.features, self.weights_used = load_features(name, self.layers, weights, files, normalise=normalise)
        self.factor = stand_in if self.weights_used == "caffe-normalised" else 1.0

    def forward(self, prediction: Prediction, batch: Batch) -> dict[str, Tensor]:
        """Return the loss under its name, as a scalar >= 0.

        Raises:
            UsageError: if the HR patches are too small for the poolings of VGG19, or for `distance_at`.
        """
        with torch.no_grad():
            hr_features = self.features(batch.hr)
        sr_features = self.features(prediction.sr.float())
        with torch.autocast(batch.hr.device.type, enabled=False):
            terms = [
                weight * self.distance_at(layer, sr_features[layer].float(), hr_features[layer].float())
                for layer, weight in self.layers.items()
            ]
            return {self.name: self.factor * torch.stack(terms).sum()}

    @abstractmethod
    def distance_at(self, layer: str, sr: Tensor, hr: Tensor) -> Tensor:
        """Return the distance between the features of SR and HR at a layer, both (B, C, h, w) float32, as a scalar."""


def load_features(
    loss: str, layers: Iterable[str], weights: Weights, files: Mapping[str, Path], *, normalise: bool
) -> tuple[Vgg19Features, str]:
    """Return VGG19 up to the deepest of `layers`, and which weights it has: ``torchvision`` or ``caffe-normalised``.

    Args:
        loss: Name of the loss, for messages.
        layers: Layers whose features are needed.
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
    """Return the key of `FILES` that `weights` stands for, where its file is available."""
    available = [name for name, spec in FILES.items() if spec in files]
    if weights in available:
        return weights
    if weights == "auto" and "torchvision" in available:
        return "torchvision"
    if weights == "auto" and available:
        warnings.warn(
            f"{loss}: torchvision's VGG19 is not available; {available[0]} stands in, and the loss has another "
            f"magnitude; to get torchvision's: srbench data get {TORCHVISION.name}",
            stacklevel=5,  # the code that builds the loss
        )
        return available[0]
    if weights == "caffe-normalised":
        remedy = (
            f"get it from {CAFFE_NORMALISED.url} and save it as weights/{CAFFE_NORMALISED.filename} in a data folder"
        )
    else:
        remedy = f"get them: srbench data get {TORCHVISION.name}"
    raise Unavailable(f"{loss}: the VGG19 weights ({weights}) are not available; {remedy}")
