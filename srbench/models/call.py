"""Calling of a network with LR and scale, and its output as a `Prediction`."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Literal

import torch
from torch import Tensor, nn

from srbench.errors import PluginError, one_line
from srbench.models.prediction import Prediction

if TYPE_CHECKING:
    Predict = Callable[[Tensor, float], Prediction]
    """A network as a function of LR (B, C, h, w) and scale."""

KEYS = ("sr", "out", "output", "outputs", "pred", "prediction", "reconstruction", "x")
"""Keys of a network's output under which its SR image is looked for, in this order and in any case."""

ScaleArgument = Literal["", "second", "keyword"]
"""Way in which a network gets the scale: not at all, as its second argument, or as the keyword ``scale``."""

_LUMA = "; for a network of luma alone give --model-channels y"
_POSITIONAL_OR_KEYWORD = inspect.Parameter.POSITIONAL_OR_KEYWORD


def predictor(model: nn.Module, name: str, notice: Callable[[str], None] = lambda _text: None) -> Predict:
    """Return `model` as a function of LR (B, C, h, w) and scale.

    Args:
        model: The network.
        name: Its name, for error messages.
        notice: Function that receives a remark if the network has several outputs, of which one is taken.

    Raises:
        PluginError: raised by the returned function if SR is not a floating-point tensor of shape (B, C,
            round(h * scale), round(w * scale)), or if the model ends the program.
    """
    way = scale_argument(model)

    def predict(lr: Tensor, scale: float) -> Prediction:
        try:
            result = call(model, lr, scale, way)
        except RuntimeError as error:
            if lr.shape[1] == 1 or _first_channels(model) != 1:
                raise
            raise PluginError(
                f"model {name}: {one_line(error)}: its first convolution takes 1 channel, and LR is RGB{_LUMA}"
            ) from error
        except (Exception, KeyboardInterrupt):
            raise
        except BaseException as end:  # SystemExit and its like, which would end more than this network
            raise PluginError(f"model {name}: {one_line(end)}; a network must not end the program") from end
        prediction = prediction_of(result, name)
        height, width = (round(side * scale) for side in lr.shape[-2:])
        sr = _usable(prediction.sr, lr, name)
        if tuple(sr.shape) != (*lr.shape[:2], height, width):
            raise PluginError(
                f"model {name} returned {tuple(sr.shape)} for an LR image of {tuple(lr.shape)} at x{scale:g}; expected "
                f"{_expected(sr, lr, height, width)}{_from_several(result)}"
            )
        if remark := selection_remark(result):
            notice(remark)
        sigma = None if prediction.sigma is None else _usable(prediction.sigma, lr, f"{name}: its sigma")
        return Prediction(sr, sigma, prediction.aux)

    return predict


def call(model: nn.Module, lr: Tensor, scale: float, way: ScaleArgument, **more: Tensor) -> Any:
    """Return the raw output of a model, a tensor or whatever else its ``forward`` returns.

    Args:
        model: The network.
        lr: LR images, (B, C, h, w).
        scale: Scale factor.
        way: The way in which the model gets the scale (`scale_argument`).
        more: Further arguments of ``forward``, for example ``hr`` in training.
    """
    if way == "keyword":
        return model(lr, scale=scale, **more)
    return model(lr, scale, **more) if way == "second" else model(lr, **more)


def scale_argument(model: nn.Module) -> ScaleArgument:
    """Return the way in which a model gets the scale, from the signature of its ``forward``.

    A parameter named ``scale`` gets it, or else a second parameter that is required. An optional second parameter of
    another name (``noise=None``, ``return_features=False``) and ``*args`` do not.
    """
    parameters = _parameters(model)
    named = next((parameter for parameter in parameters if parameter.name == "scale"), None)
    positional = [
        parameter for parameter in parameters if parameter.kind in {parameter.POSITIONAL_ONLY, _POSITIONAL_OR_KEYWORD}
    ]
    if named and named.kind not in {named.VAR_POSITIONAL, named.VAR_KEYWORD}:
        return "second" if positional[1:2] == [named] else "keyword"
    return "second" if len(positional) > 1 and positional[1].default is inspect.Parameter.empty else ""


def takes_scale(model: nn.Module) -> bool:
    """Return whether the model is called as ``model(lr, scale)``; third-party networks often have a fixed scale."""
    return scale_argument(model) == "second"


def _parameters(model: nn.Module) -> list[inspect.Parameter]:
    """Return the parameters of ``forward``, also of that inside a compiled, scripted or parallel network."""
    inside = getattr(model, "_orig_mod", None) or (model.module if isinstance(model, nn.DataParallel) else None)
    if isinstance(inside, nn.Module):
        return _parameters(inside)
    if isinstance(model, torch.jit.ScriptModule):
        schema: Any = getattr(model.forward, "schema", None)
        return [_script_parameter(argument) for argument in schema.arguments[1:]] if schema else []
    try:
        return list(inspect.signature(model.forward).parameters.values())
    except (TypeError, ValueError):
        return []


def _script_parameter(argument: Any) -> inspect.Parameter:
    default = argument.default_value if argument.has_default_value() else inspect.Parameter.empty
    kind = inspect.Parameter.KEYWORD_ONLY if argument.kwarg_only else _POSITIONAL_OR_KEYWORD
    return inspect.Parameter(argument.name, kind, default=default)


def prediction_of(result: Any, name: str) -> Prediction:
    """Return the output of a network as a `Prediction`.

    Of a list or tuple the last entry is taken; of a mapping or named tuple the entry under one of `KEYS`, else the only
    tensor.

    Args:
        result: Output of the network.
        name: Name of the network, for error messages.

    Raises:
        PluginError: if it holds no tensor, or if it is not clear which one is SR.
    """
    prediction = result if isinstance(result, Prediction) else Prediction(_sr_of(result, name))
    for part, value in (("sr", prediction.sr), ("sigma", prediction.sigma)):
        if not isinstance(value, Tensor) and not (part == "sigma" and value is None):
            raise PluginError(
                f"model {name} returned a Prediction with {type(value).__name__} as {part}; give a tensor"
            )
    return prediction


def _sr_of(result: Any, name: str) -> Tensor:
    """Return the SR tensor in an output that is not a `Prediction`; see `prediction_of`."""
    if isinstance(result, tuple) and hasattr(result, "_asdict"):
        result = result._asdict()
    if isinstance(result, Mapping):
        by_key = {str(key).casefold(): value for key, value in result.items() if isinstance(value, Tensor)}
        key = next((key for key in KEYS if key in by_key), "")
        if not key and len(by_key) != 1:
            kind = f"a mapping with the keys {', '.join(map(str, result)) or 'none'}"
            raise PluginError(f"model {name} returned {kind}; return SR alone, or under the key 'sr'")
        return by_key[key] if key else next(iter(by_key.values()))
    if isinstance(result, list | tuple):
        if not result or not isinstance(result[-1], Tensor):
            last = f", of which the last is {type(result[-1]).__name__}" if result else ""
            kind = f"a {type(result).__name__} of {len(result)}{last}"
            raise PluginError(f"model {name} returned {kind}; return SR alone, last, or as srbench.Prediction")
        last_entry: Tensor = result[-1]
        return last_entry
    if not isinstance(result, Tensor):
        raise PluginError(f"model {name} returned {type(result).__name__}; expected a tensor or srbench.Prediction")
    return result


def selection_remark(result: Any) -> str:
    """Return a remark on which part of a network's output is taken as SR; empty unless it has several tensors."""
    if isinstance(result, Prediction | Tensor) or not hasattr(result, "__len__"):
        return ""
    outputs = list(result.values()) if isinstance(result, Mapping) else list(result)
    tensors = [value for value in outputs if isinstance(value, Tensor)]
    if len(tensors) < 2:
        return ""
    sr = _sr_of(result, "")
    number = next(index for index, value in enumerate(outputs) if value is sr)
    keys = list(result) if isinstance(result, Mapping) else getattr(result, "_fields", ())
    which = f"{keys[number]!r}" if keys else f"number {number + 1}"
    shapes = ", ".join(str(tuple(value.shape)) for value in tensors)
    return f"of the {len(outputs)} outputs of the network ({shapes}), {which} is taken"


def _from_several(result: Any) -> str:
    remark = selection_remark(result)
    return f" ({remark})" if remark else ""


def _usable(output: Tensor, lr: Tensor, name: str) -> Tensor:
    """Return an output of a network without its gradient, on the device of `lr`.

    Raises:
        PluginError: if it is not a dense floating-point tensor with values.
    """
    fault = ""
    if output.is_nested or output.layout != torch.strided:
        fault = f"a tensor of layout {output.layout}"
    elif output.is_meta and not lr.is_meta:
        fault = "a tensor without values (device meta)"
    elif not output.is_floating_point():
        fault = f"a tensor of {output.dtype}".replace("torch.", "")
    if fault:
        raise PluginError(f"model {name} returned {fault}; expected floating-point RGB in [0, 1]")
    return output.detach().to(lr.device)


def _expected(sr: Tensor, lr: Tensor, height: int, width: int) -> str:
    """Return the first of batch, channels and size in which SR is not what it should be, as its expected value."""
    if sr.dim() != 4 or sr.shape[0] != lr.shape[0]:
        return f"{(*lr.shape[:2], height, width)}: a batch of as many images"
    if sr.shape[1] != lr.shape[1]:
        return f"{lr.shape[1]} channels, not {sr.shape[1]}{_LUMA if sr.shape[1] == 1 else ''}"
    return f"height and width {height} x {width}"


def _first_channels(model: nn.Module) -> int:
    """Return the number of channels that the first convolution of a network takes; 0 if it has none."""
    convolutions = (module for module in model.modules() if isinstance(module, nn.Conv2d))
    return next((convolution.in_channels for convolution in convolutions), 0)
