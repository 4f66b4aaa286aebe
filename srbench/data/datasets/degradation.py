"""LR images by a degradation of the dataset's own (`DatasetSpec.lr_made_by`), where imresize alone won't do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from srbench.errors import PluginError
from srbench.loading import load

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from srbench.specs.dataset import DatasetSpec


@dataclass(frozen=True)
class Degradation:
    """What makes a set's LR images, as plain data; called with HR, the scale in force, and the image's name."""

    by: str
    """``"module:attribute"``."""
    version: int = 1
    scale: float | None = None
    """What it is called with in place of the scale in force; None: that one."""
    equal_size: bool = False
    """LR has HR's size."""

    @classmethod
    def of(cls, spec: DatasetSpec) -> Degradation | None:
        """That of `spec`, if it has one. Raises `PluginError` for settings that don't go together."""
        if not spec.lr_made_by:
            if spec.equal_size or spec.lr_scale is not None:
                raise PluginError(f"dataset {spec.name}: equal_size and lr_scale are said of what lr_made_by makes")
            return None
        if not spec.of:
            raise PluginError(f"dataset {spec.name}: lr_made_by is for a set that is made of others: name them in `of`")
        if spec.equal_size and spec.lr_scale is None:
            raise PluginError(f"dataset {spec.name}: LR has HR's size, at an unknown scale: say which in lr_scale")
        return cls(spec.lr_made_by, spec.lr_version, spec.lr_scale, spec.equal_size)

    @property
    def label(self) -> str:
        """``srbench_x.degradation:real_like at x2 of equal size, version 2``: all that the pixels depend on but HR."""
        at = "" if self.scale is None else f" at x{self.scale:g}"
        size = " of equal size" if self.equal_size else ""
        return f"{self.by}{at}{size}" + (f", version {self.version}" if self.version != 1 else "")

    def __call__(self, hr: NDArray[np.uint8], scale: float, name: str, size: tuple[int, ...]) -> NDArray[np.uint8]:
        """LR of `hr`, uint8 (H, W, 3) or (H, W), of `size` (h, w). Raises `PluginError` for another type or size."""
        import numpy as np

        lr: NDArray[np.uint8] = load(self.by)(hr, scale if self.scale is None else self.scale, name)
        expected = (*size, *hr.shape[2:])
        if not isinstance(lr, np.ndarray) or lr.dtype != np.uint8 or lr.shape != expected:
            got = f"{lr.dtype} {lr.shape}" if isinstance(lr, np.ndarray) else type(lr).__name__
            raise PluginError(f"{self.by}: gave {got} for HR {hr.shape} at x{scale:g}: expected uint8 {expected}")
        return lr
