"""Meta-RDN: Hu et al., "Meta-SR: A Magnification-Arbitrary Network for Super-Resolution", CVPR 2019."""

from __future__ import annotations

from torch import Tensor, nn

from srbench import DIV2K_MEAN, MeanShift
from srbench_classics.layers import conv
from srbench_classics.meta_upscale import MetaUpscale
from srbench_classics.rdn import DenseFeatureFusion


class MetaRDN(nn.Module):
    """Meta-RDN: RDN's features followed by the Meta-Upscale module (Sec. 3).

    One set of weights serves any real scale from 1. The defaults are the paper's, which are those of RDN's final
    network.
    """

    def __init__(
        self, *, blocks: int = 16, layers: int = 8, growth: int = 64, features: int = 64, hidden: int = 256
    ) -> None:
        super().__init__()
        self.subtract_mean = MeanShift(DIV2K_MEAN, sign=-1)
        self.head = conv(3, features)
        self.body = DenseFeatureFusion(blocks, layers, growth, features)
        self.upsample = MetaUpscale(features, hidden=hidden)
        self.add_mean = MeanShift(DIV2K_MEAN, sign=1)

    def forward(self, lr: Tensor, scale: float) -> Tensor:
        """Map (B, 3, h, w) RGB in [0, 1] to (B, 3, round(h * scale), round(w * scale)).

        Raises:
            UsageError: if `scale` is below 1.
        """
        shallow = self.head(self.subtract_mean(lr))
        sr: Tensor = self.add_mean(self.upsample(shallow + self.body(shallow), scale))
        return sr
