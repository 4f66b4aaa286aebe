"""Everything that stands between an SR image and a number, as one named, hashed value."""

from __future__ import annotations

import hashlib
import json
import math
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

ResizeMode = Literal["matlab-uint8", "matlab-uint8-replicate", "matlab-double"]
HrCrop = Literal["scale", "tens"]

ADDED = ("hr_crop", "crop_down")
"""Fields that came later: at their defaults they are no part of what is hashed, and older records stay valid."""


@dataclass(frozen=True)
class Protocol:
    """How SR and HR become the two arrays that a metric compares.

    Two protocols with equal fields but different names measure the same thing and have the same `hash`.
    """

    name: str
    lr: ResizeMode = "matlab-uint8"
    """Which imresize makes the LR image from the mod-cropped HR (a dataset's own LR is used when it was made so)."""
    quantise: Literal["round", "truncate"] = "round"
    """How network output in [0, 255] becomes uint8."""
    colour: Literal["y", "y-full", "rgb"] = "y"
    """``y``: BT.601 studio-range luma, Y = 16 + (65.481 R + 128.553 G + 24.966 B) / 255;
    ``y-full``: the same stretched to [0, 255], as in JPEG, 0.299 R + 0.587 G + 0.114 B; ``rgb``: all channels."""
    round_y: bool = False
    """MATLAB's ``rgb2ycbcr`` rounds Y of a uint8 image; most Python code doesn't."""
    crop_scale: float = 1.0
    crop_extra: int = 0
    """Pixels shaved from every side: ``ceil(crop_scale * scale) + crop_extra``."""
    crop_down: bool = False
    """The shaved pixels are ``floor`` of that: at real scales one fewer."""
    hr_crop: HrCrop = "scale"
    """What is left of an HR image, from its top left. ``scale``: as much as whole LR pixels come from, n / scale of n
    rounded down. ``tens``: LR sides are multiples of ten, cut from HR sides that are (`srbench.imaging.hr_crop`)."""
    aggregate: Literal["mean", "pooled"] = "mean"
    """``mean`` of per-image values; ``pooled`` averages the squared error over the set first (PSNR only)."""
    description: str = ""

    def crop_border(self, scale: float) -> int:
        """Pixels shaved from every side of SR and HR at `scale`."""
        shaved = self.crop_scale * scale
        return (math.floor(shaved + 1e-9) if self.crop_down else math.ceil(shaved - 1e-9)) + self.crop_extra

    @property
    def hash(self) -> str:
        """First 12 hex digits of the SHA-256 over every field that changes a number."""
        return hashlib.sha256(json.dumps(self.measured_fields(), sort_keys=True).encode()).hexdigest()[:12]

    def measured_fields(self) -> dict[str, Any]:
        """The fields that change a number: all but the name and the prose."""
        fields = asdict(self)
        del fields["name"], fields["description"]
        defaults = Protocol("")
        for name in ADDED:
            if fields[name] == getattr(defaults, name):
                del fields[name]
        return fields

    def but(self, **changes: Any) -> Protocol:
        """This protocol with `changes`, named after them (``standard+round_y=True``)."""
        name = "+".join([self.name, *(f"{field}={value}" for field, value in changes.items())])
        return replace(self, name=name, **changes)


STANDARD = Protocol(
    "standard",
    description="EDSR, RDN, RCAN, IMDN: LR by MATLAB's imresize, SR rounded, Y not rounded, border = scale",
)
MATLAB = Protocol(
    "matlab",
    lr="matlab-uint8-replicate",
    round_y=True,
    description="older MATLAB code: LR by imresize with replicated borders, SR rounded, Y rounded, border = scale",
)
PCARN = Protocol(
    "pcarn",
    lr="matlab-uint8-replicate",
    quantise="truncate",
    round_y=True,
    description="CARN and PCARN: as `matlab`, with SR truncated to uint8",
)
RGB = Protocol("rgb", colour="rgb", description="as `standard`, on the RGB channels")
