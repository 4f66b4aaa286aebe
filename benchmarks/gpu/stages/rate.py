"""Training steps a second of srbench beside a plain loop over PNG files and BasicSR, and how busy the GPU was.

The sides are those of ``benchmarks/training.py``, each in a process of its own, in turns. Busy is the share of the time
of a profiled turn in which at least one kernel or copy ran on the GPU.
"""

from __future__ import annotations

import os
import sys
import tempfile
from functools import partial
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import torch

from benchmarks.gpu.material import roots, sources
from srbench.catalog import load_catalog
from srbench.data.datasets.finder import DatasetFinder
from srbench.data.training_set.training_set import load_training_set
from srbench.errors import Unavailable
from srbench.specs.recipe import Budget

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from benchmarks.gpu.stage import Item, Settings, Values

SCRIPTS = Path(__file__).parents[2]
SCALE, PATCH = 4, 48
CASES = (("edsr-baseline", 16), ("pcarn-m", 64), ("pcarn-m", 16))
"""Networks and patches a step: 16 as most papers, 64 as PCARN's.

The plain loop and BasicSR have PyTorch's defaults, TF32 in convolutions included; srbench in float32 has it off.
"""
ROUNDS, STEPS = 3, 40
"""Rounds of turns, and the steps of a turn on a GPU."""


def items(settings: Settings, _found: Mapping[str, Values]) -> Iterable[Item]:
    """List the networks with their batches."""
    for name, batch in (("pcarn-m", 2),) if settings.quick else CASES:
        yield f"{name}, batch {batch}", partial(rate, settings, name, batch)


def rate(settings: Settings, name: str, batch: int) -> Values:
    """Return the steps a second of each side, best and median over the rounds, and the busy share of the GPU."""
    _find_scripts()
    from training_sides import write_pairs

    cuda = settings.device.startswith("cuda")
    rounds, steps = (1, 1) if settings.quick else (ROUNDS, STEPS if cuda else 2)
    finder = DatasetFinder(roots(settings), load_catalog().datasets)
    images = load_training_set(sources(settings), finder, scales=[SCALE], lr_mode="matlab-uint8", patch=PATCH)
    with tempfile.TemporaryDirectory() as folder:
        write_pairs(images, SCALE, Path(folder))
        seconds, busy, left_out = measured(settings, name, batch, Path(folder), rounds, steps)
    return {
        "images": len(images),
        "batch": batch,
        "steps": rounds * steps,
        "steps a second": {side: 1 / median(taken) for side, taken in seconds.items()},
        "best": {side: 1 / min(taken) for side, taken in seconds.items()},
        "busy": busy,
        "left out": left_out,
    }


def measured(
    settings: Settings, name: str, batch: int, folder: Path, rounds: int, steps: int
) -> tuple[dict[str, list[float]], dict[str, float], dict[str, str]]:
    """Return the seconds a step of each side by round, the busy shares, and which sides were left out and why.

    Args:
        settings: Settings of the benchmark.
        name: Name of the model.
        batch: Patches of a step.
        folder: Folder with the images as PNG files, in ``HR`` and ``LR``.
        rounds: Number of rounds.
        steps: Steps of a turn.
    """
    _find_scripts()
    from training_sides import contenders, l1_job
    from training_turns import Setup, race

    loops = contenders(settings.device)
    if settings.quick:
        loops.pop("BasicSR, float32")
    workers = min(8, os.cpu_count() or 1) if settings.device.startswith("cuda") else 2
    budget = Budget((rounds + 3) * steps, batch, PATCH, 1e-4)
    job = l1_job(load_catalog().models.get(name), budget, sources(settings), SCALE)
    root = _root(settings)
    setup = Setup(job, root, folder, folder / "out", settings.device, torch.get_num_threads(), workers, steps)
    measured_sides: tuple[dict[str, list[float]], dict[str, float], dict[str, str]] = race(loops, setup, rounds)
    return measured_sides


def _find_scripts() -> None:
    """Make the scripts of the training benchmark importable, also for processes that are spawned."""
    if str(SCRIPTS) not in sys.path:
        sys.path.insert(0, str(SCRIPTS))


def _root(settings: Settings) -> Path:
    """Return the data root with all training images: the scripts know one; the demo's photographs need none."""
    for root in roots(settings):
        finder = DatasetFinder([root], load_catalog().datasets)
        if all(finder.find(source) is not None for source in sources(settings)):
            return root
    raise Unavailable(f"{', '.join(sources(settings))}: in several data roots; name one that has all as --data")
