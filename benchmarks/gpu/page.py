"""The results as a Markdown page: what was measured on which device, what failed, and what was left out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from benchmarks.gpu.stage import STAGES
from benchmarks.gpu.tables import TABLES

if TYPE_CHECKING:
    from benchmarks.gpu.stage import Stage

LISTED = 12
"""Number of names that a line lists."""


def page(document: dict[str, Any]) -> str:
    """Return the page of a ``gpu.json``."""
    machine = document["stages"].get("environment", {}).get("items", {}).get("machine", {})
    made_with = document["made_with"]
    device = machine.get("device") or f"{made_with['device']} (unknown: the stage environment has not run)"
    lines = [f"# srbench on {device}", ""]
    if made_with["quick"]:
        lines += ["Measured with `--quick`: tiny sizes, which show that the benchmark runs, and nothing else.", ""]
    if not made_with["device"].startswith("cuda"):
        lines += ["Measured on a CPU, not on a GPU: agreement of the CPU with itself, and times of a CPU.", ""]
    for stage in STAGES:
        if stage.name in document["stages"]:
            lines += section(stage, document["stages"][stage.name])
    return "\n".join(lines).rstrip("\n") + "\n"


def section(stage: Stage, entry: dict[str, Any]) -> list[str]:
    """Return the lines of a stage: tables of what was measured, and a line for all that was not."""
    items = entry["items"]
    measured = {key: values for key, values in items.items() if "error" not in values and "absent" not in values}
    lines = [f"## {stage.title}", ""]
    if measured:
        lines += [*TABLES[stage.name](measured), ""]
    failed = {key: values["error"] for key, values in items.items() if "error" in values}
    absent = {key: values["absent"] for key, values in items.items() if "absent" in values}
    for heading, reasons in (("Failed", failed), ("Not measured here", absent)):
        lines += [f"{heading}:", "", *(f"- {key}: {reason}" for key, reason in reasons.items()), ""] if reasons else []
    if entry["left_out"]:
        more = len(entry["left_out"]) - LISTED
        listed = ", ".join(entry["left_out"][:LISTED]) + (f" and {more} more" if more > 0 else "")
        lines += [f"Left out for want of time: {listed}.", ""]
    if entry["error"]:
        lines += [f"The stage ended early: {entry['error']}.", ""]
    return [*lines, f"{entry['seconds']:.0f} s.", ""]
