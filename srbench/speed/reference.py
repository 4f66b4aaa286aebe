"""Figures of another machine to compare with: those that ship with srbench, or those of a file that `--save` wrote."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from srbench.errors import StoreError
from srbench.speed.work import Timing
from srbench.storage.atomic import write_atomically
from srbench.storage.json_file import read_json
from srbench.terminal.counted import counted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from srbench.speed.machine import Machine

SHIPPED = Path(__file__).parent / "reference.json"
"""Figures that `srbench bench --save` wrote on the machine that they name."""
SCHEMA = 1


@dataclass(frozen=True)
class Reference:
    """Times of a machine."""

    machine: Mapping[str, Any]
    """State of the machine, as `Machine` has it."""
    timings: Mapping[str, Timing]
    """Times by the name of the work."""

    @property
    def title(self) -> str:
        """The machine in a few words."""
        threads = counted(self.machine.get("threads", "?"), "thread")
        words = [str(self.machine.get("processor", "unknown processor")), threads]
        load = self.machine.get("load")
        return ", ".join([*words, f"load {load:.1f}"] if isinstance(load, float) else words)


def read_reference(path: Path = SHIPPED) -> Reference:
    """Return the figures in a file.

    Raises:
        StoreError: if it is damaged or missing, or of another schema.
    """
    advice = "install srbench again" if path == SHIPPED else "write it again with srbench bench --save"
    document = read_json(path, StoreError, advice)
    try:
        machine, schema = dict(document["machine"]), int(document["schema"])
        timings = {
            str(name): Timing(float(entry["median_s"]), float(entry["fastest_s"]), int(entry["rounds"]))
            for name, entry in document["work"].items()
        }
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise StoreError(f"{path}: not figures of srbench bench ({type(error).__name__}: {error}); {advice}") from error
    if schema != SCHEMA:
        raise StoreError(f"{path}: schema {schema}, not {SCHEMA}; {advice}")
    if wrong := [name for name, timing in timings.items() if not (0 < timing.median_s < math.inf)]:
        raise StoreError(f"{path}: the time of {wrong[0]} is not a positive number of seconds; {advice}")
    return Reference(machine, timings)


def write_reference(path: Path, machine: Machine, timings: Mapping[str, Timing]) -> None:
    """Write figures of this machine to a file.

    Args:
        path: The file.
        machine: State of this machine.
        timings: Times by the name of the work.

    Raises:
        StoreError: if it can't be written.
    """
    work = {name: asdict(timing) for name, timing in timings.items()}
    document = {"schema": SCHEMA, "machine": asdict(machine), "work": work}
    write_atomically(path, json.dumps(document, indent=2, ensure_ascii=False) + "\n")
