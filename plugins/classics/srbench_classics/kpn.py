"""KPN, LP-KPN and DPS: Cai et al., "Toward Real-World Single Image Super-Resolution", ICCV 2019.

Layer sizes as in the authors' network definitions (github.com/csjcai/RealSR, ``Test/*.prototxt``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 - torch's own name for it

from srbench_classics.equal_size import FACTOR, EqualSizeNetwork, Synthesis
from srbench_classics.layers import Residual, conv, he_normal
from srbench_classics.pyramid import LEVELS, collapse, decompose

if TYPE_CHECKING:
    from collections.abc import Callable


def apply_kernels(kernels: Tensor, image: Tensor) -> Tensor:
    """Filter each pixel's neighbourhood with the pixel's own kernel.

    Args:
        kernels: (B, k * k, H, W) kernels, k odd, taps in row-major order.
        image: (B, 1, H, W) image, zero beyond its border.

    Returns:
        The (B, 1, H, W) filtered image.
    """
    side = round(kernels.shape[1] ** 0.5)
    height, width = image.shape[-2:]
    around = F.pad(image[:, 0], [side // 2] * 4)
    # One row of taps at a time: all k * k shifted images at once would take gigabytes.
    rows = kernels.reshape(-1, side, side, height, width).unbind(1)
    weighted = (
        row * around[:, top : top + height].unfold(2, side, 1).permute(0, 3, 1, 2) for top, row in enumerate(rows)
    )
    return sum((products.sum(1, keepdim=True) for products in weighted), start=kernels.new_zeros(()))


class KernelPrediction(nn.Module):
    """Tail that predicts a kernel for every pixel of the luma (KPN)."""

    def __init__(self, features: int, size: int) -> None:
        super().__init__()
        self.kernels = _branch(features, FACTOR, size**2)

    def forward(self, features: Tensor, y: Tensor) -> Tensor:
        """Map features (B, C, H / 4, W / 4) and the luma (B, 1, H, W) to the restored luma (B, 1, H, W)."""
        return apply_kernels(self.kernels(features), y)


class PyramidKernelPrediction(nn.Module):
    """Tail that predicts a kernel for every pixel of every level of the luma's Laplacian pyramid (LP-KPN)."""

    def __init__(self, features: int, size: int) -> None:
        super().__init__()
        self.kernels = nn.ModuleList(_branch(features, FACTOR >> level, size**2) for level in range(LEVELS))

    def forward(self, features: Tensor, y: Tensor) -> Tensor:
        """Map features (B, C, H / 4, W / 4) and the luma (B, 1, H, W) to the restored luma (B, 1, H, W)."""
        levels = zip(self.kernels, decompose(y), strict=True)
        return collapse([apply_kernels(kernels(features), level) for kernels, level in levels])


class KernelNetwork(EqualSizeNetwork):
    """Common trunk of the three networks: 16 residual blocks on the unshuffled luma, a long skip, and a tail."""

    def __init__(self, tail: Callable[[int], nn.Module], *, blocks: int = 16, features: int = 64) -> None:
        def layer() -> nn.Conv2d:
            return he_normal(conv(features, features))

        super().__init__(
            head=he_normal(conv(FACTOR**2, features)),
            body=nn.Sequential(*(Residual(layer(), nn.ReLU(inplace=True), layer()) for _ in range(blocks)), layer()),
            tail=tail(features),
        )


class DPS(KernelNetwork):
    """Direct pixel synthesis, which predicts the pixels where KPN predicts kernels."""

    def __init__(self, *, blocks: int = 16, features: int = 64) -> None:
        super().__init__(lambda width: Synthesis(_branch(width, FACTOR, 1)), blocks=blocks, features=features)


class KPN(KernelNetwork):
    """Kernel prediction network with kernels of `size` x `size` (19 is the largest in the authors' comparison)."""

    def __init__(self, *, size: int = 19, blocks: int = 16, features: int = 64) -> None:
        super().__init__(lambda width: KernelPrediction(width, size), blocks=blocks, features=features)


class LPKPN(KernelNetwork):
    """Laplacian-pyramid-based kernel prediction network with kernels of `size` x `size` at each of three levels."""

    def __init__(self, *, size: int = 5, blocks: int = 16, features: int = 64) -> None:
        super().__init__(lambda width: PyramidKernelPrediction(width, size), blocks=blocks, features=features)


def _branch(features: int, factor: int, channels: int) -> nn.Sequential:
    """Build a pixel shuffle and three convolutions: (B, features, h, w) to (B, channels, h * factor, w * factor)."""
    return nn.Sequential(
        nn.PixelShuffle(factor),
        he_normal(conv(features // factor**2, features)),
        nn.ReLU(inplace=True),
        he_normal(conv(features, features)),
        nn.ReLU(inplace=True),
        he_normal(conv(features, channels)),
    )
