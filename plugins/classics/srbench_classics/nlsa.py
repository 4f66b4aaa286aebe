"""NLSN: Mei et al., "Image Super-Resolution with Non-Local Sparse Attention", CVPR 2021; also known as NLSA."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from srbench import DIV2K_MEAN, PerScale, PixelShuffleUpsampler
from srbench_classics.frame import LongSkipNetwork
from srbench_classics.layers import Residual, conv
from srbench_classics.sparse_attention import MOST_CODES, bucket_attention

SEED = 0
"""Seed of the hash directions outside of training."""
PERIOD = 8
"""Number of residual blocks between two attention blocks."""


class SparseAttention(nn.Module):
    """Non-local sparse attention over `hashes` rounds of hashing, weighted by the similarity that each round matches.

    In training the hash directions are drawn from PyTorch's global generator in each pass. In eval mode they come from
    a fixed seed, so that results are reproducible; they are neither trained, nor counted, nor stored in checkpoints.
    """

    directions: Tensor

    def __init__(self, features: int, *, hashes: int = 4, bucket: int = 144, reduction: int = 4) -> None:
        super().__init__()
        self.bucket = bucket
        self.match = conv(features, max(1, features // reduction))
        self.value = conv(features, features, 1)
        drawn = torch.randn(
            (hashes, self.match.out_channels, MOST_CODES // 2),
            generator=torch.Generator("cpu").manual_seed(SEED),
            device="cpu",
        )
        self.register_buffer("directions", drawn.to(torch.get_default_device()), persistent=False)

    def forward(self, x: Tensor) -> Tensor:
        """Map (B, features, h, w) to the same shape."""
        queries, values = self.match(x).flatten(2).mT, self.value(x).flatten(2).mT
        directions = torch.randn_like(self.directions) if self.training else self.directions
        rounds = [bucket_attention(queries, values, matrix, self.bucket) for matrix in directions]
        shares = torch.stack([matched for _, matched in rounds]).softmax(0)
        mixed = torch.zeros_like(values)
        for share, (average, _) in zip(shares, rounds, strict=True):
            mixed = mixed + share * average
        return mixed.mT.reshape(x.shape)


class NLSN(LongSkipNetwork):
    """NLSN: EDSR with sparse attention before its residual blocks and after every eighth block.

    The defaults are the paper's: 32 blocks of 256 features, residual weight 0.1 for blocks and attention, 4 rounds of
    hashing and buckets of 144 pixels. Supported scales are 3 and the powers of two.
    """

    def __init__(
        self,
        scale: float,
        *,
        blocks: int = 32,
        features: int = 256,
        residual_weight: float = 0.1,
        hashes: int = 4,
        bucket: int = 144,
    ) -> None:
        def attention() -> Residual:
            return Residual(SparseAttention(features, hashes=hashes, bucket=bucket), weight=residual_weight)

        def block() -> Residual:
            return Residual(
                conv(features, features),
                nn.ReLU(inplace=True),
                conv(features, features),
                weight=residual_weight,
            )

        layers: list[nn.Module] = [attention()]
        for i in range(1, blocks + 1):
            layers.append(block())
            if i % PERIOD == 0:
                layers.append(attention())
        super().__init__(
            head=conv(3, features),
            body=nn.Sequential(*layers, conv(features, features)),
            upsample=PerScale({scale: PixelShuffleUpsampler(features, scale)}),
            tail=conv(features, 3),
            mean=DIV2K_MEAN,
        )
