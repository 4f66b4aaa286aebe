"""The values of each image, from the records of an output folder, as one data frame."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from srbench.errors import StoreError
from srbench.frames.columns import RECORDS, data_frame
from srbench.frames.results import existing_folder
from srbench.records.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pandas as pd

    from srbench.records.record import Record


def read_records(folder: str | Path = "results") -> pd.DataFrame:
    """Return the values of each image of all cells that are measured in an output folder.

    There is one line per image and cell: a cell is a method on a dataset at a scale, under a protocol, with a metric
    and a seed. `value` is ``<NA>`` where an image has none that is finite, and `note` has the reason. The cost of a
    model, and a cell that failed as a whole, have one line with an empty `image`. See docs/data-frames.md.

    Args:
        folder: Output folder of ``srbench run``.

    Raises:
        StoreError: if there is no such folder, or no record in it. Damaged records are left out with a warning.
    """
    store = Store(existing_folder(folder))
    lines = [line for record in store for line in _lines(record)]
    if not lines:
        raise StoreError(f"{folder}: there is no record in it; name the output folder of srbench run")
    return data_frame(lines, RECORDS)


def _lines(record: Record) -> Iterator[dict[str, Any]]:
    cell = record.cell
    common = {
        "method": cell.method,
        "dataset": cell.dataset,
        "scale": cell.scale,
        "protocol": cell.protocol,
        "metric": cell.metric,
        "profile": cell.profile,
        "seed": cell.seed,
        "status": record.status,
        "device": record.device,
        "key": cell.key,
    }
    for image, value in record.values.items():
        finite = math.isfinite(value)
        yield common | {"image": image, "value": value if finite else None, "note": "" if finite else f"value {value}"}
    for image, reason in record.missing.items():
        yield common | {"image": image, "value": None, "note": reason}
    if not record.values and not record.missing:
        yield common | {"image": "", "value": None, "note": record.error}
