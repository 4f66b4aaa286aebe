"""PCARN's generator (Ahn, Kang and Sohn, arXiv:1903.02240, Sec. 3.1 and 3.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from torch import Tensor, nn

from srbench.nn.cascade import Cascade, EResidualBlock, ResidualBlock
from srbench.nn.shift import MeanShift
from srbench.nn.upsample import PerScale, PixelShuffleUpsampler
from srbench_pcarn.initialisation import Initialisation

if TYPE_CHECKING:
    from collections.abc import Sequence


class PCARN(nn.Module):
    """Photo-realistic cascading residual network: one trunk at LR resolution, one upsampler for each of `scales`.

    `blocks` cascading blocks (B in Eq. 3) hold `units` residual blocks each (U in Eq. 2), all `features` wide.
    `efficient` takes EResidual blocks and `recursive` shares them within a cascading block; `groups` divides the 3x3
    convolutions of the blocks and of the upsamplers. PCARN-M is ``groups=4, efficient=True, recursive=True``. The last
    three switches are the ablation of Table 1. Raises `UsageError` for scales that pixel shuffling can't reach.
    """

    def __init__(
        self,
        scales: Sequence[float] = (2, 3, 4),
        *,
        features: int = 64,
        blocks: int = 3,
        units: int = 3,
        groups: int = 1,
        efficient: bool = False,
        recursive: bool = False,
        local_cascading: bool = True,
        global_cascading: bool = True,
        global_residual: bool = True,
        initialisation: Initialisation | None = None,
    ) -> None:
        super().__init__()
        residual_block = EResidualBlock if efficient else ResidualBlock

        def cascading_block() -> Cascade:
            return Cascade(
                lambda: residual_block(features, groups),
                units,
                features,
                recursive=recursive,
                cascading=local_cascading,
            )

        self.global_residual = global_residual
        self.subtract_mean = MeanShift(sign=-1)
        self.entry = nn.Conv2d(3, features, 3, padding=1)
        self.cascade = Cascade(cascading_block, blocks, features, cascading=global_cascading)
        self.upsamplers = PerScale(
            {scale: PixelShuffleUpsampler(features, scale, groups=groups, activation=True) for scale in scales}
        )
        self.exit = nn.Conv2d(features, 3, 3, padding=1)
        self.add_mean = MeanShift(sign=1)
        (initialisation or Initialisation()).apply(self)

    def forward(self, lr: Tensor, scale: float) -> Tensor:
        """`lr` (B, 3, h, w) RGB in [0, 1] to SR (B, 3, h * scale, w * scale), not clipped.

        Raises `UsageError` where the network has no upsampler for `scale`.
        """
        entry = self.entry(self.subtract_mean(lr))
        trunk = self.cascade(entry)
        if self.global_residual:
            trunk = trunk + entry  # O = H^B + H^0
        sr: Tensor = self.add_mean(self.exit(self.upsamplers(trunk, scale)))
        return sr
