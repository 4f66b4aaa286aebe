"""Loading of checkpoint files into state dicts and models; code in a checkpoint is never executed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from srbench.errors import WeightsError
from srbench.loading import load
from srbench.weights.checkpoint_file import read_checkpoint

if TYPE_CHECKING:
    from pathlib import Path

    from torch import Tensor, nn

    from srbench.specs.weights import WeightsSpec

WRAPPERS = ("params_ema", "params", "state_dict", "model_state_dict", "model")
"""Keys under which training code stores the state dict; averaged weights come first."""


def load_state_dict(path: Path, spec: WeightsSpec | None = None) -> dict[str, Tensor]:
    """Return the tensors in `path`, on the CPU, under the model's key names.

    The file is safetensors, of ``torch.save``, or of another framework (`srbench.weights.formats`). A state dict inside
    a training checkpoint is taken out, the ``module.`` of DataParallel is dropped, and ``spec.convert`` is applied.
    Only tensors and plain containers are unpickled. Of weights in several files (``spec.parts``), a tensor's name
    begins with its file's, without suffix.

    Raises:
        WeightsError: if the file is missing or damaged, holds code, or holds no state dict.
    """
    content: Any = _unwrap(_read(path, spec))
    if not isinstance(content, Mapping) or not content:
        raise WeightsError(f"{path}: contains a {type(content).__name__}, not a state dict; expected name -> tensor")
    import torch

    if others := [str(key) for key, value in content.items() if not isinstance(value, torch.Tensor)]:
        wrappers = ", ".join(WRAPPERS)
        raise WeightsError(
            f"{path}: not a state dict: no tensors under {_first(others)}; expected tensors, or {wrappers}"
        )
    state: dict[str, Tensor] = {str(key).removeprefix("module."): value for key, value in content.items()}
    if not (spec and spec.convert):
        return state
    try:
        return dict(load(spec.convert)(state))
    except WeightsError as error:  # a converter's message does not name the file
        raise WeightsError(f"{path}: {error}") from error


def select_submodule(state: Mapping[str, Tensor], part: str) -> Mapping[str, Tensor]:
    """Return the tensors of the submodule `part` under its key names; all tensors if `part` is empty."""
    if not part:
        return state
    return {key.removeprefix(f"{part}."): value for key, value in state.items() if key.startswith(f"{part}.")}


def rename_layers(
    state: Mapping[str, Tensor],
    rules: Mapping[str, str],
    *,
    strict: bool = True,
    what: str = "checkpoint",
) -> dict[str, Tensor]:
    """Return `state` with its layers renamed; a layer's name is that of its tensors without ``.weight`` or ``.bias``.

    Args:
        state: state dict of another code base.
        rules: with `strict`, the name of every layer and its new name. Each layer has a weight and a bias; layers with
            the same new name are copies of a shared one. Otherwise, regular expressions and replacements: the first
            one that matches a layer's whole name renames it, and a layer that none matches keeps its name, so that
            `load_into` reports it.
        strict: whether `rules` list the layers of the checkpoint.
        what: the checkpoint in words, which starts the messages.

    Raises:
        WeightsError: if, with `strict`, tensors are missing or unknown, or copies of a shared layer differ.
    """
    if not strict:
        return {_renamed(name, rules): tensor for name, tensor in state.items()}
    expected = {f"{layer}.{kind}" for layer in rules for kind in ("weight", "bias")}
    if wrong := sorted(expected.symmetric_difference(state)):
        fault = "missing" if wrong[0] in expected else "unknown"
        raise WeightsError(f"{what}: {len(wrong)} keys do not match, the first is {fault}: {wrong[0]!r}")
    renamed: dict[str, Tensor] = {}
    for key, tensor in state.items():
        layer, _, kind = key.rpartition(".")
        name = f"{rules[layer]}.{kind}"
        if name in renamed and not tensor.equal(renamed[name]):
            raise WeightsError(f"{what}: {key} differs from the block that it should share ({name})")
        renamed[name] = tensor
    return renamed


def _renamed(name: str, rules: Mapping[str, str]) -> str:
    layer, _, kind = name.rpartition(".")
    for pattern, replacement in rules.items():
        if match := re.fullmatch(pattern, layer):
            return f"{match.expand(replacement)}.{kind}"
    return name


def load_into(model: nn.Module, state: Mapping[str, Tensor], path: Path) -> None:
    """Copy `state` into `model`; it must have every key of the model, with the model's shapes, and no other.

    Args:
        model: Network to load into.
        state: State dict.
        path: File that `state` was read from, for error messages.

    Raises:
        WeightsError: listing missing keys, unexpected keys, and keys of another shape.
    """
    own = model.state_dict()
    reshaped = [
        f"{key} {tuple(state[key].shape)} instead of {tuple(own[key].shape)}"
        for key in own
        if key in state and state[key].shape != own[key].shape
    ]
    faults = {
        "missing": [key for key in own if key not in state],
        "unexpected": [key for key in state if key not in own],
        "of another shape": reshaped,
    }
    if any(faults.values()):
        listed = "; ".join(f"{len(keys)} {fault}: {_first(keys)}" for fault, keys in faults.items() if keys)
        raise WeightsError(f"{path}: not a checkpoint of {type(model).__name__} as configured: {listed}")
    model.load_state_dict(dict(state))


def _read(path: Path, spec: WeightsSpec | None) -> Any:
    if not (spec and spec.parts and path.name == spec.filename):
        return read_checkpoint(path)
    files = [path, *(path.with_name(name) for name in spec.parts)]
    return {f"{file.stem}.{key}": tensor for file in files for key, tensor in read_checkpoint(file).items()}


def _unwrap(content: Any) -> Any:
    while isinstance(content, Mapping) and (key := next((key for key in WRAPPERS if _is_wrapper(content, key)), "")):
        content = content[key]
    return content


def _is_wrapper(content: Mapping[Any, Any], key: str) -> bool:
    return isinstance(content.get(key), Mapping)


def _first(names: Iterable[str], shown: int = 3) -> str:
    names = list(names)
    return ", ".join(names[:shown]) + (", ..." if len(names) > shown else "")
