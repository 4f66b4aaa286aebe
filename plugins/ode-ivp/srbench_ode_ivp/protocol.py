"""The measurement protocol of the paper's Table 1, inferred from its printed values."""

from __future__ import annotations

from srbench import Protocol

ODE_IVP = Protocol(
    "ode-ivp",
    round_y=True,
    crop_down=True,
    hr_crop="tens",
    description="ode-ivp's Table 1: LR sides cut to multiples of ten, uint8 after each resize, Y rounded, "
    "border = scale rounded down",
)
