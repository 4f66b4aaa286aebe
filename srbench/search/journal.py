"""What a search has asked for, on disk, so that one that was killed goes on with the very same architectures."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from srbench.errors import StoreError
from srbench.search.strategy import Forecast
from srbench.storage.atomic import write_atomically
from srbench.storage.canonical_hash import canonical_hash

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path


@dataclass(frozen=True)
class Asked:
    """One architecture that was asked for, and what was expected of it before it was trained."""

    candidate: int
    label: str
    predicted: Forecast | None = None


@dataclass(frozen=True)
class AskedBatch:
    """Architectures that were asked for together."""

    asked: tuple[Asked, ...]
    dropped: tuple[int, ...] = ()
    """Candidates that were asked for too, and are over the limit of latency."""


@dataclass
class Journal:
    """The batches of one search, in ``search-<space>-<hash of what it is>.json``."""

    path: Path
    identity: Mapping[str, Any]
    batches: list[AskedBatch] = field(default_factory=list)

    @classmethod
    def open(cls, folder: Path, space: str, identity: Mapping[str, Any]) -> Journal:
        """The journal of the search that `identity` tells apart, empty where there is none. Raises `StoreError`."""
        path = folder / f"search-{space}-{canonical_hash(identity, 8)}.json"
        if not path.is_file():
            return cls(path, identity)
        try:
            document = json.loads(path.read_text(encoding="utf-8"))
            return cls(path, identity, [_batch(one) for one in document["batches"]])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise StoreError(
                f"{path}: damaged, or not a search's journal ({type(error).__name__}); remove it: what was evaluated "
                "is in the records"
            ) from error

    def check(self, labels: Sequence[str]) -> None:
        """Raise `StoreError` where it isn't about candidates that have these labels, each of them at most once."""
        asked = [one for batch in self.batches for one in batch.asked]
        numbers = [*(one.candidate for one in asked), *(one for batch in self.batches for one in batch.dropped)]
        known = all(isinstance(one, int) and 0 <= one < len(labels) for one in numbers)
        if not known or len(set(numbers)) < len(numbers) or any(labels[one.candidate] != one.label for one in asked):
            raise StoreError(
                f"{self.path}: damaged: its numbers aren't those of the search's {len(labels)} architectures; remove "
                "it: what was evaluated is in the records"
            )

    def add(self, batch: AskedBatch) -> None:
        """Write `batch` down, before any of it is evaluated. Raises `StoreError`."""
        self.batches.append(batch)
        document = {"search": self.identity, "batches": [asdict(one) for one in self.batches]}
        write_atomically(self.path, json.dumps(document, indent=1, default=str) + "\n")


def _batch(document: dict[str, Any]) -> AskedBatch:
    asked = (
        Asked(one["candidate"], one["label"], Forecast(**one["predicted"]) if one["predicted"] else None)
        for one in document["asked"]
    )
    return AskedBatch(tuple(asked), tuple(document["dropped"]))
