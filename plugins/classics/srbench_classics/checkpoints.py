"""Conversion of released checkpoints to the key names of our networks; every tensor is used or explicitly dropped."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

from srbench import MeanShift, WeightsError, drop_mean_shift, rename_layers

if TYPE_CHECKING:
    from torch import Tensor

State = Mapping[str, "Tensor"]


def vdsr(state: State) -> dict[str, Tensor]:
    """Convert twtygqyy/pytorch-vdsr: 20 convolutions without biases, of which the middle 18 are numbered from 0."""
    middle = {rf"residual_layer\.{i}\.conv": f"refine.{2 * (i + 1)}" for i in range(18)}
    return rename_layers(state, {"input": "refine.0", "output": "refine.38"} | middle, strict=False)


def lapsrn(state: State) -> dict[str, Tensor]:
    """Convert twtygqyy/pytorch-LapSRN: two levels, numbered from 1."""
    rules = {"conv_input": "head.0"}
    for level in (0, 1):
        theirs, ours = level + 1, f"levels.{level}"
        rules |= {
            rf"convt_F{theirs}\.0\.cov_block\.(\d+)": rf"{ours}.features.\1",
            f"convt_I{theirs}": f"{ours}.image",
            f"convt_R{theirs}": f"{ours}.residual",
        }
    return rename_layers(state, rules, strict=False)


def carn(state: State) -> dict[str, Tensor]:
    """Convert nmhkahn/CARN-pytorch, CARN or CARN-M: three blocks, an upsampler or one a scale, and a fixed mean shift.

    The blocks of CARN-M, which have a pointwise convolution, share their weights.

    Raises:
        WeightsError: if the mean shift is missing or differs from DIV2K's.
    """
    state = drop_mean_shift(state, "sub_mean.shifter", MeanShift(sign=-1))
    state = drop_mean_shift(state, "add_mean.shifter", MeanShift(sign=1))
    alone = stages_scale(state, "upsample.up.body.0", "upsample.up.body.3")
    rules = {
        "entry": "head",
        r"upsample\.up\.body\.(\d+)": rf"upsample.x{alone}.\1",
        r"upsample\.up(\d)\.body\.(\d+)": r"upsample.x\1.\2",
        "exit": "tail",
    }
    recursive = "b1.b1.body.4.weight" in state
    block = {0: "conv1", 2: "conv2", 4: "pointwise"}
    for i in range(3):
        unit = f"body.units.{i}"
        for j in range(1 if recursive else 3):
            units = f"{unit}.units.{j}"
            rules |= {rf"b{i + 1}\.b{j + 1}\.body\.{theirs}": f"{units}.{ours}" for theirs, ours in block.items()}
        rules |= {rf"b{i + 1}\.c{j + 1}\.body\.0": f"{unit}.fusions.{j}" for j in range(3)}
        rules[rf"c{i + 1}\.body\.0"] = f"body.fusions.{i}"
    return rename_layers(state, rules, strict=False)


def stages_scale(state: State, first: str, second: str) -> int:
    """Return the scale of a pixel-shuffle upsampler: one stage of 9 or 4 times the features, or two of 4 times.

    Args:
        state: State dict.
        first: Name of the convolution of the first stage; without it, the result means nothing.
        second: Name of that of a second stage.
    """
    stage = state.get(f"{first}.weight")
    if stage is None:
        return 0
    if f"{second}.weight" in state:
        return 4
    features = len(state["entry.weight"]) if "entry.weight" in state else stage.shape[1]  # groups divide the input's
    return 3 if len(stage) == 9 * features else 2


def imdn(state: State) -> dict[str, Tensor]:
    """Convert Zheng222/IMDN: six blocks numbered from 1; the upsampler's 3 * scale ** 2 channels reveal the scale.

    Raises:
        WeightsError: if the checkpoint has no upsampler of IMDN's name.
    """
    if "upsampler.0.bias" not in state:
        raise WeightsError("the checkpoint has no 'upsampler.0.bias': it is not IMDN's")
    scale = math.isqrt(len(state["upsampler.0.bias"]) // 3)
    rules = {
        "fea_conv": "head",
        r"c\.0": "body.fusion.0",
        "LR_conv": "body.fusion.2",
        r"upsampler\.0": f"upsample.x{scale}.0",
    }
    for i in range(6):
        block = f"body.blocks.{i}"
        rules |= {rf"IMDB{i + 1}\.c{j + 1}": f"{block}.steps.{j}" for j in range(3)}
        rules |= {
            rf"IMDB{i + 1}\.c4": f"{block}.last",
            rf"IMDB{i + 1}\.c5": f"{block}.fusion",
            rf"IMDB{i + 1}\.cca\.conv_du\.(\d)": rf"{block}.attention.gate.\1",
        }
    return rename_layers(state, rules, strict=False)
