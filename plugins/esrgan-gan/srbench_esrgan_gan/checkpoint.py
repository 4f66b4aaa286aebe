"""Checkpoints of RRDBNet, in the three key layouts that they are found in, under our key names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from srbench.errors import WeightsError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from torch import Tensor


@dataclass(frozen=True)
class Layout:
    """How a code base names the layers of its RRDBNet at x4; `{i}` counts RRDBs from 0, `{j}` and `{k}` from 1."""

    name: str
    entry: str
    dense: str
    """A convolution of a dense block."""
    trunk_end: str
    """The convolution behind the last RRDB; `{i}` is their number."""
    ups: tuple[str, str]
    exits: tuple[str, str]

    def layers(self, blocks: int) -> dict[str, str]:
        """Their layer names, of a network with `blocks` RRDBs, and ours."""
        names = {
            self.entry: "entry",
            self.trunk_end.format(i=blocks): f"trunk.{blocks}",
            **{theirs: f"upsample.x4.{place}" for theirs, place in zip(self.ups, (1, 4), strict=True)},
            **{theirs: f"exit.{place}" for theirs, place in zip(self.exits, (0, 2), strict=True)},
        }
        for i in range(blocks):
            for j in range(3):
                for k in range(5):
                    theirs = self.dense.format(i=i, j=j + 1, k=k + 1)
                    names[theirs] = f"trunk.{i}.{j}.0.convs.{k}"
        return names

    def blocks(self, state: Mapping[str, Tensor]) -> int:
        """How many RRDBs `state` has in this layout: 0 where it is in another one."""
        before, _, behind = self.dense.partition("{i}")
        pattern = re.compile(re.escape(before) + r"(\d+)" + re.escape(behind.format(j=1, k=1)) + r"\.weight")
        found = (pattern.fullmatch(key) for key in state)
        return 1 + max((int(match.group(1)) for match in found if match), default=-1)


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
    """`state`, of a released RRDBNet of any depth and width at x4, as `srbench_esrgan_gan.rrdb.RRDBNet` names it.

    Raises `WeightsError` for a layout that is none of the three, and for keys that are missing or too many in its own.
    """
    try:
        layout, blocks = next((one, count) for one in LAYOUTS if (count := one.blocks(state)))
    except StopIteration:
        expected = ", ".join(f"{one.dense.format(i=0, j=1, k=1)}.weight ({one.name})" for one in LAYOUTS)
        first = min(state, default="nothing")
        raise WeightsError(f"no RRDBNet checkpoint: it has {first!r}, ...; expected one of {expected}") from None
    names = layout.layers(blocks)
    expected_keys = {f"{layer}.{kind}" for layer in names for kind in ("weight", "bias")}
    if wrong := sorted(expected_keys.symmetric_difference(state)):
        fault = "missing" if wrong[0] in expected_keys else "unknown"
        raise WeightsError(
            f"RRDBNet checkpoint in {layout.name} layout, {blocks} blocks: {len(wrong)} keys don't fit, "
            f"the first is {fault}: {wrong[0]!r}"
        )
    converted = {}
    for key, value in state.items():
        layer, _, kind = key.rpartition(".")
        converted[f"{names[layer]}.{kind}"] = value
    return converted
