"""The options of a run that change its numbers, as part of the name of a table's files."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast

from srbench.bench.planning.options import Options
from srbench.bench.resolve.method_weights import SOURCES
from srbench.specs.recipe import PROFILES

if TYPE_CHECKING:
    from srbench.bench.resolve.method_weights import WeightsChoice

AUTO: WeightsChoice = "auto"
PAPER = "paper"


def options_label(profile: str, protocol: str = "", source: str = AUTO, seeds: int = 1) -> str:
    """Return the options as a label: ``paper``, ``quick-train-3seeds``, ``standard`` (a protocol not the table's).

    Args:
        profile: Budget of trainings; ``paper`` is left out if there is any other part.
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


_LABEL = re.compile(
    rf"(?P<protocol>.*?)-?(?:(?P<profile>{'|'.join(PROFILES)}))?-?(?:(?P<source>{'|'.join(SOURCES)}))?"
    r"-?(?:(?P<seeds>\d+)seeds)?"
)


def parse_options_label(label: str) -> Options:
    """Return the options that `label`, written by `options_label`, stands for; the others at their defaults."""
    match = _LABEL.fullmatch(label)
    if match is None:  # pragma: no cover - the pattern matches every line of text
        return Options(protocol=label)
    return Options(
        profile=match["profile"] or PAPER,
        source=cast("WeightsChoice", match["source"] or AUTO),
        seeds=int(match["seeds"] or 1),
        protocol=match["protocol"],
    )
