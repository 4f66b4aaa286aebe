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
from typing import TYPE_CHECKING, Any

import torch

from benchmarks.gpu.material import roots, sources
from srbench.catalog import load_catalog
from srbench.data.datasets.finder import DatasetFinder
from srbench.data.training_set.training_set import load_training_set
from srbench.errors import Unavailable
from srbench.imaging.image_io import write_png
from srbench.specs.recipe import Budget, Phase, Recipe, Term
from srbench.training.fabric import native_precision
from srbench.training.job import TrainingJob

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from benchmarks.gpu.stage import Item, Settings, Values
    from srbench.data.training_set.training_set import TrainingSet

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
    cuda = settings.device.startswith("cuda")
    rounds, steps = (1, 1) if settings.quick else (ROUNDS, STEPS if cuda else 2)
    finder = DatasetFinder(roots(settings), load_catalog().datasets)
    images = load_training_set(sources(settings), finder, scales=[SCALE], lr_mode="matlab-uint8", patch=PATCH)
    with tempfile.TemporaryDirectory() as folder:
        write(images, Path(folder))
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
    sys.path.insert(0, str(SCRIPTS))  # where processes that are spawned find the scripts, too
    from training_sides import basic_sr, plain, srbench
    from training_turns import PROFILE, Setup, Side

    cuda = settings.device.startswith("cuda")
    precision = native_precision(settings.device)
    contenders: dict[str, Any] = {"plain, float32": plain, "BasicSR, float32": basic_sr}
    contenders |= {
        f"srbench, {chosen}": partial(srbench, precision=chosen) for chosen in dict.fromkeys(["32-true", precision])
    }
    if settings.quick:
        contenders.pop("BasicSR, float32")
    workers = min(8, os.cpu_count() or 1) if cuda else 2
    job = _job(settings, name, Budget((rounds + 3) * steps, batch, PATCH, 1e-4))
    root = _root(settings)
    setup = Setup(job, root, folder, folder / "out", settings.device, torch.get_num_threads(), workers, steps)
    sides: dict[str, Any] = {}
    left_out: dict[str, str] = {}
    for side, contender in contenders.items():
        started = Side(contender, setup)
        if started.left_out:
            left_out[side] = started.left_out
            started.stop()
        else:
            sides[side] = started
    seconds: dict[str, list[float]] = {side: [] for side in sides}
    for _ in range(rounds):
        for side, loop in sides.items():
            seconds[side].append(loop.turn() / steps)
    busy = {side: loop.turn(PROFILE) for side, loop in sides.items()} if cuda else {}
    for measured_side in sides.values():
        measured_side.stop()
    return seconds, busy, left_out


def write(images: TrainingSet, folder: Path) -> None:
    """Write HR and LR of the images as PNG files, for the loops that read files."""
    for index in range(len(images)):
        write_png(folder / "HR" / f"{index:04}.png", images.hr(index, SCALE))
        write_png(folder / "LR" / f"{index:04}.png", images.lr(index, SCALE))


def _root(settings: Settings) -> Path:
    """Return the data root with all training images: the scripts know one; the demo's photographs need none."""
    for root in roots(settings):
        finder = DatasetFinder([root], load_catalog().datasets)
        if all(finder.find(source) is not None for source in sources(settings)):
            return root
    raise Unavailable(f"{', '.join(sources(settings))}: in several data roots; name one that has all as --data")


def _job(settings: Settings, name: str, budget: Budget) -> TrainingJob:
    catalog = load_catalog()
    model = catalog.models.get(name)
    phase = Phase("l1", (Term("l1"),), budget)
    recipe = Recipe(f"benchmark-{name}", name, (phase,), sources(settings), scales=(SCALE,), hold_out=0)
    return TrainingJob(recipe, recipe, model, "paper", 0, (float(SCALE),), losses=(catalog.losses.get("l1"),))
