"""Conversion of the authors' checkpoint to the key names of `PCARN`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from srbench import MeanShift, drop_mean_shift, rename_layers

if TYPE_CHECKING:
    from collections.abc import Mapping

    from torch import Tensor

ALONE = "upsample.up.body"
"""Name of the upsampler in files of a network for one scale."""


def convert_pcarn(state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Return the state dict of the authors' PCARN or PCARN-M under the key names of `srbench_pcarn.model.PCARN`.

    Mean shifts are convolutions in their files, and must be the identity plus or minus DIV2K's mean; ours are
    constants. The file of PCARN-M stores the residual block that a cascading block shares three times; the copies must
    be equal. A file has an upsampler for each of x2, x3 and x4, or a single one, whose scale follows from its shapes.

    Raises:
        WeightsError: if copies differ, if a mean shift has other values, or if keys are missing or unknown.
    """
    state = drop_mean_shift(state, "sub_mean.shifter", MeanShift(sign=-1))
    state = drop_mean_shift(state, "add_mean.shifter", MeanShift(sign=1))
    mobile = "b1.b1.pw.weight" in state
    names = _layer_names(_upsamplers(state), mobile=mobile)
    return rename_layers(state, names, what=f"{'PCARN-M' if mobile else 'PCARN'} checkpoint")


def _upsamplers(state: Mapping[str, Tensor]) -> dict[str, str]:
    """Return a mapping from the authors' names of the upsamplers' layers to ours."""
    alone = state.get(f"{ALONE}.0.weight")
    if alone is None:
        stages = {2: (0,), 3: (0,), 4: (0, 3)}
        return {f"upsample.up{s}.body.{i}": f"upsamplers.x{s}.{i}" for s, places in stages.items() for i in places}
    if f"{ALONE}.3.weight" in state:
        return {f"{ALONE}.{i}": f"upsamplers.x4.{i}" for i in (0, 3)}
    scale = 3 if len(alone) == 9 * len(state["entry.weight"]) else 2
    return {f"{ALONE}.0": f"upsamplers.x{scale}.0"}


def _layer_names(upsamplers: Mapping[str, str], *, mobile: bool) -> dict[str, str]:
    """Return a mapping from the layer names of PCARN-pytorch's network to ours.

    Args:
        upsamplers: Mapping of the names of the upsamplers' layers.
        mobile: Whether the network is PCARN-M, whose residual blocks are efficient and share their weights.
    """
    names = {"entry": "entry", **upsamplers, "exit": "exit"}
    block = {"conv1": "conv1", "conv2": "conv2"} | ({"pw": "pointwise"} if mobile else {})
    for i in range(3):
        names[f"c{i + 1}"] = f"cascade.fusions.{i}"
        for j in range(3):
            names[f"b{i + 1}.c{j + 1}"] = f"cascade.units.{i}.fusions.{j}"
            for theirs, ours in block.items():
                names[f"b{i + 1}.b{j + 1}.{theirs}"] = f"cascade.units.{i}.units.{0 if mobile else j}.{ours}"
    return names
