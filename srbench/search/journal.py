"""Journal of a search on disk, from which an interrupted search resumes with the same architectures."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from srbench.errors import StoreError
from srbench.search.strategy import Forecast
from srbench.storage.atomic import write_atomically
from srbench.storage.canonical_hash import canonical_hash
from srbench.storage.json_file import read_json

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path


@dataclass(frozen=True)
class Asked:
    """An architecture that the strategy chose, with its prediction before the training."""

    candidate: int
    label: str
    predicted: Forecast | None = None


@dataclass(frozen=True)
class AskedBatch:
    """Batch of architectures that the strategy chose together."""

    asked: tuple[Asked, ...]
    dropped: tuple[int, ...] = ()
    """Candidates that the strategy chose too, but that are over the latency limit."""


@dataclass
class Journal:
    """Batches of one search, in ``search-<space>-<hash of the identity>.json``."""

    path: Path
    identity: Mapping[str, Any]
    batches: list[AskedBatch] = field(default_factory=list)

    @classmethod
    def open(cls, folder: Path, space: str, identity: Mapping[str, Any]) -> Journal:
        """Open the journal of the search with this `identity`; a new journal is empty.

        Args:
            folder: The folder of the journals.
            space: Name of the search space.
            identity: Settings that distinguish the search from others.

        Raises:
            StoreError: if the file is damaged.
        """
        path = folder / f"search-{space}-{canonical_hash(identity, 8)}.json"
        if not path.is_file():
            return cls(path, identity)
        try:
            document = read_json(path, StoreError, "")
            return cls(path, identity, [_batch(batch) for batch in document["batches"]])
        except (StoreError, KeyError, TypeError, AttributeError) as error:
            reason = type(error.__cause__ or error).__name__
            raise StoreError(
                f"{path}: damaged, or not a search's journal ({reason}); remove it, the evaluated architectures are in "
                "the records"
            ) from error

    def check(self, labels: Sequence[str]) -> None:
        """Check that the journal is about the candidates with these labels, each at most once.

        Raises:
            StoreError: if it is not.
        """
        asked = [entry for batch in self.batches for entry in batch.asked]
        indices = [*(entry.candidate for entry in asked), *(index for batch in self.batches for index in batch.dropped)]
        exist = all(isinstance(index, int) and 0 <= index < len(labels) for index in indices)
        differ = len(set(indices)) == len(indices)
        if not (exist and differ and all(labels[entry.candidate] == entry.label for entry in asked)):
            raise StoreError(
                f"{self.path}: damaged, its indices do not match the {len(labels)} architectures of the search; remove "
                "it, the evaluated architectures are in the records"
            )

    def add(self, batch: AskedBatch) -> None:
        """Append `batch` and write the journal, which must happen before the batch is evaluated.

        Raises:
            StoreError: if the file can't be written.
        """
        self.batches.append(batch)
        document = {"search": self.identity, "batches": [asdict(entry) for entry in self.batches]}
        write_atomically(self.path, json.dumps(document, indent=1, default=str) + "\n")


def _batch(document: dict[str, Any]) -> AskedBatch:
    """Return a batch of the journal; the types of indices are left to `Journal.check`.

    Raises:
        TypeError: if an entry has another type than `Journal.add` writes.
        KeyError: if an entry is missing.
    """
    asked = []
    for entry in document["asked"]:
        forecast = Forecast(**entry["predicted"]) if entry["predicted"] else None
        if forecast and not all(isinstance(value, int | float) for value in vars(forecast).values()):
            raise TypeError("a forecast is made of numbers")
        asked.append(Asked(entry["candidate"], entry["label"], forecast))
    return AskedBatch(tuple(asked), tuple(document["dropped"]))
