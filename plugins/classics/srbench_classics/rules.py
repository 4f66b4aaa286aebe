"""Rules by which the numbers of well-known networks were printed, which other papers copy into their tables."""

from __future__ import annotations

from srbench import Rule

LUMA_CODE = "test code shrinks the rounded Y of HR in floating point, and compares the rounded Y of SR"
VDSR = Rule("y-float", f"its authors' {LUMA_CODE}")
IDN = Rule("y-float", f"its authors' {LUMA_CODE}")
CARN = Rule("pcarn", "its authors' code truncates SR to uint8 (`.byte()`)")
MSLAPSRN = Rule(
    "matlab-float", "its authors' test code shrinks images of type double without rounding, and keeps grey images grey"
)
SRCNN = Rule(
    "matlab-grey",
    "fits the printed PSNR, SSIM and LPIPS; the paper measured SR images and doesn't say how LR was made",
    inferred=True,
    others=("matlab", "pcarn"),
)
ENET = Rule(
    "matlab",
    "fits the printed numbers: its authors' SR images are rounded, and the paper doesn't say that it truncated them",
    inferred=True,
    others=("pcarn",),
)
