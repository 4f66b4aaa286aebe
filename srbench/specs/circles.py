"""Search for things that need themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


def circles(needs: Mapping[str, Iterable[str]]) -> list[tuple[str, ...]]:
    """Return circles among names, compared in any case, so that no circle remains when their names are left out.

    Args:
        needs: Names that each name needs; names without an entry need none.
    """
    known = {name.casefold(): name for name in needs}
    found: list[tuple[str, ...]] = []
    finished: set[str] = set()
    for start in needs:
        way: dict[str, None] = {}
        pending = [(start, iter(needs[start]))] if start not in finished else []
        if pending:
            way[start] = None
        while pending:
            name, rest = pending[-1]
            following = next((known[other.casefold()] for other in rest if other.casefold() in known), None)
            if following is None:
                pending.pop()
                way.pop(name)
                finished.add(name)
            elif following in way:
                names = list(way)
                found.append(tuple(names[names.index(following) :]))
            elif following not in finished:
                way[following] = None
                pending.append((following, iter(needs[following])))
    return found
