"""Which images of a set are to train on, to validate on, and to measure on."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, get_args

from srbench.errors import PluginError, UsageError
from srbench.specs.dataset import Part, Split

if TYPE_CHECKING:
    from collections.abc import Sequence

PARTS: tuple[Part, ...] = get_args(Part)
MARK = "#"
"""Between a set's name, or a folder, and the part that is meant: ``photos#train``."""


def named_part(name: str) -> tuple[str, Split] | None:
    """``photos#train`` as (``photos``, its split of the default shares and seed); None where no part is named.

    Raises `UsageError` where there is no such part.
    """
    whole, mark, word = name.rpartition(MARK)
    if not mark:
        return None
    for part in PARTS:
        if word == part and whole:
            return whole, Split(part)
    can = " or ".join(f"{whole or 'NAME'}{MARK}{part}" for part in PARTS)
    raise UsageError(f"{name}: no such part of a split; write {can}")


def draw(keys: Sequence[str], split: Split) -> list[int]:
    """Indices, ascending, of those of `keys` (``<dataset>/<name>``) that are in the part, by the rule of `Split`.

    Equal keys stay in their order. Raises `PluginError` for shares that are no shares.
    """
    digests = [hashlib.sha256(f"{split.seed}:{key}".encode()).hexdigest() for key in keys]
    order = sorted(range(len(keys)), key=digests.__getitem__)
    counts = part_sizes(len(keys), split.shares)
    place = PARTS.index(split.part)
    begin = sum(counts[:place])
    return sorted(order[begin : begin + counts[place]])


def part_sizes(count: int, shares: tuple[int, int, int]) -> tuple[int, ...]:
    """`count` images in proportion to `shares`, without a rest.

    Each part gets its quota rounded down, and those with the largest remainders one more (Hamilton's method; of equal
    remainders the earlier part). Where `count` is the sum of the shares, these are the sizes. Raises `PluginError`
    where a share isn't a whole number from 0, or all are 0.
    """
    whole_numbers = all(isinstance(share, int) and share >= 0 for share in shares)
    if len(shares) != len(PARTS) or not whole_numbers or not any(shares):
        raise PluginError(f"a split in shares {shares}: expected three whole numbers from 0, of {', '.join(PARTS)}")
    whole = sum(shares)
    sizes = [count * share // whole for share in shares]
    by_remainder = sorted(range(len(shares)), key=lambda part: -(count * shares[part] % whole))
    for part in by_remainder[: count - sum(sizes)]:
        sizes[part] += 1
    return tuple(sizes)
