"""SRFBN: Li et al., "Feedback Network for Image Super-Resolution", CVPR 2019.

Details that the paper leaves open follow the authors' PyTorch definition.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 - torch's own name for it

from srbench import DIV2K_MEAN, MeanShift, PerScale
from srbench_classics.layers import conv, he_normal
from srbench_classics.projection import down, same, up, whole

if TYPE_CHECKING:
    from collections.abc import Iterator

SLOPE = 0.2
"""Initial slope of the PReLUs."""


class FeedbackBlock(nn.Module):
    """Feedback block: `groups` densely connected pairs of an upscaling and a downscaling layer (Sec. 3.3)."""

    def __init__(self, groups: int, features: int, stride: int) -> None:
        super().__init__()

        def gather(count: int) -> nn.Module:
            return same(count * features, features, 1, SLOPE) if count > 1 else nn.Identity()

        self.compress_in = same(2 * features, features, 1, SLOPE)
        self.ups = nn.ModuleList(
            nn.Sequential(gather(index), up(features, stride, SLOPE)) for index in range(1, groups + 1)
        )
        self.downs = nn.ModuleList(
            nn.Sequential(gather(index), down(features, stride, SLOPE)) for index in range(1, groups + 1)
        )
        self.compress_out = same(groups * features, features, 1, SLOPE)

    def forward(self, shallow: Tensor, fed_back: Tensor) -> Tensor:
        """Map the image's features and the block's last output, both (B, features, h, w), to its next output."""
        lows = [self.compress_in(torch.cat([shallow, fed_back], dim=1))]
        highs: list[Tensor] = []
        for rise, fall in zip(self.ups, self.downs, strict=True):
            highs.append(rise(torch.cat(lows, dim=1)))
            lows.append(fall(torch.cat(highs, dim=1)))
        result: Tensor = self.compress_out(torch.cat(lows[1:], dim=1))
        return result


class SRFBN(nn.Module):
    """SRFBN: one feedback block, applied `steps` times to the image's features and its own last output (Sec. 3).

    The SR image of a step is the bilinear image plus a residual reconstructed from the step's output. The paper's
    training supervises all steps (Eq. 6); `states` returns their images. The defaults are the paper's SRFBN (T = 4,
    G = 6, m = 64); SRFBN-S has `groups` 3 and `features` 32. Supported scales are whole numbers from 2 (the paper's are
    2, 3 and 4).

    Raises:
        UsageError: if `scale` is not a whole number from 2.
    """

    def __init__(self, scale: float, *, steps: int = 4, groups: int = 6, features: int = 64) -> None:
        super().__init__()
        stride = whole(scale, "SRFBN")
        self.steps = steps
        self.subtract_mean = MeanShift(DIV2K_MEAN, sign=-1)
        self.head = nn.Sequential(same(3, 4 * features, 3, SLOPE), same(4 * features, features, 1, SLOPE))
        self.block = FeedbackBlock(groups, features, stride)
        self.reconstruct = PerScale({scale: nn.Sequential(up(features, stride, SLOPE), he_normal(conv(features, 3)))})

    def forward(self, lr: Tensor, scale: float) -> Tensor:
        """Map (B, 3, h, w) RGB in [0, 1] to the last step's image, (B, 3, h * scale, w * scale).

        Raises:
            UsageError: if the network was not built for `scale`.
        """
        last = deque(self._results(lr), maxlen=1).pop()
        return self._image(last, lr, scale)

    def states(self, lr: Tensor, scale: float) -> list[Tensor]:
        """Return the image after each step, (B, 3, h * scale, w * scale), the output of `forward` last.

        Raises:
            UsageError: if the network was not built for `scale`.
        """
        return [self._image(hidden, lr, scale) for hidden in self._results(lr)]

    def _results(self, lr: Tensor) -> Iterator[Tensor]:
        hidden = shallow = self.head(self.subtract_mean(lr))
        for _ in range(self.steps):
            hidden = self.block(shallow, hidden)
            yield hidden

    def _image(self, hidden: Tensor, lr: Tensor, scale: float) -> Tensor:
        residual: Tensor = self.reconstruct(hidden, scale)
        return residual + F.interpolate(lr, size=residual.shape[-2:], mode="bilinear")
