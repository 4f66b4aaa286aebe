"""The networks in a checkpoint's content: the state dicts in it, under which names they lie, and which comes first."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from srbench.errors import WeightsError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from torch import Tensor

WRAPPERS = (
    "params_ema",
    "params-ema",
    "ema_state_dict",
    "model_ema",
    "ema_model",
    "net_ema",
    "netG_ema",
    "g_ema",
    "ema",
    "params",
    "state_dict",
    "model_state_dict",
    "model",
    "net",
    "netG",
    "generator",
    "G",
    "g_state",
    "weights",
)
"""Keys under which training code stores the network; averaged weights come first."""
PREFIXES = ("module", "_orig_mod", "model", "net", "netG", "generator", "ema_model", "network", "G", "gen", "g")
"""First parts of keys that come of a module around the network: DataParallel, torch.compile, Lightning, a GAN."""
AROUND = ("module", "_orig_mod")
"""Prefixes among `PREFIXES` that are no layer of any network."""
BOOKKEEPING = re.compile(r"(?:.*\.)?(?:num_batches_tracked|n_averaged|total_ops|total_params)")
"""Keys of tensors that no output depends on: counters of batch normalisation, SWA and thop."""
AVERAGED = re.compile(r"(?:^|[_\-. ])(?:ema|swa|averaged?)(?:$|[_\-. ])", re.IGNORECASE)
"""Part of a name that says that the weights under it are an average of those of many steps."""
DEEPEST = 6
"""Most containers around a state dict that are opened."""
MOST_CONTAINERS = 2000
"""Most containers that are looked into."""


@dataclass(frozen=True)
class Candidate:
    """A state dict found in a checkpoint."""

    path: tuple[str, ...]
    """Keys of the containers around it, outermost first."""
    prefix: str
    """Common beginning of all keys, ``module.model.``, which was taken off."""
    state: Mapping[str, Tensor]
    others: tuple[str, ...] = ()
    """Keys beside its tensors that are left out."""

    @property
    def averaged(self) -> bool:
        """Whether its name says that it is an average over many steps (EMA, SWA)."""
        return any(AVERAGED.search(part) for part in (*self.path, *self.prefix.rstrip(".").split(".")))

    @property
    def name(self) -> str:
        """Place in the file, ``'params_ema'`` or ``'state_dict', keys without 'model.'``; empty for the whole file."""
        where = " / ".join(map(repr, self.path))
        return ", ".join(filter(None, (where, f"keys without {self.prefix!r}" if self.prefix else "")))


def candidates(content: Any) -> list[Candidate]:
    """Return the state dicts in `content`, the preferred one first: averaged ones, then by the names of `WRAPPERS`.

    Containers that hold themselves are entered once.

    Raises:
        WeightsError: if there is none; the message says what there is.
    """
    import torch

    found = [
        Candidate(path, "", _tensors(box), tuple(key for key in box if not isinstance(box[key], torch.Tensor)))
        for path, box in _boxes(content)
        if any(isinstance(value, torch.Tensor) for value in box.values())
    ]
    if not found:
        raise WeightsError(_nothing(content))
    return sorted(found, key=preference)


def behind_prefixes(candidate: Candidate, known: tuple[str, ...] = PREFIXES) -> list[Candidate]:
    """Return `candidate` without the first part of its keys, for each part that may be a prefix; averaged ones first.

    A part that all keys share is one, but only if it is in `known` where `known` is not `PREFIXES`. Of several parts,
    those in `known` are, and those that say that the weights are averaged; the tensors beside them are left out.
    """
    groups: dict[str, dict[str, Tensor]] = {}
    for key, tensor in candidate.state.items():
        part, dot, rest = key.partition(".")
        if dot and rest:
            groups.setdefault(part, {})[rest] = tensor
    kept = [key for key in candidate.state if not BOOKKEEPING.fullmatch(key)]
    found = []
    for part, state in groups.items():
        others = tuple(key for key in kept if not key.startswith(f"{part}."))
        if part in known or AVERAGED.search(part) or (known is PREFIXES and not others):
            found.append(Candidate(candidate.path, f"{candidate.prefix}{part}.", state, (*candidate.others, *others)))
    return sorted(found, key=lambda group: not group.averaged)


def unprefixed(candidate: Candidate, known: tuple[str, ...]) -> Candidate:
    """Return `candidate` without the prefixes in `known` that all its keys share, but for bookkeeping."""
    while True:
        bare = [inner for inner in behind_prefixes(candidate, known) if inner.others == candidate.others]
        if len(bare) != 1:
            return candidate
        candidate = bare[0]


def _boxes(content: Any) -> Iterator[tuple[tuple[str, ...], Mapping[str, Any]]]:
    """Yield each container with names as keys, and the keys that lead to it, the outermost first."""
    queue: list[tuple[tuple[str, ...], Any]] = [((), content)]
    seen: set[int] = set()
    while queue and len(seen) < MOST_CONTAINERS:
        path, box = queue.pop(0)
        if not isinstance(box, Mapping) or id(box) in seen:
            continue
        seen.add(id(box))
        named = {key: value for key, value in box.items() if isinstance(key, str)}
        if len(named) == len(box):  # an optimizer's state is numbered
            yield path, named
        if len(path) < DEEPEST:
            queue += [((*path, key), value) for key, value in named.items() if isinstance(value, Mapping)]


def preference(candidate: Candidate) -> tuple[bool, list[int], int]:
    """Return the sort key of candidates where no network decides: averaged ones first, then by their names."""
    places = [WRAPPERS.index(key) if key in WRAPPERS else len(WRAPPERS) for key in candidate.path]
    return (not candidate.averaged, places, len(candidate.path))


def _tensors(box: Mapping[str, Any]) -> dict[str, Tensor]:
    import torch

    return {key: value for key, value in box.items() if isinstance(value, torch.Tensor)}


def _nothing(content: Any) -> str:
    """Return the refusal of a content without a state dict, by what it is."""
    if not isinstance(content, Mapping):
        return f"not a state dict but of type {type(content).__name__}; expected name -> tensor"
    if not content:
        return "an empty state dict; expected name -> tensor: save the state dict of the network"
    if any(value is content for value in content.values()):
        return "not a state dict: it holds itself and no tensors; save a state dict: name -> tensor"
    keys = [str(key) for key in content]
    listed = ", ".join(keys[:3]) + (", ..." if len(keys) > 3 else "")
    return f"not a state dict: no tensors under {listed}; expected tensors, or {', '.join(WRAPPERS)}"
