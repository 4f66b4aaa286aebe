"""Texture loss: distance between the Gram matrices of the VGG19 features of SR and HR (Gatys, Ecker, Bethge 2015)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import torch
from torch import Tensor, nn

from srbench.errors import UsageError
from srbench.losses.vgg_features import Weights, check_choice, load_features

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from srbench.losses.batch import Batch
    from srbench.models.prediction import Prediction

Share = Literal["none", "positions", "elements"]


class Texture(nn.Module):
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
        divide_by: Share = "elements",
        weights: Weights = "auto",
        normalise: bool = True,
        stand_in: float = 1.0,
        files: Mapping[str, Path],
    ) -> None:
        super().__init__()
        check_choice("texture", "divide_by", divide_by, ("none", "positions", "elements"))
        if patch is not None and patch < 1:
            raise UsageError(f"texture: patch is {patch}; choose 1 or more positions, or null for the whole map")
        self.layers = {layers: 1.0} if isinstance(layers, str) else dict(layers)
        self.patch, self.divide_by = patch, divide_by
        self.features, self.weights_used = load_features("texture", self.layers, weights, files, normalise=normalise)
        self.factor = stand_in if self.weights_used == "caffe-normalised" else 1.0

    def forward(self, prediction: Prediction, batch: Batch) -> dict[str, Tensor]:
        """Return ``{"texture": scalar >= 0}``.

        Raises:
            UsageError: if the HR patches are too small for the poolings of VGG19, or a feature map for `patch`.
        """
        with torch.no_grad():
            hr_features = self.features(batch.hr)
        sr_features = self.features(prediction.sr.float())
        with torch.autocast(batch.hr.device.type, enabled=False):
            terms = [
                weight * (self.gram(name, sr_features[name]) - self.gram(name, hr_features[name])).square().mean()
                for name, weight in self.layers.items()
            ]
            return {"texture": self.factor * torch.stack(terms).sum()}

    def gram(self, name: str, features: Tensor) -> Tensor:
        """Map the features of the layer `name`, (B, C, H, W), to Gram matrices, (B * patches, C, C).

        Raises:
            UsageError: if the map is smaller than `patch`.
        """
        batch, channels, height, width = features.shape
        side = self.patch
        if side is None:
            flat = features.float().flatten(2)
        elif min(height, width) < side:
            raise UsageError(
                f"texture: the features of {name} are {width} x {height}, smaller than a patch of {side} x {side}; "
                "use larger HR patches, or a smaller `patch`"
            )
        else:
            rows, columns = height // side, width // side
            whole = features.float()[..., : rows * side, : columns * side]
            squares = whole.reshape(batch, channels, rows, side, columns, side).permute(0, 2, 4, 1, 3, 5)
            flat = squares.reshape(-1, channels, side * side)
        count = {"none": 1, "positions": flat.shape[2], "elements": flat.shape[1] * flat.shape[2]}[self.divide_by]
        return flat @ flat.mT / count
