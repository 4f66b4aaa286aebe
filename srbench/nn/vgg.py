"""Frozen VGG19 feature extractor (Simonyan and Zisserman 2015) for perceptual losses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import torch
from torch import Tensor, nn
from torch.nn.functional import max_pool2d

from srbench.errors import UnknownName, UsageError, WeightsError
from srbench.weights.state_dict import load_into

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

STAGES = ((64, 64), (128, 128), (256, 256, 256, 256), (512, 512, 512, 512), (512, 512, 512, 512))
CONVOLUTIONS = tuple(f"{stage}_{i}" for stage, widths in enumerate(STAGES, 1) for i in range(1, len(widths) + 1))
"""Names of the convolutions, ``1_1`` to ``5_4``: the stage (each ends in a pooling) and the position in it."""
POOLS = {f"{stage}_{len(widths)}": f"pool{stage}" for stage, widths in enumerate(STAGES, 1)}
"""Name of the pooling behind a convolution, for those that end a stage."""
MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
"""Mean and standard deviation of ImageNet's RGB in [0, 1], with which torchvision's networks were trained."""

Colours = Literal["imagenet", "none", "file"]


class Vgg19Features(nn.Module):
    """VGG19 truncated after the deepest requested layer, with frozen weights.

    Gradients pass through to the image. The weights are uninitialised until they are loaded: random initialisation
    would take time and advance the random number generator from which the trained network is initialised.

    Args:
        layers: Layers to return: ``conv1_1`` (before the activation), ``relu1_1``, ... ``relu5_4``, and the pooled
            activations of the stages, ``pool1`` to ``pool5``.
        colours: Preprocessing of RGB in [0, 1]: ``imagenet`` subtracts ImageNet's mean and divides by its standard
            deviation, ``none`` leaves it unchanged, ``file`` applies a 1x1 convolution that the weights file contains.

    Raises:
        UnknownName: if VGG19 does not have one of `layers`.
        UsageError: if `layers` is empty.
    """

    def __init__(self, layers: Sequence[str], colours: Colours = "imagenet") -> None:
        super().__init__()
        known = [f"{kind}{name}" for name in CONVOLUTIONS for kind in ("conv", "relu")] + [*POOLS.values()]
        if unknown := [layer for layer in layers if layer not in known]:
            raise UnknownName("layer", unknown[0], known, "of VGG19")
        if not layers:
            raise UsageError("VGG19: no layer is given; name at least one, for example relu5_4")
        self.layers = tuple(layers)
        pooled = {pool: name for name, pool in POOLS.items()}
        self.depth = 1 + max(CONVOLUTIONS.index(pooled.get(layer, layer[4:])) for layer in layers)
        """Number of convolutions."""
        last = CONVOLUTIONS[self.depth - 1]
        self.smallest: int = 2 ** (int(last[0]) - 1 + (POOLS.get(last) in layers))
        """Minimum height and width of an image, in pixels."""
        self.colours = {"imagenet": Normalise(MEAN, STD), "none": nn.Identity(), "file": _convolution(3, 3, 1)}[colours]
        self._colour_layers = ["colours"] if colours == "file" else []
        widths = [width for stage in STAGES for width in stage][: self.depth]
        inputs = [3, *widths]
        self.convolutions = nn.ModuleList([_convolution(*pair, 3) for pair in zip(inputs, widths, strict=False)])
        self.requires_grad_(False).eval()

    def forward(self, image: Tensor) -> dict[str, Tensor]:
        """Map (B, 3, H, W) RGB in [0, 1] to the features of each layer.

        Returns:
            Layer name -> features (B, C, H // 2^(stage - 1), W // 2^(stage - 1)); after a pooling, H // 2^stage.

        Raises:
            UsageError: if the image is too small for the poolings.
        """
        if min(image.shape[-2:]) < self.smallest:
            height, width = image.shape[-2:]
            needs = f"{self.smallest} x {self.smallest}"
            raise UsageError(
                f"VGG19 up to {CONVOLUTIONS[self.depth - 1]}: {width} x {height} pixels is too small, needs {needs}; "
                "use larger images or shallower layers"
            )
        x, features = self.colours(image), {}
        for name, convolution in zip(CONVOLUTIONS, self.convolutions, strict=False):  # up to the deepest layer
            if name.endswith("_1") and name != "1_1":
                x = max_pool2d(x, 2)
            x = convolution(x)
            if f"conv{name}" in self.layers:
                features[f"conv{name}"] = x
                x = torch.relu(x)
            else:
                x = torch.relu_(x)  # in place, which saves memory
            if f"relu{name}" in self.layers:
                features[f"relu{name}"] = x
            if POOLS.get(name) in self.layers:
                features[POOLS[name]] = max_pool2d(x, 2)
        return features

    def load_numbered(self, state: Mapping[str, Tensor], path: Path) -> Vgg19Features:
        """Load the weights from a state dict with consecutively numbered layers.

        Torchvision's weights (``features.0`` to ``features.34``, beside a classifier) and the Caffe-normalised ones
        (``0``, the colour convolution, to ``51``) have this form. Layers deeper than this network are ignored.

        Args:
            state: State dict read from `path`.
            path: Weights file, named in errors.

        Returns:
            The network itself.

        Raises:
            WeightsError: if the state dict does not fit the network.
        """
        weights = {
            key.removeprefix("features."): value for key, value in state.items() if not key.startswith("classifier.")
        }
        numbers = sorted({int(key.partition(".")[0]) for key in weights if key.partition(".")[0].isdigit()})
        layers = [*self._colour_layers, *(f"convolutions.{number}" for number in range(len(CONVOLUTIONS)))]
        if len(numbers) != len(layers):
            raise WeightsError(
                f"{path}: not a VGG19 of this kind: {len(numbers)} numbered layers in place of {len(layers)}; "
                "get the file again"
            )
        names = {str(number): name for number, name in zip(numbers, layers, strict=True)}
        renamed = {}
        for key, value in weights.items():
            number, _, kind = key.partition(".")
            renamed[f"{names.get(number, number)}.{kind}"] = value.float()
        deeper = tuple(f"convolutions.{number}." for number in range(self.depth, len(CONVOLUTIONS)))
        load_into(self, {key: value for key, value in renamed.items() if not key.startswith(deeper)}, path)
        return self


class Normalise(nn.Module):
    """Per-channel normalisation ``(x - mean) / deviation``."""

    mean: Tensor
    deviation: Tensor

    def __init__(self, mean: Sequence[float], deviation: Sequence[float]) -> None:
        super().__init__()
        self.register_buffer("mean", torch.tensor(mean).view(-1, 1, 1), persistent=False)
        self.register_buffer("deviation", torch.tensor(deviation).view(-1, 1, 1), persistent=False)

    def forward(self, image: Tensor) -> Tensor:
        """Return the normalised (B, C, H, W) image."""
        return (image - self.mean) / self.deviation


def _convolution(channels_in: int, channels_out: int, kernel: int) -> nn.Conv2d:
    """Return a same-padding convolution with uninitialised weights."""
    return nn.Conv2d(channels_in, channels_out, kernel, padding=kernel // 2, device="meta").to_empty(device="cpu")
