"""MobileNet (Howard et al. 2017, Table 1) with weights saved by Keras 2.1."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Any

import h5py
import numpy as np
import torch
from torch import nn

from srbench.weights.state_dict import load_into

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from torch import Tensor

STEM = 32
"""Channels of the first convolution."""
BLOCKS = ((64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2), *[(512, 1)] * 5, (1024, 2), (1024, 1))
"""Output channels and stride of each pair of a depthwise 3x3 and a pointwise convolution."""
HEAD = "dense_1"
"""Name of the classifier layer in Keras."""
EPSILON = 1e-3
"""Constant that Keras' batch normalisation adds to the variance."""


class MobileNet(nn.Sequential):
    """MobileNet of width 1 with average pooling, for inference.

    Maps (B, 3, 224, 224) float32 in [-1, 1] to (B, classes) probabilities. Batch normalisation is folded into the
    convolutions. Each 3x3 convolution pads one pixel on every side, as Keras did when the weights were trained; current
    Keras versions pad only at the bottom and right where the stride is 2.
    """

    def __init__(self, classes: int) -> None:
        layers: dict[str, nn.Module] = {"conv1": _convolution(3, STEM, kernel=3, stride=2)}
        channels = STEM
        for number, (wider, stride) in enumerate(BLOCKS, 1):
            layers[f"conv_dw_{number}"] = _convolution(channels, channels, kernel=3, stride=stride, groups=channels)
            layers[f"conv_pw_{number}"] = _convolution(channels, wider, kernel=1)
            channels = wider
        layers["pool"] = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten())
        layers[HEAD] = nn.Sequential(nn.Linear(channels, classes), nn.Softmax(dim=1))
        super().__init__(OrderedDict(layers))

    @classmethod
    def from_keras(cls, path: Path, classes: int) -> MobileNet:
        """Build a network in eval mode with weights from an HDF5 file written by Keras' ``save_weights``.

        Args:
            path: HDF5 file.
            classes: Number of output classes.

        Raises:
            WeightsError: if the weights have other shapes.
        """
        model = cls(classes)
        with h5py.File(path) as file:
            load_into(model, dict(_state(file)), path)
        return model.eval()


def _convolution(inputs: int, outputs: int, *, kernel: int, stride: int = 1, groups: int = 1) -> nn.Sequential:
    return nn.Sequential(nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, groups=groups), nn.ReLU6())


def _state(file: h5py.File) -> Iterator[tuple[str, Tensor]]:
    """Yield the names and tensors of `MobileNet`'s state dict from Keras' layers."""
    for name in ("conv1", *(f"conv_{kind}_{number}" for number in range(1, len(BLOCKS) + 1) for kind in ("dw", "pw"))):
        norm = _layer(file, f"{name}_bn")
        gain = norm["gamma"] / np.sqrt(norm["moving_variance"] + EPSILON)
        kernel = _kernel(_layer(file, name)) * gain[:, None, None, None]
        yield f"{name}.0.weight", torch.from_numpy(kernel)
        yield f"{name}.0.bias", torch.from_numpy(norm["beta"] - norm["moving_mean"] * gain)
    head = _layer(file, HEAD)
    yield f"{HEAD}.0.weight", torch.from_numpy(head["kernel"].T)
    yield f"{HEAD}.0.bias", torch.from_numpy(head["bias"])


def _kernel(layer: dict[str, Any]) -> Any:
    """Transpose Keras' (height, width, in, out) or depthwise (height, width, in, 1) to (out, in, height, width)."""
    if "depthwise_kernel" in layer:
        return layer["depthwise_kernel"].transpose(2, 3, 0, 1)
    return layer["kernel"].transpose(3, 2, 0, 1)


def _layer(file: h5py.File, name: str) -> dict[str, Any]:
    """Read the arrays of a layer, with names without TensorFlow's suffix ``:0``."""
    return {key.removesuffix(":0"): array[()] for key, array in file[name][name].items()}
