"""Order of axes, channels and range of values in which a network takes and returns images."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

Range = Literal["unit", "byte", "signed"]
"""Range of values: [0, 1], [0, 255] or [-1, 1]."""
RANGES: tuple[Range, ...] = ("unit", "byte", "signed")


@dataclass(frozen=True)
class Form:
    """Order of axes, channels and value ranges of a network's input and output."""

    layout: Literal["NCHW", "NHWC"] = "NCHW"
    channels: int = 3
    dtype: str = "float32"
    """NumPy's name of the input's type."""
    takes: Range = "unit"
    """Range of the input's values."""
    returns: Range = "unit"
    """Range of the output's values."""

    def into(self, images: NDArray[Any]) -> NDArray[Any]:
        """Return images (B, C, h, w) in [0, 1] in the form that the network takes."""
        values = _in_range(images, self.takes)
        if self.dtype == "uint8":
            values = values.round().clip(0, 255)
        values = values.transpose(0, 2, 3, 1) if self.layout == "NHWC" else values
        return np.ascontiguousarray(values.astype(self.dtype))

    def out_of(self, output: NDArray[Any]) -> NDArray[Any]:
        """Return the network's output as (B, C, H, W) float32 in [0, 1]."""
        values = output.transpose(0, 3, 1, 2) if self.layout == "NHWC" else output
        return _in_unit_range(values.astype(np.float32), self.returns)


def _in_range(values: NDArray[Any], target: Range) -> NDArray[Any]:
    """Convert values in [0, 1] to the range `target`."""
    return {"unit": values, "byte": values * 255, "signed": values * 2 - 1}[target]


def _in_unit_range(values: NDArray[Any], source: Range) -> NDArray[Any]:
    """Convert values of the range `source` to [0, 1]."""
    return {"unit": values, "byte": values / 255, "signed": (values + 1) / 2}[source]
