"""The options of a run that change its numbers, as part of the name of a table's files."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast

from srbench.bench.planning.options import Options
from srbench.bench.resolve.method_weights import SOURCES
from srbench.specs.recipe import PROFILES

if TYPE_CHECKING:
    from collections.abc import Callable

    from srbench.bench.resolve.method_weights import WeightsChoice

AUTO: WeightsChoice = "auto"
PAPER = "paper"


def options_label(profile: str, protocol: str = "", source: str = AUTO, seeds: int = 1) -> str:
    """Return the options as a label: ``paper``, ``quick-train-3seeds``, ``standard`` (a protocol not the table's).

    Args:
        profile: Budget of trainings; ``paper`` is left out if there is any other part, unless the end of the protocol's
            name looks like an option.
        protocol: Name of the protocol; empty: the table's.
        source: Source of the weights; ``auto`` is left out.
        seeds: Number of seeds; 1 is left out.
    """
    named = profile if profile != PAPER or _ends_like_options(protocol) else ""
    parts = (
        protocol,
        named,
        source if source != AUTO else "",
        f"{seeds}seeds" if seeds != 1 else "",
    )
    return "-".join(filter(None, parts)) or PAPER


def _ends_like_options(protocol: str) -> bool:
    """Return whether the end of a protocol's name would be taken for options: ``my-quick``, ``rgb-3seeds``."""
    return bool(protocol) and parse_options_label(protocol) != Options(protocol=protocol)


def parse_options_label(label: str) -> Options:
    """Return the options that `label`, written by `options_label`, stands for; the others at their defaults."""
    parts = label.split("-")

    def last(fits: Callable[[str], object]) -> str:
        return parts.pop() if parts and fits(parts[-1]) else ""

    seeds = last(_SEEDS.fullmatch)
    source = last(SOURCES.__contains__)
    profile = last(PROFILES.__contains__)
    return Options(
        profile=profile or PAPER,
        source=cast("WeightsChoice", source or AUTO),
        seeds=int(seeds.removesuffix("seeds") or 1),
        protocol="-".join(parts),
    )


def run_words(options: Options) -> str:
    """Return the options of ``srbench run`` that print a table with the label of `options` again; empty for none.

    Example: ``--profile quick --seeds 3``.
    """
    words = (
        f"--protocol {options.protocol}" if options.protocol else "",
        f"--profile {options.profile}" if options.profile != PAPER else "",
        f"--source {options.source}" if options.source != AUTO else "",
        f"--seeds {options.seeds}" if options.seeds != 1 else "",
    )
    return " ".join(filter(None, words))


_SEEDS = re.compile(r"\d+seeds")
