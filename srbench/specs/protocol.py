"""Measurement protocols: every choice made between an SR image and a number, as one named, hashed value."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from srbench.storage.canonical_hash import canonical_hash

if TYPE_CHECKING:
    from collections.abc import Mapping

ResizeMode = Literal["matlab-uint8", "matlab-uint8-replicate", "matlab-double"]
"""Mode of imresize (`srbench.imaging.resize`)."""
HrCrop = Literal["scale", "tens"]
"""Rule by which HR images are cropped before LR is made from them."""


@dataclass(frozen=True)
class Protocol:
    """A protocol: how SR and HR become the two arrays that a metric compares.

    Two protocols with equal fields but different names measure the same thing and have the same `hash`.
    """

    name: str
    lr: ResizeMode = "matlab-uint8"
    """Mode of the imresize that makes LR from the mod-cropped HR; a dataset's LR files are used if they were made this
    way."""
    quantise: Literal["round", "truncate"] = "round"
    """Conversion of network output in [0, 255] to uint8."""
    colour: Literal["y", "y-full", "rgb"] = "y"
    """Channels that are compared. ``y``: BT.601 studio-range luma, Y = 16 + (65.481 R + 128.553 G + 24.966 B) / 255;
    ``y-full``: the same stretched to [0, 255], as in JPEG, 0.299 R + 0.587 G + 0.114 B; ``rgb``: all channels."""
    round_y: bool = False
    """Whether Y is rounded, as MATLAB's ``rgb2ycbcr`` does for uint8 images and most Python code does not."""
    crop_scale: float = 1.0
    """Crop border per unit of scale; the border on every side is ``ceil(crop_scale * scale) + crop_extra`` pixels."""
    crop_extra: int = 0
    """Crop border added at every scale, in pixels."""
    crop_down: bool = False
    """Whether the crop border uses ``floor`` in place of ``ceil``, which makes it one pixel smaller at non-integer
    scales."""
    hr_crop: HrCrop = "scale"
    """Rule by which HR is cropped from its top left. ``scale``: to the pixels that whole LR pixels correspond to, n /
    scale of n rounded down. ``tens``: LR sides are multiples of ten, computed from HR sides cut to multiples of ten
    (`srbench.imaging.hr_crop`)."""
    aggregate: Literal["mean", "pooled"] = "mean"
    """Aggregation over a dataset. ``mean``: mean of the values per image; ``pooled``: value of the squared error
    averaged over all images (PSNR only)."""
    description: str = ""
    """Description in one line, for people."""

    def crop_border(self, scale: float) -> int:
        """Return the crop border at `scale`: the pixels removed from every side of SR and HR."""
        border = self.crop_scale * scale
        return (math.floor(border + 1e-9) if self.crop_down else math.ceil(border - 1e-9)) + self.crop_extra

    @property
    def hash(self) -> str:
        """First 12 hex digits of the SHA-256 of all settings that affect a result."""
        return canonical_hash(self.identity(), 12)

    def identity(self) -> dict[str, Any]:
        """Return every setting that affects a result, under the names used in keys and records.

        `crop_down` and `hr_crop` were added later: they are left out at their defaults, so that older records stay
        valid.
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
        """Return a protocol called `name` with the settings of `identity`.

        Raises:
            TypeError: if `identity` contains a setting that protocols of this version do not have.
        """
        if unknown := set(identity) - set(cls("", crop_down=True, hr_crop="tens").identity()):
            raise TypeError(f"unknown protocol setting {min(unknown)!r}")
        return cls(name, **identity)

    def but(self, **changes: Any) -> Protocol:
        """Return a copy with `changes`, named after them (``standard+round_y=True``)."""
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
