"""How a state dict differs from a network, in words: keys, shapes, and what the difference looks like."""

from __future__ import annotations

import math
import re
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from torch import Tensor

    Tensors = Mapping[str, Tensor]

SCALE_IN_KEY = re.compile(r"\bx\d+(?:_\d+)?\b|\bup\d\b")
"""Part of a key that names a scale: ``upsample.x4.0``, ``upsample.up2.body``."""
FEW = 0.25
"""Share of a network's tensors up to which a difference is one of its ends, where the scale is."""
SHOWN = 3
"""Number of names that a message lists before the rest is left out."""


def misfit(state: Tensors, network: Tensors) -> str:
    """Return how `state` differs from the tensors of a network; empty if keys and shapes are the same."""
    reshaped = [key for key in network if key in state and state[key].shape != network[key].shape]
    faults = {
        "missing": [key for key in network if key not in state],
        "unexpected": [key for key in state if key not in network],
        "of another shape": [_shapes(key, state, network) for key in reshaped],
    }
    listed = "; ".join(f"{len(keys)} {fault}: {first(keys)}" for fault, keys in faults.items() if keys)
    hint = _hint(state, network, reshaped, faults["missing"], faults["unexpected"]) if listed else ""
    return f"{listed}; {hint}" if hint else listed


def common(state: Tensors, network: Tensors) -> int:
    """Return the number of tensors of a network that `state` has, with the same shapes."""
    return sum(1 for key in network if key in state and state[key].shape == network[key].shape)


def first(names: Iterable[str]) -> str:
    """Return the first `SHOWN` of `names`, joined."""
    names = list(names)
    return ", ".join(names[:SHOWN]) + (", ..." if len(names) > SHOWN else "")


def _shapes(key: str, state: Tensors, network: Tensors) -> str:
    return f"{key} {tuple(state[key].shape)} instead of {tuple(network[key].shape)}"


def printable(text: str) -> str:
    """Return `text` on one line that any console takes: keys of a file may hold anything."""
    return "".join(character if character.isprintable() else ascii(character)[1:-1] for character in text)


def _hint(state: Tensors, network: Tensors, reshaped: list[str], missing: list[str], unexpected: list[str]) -> str:
    """Return what the difference looks like: another scale, another width or another depth; empty if like none.

    Args:
        state: State dict.
        network: Tensors of the network.
        reshaped: Keys of both, with different shapes.
        missing: Keys of the network alone.
        unexpected: Keys of the state dict alone.
    """
    few = len(reshaped) + len(missing) <= max(4, FEW * len(network)) and common(state, network)
    if few and (_by_squares(state, network, reshaped) or _name_a_scale(missing, unexpected)):
        return "it looks like the same network for another scale: choose that scale, or the file of this one"
    if width := _width(state, network, reshaped):
        return "it looks like the same network with {} features in place of {}; --model-arg can set it".format(*width)
    if not reshaped and bool(missing) != bool(unexpected) and common(state, network) > len(network) / 2:
        return f"it looks like a {'deeper' if unexpected else 'shallower'} network, or another variant of this one"
    if not reshaped and not common(state, network):
        return "its keys are those of another network: name the model that it belongs to"
    return ""


def _by_squares(state: Tensors, network: Tensors, reshaped: list[str]) -> bool:
    """Return whether shapes differ in their first axis alone, by a ratio of squares, as before a pixel shuffle."""
    pairs = [(tuple(state[key].shape), tuple(network[key].shape)) for key in reshaped]
    if not pairs or any(not theirs or not ours or theirs[1:] != ours[1:] for theirs, ours in pairs):
        return False
    reduced = [(side // math.gcd(theirs[0], ours[0])) for theirs, ours in pairs for side in (theirs[0], ours[0])]
    return all(math.isqrt(side) ** 2 == side and side <= 64 for side in reduced)


def _name_a_scale(missing: list[str], unexpected: list[str]) -> bool:
    """Return whether the keys of only one side are in modules named after a scale."""
    return bool(missing and unexpected) and all(SCALE_IN_KEY.search(key) for key in (*missing, *unexpected))


def _width(state: Tensors, network: Tensors, reshaped: list[str]) -> tuple[int, int] | None:
    """Return the number of features of the file and of the network, if most differing axes differ by these two."""
    pairs = Counter(
        pair
        for key in reshaped
        if state[key].dim() == network[key].dim()
        for pair in zip(state[key].shape, network[key].shape, strict=True)
        if pair[0] != pair[1]
    )
    if not pairs or len(reshaped) <= FEW * len(network):
        return None
    (pair, times), total = pairs.most_common(1)[0], sum(pairs.values())
    return pair if times > total / 2 else None
