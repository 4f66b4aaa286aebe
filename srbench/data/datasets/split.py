"""Splits of a dataset into images for training, validation and testing."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, get_args

from srbench.errors import PluginError, UsageError
from srbench.specs.dataset import Part, Split
from srbench.storage.text_encoding import name_bytes

if TYPE_CHECKING:
    from collections.abc import Sequence

PARTS: tuple[Part, ...] = get_args(Part)
"""Names of the parts, in the order in which images are assigned."""
MARK = "#"
"""Separator between the name of a dataset, or a folder, and a part: ``photos#train``."""


def named_part(name: str) -> tuple[str, Split] | None:
    """Return ``photos#train`` as (``photos``, its split with default shares and seed), or None if no part is named.

    Raises:
        UsageError: if there is no such part.
    """
    whole, mark, word = name.rpartition(MARK)
    if not mark:
        return None
    for part in PARTS:
        if word == part and whole:
            return whole, Split(part)
    choices = " or ".join(f"{whole or 'NAME'}{MARK}{part}" for part in PARTS)
    raise UsageError(f"{name}: not a part of a split; write {choices}")


def draw(keys: Sequence[str], split: Split) -> list[int]:
    """Return the ascending indices of the `keys` (``<dataset>/<name>``) that are in the part, by the rule of `Split`.

    Equal keys keep their order.

    Raises:
        PluginError: if the shares are not valid.
    """
    digests = [hashlib.sha256(name_bytes(f"{split.seed}:{key}")).hexdigest() for key in keys]
    order = sorted(range(len(keys)), key=digests.__getitem__)
    counts = part_sizes(len(keys), split.shares)
    place = PARTS.index(split.part)
    begin = sum(counts[:place])
    return sorted(order[begin : begin + counts[place]])


def part_sizes(count: int, shares: tuple[int, int, int]) -> tuple[int, ...]:
    """Return the sizes of the parts of `count` images, in proportion to `shares`; they add up to `count`.

    Each part gets its quota rounded down, and the parts with the largest remainders get one more (Hamilton's method;
    the earlier part in case of a tie). If `count` is the sum of the shares, the sizes are the shares.

    Raises:
        PluginError: if a share is not a whole number from 0, or all are 0.
    """
    whole_numbers = all(isinstance(share, int) and share >= 0 for share in shares)
    if len(shares) != len(PARTS) or not whole_numbers or not any(shares):
        raise PluginError(
            f"split in shares {shares}: not valid; give three whole numbers from 0, for {', '.join(PARTS)}"
        )
    total = sum(shares)
    sizes = [count * share // total for share in shares]
    by_remainder = sorted(range(len(shares)), key=lambda part: -(count * shares[part] % total))
    for part in by_remainder[: count - sum(sizes)]:
        sizes[part] += 1
    return tuple(sizes)
