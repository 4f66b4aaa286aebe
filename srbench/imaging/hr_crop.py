"""How much of an HR image is kept, so that whole LR pixels come from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from srbench.specs.protocol import HrCrop

FIRST, STEP = 1.1, 0.1
"""The scales of ode-ivp's Table 1."""


def lr_side(hr: int, scale: float, crop: HrCrop = "scale") -> int:
    """Height or width of the LR image that `hr` pixels give, by the rule `Protocol.hr_crop`.

    ``scale``: hr / scale, rounded down. ``tens``: of the largest multiple of ten in `hr`, the largest multiple of ten
    that is at most 1 / scale of it. The paper's numbers come out with its scales counted up in floating point, without
    tolerance: at 1.2 and 2.4, which are a bit more then, 480 pixels are too few for 400 and 200.
    """
    if crop == "scale":
        return int(hr / scale + 1e-9)
    return 10 * int((hr - hr % 10) / (10 * _counted_up(scale)))


def hr_side(lr: int, scale: float) -> int:
    """Height or width of the HR (and SR) image that belongs to `lr` pixels: n * scale, rounded."""
    return round(lr * scale)


def _counted_up(scale: float) -> float:
    """`scale` as FIRST + i * STEP where it is one of those, else as it is."""
    counted = FIRST + STEP * round((scale - FIRST) / STEP)
    return counted if abs(counted - scale) < 1e-9 else scale
