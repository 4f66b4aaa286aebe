"""LR images made by the degradation of a dataset."""

from __future__ import annotations

from typing import TYPE_CHECKING

from srbench.errors import PluginError
from srbench.loading import load

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from srbench.specs.dataset import Degradation


def degrade(
    degradation: Degradation, hr: NDArray[np.uint8], scale: float, name: str, size: tuple[int, ...]
) -> NDArray[np.uint8]:
    """Return the LR image that `degradation` makes of an HR image.

    Args:
        degradation: Degradation to apply.
        hr: uint8, (H, W, 3) RGB or (H, W) grey.
        scale: Requested scale; a scale of the degradation takes precedence.
        name: Name of the image within its dataset.
        size: Expected (height, width) of LR.

    Raises:
        PluginError: if the result has another type or size.
    """
    import numpy as np

    used_scale = scale if degradation.scale is None else degradation.scale
    lr: NDArray[np.uint8] = load(degradation.build)(hr, used_scale, name)
    expected = (*size, *hr.shape[2:])
    if not isinstance(lr, np.ndarray) or lr.dtype != np.uint8 or lr.shape != expected:
        actual = f"{lr.dtype} {lr.shape}" if isinstance(lr, np.ndarray) else type(lr).__name__
        raise PluginError(
            f"degradation {degradation.name} ({degradation.build}): returned {actual} for HR {hr.shape} at x{scale:g}; "
            f"expected uint8 {expected}"
        )
    return lr
