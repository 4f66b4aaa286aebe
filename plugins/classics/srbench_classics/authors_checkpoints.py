"""Conversion of the authors' own weights, as they are published, to the key names and layouts of our networks.

Each function also takes the same weights converted already. Every tensor is used or explicitly dropped.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

from srbench import DIV2K_MEAN, MeanShift, WeightsError, drop_mean_shift, rename_layers

if TYPE_CHECKING:
    from torch import Tensor

State = Mapping[str, "Tensor"]


def vdsr(state: State) -> dict[str, Tensor]:
    """Convert ``VDSR_Official.mat`` of huangzehao/caffe-vdsr: the filters and biases of 20 convolutions, in cells.

    Raises:
        WeightsError: if it has other tensors.
    """
    if "refine.0.weight" in state:
        return dict(state)
    renamed = {}
    for key, tensor in state.items():
        kind, _, number = key.removeprefix("model.").partition(".")
        renamed[f"{number}.{kind}"] = _of_matconvnet(tensor) if kind == "weight" else tensor.flatten()
    return rename_layers(renamed, {str(i): f"refine.{2 * i}" for i in range(20)}, what="VDSR")


def mslapsrn(state: State) -> dict[str, Tensor]:
    """Convert ``MSLapSRN_D5R8.mat`` of phoenix104104/LapSRN: named parameters, ``_f`` filters and ``_b`` biases.

    Raises:
        WeightsError: if it has other tensors.
    """
    rules = {"input_conv": "head", "upconv": "features", "residual_conv": "residual"}
    rules |= {f"conv{i + 1}": f"embedding.convs.{i}" for i in range(5)}
    named = {}
    published = any(tensor.shape[:2] == (3, 3) for tensor in state.values())  # converted filters end with 3 x 3
    for key, tensor in state.items():
        layer, _, kind = key.rpartition("_")
        if kind == "f":
            named[f"{layer}.weight"] = _of_matconvnet(tensor) if published else tensor
        else:
            named[f"{layer}.{'bias' if kind == 'b' else kind}"] = tensor.flatten()
    image = named.pop("img_up.weight", None)  # the one layer without a bias
    if image is None:
        raise WeightsError("the checkpoint has no 'img_up_f': it is not MS-LapSRN's")
    return rename_layers(named, rules, what="MS-LapSRN") | {"image.weight": image}


def _of_matconvnet(filters: Tensor) -> Tensor:
    """Return filters (height, width, in, out), whose last axes MATLAB drops where they are 1, as (out, in, ...).

    A transposed convolution's are (height, width, out, in) and become (in, out, ...).
    """
    return filters.reshape(*filters.shape, *(1,) * (4 - filters.dim())).permute(3, 2, 0, 1).contiguous()


def _idn(state: State, scale: int | str) -> dict[str, Tensor]:
    if f"upsample.x{scale}.weight" in state:
        return dict(state)
    kinds = {"0": "weight", "1": "bias"}
    rules = {"conv1": "head.0.0", "conv2": "head.1.0", "upsample": f"upsample.x{scale}"}
    for i in range(4):
        rules[f"down{i + 1}"] = f"body.{i}.compress.0"
        for j in range(6):
            rules[f"conv{i + 3}_{j + 1}"] = f"body.{i}.{'first' if j < 3 else 'second'}.{j % 3}.0"
    named = {}
    for key, tensor in state.items():
        layer, _, number = key.rpartition(".")
        named[f"{layer}.{kinds.get(number, number)}"] = tensor
    return rename_layers(named, rules, what="IDN")


idn = partial(_idn, scale="*")
"""Convert a model of Zheng222/IDN-Caffe, whose layers are the same at every scale; errors as of `rename_layers`."""
idn_x2 = partial(_idn, scale=2)
"""Convert ``IDN_x2.caffemodel`` of Zheng222/IDN-Caffe; errors as of `rename_layers`."""
idn_x3 = partial(_idn, scale=3)
"""Convert ``IDN_x3.caffemodel`` of Zheng222/IDN-Caffe; errors as of `rename_layers`."""
idn_x4 = partial(_idn, scale=4)
"""Convert ``IDN_x4.caffemodel`` of Zheng222/IDN-Caffe; errors as of `rename_layers`."""


def enet(state: State) -> dict[str, Tensor]:
    """Convert the generator of msmsajjadi/EnhanceNet-Code: 25 convolutions in order, (height, width, in, out).

    Raises:
        WeightsError: if it has other tensors.
    """
    blocks = [f"body.{i}.{j}" for i in range(10) for j in (0, 2)]
    layers = ["head.0", *blocks, "upsample.0.1", "upsample.1.1", "tail.0", "tail.2"]
    named = {}
    for key, tensor in state.items():
        if key.startswith("convs."):
            named[key] = tensor
        else:
            kind = {"weights": "weight", "biases": "bias"}
            layer, _, name = key.rpartition("/")
            number = layer.removeprefix("generator/Conv").removeprefix("_") or "0"
            named[f"convs.{number}.{kind.get(name, name)}"] = (
                tensor.permute(3, 2, 0, 1).contiguous() if tensor.dim() == 4 else tensor
            )
    return rename_layers(named, {f"convs.{i}": layer for i, layer in enumerate(layers)}, what="ENet")


def _srcnn(state: State, scale: int | str) -> dict[str, Tensor]:
    if "mapping.0.weight" in state:
        return dict(state)
    named = {}
    for key, tensor in state.items():
        kind, _, layer = key.removesuffix(".values").partition("_")
        named[f"{layer}.{'weight' if kind == 'weights' else 'bias'}"] = tensor
    rules = {"conv1": "mapping.0", "conv2": "mapping.2", "conv3": f"reconstruction.x{scale}"}
    renamed = rename_layers(named, rules, what="SRCNN")
    inputs = {"mapping.0": 1, "mapping.2": 64, f"reconstruction.x{scale}": 32}
    for layer, channels in inputs.items():
        weight, outputs = renamed[f"{layer}.weight"], renamed[f"{layer}.bias"].numel()
        side = math.isqrt(weight.numel() // (channels * outputs))
        if channels * side * side * outputs != weight.numel():
            raise WeightsError(f"SRCNN: {tuple(weight.shape)} are not the sizes of {layer}'s weights")
        renamed[f"{layer}.weight"] = weight.reshape(channels, side, side, outputs).permute(3, 0, 2, 1).contiguous()
        renamed[f"{layer}.bias"] = renamed[f"{layer}.bias"].flatten()
    return renamed


srcnn = partial(_srcnn, scale=4)
"""Convert the texts of Cuda-Chen/SRCNN-cpp: MATLAB's arrays (in, width x height, out), without axes of one.

Errors are those of `rename_layers`, and `WeightsError` if an array has not the sizes of a layer.
"""
srcnn_any = partial(_srcnn, scale="*")
"""Convert SRCNN's arrays like `srcnn`, for the scale that the network is built for: the files name none."""


def srcnn_pytorch(state: State) -> dict[str, Tensor]:
    """Convert yjn870/SRCNN-pytorch, which is trained on the luma for a scale that its files do not name.

    Raises:
        WeightsError: if it has other tensors.
    """
    rules = {"conv1": "mapping.0", "conv2": "mapping.2", "conv3": "reconstruction.x*"}
    return rename_layers(state, rules, what="SRCNN")


def carn_x2(state: State) -> dict[str, Tensor]:
    """Convert ``CARN_2x-0000.params`` of WolframRhodium/Super-Resolution-Zoo, in the order of CARN-pytorch's layers.

    Array 2 i is the weight of layer i, and array 2 i + 1 its bias. The layers of other scales are missing.

    Raises:
        WeightsError: if it has other tensors, or a mean shift that is not DIV2K's.
    """
    if "head.weight" in state:
        return dict(state)
    blocks = range(3)
    layers = ["sub_mean", "add_mean", "head"]
    for i in blocks:
        units = f"body.units.{i}"
        layers += [f"{units}.units.{j}.conv{k}" for j in blocks for k in (1, 2)]
        layers += [f"{units}.fusions.{j}" for j in blocks]
    layers += [f"body.fusions.{i}" for i in blocks]
    numbers = {"upsample.x2.0": 33, "tail": 37}
    rules = {str(i): layer for i, layer in enumerate(layers)} | {str(i): layer for layer, i in numbers.items()}
    named = {}
    for key, tensor in state.items():
        number = key.removeprefix("learned_")
        if not number.isdecimal() or number != str(int(number)):
            raise WeightsError(f"CARN: unknown array {key!r}; it is another network's")
        named[f"{int(number) // 2}.{'bias' if int(number) % 2 else 'weight'}"] = tensor
    renamed = rename_layers(named, rules, what="CARN")
    renamed = drop_mean_shift(renamed, "sub_mean", MeanShift(DIV2K_MEAN, sign=-1))
    return drop_mean_shift(renamed, "add_mean", MeanShift(DIV2K_MEAN, sign=1))
