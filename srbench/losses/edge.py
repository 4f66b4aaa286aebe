"""Edge loss: L1 distance between the gradient magnitudes of SR and HR."""

from __future__ import annotations

from typing import TYPE_CHECKING

from torch import Tensor, nn

if TYPE_CHECKING:
    from srbench.losses.batch import Batch
    from srbench.models.prediction import Prediction

EPSILON = 1e-12
"""Constant added under the square root, whose derivative is infinite at 0.

It is negligible: a ramp of 0.01 grey levels per pixel has a squared gradient of 1.5e-9.
"""


class Edge(nn.Module):
    """Mean of |M(SR) - M(HR)|, where M is the gradient magnitude of each channel.

    This is the gradient loss of Ma et al. 2020 (Structure-Preserving Super Resolution, section 3.3), with the Sobel
    operator in place of the central difference. It is in units of RGB in [0, 1] per pixel; the outermost pixels are
    left out.
    """

    def forward(self, prediction: Prediction, batch: Batch) -> dict[str, Tensor]:
        """Return ``{"edge": scalar >= 0}``; 0 for images that differ by a constant."""
        return {"edge": (edges(prediction.sr.float()) - edges(batch.hr)).abs().mean()}


def edges(image: Tensor) -> Tensor:
    """Return the gradient magnitude of (B, C, H, W) images, (B, C, H - 2, W - 2); 0.1 for a ramp of 0.1 per pixel."""
    return (_slope(image).square() + _slope(image.mT).mT.square() + EPSILON).sqrt()


def _slope(image: Tensor) -> Tensor:
    """Apply the Sobel operator along the rows: a central difference, smoothed by (1, 2, 1) over three rows."""
    difference = image[..., 2:] - image[..., :-2]
    return (difference[..., :-2, :] + 2 * difference[..., 1:-1, :] + difference[..., 2:, :]) / 8
