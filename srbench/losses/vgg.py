"""Perceptual loss: distance between VGG19's features of SR and of HR (Johnson, Alahi, Fei-Fei 2016)."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Literal

import torch
from torch import Tensor, nn

from srbench.errors import Unavailable, UsageError
from srbench.losses.specs import CAFFE_NORMALISED, TORCHVISION
from srbench.nn.vgg import Colours, Vgg19Features
from srbench.weights.state_dict import load_state_dict

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from srbench.losses.batch import Batch
    from srbench.models.prediction import Prediction

Distance = Literal["l1", "l2"]
Reduction = Literal["mean", "pixels"]
Weights = Literal["auto", "torchvision", "caffe-normalised"]
FILES = {"torchvision": TORCHVISION.name, "caffe-normalised": CAFFE_NORMALISED.name}


class Vgg(nn.Module):
    """The weighted sum, over `layers` of VGG19, of the distance between the features of SR and HR.

    `layers`: one, or name -> weight; ``relu5_4`` is the last activation, ``conv5_4`` the same before it is one (which
    ESRGAN takes). `distance`: of absolute (``l1``) or squared (``l2``) differences. `reduction`: ``mean`` over all
    elements, or over ``pixels`` alone, summed over channels (pcarn, Eq. 5, taken literally): 512 times as much in
    stages 4 and 5. Gradients flow to SR and not to HR. Convolutions follow autocast; the distance is float32.

    `weights`: ``torchvision``, which papers mean, or ``caffe-normalised``: the same network as its authors trained it
    in Caffe, every filter scaled so that its mean activation over photographs is 1 (Gatys, Ecker and Bethge 2016,
    section 2). Features of every layer then have one size (over Set14, the mean of the sixteen activations is 0.72 to
    1.10), which torchvision's have not: a weight of this term that suits one doesn't suit the other. ``auto`` takes
    torchvision's where at hand, else warns and takes the others; `weights_used` says which. `normalise`: whether
    torchvision's get colours less ImageNet's mean, by its deviation (as trained), or RGB in [0, 1] as it is (as in the
    code of pcarn's authors); the others bring their own shift. `stand_in` multiplies the term where those others serve.

    Raises `Unavailable` where the weights are not among `files`, `UnknownName` for a layer, `UsageError` for another
    choice, and when called with patches that the poolings leave nothing of.
    """

    def __init__(
        self,
        layers: str | Mapping[str, float] = "relu5_4",
        *,
        distance: Distance = "l2",
        reduction: Reduction = "mean",
        weights: Weights = "auto",
        normalise: bool = True,
        stand_in: float = 1.0,
        files: Mapping[str, Path],
    ) -> None:
        super().__init__()
        _check("distance", distance, ("l1", "l2"))
        _check("reduction", reduction, ("mean", "pixels"))
        _check("weights", weights, ("auto", *FILES))
        self.layers = {layers: 1.0} if isinstance(layers, str) else dict(layers)
        self.distance, self.reduction = distance, reduction
        self.weights_used = _choose(weights, files)
        """``torchvision`` or ``caffe-normalised``."""
        self.factor = stand_in if self.weights_used == "caffe-normalised" else 1.0
        path = files[FILES[self.weights_used]]
        trained: Colours = "imagenet" if normalise else "none"
        colours: Colours = "file" if self.weights_used == "caffe-normalised" else trained
        self.features = Vgg19Features(tuple(self.layers), colours).load_numbered(load_state_dict(path), path)

    def forward(self, prediction: Prediction, batch: Batch) -> dict[str, Tensor]:
        """``{"vgg": scalar >= 0}``."""
        with torch.no_grad():
            wanted = self.features(batch.hr)
        found = self.features(prediction.sr.float())
        terms = [weight * self._distance(found[layer], wanted[layer]) for layer, weight in self.layers.items()]
        return {"vgg": self.factor * torch.stack(terms).sum()}

    def _distance(self, found: Tensor, wanted: Tensor) -> Tensor:
        difference = found.float() - wanted.float()
        each = difference.abs() if self.distance == "l1" else difference.square()
        return each.mean() if self.reduction == "mean" else each.sum(dim=1).mean()


def _choose(weights: Weights, files: Mapping[str, Path]) -> str:
    at_hand = [name for name, spec in FILES.items() if spec in files]
    if weights in at_hand:
        return weights
    if weights == "auto" and "torchvision" in at_hand:
        return "torchvision"
    if weights == "auto" and at_hand:
        warnings.warn(
            f"vgg: torchvision's VGG19 is not at hand, {at_hand[0]} stands in: the term has another size; "
            f"get it: srbench data get {TORCHVISION.name}",
            stacklevel=3,
        )
        return at_hand[0]
    if weights == "caffe-normalised":
        how = f"from {CAFFE_NORMALISED.url}, as weights/{CAFFE_NORMALISED.filename} of a data folder"
    else:
        how = f"srbench data get {TORCHVISION.name}"
    raise Unavailable(f"vgg: the weights of VGG19 ({weights}) are not at hand; get them: {how}")


def _check(name: str, value: str, choices: tuple[str, ...]) -> None:
    if value not in choices:
        raise UsageError(f"vgg: {name} is {value!r}: choose from {', '.join(choices)}")
