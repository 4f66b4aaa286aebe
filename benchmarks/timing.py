"""Timing on one core, with contenders taking turns, and Markdown tables of the results."""

from __future__ import annotations

import argparse
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING

import cv2
import torch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

cv2.setNumThreads(1)
torch.set_num_threads(1)

ROUNDS = 15


def milliseconds(
    functions: dict[str, Callable[[], object]], rounds: int = ROUNDS, clock: Callable[[], float] = perf_counter
) -> dict[str, tuple[float, float]]:
    """Return (minimum, median) of `rounds` calls of each function.

    Functions take turns, so that other load on the machine affects them equally.
    """
    times: dict[str, list[float]] = {name: [] for name in functions}
    for turn in range(rounds + 1):
        for name, function in functions.items():
            start = clock()
            function()
            if turn:  # the first round fills caches
                times[name].append(1000 * (clock() - start))
    return {name: (min(taken), median(taken)) for name, taken in times.items()}


def data_root(description: str | None) -> Path:
    """Return the data root that the command line names."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", metavar="DATA", type=Path, help="data root: a folder that holds data/ and weights/")
    root: Path = parser.parse_args().data
    if not root.is_dir():
        parser.error(f"{root}: no such folder")
    return root


def print_table(header: Iterable[str], rows: Iterable[Iterable[str]]) -> None:
    header = list(header)
    for row in (header, ["---", *["---:"] * (len(header) - 1)], *rows):
        print("|", " | ".join(row), "|")
