"""The recorder of a run, which collects and stores records as they are reported."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, MutableMapping, Sequence

    from srbench.records.record import Record
    from srbench.records.store import Store

Task_contra = TypeVar("Task_contra", contravariant=True)


class Progress(Protocol[Task_contra]):
    """A receiver of the progress of a run."""

    def started(self, job: Task_contra) -> None:
        """Handle the start of a task."""

    def image(self, job: Task_contra, name: str) -> None:
        """Handle one more measured image of a task."""

    def finished(self, job: Task_contra, records: list[Record]) -> None:
        """Handle the records of a task."""


class Recorder(Generic[Task_contra]):
    """A receiver of progress that stores records, collects them by key, and passes all events on.

    Args:
        events: Receiver of all events; it is notified of a task's end after the records are stored.
        store: Store that records are written to; None: not written.
        observe: Function called with each record.
        records: Records by cell key to start with; new records are added to it.
    """

    def __init__(
        self,
        events: Progress[Task_contra],
        store: Store | None,
        observe: Callable[[Record], object],
        records: MutableMapping[str, Record] | None = None,
    ) -> None:
        self.records: MutableMapping[str, Record] = {} if records is None else records
        self._events = events
        self._store = store
        self._observe = observe

    def started(self, job: Task_contra) -> None:
        """Pass on the start of a task."""
        self._events.started(job)

    def image(self, job: Task_contra, name: str) -> None:
        """Pass on one more measured image."""
        self._events.image(job, name)

    def keep(self, records: Sequence[Record]) -> None:
        """Store the successful records of a task that is tried again."""
        if self._store:
            self._store.put_all([record for record in records if record.status == "ok"])

    def finished(self, job: Task_contra, records: list[Record]) -> None:
        """Store the records of a task, then pass on its end.

        The finished record of an earlier try, or of another run in this folder, counts instead of a failed one.
        """
        if self._store:
            self._store.put_all(records)
            records = [self._stored(self._store, record) for record in records]
        for record in records:
            self.records[record.cell.key] = record
            self._observe(record)
        self._events.finished(job, records)

    @staticmethod
    def _stored(store: Store, record: Record) -> Record:
        """Return the finished record in the store in place of a failed one, else the record itself."""
        return (store.done(record.cell.key) if record.status == "failed" else None) or record
