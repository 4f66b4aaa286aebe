"""Texture loss: distance between the Gram matrices of the VGG19 features of SR and HR (Gatys, Ecker, Bethge 2015)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from srbench.errors import UsageError
from srbench.losses.vgg_features import VggFeatureLoss, Weights, check_choice

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from torch import Tensor

Divisor = Literal["none", "positions", "elements"]


class Texture(VggFeatureLoss):
    """Weighted sum over VGG19 layers of the mean squared difference between the Gram matrices of SR and HR.

    The Gram matrix of C features at N positions is the C x C matrix of their inner products. With `patch` there is one
    for each square of the feature map (EnhanceNet, Sajjadi et al. 2017, Eq. 7), otherwise one for the whole map
    (TSRN-G, Gondal et al. 2018). Gradients flow to SR, not to HR. Convolutions follow autocast; the Gram matrices are
    computed in float32.

    Args:
        layers: One layer, or layer name -> weight, as for the loss ``vgg``.
        patch: Side of the squares in positions of the feature map; what is left at the bottom and right is not used.
            None: the whole map.
        divide_by: What the Gram matrices are divided by: ``none``, the number of ``positions`` N, or of ``elements``
            C * N.
        weights: VGG19's weights, as for the loss ``vgg``. The ``caffe-normalised`` ones are the features with a mean
            activation of 1 that EnhanceNet uses.
        normalise: As for the loss ``vgg``.
        stand_in: Factor on the loss when the Caffe-normalised weights are used.
        files: Weights name -> available file.

    Raises:
        Unavailable: if the weights are not among `files`.
        UnknownName: if VGG19 does not have one of `layers`.
        UsageError: if `divide_by` or `weights` is not one of its choices, or `patch` is below 1.
    """

    def __init__(
        self,
        layers: str | Mapping[str, float],
        *,
        patch: int | None = None,
        divide_by: Divisor = "elements",
        weights: Weights = "auto",
        normalise: bool = True,
        stand_in: float = 1.0,
        files: Mapping[str, Path],
    ) -> None:
        check_choice("texture", "divide_by", divide_by, ("none", "positions", "elements"))
        if patch is not None and patch < 1:
            raise UsageError(f"texture: patch is {patch}; choose 1 or more positions, or null for the whole map")
        super().__init__("texture", layers, weights=weights, normalise=normalise, stand_in=stand_in, files=files)
        self.patch, self.divide_by = patch, divide_by

    def distance_at(self, layer: str, sr: Tensor, hr: Tensor) -> Tensor:
        """Return the mean squared difference between the Gram matrices of features of SR and HR, (B, C, h, w).

        Raises:
            UsageError: if the map is smaller than `patch`.
        """
        return (self._gram(layer, sr) - self._gram(layer, hr)).square().mean()

    def _gram(self, layer: str, features: Tensor) -> Tensor:
        """Return the Gram matrices (B * patches, C, C) of features (B, C, H, W)."""
        batch, channels, height, width = features.shape
        side = self.patch
        if side is None:
            vectors = features.flatten(2)
        elif min(height, width) < side:
            raise UsageError(
                f"texture: the features of {layer} are {width} x {height}, smaller than a patch of {side} x {side}; "
                "use larger HR patches, or a smaller `patch`"
            )
        else:
            rows, columns = height // side, width // side
            covered = features[..., : rows * side, : columns * side]
            squares = covered.reshape(batch, channels, rows, side, columns, side).permute(0, 2, 4, 1, 3, 5)
            vectors = squares.reshape(-1, channels, side * side)
        positions = vectors.shape[2]
        divisor = {"none": 1, "positions": positions, "elements": channels * positions}[self.divide_by]
        return vectors @ vectors.mT / divisor
