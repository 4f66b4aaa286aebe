"""A method ready to run: its network loaded on a device, wrapped in ensembles and tiles."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

from srbench.data.checkpoint import load_into, load_state_dict, part_of
from srbench.errors import PluginError, UsageError
from srbench.inference.ensemble import wrap
from srbench.inference.images import to_tensor
from srbench.inference.memory import tile_size
from srbench.inference.tiling import DEFAULT_HALO, tiled
from srbench.loading import load
from srbench.metrics import Subject
from srbench.prediction import Prediction

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from srbench.bench.cell import Method
    from srbench.specs import ModelSpec

Build = Callable[[], nn.Module]


class Upscaler:
    """A method on a device at one scale: call it with an LR image, get a `Prediction`.

    LR images of HR's size (`equal_size`, or a model for such) are not enlarged: to the network their scale is 1.

    Raises `WeightsError` where the checkpoint doesn't fit, `PluginError` where the model breaks its contract.
    """

    def __init__(
        self,
        method: Method,
        scale: float,
        *,
        resize: str = "matlab-uint8",
        device: str = "auto",
        tile: int | None = None,
        equal_size: bool = False,
    ) -> None:
        self.method = method
        self.scale = 1.0 if equal_size or method.model.equal_size else scale
        self.device = pick_device(device)
        self.warnings: list[str] = []
        self._tile = tile
        self._build = builder(method.model, self.scale, resize)
        self.model = self._build()
        if method.weights:
            state = load_state_dict(method.weights, method.weights_spec)
            load_into(self.model, part_of(state, method.part), method.weights)
        self.model.eval().to(self.device)
        self._takes_scale = takes_scale(self.model)
        self._forward = wrap(self._plain, method.ensemble)
        self._halo = DEFAULT_HALO if method.model.halo is None else method.model.halo

    @torch.inference_mode()
    def __call__(self, lr: NDArray[np.uint8]) -> Prediction:
        """SR of a uint8 LR image (h, w, 3) RGB or (h, w) grey: sr (1, C, round(h * scale), round(w * scale))."""
        image = to_tensor(lr, self.device, grey=self.method.model.grey)
        tile = self._tile_for(image)
        if not tile or max(image.shape[-2:]) <= tile:
            return self._forward(image)
        if self.method.model.halo is None:
            self.warnings.append(
                f"in tiles of {tile} LR pixels that overlap by {self._halo}: {self.method.model.name} may look further"
            )
        return tiled(self._forward, self.scale, tile, self._halo)(image)

    def _tile_for(self, image: Tensor) -> int:
        """LR pixels a side of the tiles for this image; 0 for the image as a whole."""
        if self._tile is not None:
            return self._tile
        return tile_size(self._forward, image, self._halo)

    def subject(self) -> Subject:
        """This model as metrics of cost see it."""
        return Subject(self.model, lambda lr: self._plain(lr).sr, self._build, self.scale, self.device)

    def _plain(self, lr: Tensor) -> Prediction:
        result = self.model(lr, self.scale) if self._takes_scale else self.model(lr)
        prediction = result if isinstance(result, Prediction) else Prediction(result)
        height, width = (round(side * self.scale) for side in lr.shape[-2:])
        if tuple(prediction.sr.shape[-2:]) != (height, width):
            raise PluginError(
                f"model {self.method.model.name} returned {tuple(prediction.sr.shape)} for an LR image of "
                f"{tuple(lr.shape)} at x{self.scale:g}: expected height and width {height} x {width}"
            )
        return prediction


def builder(spec: ModelSpec, scale: float, resize: str) -> Build:
    """What makes a fresh module of `spec` at `scale`."""
    target = load(spec.build)
    kwargs: dict[str, Any] = dict(spec.kwargs)
    if not spec.joint:
        kwargs["scale"] = int(scale) if float(scale).is_integer() else scale
    if spec.resize_aware:
        kwargs["resize"] = resize

    def build() -> nn.Module:
        module = target(**kwargs)
        if not isinstance(module, nn.Module):
            raise PluginError(f"model {spec.name}: {spec.build} made {type(module).__name__}, not a torch.nn.Module")
        return module

    return build


def pick_device(wanted: str) -> str:
    """``auto`` becomes ``cuda`` where there is one, else ``cpu``. Raises `UsageError` for a device that isn't there.

    Convolutions on a GPU are kept in float32: with TF32, cuDNN's default, they would differ from the CPU's by 1e-3.
    """
    if wanted == "auto":
        wanted = "cuda" if torch.cuda.is_available() else "cpu"
    try:
        device = torch.device(wanted)
    except RuntimeError:
        raise UsageError(f"--device {wanted}: no device of that name; use auto, cpu, cuda or cuda:N") from None
    if device.type == "cuda":
        if (device.index or 0) >= torch.cuda.device_count():
            raise UsageError(f"--device {wanted}: {torch.cuda.device_count()} CUDA devices here; use --device cpu")
        torch.backends.cudnn.allow_tf32 = False
        torch.backends.cuda.matmul.allow_tf32 = False
    return wanted


def accepts(target: Callable[..., Any], parameter: str) -> bool:
    """Whether `target` names a parameter so; ``**kwargs``, which every ``nn.Module`` seems to take, don't count."""
    return parameter in inspect.signature(target).parameters


def takes_scale(model: nn.Module) -> bool:
    """Whether it is called as ``model(lr, scale)``; other people's networks often know their scale."""
    try:
        inspect.signature(model.forward).bind(None, None)
    except TypeError:
        return False
    return True
