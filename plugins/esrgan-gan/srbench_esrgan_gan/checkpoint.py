"""Conversion of RRDBNet checkpoints from their three published key layouts to the names of `RRDBNet`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from srbench import WeightsError, rename_layers
from srbench_esrgan_gan.rrdb_size import CONVOLUTIONS, DENSE_BLOCKS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from torch import Tensor


@dataclass(frozen=True)
class Layout:
    """Layer names of a code base's RRDBNet at x4; `{i}` counts RRDBs from 0, `{j}` and `{k}` count from 1."""

    name: str
    """Whose layout it is, for messages."""
    entry: str
    """Name of the first convolution."""
    dense: str
    """Name of convolution `{k}` of dense block `{j}` of RRDB `{i}`."""
    trunk_end: str
    """Name of the convolution behind the last RRDB; `{i}` is the number of RRDBs."""
    ups: tuple[str, str]
    """Names of the convolutions behind the two upsampling steps."""
    exits: tuple[str, str]
    """Names of the last two convolutions."""

    def layers(self, blocks: int) -> dict[str, str]:
        """Return the names in `RRDBNet` by this layout's layer names, for a network with `blocks` RRDBs."""
        names = {
            self.entry: "entry",
            self.trunk_end.format(i=blocks): f"trunk.{blocks}",
            **{published: f"upsample.x4.{index}" for published, index in zip(self.ups, (1, 4), strict=True)},
            **{published: f"exit.{index}" for published, index in zip(self.exits, (0, 2), strict=True)},
        }
        for i in range(blocks):
            for j in range(DENSE_BLOCKS):
                for k in range(CONVOLUTIONS):
                    published = self.dense.format(i=i, j=j + 1, k=k + 1)
                    names[published] = f"trunk.{i}.{j}.0.convs.{k}"
        return names

    def blocks(self, state: Mapping[str, Tensor]) -> int:
        """Return the number of RRDBs in `state`, or 0 if `state` has another layout."""
        before, _, behind = self.dense.partition("{i}")
        pattern = re.compile(re.escape(before) + r"(\d+)" + re.escape(behind.format(j=1, k=1)) + r"\.weight")
        matches = (pattern.fullmatch(key) for key in state)
        return 1 + max((int(match.group(1)) for match in matches if match), default=-1)


LAYOUTS = (
    Layout(
        "ESRGAN's first",
        entry="model.0",
        dense="model.1.sub.{i}.RDB{j}.conv{k}.0",
        trunk_end="model.1.sub.{i}",
        ups=("model.3", "model.6"),
        exits=("model.8", "model.10"),
    ),
    Layout(
        "ESRGAN's",
        entry="conv_first",
        dense="RRDB_trunk.{i}.RDB{j}.conv{k}",
        trunk_end="trunk_conv",
        ups=("upconv1", "upconv2"),
        exits=("HRconv", "conv_last"),
    ),
    Layout(
        "BasicSR's",
        entry="conv_first",
        dense="body.{i}.rdb{j}.conv{k}",
        trunk_end="conv_body",
        ups=("conv_up1", "conv_up2"),
        exits=("conv_hr", "conv_last"),
    ),
)


def convert_rrdb(state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Return the state dict of a released RRDBNet at x4 under the key names of `srbench_esrgan_gan.rrdb.RRDBNet`.

    The network may have any depth and width.

    Raises:
        WeightsError: if `state` has none of the three layouts, or if keys are missing or unknown in its layout.
    """
    try:
        layout, blocks = next((entry, count) for entry in LAYOUTS if (count := entry.blocks(state)))
    except StopIteration:
        expected = ", ".join(f"{entry.dense.format(i=0, j=1, k=1)}.weight ({entry.name})" for entry in LAYOUTS)
        first = min(state, default="nothing")
        raise WeightsError(
            f"not an RRDBNet checkpoint: its first key is {first!r}; expected one of {expected}"
        ) from None
    what = f"RRDBNet checkpoint in {layout.name} layout, {blocks} blocks"
    return rename_layers(state, layout.layers(blocks), what=what)
