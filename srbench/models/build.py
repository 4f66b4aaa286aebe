"""Construction of a network from its `ModelSpec`."""

from __future__ import annotations

import copy
import inspect
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import torch
from torch import nn

from srbench.errors import PluginError, one_line, suggestion
from srbench.loading import load, search_folders_of

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
        PluginError: if the code of the model cannot be imported; raised by the returned function if the result is not a
            module, or if the code of the model ends the program.
    """
    target = load(spec.build)
    kwargs: dict[str, Any] = dict(spec.kwargs)
    if not spec.joint:
        kwargs["scale"] = int(scale) if float(scale).is_integer() else scale
    if spec.resize_aware:
        kwargs["resize"] = resize

    def build() -> nn.Module:
        search_folders_of(spec.build)
        try:
            module = copy.deepcopy(target) if isinstance(target, nn.Module) else target(**kwargs)
        except SystemExit as end:
            raise PluginError(f"model {spec.name}: {one_line(end)}; its constructor must not end the program") from end
        if not isinstance(module, nn.Module):
            raise PluginError(
                f"model {spec.name}: {spec.build} returned {type(module).__name__}, not a torch.nn.Module"
            )
        return module

    return build


def shapes_of(build: Build) -> nn.Module:
    """Return a network for its shapes alone: without memory for its weights, if its constructor needs no values.

    Constructors that read values of tensors (``linspace(...).item()``, as in SwinIR) build it on the CPU instead.
    """
    try:
        with torch.device("meta"):
            return build()
    except Exception:  # noqa: BLE001 - code that needs values may raise anything without them
        return build()


def accepts(target: Callable[..., Any], parameter: str) -> bool:
    """Return whether the signature of `target` names a parameter; ``**kwargs`` do not count."""
    try:
        return parameter in inspect.signature(target).parameters
    except (TypeError, ValueError):  # builtins such as dict have no signature
        return False


def argument_fault(target: Callable[..., Any], arguments: set[str]) -> str:
    """Return the fault of a call of `target` with keyword arguments of these names, or an empty string.

    The fault continues a sentence whose subject is `target`: "needs depth; ...". Nothing is known about callables
    without a signature.
    """
    if isinstance(target, nn.Module):
        return f"is a network already, and takes no {', '.join(sorted(arguments))}" if arguments else ""
    try:
        parameters = inspect.signature(target).parameters.values()
    except (TypeError, ValueError):
        return ""
    variable = {inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD}
    named = [parameter for parameter in parameters if parameter.kind not in variable]
    required = [parameter.name for parameter in named if parameter.default is parameter.empty]
    if lacking := [name for name in required if name not in arguments]:
        return f"needs {', '.join(lacking)}; give --model-arg {lacking[0]}=VALUE, or name a function that builds it"
    known = [parameter.name for parameter in named]
    if inspect.Parameter.VAR_KEYWORD in {parameter.kind for parameter in parameters}:
        return ""
    unknown = next((name for name in sorted(arguments) if name not in known), "")
    return f"has no argument {unknown!r}{suggestion(unknown, known)}" if unknown else ""
