"""Measurement protocols: every choice made between an SR image and a number, as one named, hashed value."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cached_property
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
    round_lr: bool = True
    """Whether LR is rounded to uint8. False: LR is made in floating point, which the mode ``matlab-double`` alone can,
    and given to the network as it is, so that no LR file is used."""
    luma_lr: bool = False
    """Whether LR is made from the rounded Y of HR alone, as in test code that shrinks the luma: the network gets a grey
    image whose luma is that LR, and SR and HR are compared on Y."""
    grey: Literal["expand", "keep"] = "expand"
    """Treatment of grey images. ``expand``: every method gets three equal channels, and SR and HR are compared as such,
    with Y compressed to [16, 235], so that a number does not depend on whether files are stored as grey or as RGB;
    ``keep``: the grey levels are taken as Y, for the method and for the comparison, as in MATLAB code that converts
    only images with three channels to YCbCr. `Row.grey` sets it for one row of a table."""
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
    def makes_lr(self) -> bool:
        """Whether LR is always made from HR, since LR files hold rounded RGB."""
        return self.luma_lr or not self.round_lr

    @property
    def luma_in(self) -> bool:
        """Whether an image with a single channel is luma, and not a grey image to expand to RGB."""
        return self.luma_lr or self.grey == "keep"

    @cached_property
    def hash(self) -> str:
        """First 12 hex digits of the SHA-256 of all settings that affect a result."""
        return canonical_hash(self.identity(), 12)

    def identity(self) -> dict[str, Any]:
        """Return every setting that affects a result, under the names used in keys and records.

        `crop_down`, `hr_crop`, `round_lr`, `luma_lr` and `grey` were added later: they are left out at their defaults,
        so that older records stay valid.
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
        if not self.round_lr:
            identity["round_lr"] = False
        if self.luma_lr:
            identity["luma_lr"] = True
        if self.grey != "expand":
            identity["grey"] = self.grey
        return {**identity, "aggregate": self.aggregate}

    @classmethod
    def from_identity(cls, name: str, identity: Mapping[str, Any]) -> Protocol:
        """Return a protocol called `name` with the settings of `identity`.

        Raises:
            TypeError: if `identity` contains a setting that protocols of this version do not have.
        """
        if unknown := set(identity) - set(_EVERY_SETTING.identity()):
            raise TypeError(f"unknown protocol setting {min(unknown)!r}")
        return cls(name, **identity)

    def of_row(self, grey: Literal["", "keep"]) -> Protocol:
        """Return this protocol, of the same name, with the rule for grey images of a table's row (`Row.grey`)."""
        return replace(self, grey=grey) if grey else self

    def but(self, **changes: Any) -> Protocol:
        """Return a copy with `changes`, named after them (``standard+round_y=True``)."""
        name = "+".join([self.name, *(f"{field}={value}" for field, value in changes.items())])
        return replace(self, name=name, **changes)


_EVERY_SETTING = Protocol(
    "", lr="matlab-double", crop_down=True, hr_crop="tens", round_lr=False, luma_lr=True, grey="keep"
)
"""Protocol whose identity holds every setting there is."""

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
MATLAB_GREY = Protocol(
    "matlab-grey",
    lr="matlab-uint8-replicate",
    round_y=True,
    grey="keep",
    description="as `matlab`, with the levels of grey images taken as Y: SRCNN's test code",
)
MATLAB_FLOAT = Protocol(
    "matlab-float",
    lr="matlab-double",
    round_lr=False,
    round_y=True,
    grey="keep",
    description="LapSRN's test code: LR by imresize of RGB doubles, not rounded; SR and Y rounded, grey stays grey",
)
Y_FLOAT = Protocol(
    "y-float",
    lr="matlab-double",
    round_lr=False,
    luma_lr=True,
    round_y=True,
    grey="keep",
    description="VDSR's and IDN's test code: the rounded Y of HR is shrunk in floating point; SR's Y rounded",
)
RGB = Protocol("rgb", colour="rgb", description="as `standard`, on the RGB channels")
