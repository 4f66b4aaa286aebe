"""Conversion of checkpoints in the layout of EDSR's training code, on which that of RCAN and NLSN is built.

Those of EDSR and RCAN belong to networks for RGB in [0, 255]. Ours are for [0, 1]: every bias is divided by 255, and
so is all that flows through the network, since ReLU, sums and pixel shuffles commute with a positive factor. The gates
of channel attention end in a sigmoid, which does not: their first layer multiplies its input by 255 instead.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from srbench import DIV2K_MEAN, MeanShift, WeightsError, drop_mean_shift, rename_layers

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


def _frame(state: State, white: float) -> dict[str, Tensor]:
    """Return `state` without its mean shifts and under our names; `white` is the network's greatest RGB value."""
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
        r"tail\.0\.(\d+)": rf"upsample.x{_scale(state)}.\1",
        r"tail\.1": "tail",
    }
    return rename_layers(state, rules, strict=False)


def _scale(state: State) -> int:
    """Return the scale of the upsampler: one stage of 9 or 4 times the features, or two of 4 times."""
    first = state.get("tail.0.0.weight")
    if first is None:
        raise WeightsError("the checkpoint has no 'tail.0.0.weight': it is not in the layout of EDSR's code")
    if len(first) == 9 * first.shape[1]:
        return 3
    return 4 if "tail.0.2.weight" in state else 2


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
