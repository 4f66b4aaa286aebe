"""Distance between the edges of SR and of HR."""

from __future__ import annotations

from typing import TYPE_CHECKING

from torch import Tensor, nn

if TYPE_CHECKING:
    from srbench.losses.batch import Batch
    from srbench.models.prediction import Prediction

FLAT = 1e-12
"""Added under the root, whose slope at zero is infinite; a ramp of a hundredth of a grey level a pixel has 1.5e-9."""


class Edge(nn.Module):
    """Mean |M(SR) - M(HR)|, where M is the length of each channel's gradient.

    The gradient loss of Ma et al. 2020 (Structure-Preserving Super Resolution, section 3.3) with Sobel's operator in
    place of the central difference. In units of RGB in [0, 1] per pixel; the outermost pixels are left out.
    """

    def forward(self, prediction: Prediction, batch: Batch) -> dict[str, Tensor]:
        """``{"edge": scalar >= 0}``; 0 for images that differ by a constant."""
        return {"edge": (edges(prediction.sr.float()) - edges(batch.hr)).abs().mean()}


def edges(image: Tensor) -> Tensor:
    """(B, C, H, W) -> (B, C, H - 2, W - 2): the gradient's length, where a ramp of 0.1 a pixel has 0.1."""
    return (_slope(image).square() + _slope(image.mT).mT.square() + FLAT).sqrt()


def _slope(image: Tensor) -> Tensor:
    """Sobel's operator along the rows: a central difference, smoothed by 1 2 1 over three rows."""
    difference = image[..., 2:] - image[..., :-2]
    return (difference[..., :-2, :] + 2 * difference[..., 1:-1, :] + difference[..., 2:, :]) / 8
