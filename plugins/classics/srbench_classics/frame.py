"""Common structure of SRResNet, EDSR and their successors: LR features, one long skip, upsampling at the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from torch import Tensor, nn

from srbench import MeanShift

if TYPE_CHECKING:
    from srbench import PerScale


class LongSkipNetwork(nn.Module):
    """Network ``tail(upsample(f + body(f)))`` with ``f = head(lr)``, for the scale for which `upsample` was built.

    The colour `mean` is subtracted from the input and added to the output.
    """

    def __init__(
        self,
        *,
        head: nn.Module,
        body: nn.Module,
        upsample: PerScale,
        tail: nn.Module,
        mean: tuple[float, float, float] = (0, 0, 0),
    ) -> None:
        super().__init__()
        self.subtract_mean = MeanShift(mean, sign=-1)
        self.head = head
        self.body = body
        self.upsample = upsample
        self.tail = tail
        self.add_mean = MeanShift(mean, sign=1)

    def forward(self, lr: Tensor, scale: float) -> Tensor:
        """Map (B, 3, h, w) RGB in [0, 1] to (B, 3, h * scale, w * scale).

        Raises:
            UsageError: if the network was not built for `scale`.
        """
        shallow = self.head(self.subtract_mean(lr))
        deep = shallow + self.body(shallow)
        sr: Tensor = self.add_mean(self.tail(self.upsample(deep, scale)))
        return sr
