"""Records of earlier runs that fill table slots whose data or weights are no longer at hand."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from srbench.bench.resolve.dataset_copy import DatasetCopy, assess_copy
from srbench.bench.resolve.unknown import Unknown, as_known_copy, unknown_parts
from srbench.data.datasets.dataset import Dataset
from srbench.data.image_files import ImageFiles
from srbench.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from srbench.bench.planning.job import Job
    from srbench.bench.resolve.resolved import ResolvedMetric
    from srbench.catalog import Catalog
    from srbench.records.cell import Cell
    from srbench.records.store import Store


class NotKept(Unavailable):
    """A slot that no record of an earlier run fills, or that several could fill."""


class KeptRecords:
    """Search among the finished records of a store, which are read when they are first needed.

    Args:
        store: The store.
    """

    def __init__(self, store: Store) -> None:
        self.root = store.root
        self._store = store
        self._read = store.remembered

    @cached_property
    def _slots(self) -> set[tuple[str, str]]:
        """Method and metric of all records."""
        return {(method, metric) for method, metric, _ in self._store.by_slot}

    @cached_property
    def _by_place(self) -> dict[tuple[str, str, float, str], list[str]]:
        """Keys of the finished records by method, metric, scale and dataset."""
        by_place: dict[tuple[str, str, float, str], list[str]] = {}
        for key, record in self._store.summaries.items():
            if record.status == "ok":
                by_place.setdefault((record.method, record.metric, record.scale, record.dataset), []).append(key)
        return by_place

    def has(self, cells: Iterable[Cell]) -> bool:
        """Return whether all of `cells` are measured."""
        return all(self._store.done(cell.key) for cell in cells)

    def has_any(self, method: str, metric: str, scale: float | None) -> bool:
        """Return whether there are records of `method` and `metric`, at `scale` unless that is None."""
        if scale is not None:
            return (method, metric, scale) in self._store.by_slot
        return (method, metric) in self._slots

    def cell(self, job: Job, metric: ResolvedMetric) -> Cell:
        """Return the cell of the record that holds `metric` of `job`, whose identity may have unknown parts.

        If several records fit, the one that was measured with the known copies of the missing files is taken.

        Raises:
            NotKept: if no record fits, or if several fit equally well.
        """
        identity = job.identity(metric)
        if not metric.spec.repeatable:
            identity["machine"] = Unknown(job.machine)
        fitting = []
        place = (job.method.name, metric.spec.name, float(job.scale), _dataset(identity))
        for record in filter(None, map(self._read, self._by_place.get(place, ()))):
            parts = unknown_parts(identity, record.identity)
            if parts is not None:
                fitting.append((record, parts))
        if len(fitting) > 1:
            exact = [(record, parts) for record, parts in fitting if as_known_copy(parts)]
            if len(exact) != 1:
                raise NotKept(f"{len(fitting)} records in {self.root} could fill it, and nothing tells which")
            fitting = exact
        if not fitting:
            raise NotKept("")
        return fitting[0][0].cell

    def copy(self, cell: Cell, catalog: Catalog) -> DatasetCopy:
        """Return the comparison of the dataset that `cell` was measured on with the known copy of its name."""
        record = self._read(cell.key)
        if not record or not cell.dataset or cell.dataset not in catalog.datasets:
            return DatasetCopy()
        images = tuple(ImageFiles(name, Path(name)) for name in (*record.values, *record.missing))
        dataset = Dataset(cell.dataset, Path(cell.dataset), images, spec=catalog.datasets.get(cell.dataset))
        return assess_copy(dataset, record.dataset_fingerprint.partition("+")[0])


def _dataset(identity: Mapping[str, Any]) -> str:
    """Return the name of the dataset of an identity; empty for the cost of a model, or if the identity is damaged."""
    dataset = identity.get("dataset")
    name = dataset.get("name") if isinstance(dataset, Mapping) else ""
    return name if isinstance(name, str) else ""
