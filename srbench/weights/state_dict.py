"""Loading of checkpoint files into state dicts and models; code in a checkpoint is never executed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from srbench.errors import WeightsError
from srbench.loading import load
from srbench.weights.candidates import AROUND, candidates, preference, unprefixed
from srbench.weights.checkpoint_file import read_checkpoint
from srbench.weights.misfit import misfit, printable
from srbench.weights.tensor_kinds import unusable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from torch import Tensor, nn

    from srbench.specs.model import KeyLayout
    from srbench.specs.weights import WeightsSpec
    from srbench.weights.candidates import Candidate


def load_state_dict(path: Path, spec: WeightsSpec | None = None) -> dict[str, Tensor]:
    """Return the tensors in `path`, on the CPU, under the model's key names.

    The file is safetensors, of ``torch.save``, or of another framework (`srbench.weights.formats`). A state dict inside
    a training checkpoint is taken out (averaged weights first), the ``module.`` of DataParallel and the ``_orig_mod.``
    of ``torch.compile`` are dropped, and ``spec.convert`` is applied. Only tensors and plain data are unpickled. Of
    weights in several files (``spec.parts``), a tensor's name begins with its file's, without suffix.

    Raises:
        WeightsError: if the file is missing or damaged, holds code, or holds no state dict or several.
    """
    content = _read(path, spec)
    try:
        state = _alone(candidates(content))
        return dict(load(spec.convert)(state)) if spec and spec.convert else state
    except WeightsError as error:  # neither message names the file
        raise WeightsError(f"{path}: {printable(str(error))}") from error


def load_network(
    model: nn.Module, path: Path, layouts: Sequence[KeyLayout] = (), spec: WeightsSpec | None = None
) -> tuple[dict[str, Tensor], str]:
    """Return the state dict of `model` from the file `path`, and on one line what was taken of it, if not all as it is.

    Of what the file holds, that is taken which has the keys and shapes of `model`: in any container, behind any prefix
    (`srbench.weights.candidates`), under the model's key names or in one of `layouts`. Averaged weights come first.

    Args:
        model: Network, which is not changed.
        path: Checkpoint.
        layouts: Other layouts that the network is known in.
        spec: The file as a plugin declares it: its converter is then the only layout.

    Raises:
        WeightsError: if the file is missing, damaged or of another kind, if it does not fit the network, or if several
            networks in it do.
    """
    from srbench.weights.fit import match

    content = _read(path, spec)
    network = model.state_dict()
    try:
        if spec and spec.convert:
            state = dict(load(spec.convert)(_alone(candidates(content))))
            content, layouts = state, ()
        found, rest = match(content, network, layouts, f"{type(model).__name__} as configured")
    except WeightsError as error:  # the messages do not name the file
        raise WeightsError(f"{path}: {printable(str(error))}") from error
    return dict(found.state), printable(found.remark(path.name, network, rest))


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
    if fault := unusable(state) or misfit(state, model.state_dict()):
        raise WeightsError(f"{path}: not a checkpoint of {type(model).__name__} as configured: {printable(fault)}")
    model.load_state_dict(dict(state))


def _read(path: Path, spec: WeightsSpec | None) -> Any:
    if not (spec and spec.parts and path.name == spec.filename):
        return read_checkpoint(path)
    files = [path, *(path.with_name(name) for name in spec.parts)]
    return {f"{file.stem}.{key}": tensor for file in files for key, tensor in read_checkpoint(file).items()}


def _alone(found: Sequence[Candidate]) -> dict[str, Tensor]:
    """Return the tensors of the preferred candidate, without what `AROUND` names before their keys.

    Raises:
        WeightsError: if several are equally good, or if it has tensors that no network can take.
    """
    best = found[0]
    if rivals := [other for other in found[1:] if preference(other) == preference(best)]:
        names = " and ".join(other.name for other in (best, *rivals))
        raise WeightsError(f"several networks in it: {names}; save the one that you mean alone")
    if problem := unusable(best.state):
        raise WeightsError(problem)
    return dict(unprefixed(best, AROUND).state)
