"""Cropping of HR images to sizes that correspond to a whole number of LR pixels."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from srbench.specs.protocol import HrCrop

FIRST_SCALE, SCALE_STEP = 1.1, 0.1
"""First scale and step between scales in Table 1 of ode-ivp."""


def lr_side(hr: int, scale: float, crop: HrCrop = "scale") -> int:
    """Return the height or width of the LR image of an HR image with side `hr`, under a rule of `Protocol.hr_crop`.

    The paper's numbers for ``tens`` are reproduced only with its scales accumulated in floating point and without a
    tolerance: accumulated, 1.2 and 2.4 come out slightly larger, so 480 pixels are too few for 400 and 200.

    Args:
        hr: Height or width of the HR image.
        scale: Scale factor.
        crop: ``scale`` gives hr / scale, rounded down. ``tens`` rounds `hr` down to a multiple of ten, divides it by
            the scale, and rounds the result down to a multiple of ten.
    """
    if crop == "scale":
        return int(hr / scale + 1e-9)
    return 10 * int((hr - hr % 10) / (10 * _accumulated(scale)))


def hr_side(lr: int, scale: float) -> int:
    """Return the height or width of the HR (and SR) image of an LR image with side `lr`: lr * scale, rounded."""
    return round(lr * scale)


def _accumulated(scale: float) -> float:
    """Return `scale` computed as FIRST_SCALE + i * SCALE_STEP if it has that form, else unchanged."""
    counted = FIRST_SCALE + SCALE_STEP * round((scale - FIRST_SCALE) / SCALE_STEP)
    return counted if abs(counted - scale) < 1e-9 else scale
