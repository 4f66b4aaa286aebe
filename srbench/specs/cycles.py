"""Search for names that need themselves."""

from __future__ import annotations

from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


def cycles(needs: Mapping[str, Iterable[str]]) -> list[tuple[str, ...]]:
    """Return cycles among names, compared in any case; without the names in them, no cycle remains.

    Args:
        needs: Names that each name needs; names without an entry need none.
    """
    known = {name.casefold(): name for name in needs}
    graph = {
        name: dict.fromkeys(known[other.casefold()] for other in others if other.casefold() in known)
        for name, others in needs.items()
    }
    found: list[tuple[str, ...]] = []
    while True:
        try:
            TopologicalSorter(graph).prepare()
        except CycleError as error:
            cycle: list[str] = error.args[1]  # each name is needed by the next; the last is the first again
            found.append(tuple(reversed(cycle[1:])))
            del graph[cycle[1]][cycle[0]]
        else:
            return found
