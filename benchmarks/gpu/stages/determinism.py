"""Whether a forward pass, a training and a resumed training give the same numbers again, bit for bit or how nearly."""

from __future__ import annotations

import shutil
import warnings
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import torch

from benchmarks.gpu.material import built, cut_job, models, roots
from benchmarks.gpu.stages.metrics import relative
from benchmarks.gpu.stages.networks import sized_lr
from srbench.catalog import load_catalog
from srbench.specs.recipe import Schedule
from srbench.training.run import Hardware, TrainingRun
from srbench.training.trainer import ReportSchedule
from srbench.weights.state_dict import load_state_dict

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from torch import Tensor

    from benchmarks.gpu.stage import Item, Settings, Values
    from srbench.records.training_step import TrainingStep
    from srbench.specs.model import ModelSpec
    from srbench.specs.recipe import Budget
    from srbench.training.job import TrainingJob

STEPS, STOP = 20, 10
"""Steps of a training, and after how many it is stopped and resumed."""
QUICK_STEPS, QUICK_STOP = 4, 2
PHASES = (("pcarn-m", "l1"), ("edsr-baseline+l1", "train"), ("vdsr-ivp", "train"), ("pcarn-m", "gan"))
"""Recipes and phases that are trained: group convolutions, plain ones, an ODE with LR made online, a GAN."""
QUICK_PHASES = (("esrgan-cnn-2-reduced", "l1"),)


class Stopped(Exception):
    """The end of a training that is to be resumed."""


def items(settings: Settings, _found: Mapping[str, Values]) -> Iterable[Item]:
    """List forward passes, then trainings as srbench does them, then with PyTorch's deterministic algorithms."""
    for spec in models(settings)[: 1 if settings.quick else 6]:
        yield f"forward {spec.name}", partial(forward, settings, spec)
    phases = QUICK_PHASES if settings.quick else PHASES
    for recipe, phase in phases:
        for strict in (False, True):
            kind = ", deterministic algorithms" if strict else ""
            yield f"training {recipe}/{phase}{kind}", partial(training, settings, recipe, phase, strict=strict)


@torch.no_grad()
def forward(settings: Settings, spec: ModelSpec) -> Values:
    """Return how far two outputs of a network are apart."""
    network = built(spec)
    lr = sized_lr(network).to(settings.device)
    network.module.to(settings.device)
    first, second = network.run(lr), network.run(lr)
    return {"equal": torch.equal(first, second), "relative difference": relative(first, second)}


def training(settings: Settings, recipe: str, phase: str, *, strict: bool) -> Values:
    """Return how far the weights of equal trainings are apart, and those of a stopped and resumed one.

    Raises:
        Unavailable: if the weights of a loss are missing.
    """
    job = cut_job(recipe, phase, partial(_small, settings))
    folder = settings.work / "determinism"
    shutil.rmtree(folder, ignore_errors=True)
    with algorithms(strict=strict) as remarks:
        first, second = (trained(settings, job, folder / name) for name in ("first", "second"))
        resumed = stopped_and_resumed(settings, job, folder / "resumed")
    shutil.rmtree(folder, ignore_errors=True)
    return {
        "steps": job.phase.budget.steps,
        "again": apart(first, second),
        "resumed": apart(first, resumed),
        "without a deterministic form": remarks,
    }


def _small(settings: Settings, budget: Budget) -> Budget:
    batch, patch = (2, 16) if settings.quick else (min(budget.batch, 16), budget.patch)
    steps = QUICK_STEPS if settings.quick else STEPS
    return replace(budget, steps=steps, batch=batch, patch=patch, schedule=Schedule(), parts=1)


@contextmanager
def algorithms(*, strict: bool) -> Iterator[list[str]]:
    """Use PyTorch's deterministic algorithms for a while; yield a list for the operations that have none."""
    remarks: list[str] = []
    torch.use_deterministic_algorithms(strict, warn_only=True)
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            yield remarks
        texts = (str(warning.message) for warning in caught)
        remarks += sorted({text.partition(" does not have")[0] for text in texts if "deterministic" in text})
    finally:
        torch.use_deterministic_algorithms(False)


def trained(settings: Settings, job: TrainingJob, root: Path) -> dict[str, Tensor]:
    """Return the weights after a training without interruption."""
    return load_state_dict(_run(settings, root).train(job))


def stopped_and_resumed(settings: Settings, job: TrainingJob, root: Path) -> dict[str, Tensor]:
    """Return the weights after a training that was stopped after its checkpoint, and resumed."""

    def stop(state: TrainingStep) -> None:
        if state.step > _stop(settings):
            raise Stopped

    try:
        replace(_run(settings, root), observe=stop).train(job)
    except Stopped:
        return load_state_dict(_run(settings, root).train(job))
    raise RuntimeError("the training was not stopped")


def _run(settings: Settings, root: Path) -> TrainingRun:
    schedule = ReportSchedule(reports=STEPS, validations=1, save_steps=_stop(settings), samples=0)
    hardware = Hardware(settings.device)
    return TrainingRun(load_catalog(), roots(settings), root, hardware, schedule, "either")


def _stop(settings: Settings) -> int:
    return QUICK_STOP if settings.quick else STOP


def apart(first: Mapping[str, Tensor], second: Mapping[str, Tensor]) -> Values:
    """Return whether weights are equal, and the largest difference relative to the largest weight of its tensor."""
    return {
        "equal": all(torch.equal(tensor, second[name]) for name, tensor in first.items()),
        "relative difference": max(relative(tensor, second[name]) for name, tensor in first.items()),
    }
