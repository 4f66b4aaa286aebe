"""Perceptual loss: distance between the VGG19 features of SR and HR (Johnson, Alahi, Fei-Fei 2016)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import torch
from torch import Tensor, nn

from srbench.losses.vgg_features import Weights, check_choice, load_features

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from srbench.losses.batch import Batch
    from srbench.models.prediction import Prediction

Distance = Literal["l1", "l2"]
Reduction = Literal["mean", "pixels"]


class Vgg(nn.Module):
    """Weighted sum over VGG19 layers of the distance between the features of SR and HR.

    Gradients flow to SR, not to HR. Convolutions follow autocast; the distance is computed in float32.

    The ``caffe-normalised`` weights are those that VGG19's authors trained in Caffe, with every filter scaled so that
    its mean activation over photographs is 1 (Gatys, Ecker and Bethge 2016, section 2). The features of all layers
    then have similar magnitudes (over Set14, the means of the sixteen activations are 0.72 to 1.10), unlike
    torchvision's, so a loss weight that suits one set of weights does not suit the other.

    Args:
        layers: One layer, or layer name -> weight. ``relu5_4`` is the last activation; ``conv5_4``, which ESRGAN uses,
            is its input; ``pool2`` is the activation ``relu2_2`` after its pooling.
        distance: Absolute (``l1``) or squared (``l2``) differences.
        reduction: ``mean`` averages over all elements; ``pixels`` averages over pixels and sums over channels (pcarn,
            Eq. 5, taken literally), which gives a value 512 times as large in stages 4 and 5.
        weights: ``torchvision``, the weights that papers use; ``caffe-normalised``; or ``auto``, which uses
            torchvision's if available and otherwise warns and uses the Caffe-normalised ones. `weights_used` records
            the choice.
        normalise: With torchvision's weights, subtract ImageNet's mean and divide by its standard deviation (as in
            training); otherwise pass RGB in [0, 1] unchanged (as in the code of pcarn's authors). The Caffe-normalised
            weights contain their own colour convolution.
        stand_in: Factor on the loss when the Caffe-normalised weights are used.
        files: Weights name -> available file.

    Raises:
        Unavailable: if the weights are not among `files`.
        UnknownName: if VGG19 does not have one of `layers`.
        UsageError: if `distance`, `reduction` or `weights` is not one of its choices.
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
        check_choice("vgg", "distance", distance, ("l1", "l2"))
        check_choice("vgg", "reduction", reduction, ("mean", "pixels"))
        self.layers = {layers: 1.0} if isinstance(layers, str) else dict(layers)
        self.distance, self.reduction = distance, reduction
        self.features, self.weights_used = load_features("vgg", self.layers, weights, files, normalise=normalise)
        self.factor = stand_in if self.weights_used == "caffe-normalised" else 1.0

    def forward(self, prediction: Prediction, batch: Batch) -> dict[str, Tensor]:
        """Return ``{"vgg": scalar >= 0}``.

        Raises:
            UsageError: if the HR patches are too small for the poolings of VGG19.
        """
        with torch.no_grad():
            hr_features = self.features(batch.hr)
        sr_features = self.features(prediction.sr.float())
        terms = [weight * self._distance(sr_features[name], hr_features[name]) for name, weight in self.layers.items()]
        return {"vgg": self.factor * torch.stack(terms).sum()}

    def _distance(self, sr: Tensor, hr: Tensor) -> Tensor:
        difference = sr.float() - hr.float()
        each = difference.abs() if self.distance == "l1" else difference.square()
        return each.mean() if self.reduction == "mean" else each.sum(dim=1).mean()
