"""Perceptual loss: distance between the VGG19 features of SR and HR (Johnson, Alahi, Fei-Fei 2016)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from srbench.losses.vgg_features import VggFeatureLoss, Weights, check_choice

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from torch import Tensor

Distance = Literal["l1", "l2"]
Reduction = Literal["mean", "pixels"]


class Vgg(VggFeatureLoss):
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
        check_choice("vgg", "distance", distance, ("l1", "l2"))
        check_choice("vgg", "reduction", reduction, ("mean", "pixels"))
        super().__init__("vgg", layers, weights=weights, normalise=normalise, stand_in=stand_in, files=files)
        self.distance, self.reduction = distance, reduction

    def distance_at(self, layer: str, sr: Tensor, hr: Tensor) -> Tensor:  # noqa: ARG002 - the same for every layer
        """Return the mean distance between the features of SR and HR, (B, C, h, w), as `reduction` defines it."""
        difference = sr - hr
        distances = difference.abs() if self.distance == "l1" else difference.square()
        return distances.mean() if self.reduction == "mean" else distances.sum(dim=1).mean()
