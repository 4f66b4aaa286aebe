"""Distance between the luma of SR and HR, for networks that restore the luma alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from torch import Tensor, nn

from srbench import UsageError, rgb_to_ycbcr

if TYPE_CHECKING:
    from srbench import Batch, Prediction

Distance = Literal["l1", "l2", "charbonnier"]
Reduction = Literal["mean", "sum"]


class LumaDistance(nn.Module):
    """Distance between the BT.601 luma of SR and of HR, in units of [16, 235] / 255.

    With a network that keeps the bicubic chroma, a distance in RGB would also count the error of the chroma, which such
    a network can't mend.

    Args:
        distance: Absolute (``l1``) or squared (``l2``) difference, or ``charbonnier``, sqrt(difference^2 + eps^2).
        reduction: ``mean`` over all pixels, or ``sum`` over the pixels of a patch and mean over the patches.
        border: Width in HR pixels of the border that is not counted.
        eps: Constant of ``charbonnier``.

    Raises:
        UsageError: if an argument is not one of its choices, `border` is below 0, or `eps` not above 0.
    """

    def __init__(
        self, distance: Distance = "l2", *, reduction: Reduction = "mean", border: int = 0, eps: float = 1e-3
    ) -> None:
        super().__init__()
        if distance not in {"l1", "l2", "charbonnier"}:
            raise UsageError(f"luma: distance is {distance!r}; choose from l1, l2, charbonnier")
        if reduction not in {"mean", "sum"}:
            raise UsageError(f"luma: reduction is {reduction!r}; choose from mean, sum")
        if border < 0 or not eps > 0:
            raise UsageError(f"luma: border is {border} and eps is {eps}; choose 0 or more, and a number above 0")
        self.distance, self.reduction, self.border, self.eps = distance, reduction, border, eps

    def forward(self, prediction: Prediction, batch: Batch) -> dict[str, Tensor]:
        """Return ``{"luma": scalar >= 0}``.

        Raises:
            UsageError: if a patch is all border.
        """
        return {"luma": self.between(luma(prediction.sr), luma(batch.hr))}

    def between(self, sr: Tensor, hr: Tensor) -> Tensor:
        """Return the distance between luma images, (B, 1, H, W) each.

        Raises:
            UsageError: if they are all border.
        """
        height, width = hr.shape[-2:]
        if min(height, width) <= 2 * self.border:
            raise UsageError(
                f"luma: HR patches of {width} x {height} have no pixels within a border of {self.border}; "
                "use larger patches, or a smaller `border`"
            )
        whole = ..., slice(self.border, height - self.border), slice(self.border, width - self.border)
        difference = (sr - hr)[whole]
        if self.distance == "l1":
            each = difference.abs()
        elif self.distance == "l2":
            each = difference.square()
        else:
            each = (difference.square() + self.eps**2).sqrt()
        return each.mean() if self.reduction == "mean" else each.sum() / len(each)


def luma(rgb: Tensor) -> Tensor:
    """Return the BT.601 luma in [16, 235] / 255, (B, 1, H, W) float32, of (B, 3, H, W) RGB in [0, 1]."""
    return rgb_to_ycbcr(rgb.float())[:, :1]
