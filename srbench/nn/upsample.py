"""Upsampling by sub-pixel convolution (Shi et al. 2016, ESPCN), staged as in EDSR and CARN."""

from __future__ import annotations

from typing import TYPE_CHECKING

from torch import Tensor, nn

from srbench.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping


def shuffle_stages(scale: float) -> list[int]:
    """The factors that x`scale` is reached by: one x3, or repeated x2 (x1: none).

    Raises `UsageError` for any other scale.
    """
    if scale == 3:
        return [3]
    doublings = int(scale).bit_length() - 1
    if doublings < 0 or scale != 2**doublings:
        raise UsageError(f"a pixel-shuffle upsampler has no x{scale:g}: choose x3 or a power of two")
    return [2] * doublings


class PixelShuffleUpsampler(nn.Sequential):
    """(B, features, h, w) to (B, features, h * scale, w * scale) by 3x3 convolutions and pixel shuffles.

    x2 and x3 are one step, x4 and x8 repeat x2. `activation` puts a ReLU before each shuffle, as CARN does.
    Raises `UsageError` for a scale that is neither 3 nor a power of two.
    """

    def __init__(self, features: int, scale: float, *, groups: int = 1, activation: bool = False) -> None:
        layers: list[nn.Module] = []
        for factor in shuffle_stages(scale):
            layers.append(nn.Conv2d(features, features * factor**2, 3, padding=1, groups=groups))
            if activation:
                layers.append(nn.ReLU(inplace=True))
            layers.append(nn.PixelShuffle(factor))
        super().__init__(*layers)


class PerScale(nn.ModuleDict):
    """One module for each scale, the rest of the network being shared: ``forward(x, scale)`` uses the one of `scale`.

    Raises `UsageError` for a scale that none of `modules` is for.
    """

    def __init__(self, modules: Mapping[float, nn.Module]) -> None:
        super().__init__({_name(scale): module for scale, module in modules.items()})

    def forward(self, x: Tensor, scale: float) -> Tensor:
        """`x` through the module of `scale`."""
        if _name(scale) not in self:
            built_for = ", ".join(name.replace("_", ".") for name in self)
            raise UsageError(f"this network was built for {built_for}, not for x{scale:g}")
        y: Tensor = self[_name(scale)](x)
        return y


def _name(scale: float) -> str:
    return f"x{scale:g}".replace(".", "_")  # torch allows no dot in a module's name
