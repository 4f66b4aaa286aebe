"""SAN: Dai et al., "Second-order Attention Network for Single Image Super-Resolution", CVPR 2019."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn.functional import scaled_dot_product_attention

from srbench import DIV2K_MEAN, PerScale, PixelShuffleUpsampler
from srbench_classics.frame import LongSkipNetwork
from srbench_classics.layers import ChannelAttention, Residual, conv, full_precision
from srbench_classics.square_root import covariance, square_root

INNER = 8
"""Factor by which the non-local block reduces the features."""


class SecondOrderAttention(ChannelAttention):
    """Channel attention whose statistic is the mean of a channel's row in the covariance's square root (Sec. 3.3)."""

    def statistic(self, x: Tensor) -> Tensor:
        """Map (B, features, H, W) to one statistic per channel, (B, features, 1, 1)."""
        with full_precision(x):
            root = square_root(covariance(x.to(torch.promote_types(x.dtype, torch.float32))))
        return root.mean(1)[..., None, None].to(x)


class NonLocal(nn.Module):
    """Non-local block: adds to each pixel a mean over all pixels with embedded-Gaussian weights (Wang et al. 2018).

    It is initialised as the identity. On devices with a suitable PyTorch kernel, the (h * w) x (h * w) weights are
    never stored.
    """

    def __init__(self, features: int) -> None:
        super().__init__()
        inner = max(1, features // INNER)
        self.query, self.key, self.value = (conv(features, inner, 1) for _ in range(3))
        self.out = conv(inner, features, 1)
        nn.init.zeros_(self.out.weight)
        if self.out.bias is not None:
            nn.init.zeros_(self.out.bias)

    def forward(self, x: Tensor) -> Tensor:
        """Map (B, features, h, w) to the same shape."""
        query, key, value = (
            layer(x).flatten(2).mT.unsqueeze(1).contiguous() for layer in (self.query, self.key, self.value)
        )
        attended = scaled_dot_product_attention(query, key, value, scale=1.0).squeeze(1).mT
        added: Tensor = self.out(attended.reshape(x.shape[0], -1, *x.shape[2:]))
        return x + added


class RegionNonLocal(NonLocal):
    """Non-local block on each quarter of the feature map separately, which limits its cost and range (Sec. 3.2)."""

    def forward(self, x: Tensor) -> Tensor:
        """Map (B, features, h, w) to the same shape."""
        height, width = x.shape[-2:]
        rows = []
        for half in (x[:, :, : height // 2], x[:, :, height // 2 :]):
            quarters = (half[..., : width // 2], half[..., width // 2 :])
            # A side of one pixel has an empty half.
            rows.append(
                torch.cat([super(RegionNonLocal, self).forward(part) if part.numel() else part for part in quarters], 3)
            )
        return torch.cat(rows, dim=2)


class SharedSourceGroups(nn.Module):
    """Residual groups with shared-source skips, between two passes through one non-local block (Sec. 3.2).

    The output of the first non-local pass is added after each group, with a trained weight that is initially zero. A
    group is a chain of residual blocks followed by second-order attention, with a skip around it.
    """

    def __init__(self, groups: int, blocks: int, features: int, reduction: int) -> None:
        super().__init__()

        def block() -> Residual:
            return Residual(conv(features, features), nn.ReLU(inplace=True), conv(features, features))

        self.non_local = RegionNonLocal(features)
        self.groups = nn.ModuleList(
            Residual(
                *(block() for _ in range(blocks)), SecondOrderAttention(features, reduction), conv(features, features)
            )
            for _ in range(groups)
        )
        self.source_weight = nn.Parameter(torch.zeros(1))

    def forward(self, shallow: Tensor) -> Tensor:
        """Map (B, features, h, w) to the same shape."""
        x = source = self.non_local(shallow)
        for group in self.groups:
            x = group(x) + self.source_weight * source
        deep: Tensor = self.non_local(x)
        return deep


class SAN(LongSkipNetwork):
    """SAN: residual groups with second-order channel attention.

    The defaults are the paper's: G = 20 groups of m = 10 blocks, 64 features, reduction 16. Supported scales are 3 and
    the powers of two.
    """

    def __init__(
        self, scale: float, *, groups: int = 20, blocks: int = 10, features: int = 64, reduction: int = 16
    ) -> None:
        super().__init__(
            head=conv(3, features),
            body=SharedSourceGroups(groups, blocks, features, reduction),
            upsample=PerScale({scale: PixelShuffleUpsampler(features, scale)}),
            tail=conv(features, 3),
            mean=DIV2K_MEAN,
        )
