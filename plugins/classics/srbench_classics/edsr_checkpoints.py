"""Conversion of checkpoints in the layout of EDSR's training code, on which that of RCAN and NLSN is built.

Those of EDSR and RCAN belong to networks for RGB in [0, 255]. Ours are for [0, 1]: every bias is divided by 255, and
so is all that flows through the network, since ReLU, sums and pixel shuffles commute with a positive factor. The gates
of channel attention end in a sigmoid, which does not: their first layer multiplies its input by 255 instead.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from srbench import DIV2K_MEAN, MeanShift, WeightsError, drop_mean_shift, rename_layers
from srbench_classics.checkpoints import stages_scale

if TYPE_CHECKING:
    from torch import Tensor

State = Mapping[str, "Tensor"]
GREY_LEVELS = 255.0
GATE = ".gate."


def edsr(state: State) -> dict[str, Tensor]:
    """Convert thstkdgus35/EDSR-PyTorch, EDSR or EDSR-baseline.

    Raises:
        WeightsError: if the mean shift is missing or differs from DIV2K's in [0, 255], or if there is no upsampler.
    """
    return _to_unit_range(_frame(state, GREY_LEVELS))


def rcan(state: State) -> dict[str, Tensor]:
    """Convert yulunzhang/RCAN.

    Raises:
        WeightsError: as `edsr`.
    """
    return _to_unit_range(_frame(state, GREY_LEVELS))


def nlsn(state: State) -> dict[str, Tensor]:
    """Convert HarukiYqM/Non-Local-Sparse-Attention, whose network is for RGB in [0, 1].

    Raises:
        WeightsError: as `edsr`, with the mean in [0, 1].
    """
    return _frame(state, 1.0)


unit_range = nlsn
"""Convert a network of EDSR's code that was trained for RGB in [0, 1]; errors as of `edsr`."""


def basicsr_edsr(state: State) -> dict[str, Tensor]:
    """Convert EDSR of BasicSR with its ``img_range`` of 255, for which the files do not speak.

    Raises:
        WeightsError: if there is no upsampler.
    """
    return _to_unit_range(
        _of_basicsr(state, {r"body\.(\d+)\.conv1": r"body.\1.0", r"body\.(\d+)\.conv2": r"body.\1.2"})
    )


def basicsr_rcan(state: State) -> dict[str, Tensor]:
    """Convert RCAN of BasicSR with its ``img_range`` of 255, for which the files do not speak.

    Raises:
        WeightsError: if there is no upsampler.
    """
    group = r"body\.(\d+)\.residual_group\.(\d+)\.rcab"
    blocks = 1 + max((int(found.group(2)) for key in state if (found := re.match(group, key))), default=-1)
    rules = {
        rf"{group}\.3\.attention\.1": r"body.\1.\2.3.gate.0",
        rf"{group}\.3\.attention\.3": r"body.\1.\2.3.gate.2",
        rf"{group}\.(\d+)": r"body.\1.\2.\3",
        r"body\.(\d+)\.conv": rf"body.\1.{blocks}",
    }
    return _to_unit_range(_of_basicsr(state, rules))


def _of_basicsr(state: State, rules: Mapping[str, str]) -> dict[str, Tensor]:
    """Return `state` under our names: the frame's of BasicSR's networks, and its body's by `rules`."""
    if "upsample.0.weight" not in state:
        raise WeightsError(
            "the checkpoint has no 'upsample.0.weight': it is not in the layout of BasicSR's EDSR or RCAN"
        )
    numbers = [int(key.split(".")[1]) for key in state if re.match(r"body\.\d+\.", key)]
    frame = {
        "conv_first": "head",
        "conv_after_body": f"body.{1 + max(numbers, default=-1)}",
        r"upsample\.(\d+)": rf"upsample.x{stages_scale(state, 'upsample.0', 'upsample.2')}.\1",
        "conv_last": "tail",
    }
    return rename_layers(state, {**frame, **rules}, strict=False)


def _frame(state: State, white: float) -> dict[str, Tensor]:
    """Return `state` without its mean shifts and under our names; `white` is the network's greatest RGB value."""
    if "tail.0.0.weight" not in state:
        raise WeightsError("the checkpoint has no 'tail.0.0.weight': it is not in the layout of EDSR's code")
    mean = tuple(white * channel for channel in DIV2K_MEAN)
    state = drop_mean_shift(state, "sub_mean", MeanShift(mean, sign=-1))
    state = drop_mean_shift(state, "add_mean", MeanShift(mean, sign=1))
    rules = {
        r"head\.0": "head",
        r"body\.(\d+)\.body\.(\d+)\.body\.3\.conv_du\.(\d+)": r"body.\1.\2.3.gate.\3",
        r"body\.(\d+)\.body\.(\d+)\.body\.(\d+)": r"body.\1.\2.\3",
        r"body\.(\d+)\.body\.(\d+)": r"body.\1.\2",
        r"body\.(\d+)\.conv_match\.0": r"body.\1.0.match",
        r"body\.(\d+)\.conv_assembly\.0": r"body.\1.0.value",
        r"tail\.0\.(\d+)": rf"upsample.x{stages_scale(state, 'tail.0.0', 'tail.0.2')}.\1",
        r"tail\.1": "tail",
    }
    return rename_layers(state, rules, strict=False)


def _to_unit_range(state: State) -> dict[str, Tensor]:
    converted = {}
    for name, tensor in state.items():
        if name.endswith(f"{GATE}0.weight"):
            converted[name] = tensor * GREY_LEVELS
        elif name.endswith(".bias") and GATE not in name:
            converted[name] = tensor / GREY_LEVELS
        else:
            converted[name] = tensor
    return converted
