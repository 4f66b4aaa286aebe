"""Equal blocks of a network on a fake device: each is followed once, as the others do the same with equal shapes.

Deep networks repeat a block up to two hundred times. With tensors that have no values, a block's result follows from
its class, its settings and the shapes, types and devices of its tensors and arguments.
"""

from __future__ import annotations

import functools
from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator

PLAIN = (bool, int, float, str, bytes, type(None), torch.dtype, torch.device, torch.Size)
OF_EVERY_MODULE = frozenset(vars(nn.Module())) - {"training"}


@contextmanager
def each_block_once(model: nn.Module) -> Iterator[None]:
    """Let the blocks of `model` that are equal to one that has been called return a tensor like its result."""
    forms: dict[Hashable, int] = {}
    found: dict[nn.Module, int] = {}
    _form(model, forms, found)
    counts = Counter(found.values())
    results: dict[Hashable, Any] = {}
    wrapped = [
        module
        for module, form in found.items()
        if counts[form] > 1 and next(module.children(), None) is not None and "forward" not in vars(module)
    ]
    try:
        for module in wrapped:
            module.forward = _remembered(module, found[module], results)
        yield
    finally:
        for module in wrapped:
            del module.forward


def _remembered(module: nn.Module, form: int, results: dict[Hashable, Any]) -> Callable[..., Any]:
    """Return the ``forward`` of a block, whose result is remembered in `results` for equal blocks."""
    forward = module.forward

    @functools.wraps(forward)
    def once(*args: Any, **kwargs: Any) -> Any:
        if not _is_described((*args, *kwargs.values())):
            return forward(*args, **kwargs)
        key = (form, _described(args), _described(tuple(sorted(kwargs.items()))))
        like = results.get(key)
        if like is not None:
            return torch.empty_strided(like.size(), like.stride(), dtype=like.dtype, device=like.device)
        before = _state(module)
        result = forward(*args, **kwargs)
        if isinstance(result, Tensor) and _state(module) == before:  # a block that notes something does it each time
            results[key] = result
        return result

    return once


def _form(module: nn.Module, forms: dict[Hashable, int], found: dict[nn.Module, int]) -> int:
    """Return the number of a module's form, which equal modules share; note it and those of its parts in `found`."""
    if module not in found:
        named = module._modules.items()  # noqa: SLF001 - also the places of parts that are None
        parts = tuple((name, -1 if part is None else _form(part, forms, found)) for name, part in named)
        tensors = (*module._parameters.items(), *module._buffers.items())  # noqa: SLF001 - as above
        hooks = module._forward_hooks or module._forward_pre_hooks  # noqa: SLF001 - as above
        key = (type(module), parts, _described(tensors), _own(module), id(module) if hooks else 0)
        found[module] = forms.setdefault(key, len(forms))
    return found[module]


def _own(module: nn.Module) -> Hashable:
    """Return what describes the attributes of a module that are neither parts nor parameters."""
    left_out = OF_EVERY_MODULE | {"forward"}
    return _described(tuple((name, value) for name, value in sorted(vars(module).items()) if name not in left_out))


def _state(module: nn.Module) -> list[Hashable]:
    return [_own(part) for part in module.modules()]


def _described(value: Any) -> Hashable:
    """Return what describes a value: that of tensors and plain data; of anything else, which object it is."""
    if isinstance(value, Tensor):
        return (type(value), value.size(), value.stride(), value.dtype, value.device)
    if isinstance(value, PLAIN):
        return (type(value), value)
    if isinstance(value, tuple | list):
        return (type(value), *map(_described, value))
    return id(value)


def _is_described(value: Any) -> bool:
    """Return whether `_described` tells all about a value that lives no longer than a call."""
    if isinstance(value, tuple | list):
        return all(map(_is_described, value))
    return isinstance(value, (Tensor, *PLAIN))
