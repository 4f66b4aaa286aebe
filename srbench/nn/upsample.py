"""Upsampling by sub-pixel convolution (Shi et al. 2016, ESPCN), staged as in EDSR and CARN."""

from __future__ import annotations

from typing import TYPE_CHECKING

from torch import Tensor, nn

from srbench.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping


def shuffle_stages(scale: float) -> list[int]:
    """Return the factors of the upsampling stages that multiply to `scale`: one 3, or repeated 2s (none for 1).

    Raises:
        UsageError: if `scale` is neither 3 nor a power of two.
    """
    if scale == 3:
        return [3]
    doublings = int(scale).bit_length() - 1
    if doublings < 0 or scale != 2**doublings:
        raise UsageError(f"pixel-shuffle upsampler: scale x{scale:g} is not supported; choose x3 or a power of two")
    return [2] * doublings


class PixelShuffleUpsampler(nn.Sequential):
    """Upsampler of 3x3 convolutions and pixel shuffles.

    Maps (B, features, h, w) to (B, features, h * scale, w * scale). x2 and x3 take one stage, x4 and x8 repeat the x2
    stage. `activation` puts a ReLU before each shuffle, as in CARN.

    Raises:
        UsageError: if `scale` is neither 3 nor a power of two.
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
    """Set of modules, one per scale, in a network that shares everything else between scales.

    ``forward(x, scale)`` applies the module of `scale`.
    """

    def __init__(self, modules: Mapping[float, nn.Module]) -> None:
        super().__init__({_name(scale): module for scale, module in modules.items()})

    def forward(self, x: Tensor, scale: float) -> Tensor:
        """Apply the module of `scale` to `x`.

        Raises:
            UsageError: if there is no module for `scale`.
        """
        if _name(scale) not in self:
            built_for = ", ".join(name.replace("_", ".") for name in self)
            raise UsageError(f"this network was built for {built_for}, not for x{scale:g}; choose a scale it supports")
        y: Tensor = self[_name(scale)](x)
        return y


def _name(scale: float) -> str:
    return f"x{scale:g}".replace(".", "_")  # torch does not allow dots in module names
