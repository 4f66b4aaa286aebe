"""Conversion of the authors' checkpoint to the key names of `PCARN`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from srbench import MeanShift, drop_mean_shift, rename_layers

if TYPE_CHECKING:
    from collections.abc import Mapping

    from torch import Tensor


def convert_pcarn_m(state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Return the state dict of the released PCARN-M under the key names of `srbench_pcarn.model.PCARN`.

    The file stores the residual block that a cascading block shares three times (the copies must be equal), and the
    mean shifts as convolutions (they must be the identity plus or minus DIV2K's mean; ours are constants).

    Raises:
        WeightsError: if copies differ, if a mean shift has other values, or if keys are missing or unknown.
    """
    state = drop_mean_shift(state, "sub_mean.shifter", MeanShift(sign=-1))
    state = drop_mean_shift(state, "add_mean.shifter", MeanShift(sign=1))
    return rename_layers(state, _layer_names(), what="PCARN-M checkpoint")


def _layer_names() -> dict[str, str]:
    """Return a mapping from the layer names of PCARN-pytorch's network to ours."""
    names = {
        "entry": "entry",
        "upsample.up2.body.0": "upsamplers.x2.0",
        "upsample.up3.body.0": "upsamplers.x3.0",
        "upsample.up4.body.0": "upsamplers.x4.0",
        "upsample.up4.body.3": "upsamplers.x4.3",
        "exit": "exit",
    }
    for i in range(3):
        names[f"c{i + 1}"] = f"cascade.fusions.{i}"
        for j in range(3):
            names[f"b{i + 1}.c{j + 1}"] = f"cascade.units.{i}.fusions.{j}"
            for theirs, ours in (("conv1", "conv1"), ("conv2", "conv2"), ("pw", "pointwise")):
                names[f"b{i + 1}.b{j + 1}.{theirs}"] = f"cascade.units.{i}.units.0.{ours}"
    return names
