"""The Riemannian loss of Mu et al. (CVPRW 2019), to which Table 4 compares: the distance of local structures.

Its text is not available here. Its name and abstract say that structure is compared as symmetric positive definite
(SPD) matrices by a Riemannian distance; that these matrices are structure tensors, and every constant, are choices made
here.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal

import torch
from torch import Tensor, nn
from torch.nn.functional import avg_pool2d

from srbench import UsageError
from srbench_probabilistic_l1.losses.spd import Spd, affine_invariant_squared, log_euclidean_squared

if TYPE_CHECKING:
    from srbench import Batch, Prediction

Metric = Literal["log-euclidean", "affine-invariant"]
METRICS = {"log-euclidean": log_euclidean_squared, "affine-invariant": affine_invariant_squared}
ROUND = 1e-3
"""Distance below which the square root, whose slope at 0 is infinite, is smoothed."""


class Riemann(nn.Module):
    """The Riemannian loss: mean distance between the structure tensors of SR and HR at every pixel.

    A structure tensor is the mean, over a square window and the three channels, of the outer product of the gradient
    (central differences) with itself, plus `floor` times the identity. The loss is computed in float32 even under
    autocast.

    Args:
        metric: ``log-euclidean``, or ``affine-invariant``, the geodesic distance.
        window: side of the window in pixels, an odd number.
        floor: multiple of the identity; gradients below ``sqrt(floor)`` per pixel hardly count.

    Raises:
        UsageError: if `window` is even, if `floor` is not a finite number above 0, or if `metric` is unknown; on a
            call, if patches are smaller than ``window + 2``.
    """

    def __init__(self, *, metric: Metric = "log-euclidean", window: int = 5, floor: float = 1e-4) -> None:
        super().__init__()
        if metric not in METRICS:
            raise UsageError(f"riemann: metric {metric!r}: expected one of {', '.join(METRICS)}")
        if window < 1 or window % 2 == 0:
            raise UsageError(f"riemann: window {window!r}: expected an odd number of pixels")
        if not (floor > 0 and math.isfinite(floor)):
            raise UsageError(
                f"riemann: floor {floor!r}: expected a number above 0, because flat patches have no logarithm at 0"
            )
        self.distance_squared, self.window, self.floor = METRICS[metric], window, floor

    def forward(self, prediction: Prediction, batch: Batch) -> dict[str, Tensor]:
        """Return ``{"riemann": scalar >= 0}``, without a unit."""
        least = self.window + 2
        if min(batch.hr.shape[-2:]) < least:
            raise UsageError(
                f"riemann: HR patches of {tuple(batch.hr.shape[-2:])} are too small; use {least} pixels or more a side"
            )
        with torch.autocast(batch.hr.device.type, enabled=False):
            squared = self.distance_squared(self.structure(prediction.sr.float()), self.structure(batch.hr.float()))
            return {"riemann": ((squared + ROUND**2).sqrt() - ROUND).mean()}

    def structure(self, image: Tensor) -> Spd:
        """Return structure tensors of (B, C, H, W), each element (B, 1, H - 1 - window, W - 1 - window)."""
        down = (image[..., 2:, 1:-1] - image[..., :-2, 1:-1]) / 2
        right = (image[..., 1:-1, 2:] - image[..., 1:-1, :-2]) / 2
        a, b, c = (self._mean(product) for product in (down * down, down * right, right * right))
        return Spd(a + self.floor, b, c + self.floor, self.floor)

    def _mean(self, products: Tensor) -> Tensor:
        return avg_pool2d(products.mean(1, keepdim=True), self.window, stride=1)
