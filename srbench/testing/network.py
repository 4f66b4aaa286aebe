"""Networks that checks probe: newly built, and run on small random LR images."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch

from srbench.errors import one_line
from srbench.models.build import builder
from srbench.models.call import predictor

if TYPE_CHECKING:
    from torch import Tensor, nn

    from srbench.models.call import Predict
    from srbench.models.prediction import Prediction
    from srbench.specs.model import ModelSpec

Size = tuple[int, int]

SIZES: tuple[Size, ...] = ((8, 16), (24, 32))
"""Heights and widths in pixels of LR images; a model is probed with the first that it accepts."""
REAL_SCALES = (1.5, 2.0, 3.0)
"""Scales at which models for any real scale are probed."""


def probed_scales(spec: ModelSpec) -> tuple[float, ...]:
    """Return the scales at which a model is probed, the smallest first."""
    return tuple(sorted(spec.scales or REAL_SCALES))


def network(spec: ModelSpec, scale: float) -> nn.Module:
    """Return a new network of a model, from a fixed seed."""
    torch.manual_seed(0)
    return builder(spec, scale, "matlab-uint8")()


def random_lr(spec: ModelSpec, count: int, height: int, width: int) -> Tensor:
    """Return random LR images of the model's channels, (count, C, height, width) in [0, 1]."""
    generator = torch.Generator().manual_seed(count * height * width)
    return torch.rand(count, 3 if spec.channels == "rgb" else 1, height, width, generator=generator)


@dataclass
class Subject:
    """A network that is probed at one scale, with the first SR image that it returned."""

    spec: ModelSpec
    scale: float
    model: nn.Module
    size: Size
    """Height and width of LR in pixels."""
    sr: Tensor
    """SR of `lr`, (1, C, H, W)."""
    twin: nn.Module | None = None
    """Second network from the same seed; None until a probe has built it."""

    @property
    def enlarged(self) -> float:
        """Factor by which the network enlarges: 1 for LR images of the HR size, else the scale."""
        return 1.0 if self.spec.equal_size else float(self.scale)

    @property
    def lr(self) -> Tensor:
        """Random LR image, (1, C, height, width)."""
        return random_lr(self.spec, 1, *self.size)

    def run(self, lr: Tensor) -> Prediction:
        """Return the network's prediction for `lr`, called as srbench calls it."""
        return _run(self.spec, self.model, lr, self.enlarged)


def subject(spec: ModelSpec, scale: float) -> Subject | str:
    """Return the network of a model with its first SR image, or the reason why there is none."""
    try:
        model = network(spec, scale).eval()
    except Exception as error:  # noqa: BLE001 - the code of a plugin may raise anything
        return f"can't be built: {one_line(error)}"
    text = ""
    for size in SIZES:
        try:
            sr = _run(spec, model, random_lr(spec, 1, *size), 1.0 if spec.equal_size else float(scale)).sr
        except Exception as error:  # noqa: BLE001 - as above
            text = one_line(error)
        else:
            return Subject(spec, scale, model, size, sr)
    return text


@torch.inference_mode()
def _run(spec: ModelSpec, model: nn.Module, lr: Tensor, scale: float) -> Prediction:
    predict: Predict = predictor(model, spec.name)
    return predict(lr, scale)
