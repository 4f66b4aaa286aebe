"""PCARN's generator (Ahn, Kang and Sohn, arXiv:1903.02240, Sec. 3.1 and 3.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from torch import Tensor, nn

from srbench import Cascade, EResidualBlock, MeanShift, PerScale, PixelShuffleUpsampler, ResidualBlock
from srbench_pcarn.initialisation import Initialisation

if TYPE_CHECKING:
    from collections.abc import Sequence


class PCARN(nn.Module):
    """The photo-realistic cascading residual network: a trunk at LR size and an upsampler for each scale.

    PCARN-M is ``groups=4, efficient=True, recursive=True``. The switches `local_cascading`, `global_cascading` and
    `global_residual` are the ablation of Table 1.

    Args:
        scales: the scales.
        features: width of all blocks.
        blocks: number of cascading blocks (B in Eq. 3).
        units: number of residual blocks of each cascading block (U in Eq. 2).
        groups: groups of the 3x3 convolutions of the blocks and of the upsamplers.
        efficient: whether the residual blocks are EResidual blocks.
        recursive: whether the residual blocks of a cascading block share their weights.
        local_cascading: whether residual blocks cascade within a cascading block.
        global_cascading: whether the cascading blocks cascade.
        global_residual: whether a skip spans the trunk.
        initialisation: the initialisation scheme; None is the paper's choice.

    Raises:
        UsageError: if pixel shuffling cannot reach one of `scales`.
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
        """Upscale `lr` (B, 3, h, w), RGB in [0, 1], to SR (B, 3, h * scale, w * scale), not clipped.

        Raises:
            UsageError: if the network has no upsampler for `scale`.
        """
        entry = self.entry(self.subtract_mean(lr))
        trunk = self.cascade(entry)
        if self.global_residual:
            trunk = trunk + entry  # O = H^B + H^0
        sr: Tensor = self.add_mean(self.exit(self.upsamplers(trunk, scale)))
        return sr
