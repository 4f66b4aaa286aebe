"""The result of measuring a cell: the values per image, and all that is needed to judge them later."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field
from statistics import stdev
from typing import TYPE_CHECKING, Any, Literal

from srbench.errors import StoreError
from srbench.records.cell import Cell
from srbench.records.record_checks import check_types, number
from srbench.storage.plain_json import indented_json
from srbench.storage.regular_file import require_regular_file

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

SCHEMA = 2
"""Version of the file format, raised whenever older records would be misread. 2: keys are hashes of
`Record.identity`."""

Status = Literal["ok", "unavailable", "failed"]
"""Status of a record. ``ok``: measured, even if no image has a value; ``unavailable``: a library or file is missing;
``failed``: an error occurred. Cells with the last two are measured again in the next run."""


@dataclass(frozen=True)
class Record:
    """The values of a cell; values that are not finite are kept and listed, but never enter the mean."""

    cell: Cell
    status: Status
    values: Mapping[str, float]
    """Value by image name; the cost of a model is the only entry, named ``""``."""
    value: float | None = None
    """Number for the table: the mean over the images with a finite value (or pooled, as the protocol says)."""
    interval: tuple[float, float] | None = None
    """95 % bootstrap interval of `value` over the images; None if fewer than two images have a value."""
    missing: Mapping[str, str] = field(default_factory=dict)
    """Reason why an image has no value, by image name."""
    error: str = ""
    """Message of the error, or reason why the cell is unavailable."""
    traceback: str = ""
    """Traceback of the error; empty if there was none."""
    bad_input: bool = False
    """Whether the input caused the failure, as `error` says, and not a fault of the code."""
    warnings: tuple[str, ...] = ()
    """Remarks on the measurement for readers of the number."""
    seconds: float = 0.0
    """Wall time of the pass that measured this cell together with the others of its job."""
    device: str = ""
    """Device that the cell was measured on, e.g. ``cpu: x86_64, 2 threads``."""
    versions: Mapping[str, str] = field(default_factory=dict)
    """Version by name of Python, srbench, plugins and libraries."""
    weights: Mapping[str, str] = field(default_factory=dict)
    """SHA-256 by file name of the weights of the method and the metric."""
    dataset_fingerprint: str = ""
    """Fingerprint of the pixels of the HR images, joined with ``+`` to that of LR files if they were used."""
    dataset_made: str = ""
    """Description of how the dataset was derived (sources, downscaling, split); empty for an original dataset."""
    lr: str = ""
    """Source of the LR images: ``file``, or ``made:`` by an imresize or a degradation."""
    protocol: Mapping[str, Any] = field(default_factory=dict)
    """Settings of the protocol (`Protocol.identity`)."""
    training: Mapping[str, Any] = field(default_factory=dict)
    """Card of the training that made the weights, if srbench trained them for this cell: recipe, data, this budget and
    the paper's, validation, machine."""
    source: str = ""
    """Origin of the method's weights (`srbench.specs.method.Source`), or ``images`` for finished SR images; empty in
    records of older versions."""

    identity: Mapping[str, Any] = field(default_factory=dict)
    """Everything that the number depends on, as plain data; its canonical hash is the cell's key."""

    @property
    def finite(self) -> list[float]:
        """Values that can be averaged."""
        return [value for value in self.values.values() if math.isfinite(value)]

    @property
    def nonfinite(self) -> dict[str, float]:
        """Values that are NaN or infinite, by image name."""
        return {name: value for name, value in self.values.items() if not math.isfinite(value)}

    @property
    def std(self) -> float | None:
        """Sample standard deviation over the images; None for fewer than two values."""
        return stdev(self.finite) if len(self.finite) > 1 else None

    @property
    def remarks(self) -> str:
        """Remarks for readers of the mean: warnings, images with non-finite values, missing images."""
        parts = list(self.warnings)
        total = len(self.values) + len(self.missing)
        if self.nonfinite:
            listed = ", ".join(f"{name} ({value})" for name, value in self.nonfinite.items())
            parts.append(f"{len(self.nonfinite)} of {total} images not finite and not in the mean: {listed}")
        if self.missing:
            reasons = "; ".join(f"{name}: {why}" for name, why in self.missing.items())
            parts.append(f"{len(self.missing)} of {total} images have no value ({reasons})")
        return "; ".join(parts)

    def to_json(self) -> str:
        """Return the record as canonical JSON text, with NaN and infinities as strings."""
        # not `asdict`, which copies every value
        return indented_json({"schema": SCHEMA, **vars(self), "cell": vars(self.cell), "std": self.std}) + "\n"

    @classmethod
    def read(cls, path: Path) -> Record:
        """Return the record in the file at `path`.

        Raises:
            StoreError: if the file cannot be read or is not a record.
        """
        require_regular_file(path, StoreError)
        try:
            return cls.from_json(path.read_text(encoding="utf-8"), str(path))
        except OSError as error:
            raise StoreError(f"{path}: can't be read ({error.strerror})") from error
        except UnicodeDecodeError as error:
            raise StoreError(f"{path}: damaged, or not a record of srbench ({type(error).__name__})") from error

    @classmethod
    def from_json(cls, text: str, where: str = "record") -> Record:
        """Return the record that `to_json` wrote.

        Args:
            text: JSON text.
            where: Name of the source for error messages.

        Raises:
            StoreError: if `text` is not a record of this schema; the message names `where`.
        """
        try:
            document = json.loads(text)
            schema = document.pop("schema")
            if type(schema) is not int or schema != SCHEMA:
                raise StoreError(
                    f"{where}: written with schema {schema}, but this srbench reads schema {SCHEMA}; "
                    "remove the file or use another --out"
                )
            del document["std"]
            check_types(document)
            document["cell"] = Cell(**document["cell"])
            document["values"] = {name: number(value) for name, value in document["values"].items()}
            document["value"] = None if document["value"] is None else number(document["value"])
            document["warnings"] = tuple(document["warnings"])
            document["interval"] = _interval(document.get("interval"))
            return cls(**document)
        except (ValueError, KeyError, TypeError, AttributeError, ArithmeticError, RecursionError) as error:
            raise StoreError(f"{where}: damaged, or not a record of srbench ({type(error).__name__})") from error


def _interval(ends: list[float | str] | None) -> tuple[float, float] | None:
    if ends is None:
        return None
    low, high = map(number, ends)
    return low, high
