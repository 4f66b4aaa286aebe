"""What measuring a cell gave, per image, with all that is needed to judge the number later."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass, field
from statistics import stdev
from typing import TYPE_CHECKING, Any, Literal

from srbench.errors import StoreError
from srbench.records.cell import Cell
from srbench.storage.plain_json import plain

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

SCHEMA = 2
"""Raised whenever a record of an older srbench would be misread. 2: keys are hashes of `Record.identity`."""

Status = Literal["ok", "unavailable", "failed"]
"""``ok``: measured, even if no image has a value; ``unavailable``: a library or file is missing; ``failed``: an error.
The last two are tried again next time."""


@dataclass(frozen=True)
class Record:
    """One cell's values. Values that are not finite are kept and named, and never enter the mean."""

    cell: Cell
    status: Status
    values: Mapping[str, float]
    """Per image name; a model's cost has the one entry ``""``."""
    value: float | None = None
    """The number for the table: mean over the images with a finite value (or pooled, as the protocol says)."""
    interval: tuple[float, float] | None = None
    """95 % bootstrap interval of `value` over the images; None where fewer than two have a value."""
    missing: Mapping[str, str] = field(default_factory=dict)
    """Image name -> why it has no value."""
    error: str = ""
    traceback: str = ""
    bad_input: bool = False
    """The failure is the input's fault, as `error` says, not a fault of the code."""
    warnings: tuple[str, ...] = ()
    seconds: float = 0.0
    """Wall time of the pass that gave this cell, and the others of its job."""
    device: str = ""
    versions: Mapping[str, str] = field(default_factory=dict)
    weights: Mapping[str, str] = field(default_factory=dict)
    """File name -> SHA-256, of the method's and the metric's weights."""
    dataset_fingerprint: str = ""
    dataset_made: str = ""
    """Description of how the dataset was derived (sources, downscaling, split); empty for an original dataset."""
    lr: str = ""
    protocol: Mapping[str, Any] = field(default_factory=dict)
    training: Mapping[str, Any] = field(default_factory=dict)
    """The card of the training that made the weights, where srbench trained them for this cell: recipe, data, this
    budget and the paper's, validation, machine."""

    identity: Mapping[str, Any] = field(default_factory=dict)
    """All that the number depends on, as plain data; its canonical hash is the cell's key."""

    @property
    def finite(self) -> list[float]:
        """The values that can be averaged."""
        return [value for value in self.values.values() if math.isfinite(value)]

    @property
    def nonfinite(self) -> dict[str, float]:
        """Images whose value is NaN or infinite."""
        return {name: value for name, value in self.values.items() if not math.isfinite(value)}

    @property
    def std(self) -> float | None:
        """Sample standard deviation over the images."""
        return stdev(self.finite) if len(self.finite) > 1 else None

    @property
    def remarks(self) -> str:
        """What a reader must know beside the mean: missing and non-finite images, warnings."""
        parts = list(self.warnings)
        total = len(self.values) + len(self.missing)
        if self.nonfinite:
            named = ", ".join(f"{name} ({value})" for name, value in self.nonfinite.items())
            parts.append(f"{len(self.nonfinite)} of {total} images not finite and not in the mean: {named}")
        if self.missing:
            reasons = "; ".join(f"{name}: {why}" for name, why in self.missing.items())
            parts.append(f"{len(self.missing)} of {total} images have no value ({reasons})")
        return "; ".join(parts)

    def to_json(self) -> str:
        """Canonical text; NaN and infinities as strings, which JSON proper can hold."""
        document = {"schema": SCHEMA, **asdict(self), "std": self.std}
        return json.dumps(plain(document), indent=1, allow_nan=False) + "\n"

    @classmethod
    def read(cls, path: Path) -> Record:
        """The record in the file at `path`; raises `StoreError`."""
        try:
            return cls.from_json(path.read_text(encoding="utf-8"), str(path))
        except OSError as error:
            raise StoreError(f"{path}: {error.strerror}") from error
        except UnicodeDecodeError as error:
            raise StoreError(f"{path}: damaged, or not a record of srbench ({type(error).__name__})") from error

    @classmethod
    def from_json(cls, text: str, where: str = "record") -> Record:
        """The record that `to_json` wrote; raises `StoreError` naming `where` when it isn't one."""
        try:
            document = json.loads(text)
            schema = document.pop("schema")
            if schema != SCHEMA:
                raise StoreError(
                    f"{where}: schema {schema}, this srbench reads {SCHEMA}: remove it or use another --out"
                )
            del document["std"]
            document["cell"] = Cell(**document["cell"])
            document["values"] = {name: float(value) for name, value in document["values"].items()}
            document["value"] = None if document["value"] is None else float(document["value"])
            document["warnings"] = tuple(document["warnings"])
            document["interval"] = _interval(document.get("interval"))
            return cls(**document)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise StoreError(f"{where}: damaged, or not a record of srbench ({type(error).__name__})") from error


def _interval(ends: list[float | str] | None) -> tuple[float, float] | None:
    if ends is None:
        return None
    low, high = map(float, ends)
    return low, high
