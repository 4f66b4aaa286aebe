"""Search for names that need themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


def cycles(needs: Mapping[str, Iterable[str]]) -> list[tuple[str, ...]]:
    """Return cycles among names, compared in any case; without the names in them, no cycle remains.

    Args:
        needs: Names that each name needs; names without an entry need none.
    """
    known = {name.casefold(): name for name in needs}
    found: list[tuple[str, ...]] = []
    finished: set[str] = set()
    for start in needs:
        if start in finished:
            continue
        path: dict[str, None] = {start: None}
        pending = [(start, iter(needs[start]))]
        while pending:
            name, rest = pending[-1]
            following = next((known[other.casefold()] for other in rest if other.casefold() in known), None)
            if following is None:
                pending.pop()
                path.pop(name)
                finished.add(name)
            elif following in path:
                names = list(path)
                found.append(tuple(names[names.index(following) :]))
            elif following not in finished:
                path[following] = None
                pending.append((following, iter(needs[following])))
    return found
