"""Construction of a network from its `ModelSpec`, and the way it is called."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from torch import Tensor, nn

from srbench.errors import PluginError
from srbench.loading import load
from srbench.models.prediction import Prediction

if TYPE_CHECKING:
    from srbench.specs.model import ModelSpec

Build = Callable[[], nn.Module]


def builder(spec: ModelSpec, scale: float, resize: str) -> Build:
    """Return a function that builds a new module of a model.

    Args:
        spec: The model.
        scale: Scale to build it for, unless one set of weights serves all scales.
        resize: Mode of imresize that a `resize_aware` model inverts with.

    Raises:
        PluginError: if the code of the model cannot be imported; the function raises it if the result is not a module.
    """
    target = load(spec.build)
    kwargs: dict[str, Any] = dict(spec.kwargs)
    if not spec.joint:
        kwargs["scale"] = int(scale) if float(scale).is_integer() else scale
    if spec.resize_aware:
        kwargs["resize"] = resize

    def build() -> nn.Module:
        module = target(**kwargs)
        if not isinstance(module, nn.Module):
            raise PluginError(
                f"model {spec.name}: {spec.build} returned {type(module).__name__}, not a torch.nn.Module"
            )
        return module

    return build


def predictor(model: nn.Module, name: str) -> Callable[[Tensor, float], Prediction]:
    """Return `model` as a function of LR (B, C, h, w) and scale; `name` is used in error messages.

    Raises:
        PluginError: raised by the function if SR is not (B, C, round(h * scale), round(w * scale)).
    """
    with_scale = takes_scale(model)

    def predict(lr: Tensor, scale: float) -> Prediction:
        result = model(lr, scale) if with_scale else model(lr)
        prediction = result if isinstance(result, Prediction) else Prediction(result)
        height, width = (round(side * scale) for side in lr.shape[-2:])
        if tuple(prediction.sr.shape[-2:]) != (height, width):
            raise PluginError(
                f"model {name} returned {tuple(prediction.sr.shape)} for an LR image of {tuple(lr.shape)} at "
                f"x{scale:g}; expected height and width {height} x {width}"
            )
        return prediction

    return predict


def accepts(target: Callable[..., Any], parameter: str) -> bool:
    """Return whether `target` names this parameter; ``**kwargs``, as every ``nn.Module`` has, do not count."""
    return parameter in inspect.signature(target).parameters


def takes_scale(model: nn.Module) -> bool:
    """Return whether the model is called as ``model(lr, scale)``; third-party networks often have a fixed scale."""
    try:
        inspect.signature(model.forward).bind(None, None)
    except TypeError:
        return False
    return True
