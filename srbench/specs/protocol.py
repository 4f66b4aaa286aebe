"""Everything that stands between an SR image and a number, as one named, hashed value."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from srbench.storage.canonical_hash import canonical_hash

if TYPE_CHECKING:
    from collections.abc import Mapping

ResizeMode = Literal["matlab-uint8", "matlab-uint8-replicate", "matlab-double"]
HrCrop = Literal["scale", "tens"]


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
        """First 12 hex digits of the SHA-256 over every setting that changes a number."""
        return canonical_hash(self.identity(), 12)

    def identity(self) -> dict[str, Any]:
        """Return every setting that changes a number, under the names that keys and records hold.

        `crop_down` and `hr_crop` came later: they are left out at their defaults, so that older records stay valid.
        """
        identity: dict[str, Any] = {
            "lr": self.lr,
            "quantise": self.quantise,
            "colour": self.colour,
            "round_y": self.round_y,
            "crop_scale": float(self.crop_scale),
            "crop_extra": self.crop_extra,
        }
        if self.crop_down:
            identity["crop_down"] = True
        if self.hr_crop != "scale":
            identity["hr_crop"] = self.hr_crop
        return {**identity, "aggregate": self.aggregate}

    @classmethod
    def from_identity(cls, name: str, identity: Mapping[str, Any]) -> Protocol:
        """Return the protocol called `name` that `identity` was taken of.

        Raises:
            TypeError: if it holds a setting that no protocol of this srbench has.
        """
        if unknown := set(identity) - set(cls("", crop_down=True, hr_crop="tens").identity()):
            raise TypeError(f"unknown setting {min(unknown)!r} of a protocol")
        return cls(name, **identity)

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
