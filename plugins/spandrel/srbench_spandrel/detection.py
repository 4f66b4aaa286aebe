"""Detection of a checkpoint's network by spandrel."""

from __future__ import annotations

import warnings
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import spandrel

from srbench import SrbenchError, WeightsError, load_state_dict
from srbench_spandrel.buffers import (
    computed_buffers,
    is_stripped_dat,
    with_dat_windows,
    with_indices,
    with_shared_indices,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from torch import Tensor

SHOWN = 4
"""Number of keys that a message shows."""


@dataclass(frozen=True)
class Found:
    """A network that spandrel found in a checkpoint, with facts about its file."""

    descriptor: spandrel.ImageModelDescriptor[Any] | spandrel.MaskedImageModelDescriptor[Any]
    stored: str
    """Floating-point type of most of the file's numbers, e.g. ``float16``."""
    filled: tuple[str, ...]
    """Names of the buffers that the file lacks, and that were computed from the configuration."""


def find(path: Path, split_size: tuple[int, int] | None = None) -> Found:
    """Return the network of the checkpoint `path`, with its weights.

    Args:
        path: The checkpoint.
        split_size: Height and width of the windows of a DAT whose buffers are stripped; None: those of the released
            network with its configuration.

    Raises:
        WeightsError: if the file is damaged, or if spandrel knows no network with such weights.
        UsageError: if `split_size` is not a pair of positive whole numbers.
    """
    state = spandrel.canonicalize_state_dict(dict(load_state_dict(path)))
    stored = _type_of_most(state.values())
    filled: list[str] = []
    try:
        with computed_buffers(filled), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of PyTorch, about the code of architectures
            descriptor, added = _load(state, split_size)
    except SrbenchError as error:
        raise WeightsError(f"{path}: {error}") from error
    except Exception as error:  # an architecture may raise anything about weights that are not quite its own
        raise WeightsError(
            f"{path}: spandrel {spandrel.__version__} recognises a network, but can't load its weights: "
            f"{' '.join(str(error).split())[:200]}; name the network with --method"
        ) from error
    return Found(descriptor, stored, tuple(sorted({*filled, *added})))


def _load(state: Mapping[str, Tensor], split_size: tuple[int, int] | None) -> tuple[spandrel.ModelDescriptor, set[str]]:
    """Return the network of a state dict, and the names of the buffers that were added to recognise it."""
    if is_stripped_dat(state):
        whole = with_dat_windows(state, split_size)
        return spandrel.MAIN_REGISTRY["DAT"].architecture.load(whole), whole.keys() - state.keys()
    for candidate in (dict(state), with_shared_indices(state), with_indices(state)):
        for support in spandrel.MAIN_REGISTRY.architectures("detection"):
            if support.detect(candidate):
                return support.architecture.load(candidate), candidate.keys() - state.keys()
    windows = any("relative_position" in key or ".attns." in key for key in state)
    hint = ", whose buffers may have been left out" if windows else ""
    raise WeightsError(
        f"spandrel {spandrel.__version__} knows no network with its {len(state)} tensors ({_first(state)}){hint}; name "
        "the network with --method, e.g. --method my_net.py:Net"
    )


def _first(names: Iterable[str]) -> str:
    """Return the first `SHOWN` names for a message."""
    names = list(names)
    return ", ".join(names[:SHOWN]) + (", ..." if len(names) > SHOWN else "")


def _type_of_most(tensors: Iterable[Tensor]) -> str:
    """Return the name of the floating-point type that most numbers have."""
    numbers = Counter[str]()
    for tensor in tensors:
        if tensor.is_floating_point():
            numbers[str(tensor.dtype).removeprefix("torch.")] += tensor.numel()
    return numbers.most_common(1)[0][0] if numbers else "float32"
