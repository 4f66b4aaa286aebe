"""Loss of a Laplacian pyramid network on the images of all its levels (Lai et al. 2017, Sec. 3.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from torch import Tensor, nn

from srbench import PluginError, imresize_tensor
from srbench_classics.losses.luma_distance import LumaDistance, Reduction, luma
from srbench_classics.supervised import STATE

if TYPE_CHECKING:
    from srbench import Batch, Prediction

LEVEL = "level-"
"""Beginning of the names of the levels' luma images among the further outputs of a network."""


class LumaPyramid(nn.Module):
    """Charbonnier distance between each level's luma image and HR, added up over the levels.

    The network hands out its levels as `Prediction.aux`: their luma, under names that begin with ``level-``, or RGB
    images, under names that begin with ``state-`` (`WithStates`). For a smaller level HR's luma is shrunk by MATLAB's
    bicubic, without rounding.

    Args:
        eps: Constant of the Charbonnier distance (Sec. 3.3).
        reduction: As of `LumaDistance`; the paper's is ``sum``.

    Raises:
        UsageError: if `eps` is not above 0, or `reduction` not one of its choices.
    """

    def __init__(self, eps: float = 1e-3, *, reduction: Reduction = "sum") -> None:
        super().__init__()
        self.charbonnier = LumaDistance("charbonnier", reduction=reduction, eps=eps)

    def forward(self, prediction: Prediction, batch: Batch) -> dict[str, Tensor]:
        """Return ``{"luma-pyramid": scalar >= 0}``.

        Raises:
            PluginError: if the network hands out no levels.
        """
        levels = [image.float() for name, image in prediction.aux.items() if name.startswith(LEVEL)]
        levels += [luma(image) for name, image in prediction.aux.items() if name.startswith(STATE)]
        if not levels:
            raise PluginError(
                "luma-pyramid: the network returns no levels; its forward has to return a Prediction with "
                f"'{LEVEL}1', '{LEVEL}2', ... in `aux`, or train a model whose name ends in +states"
            )
        hr = luma(batch.hr)
        total = hr.new_zeros(())
        for image in levels:
            height, width = image.shape[-2:]
            target = hr
            if (height, width) != hr.shape[-2:]:
                target = imresize_tensor(hr, height / hr.shape[-2], size=(height, width))
            total = total + self.charbonnier.between(image, target)
        return {"luma-pyramid": total}
