"""The options of a run that decide what its numbers are, as part of a file's name."""

from __future__ import annotations

AUTO = "auto"
PAPER = "paper"


def options_label(profile: str, protocol: str = "", source: str = AUTO, seeds: int = 1) -> str:
    """Return the options as ``paper``, ``quick-train-3seeds``, ``standard`` (another protocol than the table's).

    Args:
        profile: Budget of trainings; ``paper`` is left out unless everything else is.
        protocol: Name of the protocol; empty: the table's.
        source: Source of the weights; ``auto`` is left out.
        seeds: Number of seeds; 1 is left out.
    """
    parts = (
        protocol,
        profile if profile != PAPER else "",
        source if source != AUTO else "",
        f"{seeds}seeds" if seeds != 1 else "",
    )
    return "-".join(filter(None, parts)) or PAPER
