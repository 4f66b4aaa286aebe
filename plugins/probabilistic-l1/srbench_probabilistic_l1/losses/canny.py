"""Pixels on HR's edges count for more: the edge loss of Seif and Androutsos (ICASSP 2018), a rival of Table 4.

Its text is not at hand. That edges of HR, as Canny's detector finds them, get more weight is what is said of it; the
form of the weighting, the thresholds and their values are choices made here.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal, get_args

import cv2
import numpy as np
import torch
from torch import Tensor, nn

from srbench.errors import UsageError

if TYPE_CHECKING:
    from srbench.losses.batch import Batch
    from srbench.models.prediction import Prediction

Distance = Literal["l1", "l2"]


class CannyEdge(nn.Module):
    """Mean of ``(1 + weight * E) * |SR - HR|`` (or its square, `distance` ``l2``), E being 1 on HR's edges, else 0.

    Edges are those of OpenCV's Canny on the grey uint8 HR patch, `low` and `high` its hysteresis thresholds on the L1
    norm of Sobel's gradient; `radius` widens them by as many pixels on each side. The outermost pixels of a patch are
    no edges to Canny. Raises `UsageError` for a `weight` under 0, thresholds that aren't ``0 <= low <= high``, a
    `radius` under 0 and an unknown distance.
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
        """``{"canny-edge": scalar >= 0}``."""
        error = (prediction.sr.float() - batch.hr).abs()
        each = error if self.distance == "l1" else error.square()
        return {"canny-edge": ((1 + self.weight * self.edges(batch.hr)) * each).mean()}

    def edges(self, hr: Tensor) -> Tensor:
        """(B, 3, H, W) RGB in [0, 1] to (B, 1, H, W), 1 on edges and else 0, on the same device."""
        images = (hr.detach().permute(0, 2, 3, 1).cpu().clamp(0, 1) * 255).round().byte().contiguous().numpy()
        found = torch.from_numpy(np.stack([self._edges(image) for image in images]))
        return found.to(hr.device, torch.float32).unsqueeze(1) / 255

    def _edges(self, image: np.ndarray) -> np.ndarray:
        edges = cv2.Canny(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), self.low, self.high)
        side = 2 * self.radius + 1
        return cv2.dilate(edges, np.ones((side, side), np.uint8)) if self.radius else edges
