"""Records of several output folders: one of each cell, and the cells on which the folders disagree."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from srbench.errors import StoreError
from srbench.records.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from srbench.records.record import Record

NEWEST = "newest"
"""Preference for the record whose file was written last."""


@dataclass(frozen=True)
class Source:
    """An output folder whose records are merged."""

    name: str
    """The folder as the user named it."""
    folder: Path


@dataclass(frozen=True)
class Candidate:
    """A record in one of the sources."""

    source: str
    """Name of the source."""
    record: Record
    path: Path

    @property
    def written(self) -> float:
        """Time of the file, in seconds since 1970."""
        return self.path.stat().st_mtime


@dataclass(frozen=True)
class Conflict:
    """Records of one cell with different values."""

    candidates: tuple[Candidate, ...]
    """Measured records, the first of each value, in the order of the sources."""

    @property
    def text(self) -> str:
        """The cell, and the value in each source, for people."""
        cell = self.candidates[0].record.cell
        where = ", ".join(filter(None, (cell.method, cell.dataset, f"x{cell.scale:g}", cell.metric)))
        values = ", ".join(f"{candidate.record.value} ({candidate.source})" for candidate in self.candidates)
        return f"{where}: {values}, largest difference {_largest(self.candidates):.3g}; record {cell.key[:12]}..."


@dataclass(frozen=True)
class Merged:
    """Records of all sources: one of each cell."""

    chosen: Mapping[str, Candidate]
    """Records by key, sorted by key."""
    counts: Mapping[str, int]
    """Number of readable records by source."""
    settled: tuple[Conflict, ...]
    """Conflicts that the preference settled."""
    conflicts: tuple[Conflict, ...]
    """Conflicts that are still open; their records are not in `chosen`."""
    damaged: tuple[str, ...]
    """Path and fault of each record that is left out."""


def merge_records(sources: Sequence[Source], prefer: str = "") -> Merged:
    """Return one record of each cell in `sources`.

    Of records with the same values the most complete is taken, whatever the order of the sources; a measured record
    goes before a failed one.

    Args:
        sources: The folders.
        prefer: Name of the source whose record is taken where values differ, or `NEWEST`; empty: such cells stay
            conflicts.

    Raises:
        StoreError: if a source has no folder ``records``.
    """
    by_key: dict[str, list[Candidate]] = {}
    counts, damaged = {}, []
    for source in sources:
        store = Store(source.folder)
        if not store.records.is_dir():
            raise StoreError(f"{source.name}: there is no folder records in it; name an output folder of srbench run")
        records, errors = store.read_all()
        counts[source.name] = len(records)
        damaged += [str(error) for error in errors]
        for record in records:
            path = store.path(record.cell.key)
            if not path.is_file():
                damaged.append(f"{path}: missing, its record lies in another folder; move it there")
                continue
            by_key.setdefault(record.cell.key, []).append(Candidate(source.name, record, path))
    chosen, settled, conflicts = {}, [], []
    for key, candidates in sorted(by_key.items()):
        rivals = _distinct(candidates)
        if len(rivals) == 1:
            chosen[key] = _most_complete(candidates)
            continue
        if (preferred := _preferred(candidates, prefer)) is None:
            conflicts.append(Conflict(rivals))
        else:
            chosen[key] = preferred
            settled.append(Conflict(rivals))
    return Merged(chosen, counts, tuple(settled), tuple(conflicts), tuple(damaged))


def _distinct(candidates: Iterable[Candidate]) -> tuple[Candidate, ...]:
    """Return the first measured candidate of each value; if none is measured, the first candidate."""
    candidates = list(candidates)
    measured = [candidate for candidate in candidates if candidate.record.status == "ok"]
    distinct: list[Candidate] = []
    for candidate in measured:
        if not any(_same(candidate.record, other.record) for other in distinct):
            distinct.append(candidate)
    return tuple(distinct) or tuple(candidates[:1])


def _same(one: Record, other: Record) -> bool:
    """Return whether two records hold the same numbers."""
    return (
        _equal(one.value, other.value)
        and one.values.keys() == other.values.keys()
        and all(_equal(value, other.values[name]) for name, value in one.values.items())
    )


def _equal(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is other
    return one == other or (math.isnan(one) and math.isnan(other))


def _most_complete(candidates: Iterable[Candidate]) -> Candidate:
    """Return the measured candidate with most of its fields filled; among equals, the choice ignores their order."""

    def rank(candidate: Candidate) -> tuple[bool, int, str]:
        record = candidate.record
        fields = (record.device, record.source, record.lr, record.identity, record.versions, record.training)
        return record.status != "ok", -sum(map(bool, fields)), record.to_json()

    return min(candidates, key=rank)


def _preferred(candidates: Sequence[Candidate], prefer: str) -> Candidate | None:
    """Return the measured candidate that `prefer` names; None if there is none, or if several have other values."""
    measured = [candidate for candidate in candidates if candidate.record.status == "ok"]
    if prefer == NEWEST:
        latest = max(candidate.written for candidate in measured)
        preferred = [candidate for candidate in measured if candidate.written == latest]
    else:
        preferred = [candidate for candidate in measured if candidate.source == prefer]
    return _most_complete(preferred) if preferred and len(_distinct(preferred)) == 1 else None


def _largest(candidates: Sequence[Candidate]) -> float:
    """Return the largest finite difference, in the mean or on an image, between any two candidates."""
    differences = [0.0]
    for one, other in combinations([candidate.record for candidate in candidates], 2):
        pairs = [(one.value, other.value), *((value, other.values.get(name)) for name, value in one.values.items())]
        differences += [abs(a - b) for a, b in pairs if a is not None and b is not None and math.isfinite(a - b)]
    return max(differences)
