"""The edge loss of Seif and Androutsos (ICASSP 2018), to which Table 4 compares: pixels on HR's edges weigh more.

Its text is not available here. It is known to give more weight to edges of HR found by Canny's detector; the form of
the weighting, the thresholds and their values are choices made here.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal, get_args

import cv2
import numpy as np
import torch
from torch import Tensor, nn

from srbench import UsageError

if TYPE_CHECKING:
    from srbench import Batch, Prediction

Distance = Literal["l1", "l2"]


class CannyEdge(nn.Module):
    """The edge loss: mean of ``(1 + weight * E) * |SR - HR|``, with E = 1 on HR's edges and 0 elsewhere.

    Edges are those of OpenCV's Canny on the grey uint8 HR patch; it never marks the outermost pixels of a patch.

    Args:
        weight: additional weight of edges.
        low: lower hysteresis threshold of Canny, on the L1 norm of Sobel's gradient.
        high: upper hysteresis threshold of Canny.
        radius: number of pixels by which edges are widened on each side.
        distance: ``l1``, or ``l2`` for the square of the difference.

    Raises:
        UsageError: if `weight` or `radius` is below 0, if not ``0 <= low <= high``, or if `distance` is unknown.
    """

    def __init__(
        self,
        *,
        weight: float = 1.0,
        low: float = 100.0,
        high: float = 200.0,
        radius: int = 0,
        distance: Distance = "l1",
    ) -> None:
        super().__init__()
        if not (weight >= 0 and math.isfinite(weight)):
            raise UsageError(f"canny-edge: weight {weight!r}: expected a number of 0 or more (0 is plain {distance})")
        if not 0 <= low <= high < math.inf:
            raise UsageError(
                f"canny-edge: thresholds {low!r} and {high!r}: expected 0 <= low <= high, of uint8 gradients"
            )
        if radius < 0:
            raise UsageError(f"canny-edge: radius {radius!r}: expected 0 or more pixels")
        if distance not in get_args(Distance):
            raise UsageError(f"canny-edge: distance {distance!r}: expected one of {', '.join(get_args(Distance))}")
        self.weight, self.low, self.high, self.radius, self.distance = weight, low, high, radius, distance

    def forward(self, prediction: Prediction, batch: Batch) -> dict[str, Tensor]:
        """Return ``{"canny-edge": scalar >= 0}``."""
        error = (prediction.sr.float() - batch.hr).abs()
        distance = error if self.distance == "l1" else error.square()
        return {"canny-edge": ((1 + self.weight * self.edges(batch.hr)) * distance).mean()}

    def edges(self, hr: Tensor) -> Tensor:
        """Return an edge mask (B, 1, H, W), 1 on edges and 0 elsewhere, of `hr` (B, 3, H, W), RGB in [0, 1]."""
        images = (hr.detach().permute(0, 2, 3, 1).cpu().clamp(0, 1) * 255).round().byte().contiguous().numpy()
        edges = torch.from_numpy(np.stack([self._edges(image) for image in images]))
        return edges.to(hr.device, torch.float32).unsqueeze(1) / 255

    def _edges(self, image: np.ndarray) -> np.ndarray:
        edges = cv2.Canny(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), self.low, self.high)
        side = 2 * self.radius + 1
        return cv2.dilate(edges, np.ones((side, side), np.uint8)) if self.radius else edges
