"""The measurement protocol of the report, inferred from its text (Sec. 4.1, 4.2 and 5.1)."""

from __future__ import annotations

from srbench import Protocol

ESRGAN_GAN = Protocol(
    "esrgan-gan",
    colour="rgb",
    crop_scale=0.0,
    description="esrgan-gan: as a library measures unasked: RGB, no border shaved, SR rounded, mean over images; "
    "LR by MATLAB's imresize, as the text names none",
)
