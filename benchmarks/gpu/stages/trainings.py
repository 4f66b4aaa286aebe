"""Trainings of recipes through srbench's own training, as far as the time reaches, and their files brought home.

The profile is ``short``, on the recipe's images where they are at hand, else on those that are. Where the time is too
short for it, all phases get the same share of their steps, so that the learning rate still ends where it should; the
number of steps is kept with the results, so that a later call goes on with the same training.
"""

from __future__ import annotations

import time
import zipfile
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from benchmarks.gpu.material import roots, sources
from benchmarks.gpu.stages.budgets import ms_per_step
from srbench.catalog import load_catalog
from srbench.data.datasets.finder import DatasetFinder
from srbench.errors import UsageError
from srbench.storage.atomic import atomic_write
from srbench.training.job import make_job
from srbench.training.run import Hardware, TrainingRun
from srbench.training.storage.card import TrainingCard
from srbench.training.storage.names import BEST, CARD, CURVE, INPUTS, RECIPE, STATE, WEIGHTS
from srbench.training.trainer import ReportSchedule

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from benchmarks.gpu.stage import Item, Settings, Values
    from srbench.records.training_step import TrainingStep
    from srbench.specs.recipe import Phase, Recipe
    from srbench.training.job import TrainingJob

ENDING = 20.0
"""Seconds that are kept free at the end, for the last checkpoint and the archives."""
SHARE = 0.85
"""Share of its time that a training is planned to take; the rest is for images, validations and checkpoints."""
FEWEST = 10
"""Smallest number of steps of a phase."""
LEAST = 0.05
"""Smallest share of the steps of ``short`` that is planned: a later call with more time keeps to the plan."""
SAVE_SECONDS = 15.0
KEPT = (CARD, WEIGHTS, CURVE, RECIPE, INPUTS)
"""Files of a finished training that come home."""


class OutOfTime(Exception):
    """The end of the budget within a training, which a later call takes up again."""


def items(settings: Settings, found: Mapping[str, Values]) -> Iterable[Item]:
    """List a plan and a training for each recipe that was named."""
    ends = time.monotonic() + settings.seconds - ENDING
    for number, named in enumerate(settings.train):
        share = (ends - time.monotonic()) / (len(settings.train) - number)
        yield f"plan {named}", partial(plan, settings, named, share)
        if "steps" in found.get(f"plan {named}", {}):
            yield f"train {named}", partial(train, settings, named, found[f"plan {named}"], ends)


def plan(settings: Settings, named: str, seconds: float) -> Values:
    """Return the number of steps of each phase that fits into a time, at the rate measured now.

    Args:
        settings: Settings of the benchmark.
        named: The recipe, and after a colon its last phase, if not all are meant.
        seconds: The time.

    Raises:
        Unavailable: if the weights of a loss are missing.
        UsageError: if less than `LEAST` of the steps fits into the time.
    """
    phases = [*_phases(job_of(settings, named, {}))]
    rates = {job.phase.name: ms_per_step(settings, job) for job in phases}
    short = {job.phase.name: job.phase.budget.steps for job in phases}
    needed = sum(rates[name] * steps for name, steps in short.items()) / 1000
    part = 0.0 if settings.quick else min(1.0, SHARE * seconds / needed)
    if part < LEAST and not settings.quick:
        minutes = LEAST * needed / SHARE / 60 + ENDING / 60
        raise UsageError(
            f"{max(0.0, seconds):.0f} s are too short for it, {minutes:.1f} minutes the least: call again with a "
            "larger --budget, and with --stages trainings"
        )
    steps = {name: max(FEWEST, _rounded(part * whole)) for name, whole in short.items()}
    return {"ms a step": rates, "short": short, "steps": steps, "images": list(phases[0].recipe.data)}


def train(settings: Settings, named: str, plan_values: Values, ends: float) -> Values:
    """Train the phases of a recipe, or go on with them, until they are finished or the time is up.

    Args:
        settings: Settings of the benchmark.
        named: The recipe, as in `plan`.
        plan_values: Values of `plan`, with the steps by phase.
        ends: Time on the monotonic clock at which the training is left for a later call.
    """
    job = job_of(settings, named, plan_values["steps"])
    for phase in _phases(job):
        fetch(settings, phase)

    def observe(_state: TrainingStep) -> None:
        if time.monotonic() > ends:
            raise OutOfTime

    schedule = ReportSchedule(save_seconds=SAVE_SECONDS)
    run = TrainingRun(
        load_catalog(), roots(settings), settings.work, Hardware(settings.device), schedule, "either", observe
    )
    unfinished = False
    try:
        run.train(job)
    except OutOfTime:
        unfinished = True
    phases = {phase.phase.name: bring_home(settings, phase) for phase in _phases(job)}
    return {"phases": {name: values for name, values in phases.items() if values}, "unfinished": unfinished}


def job_of(settings: Settings, named: str, steps: Mapping[str, int]) -> TrainingJob:
    """Return the job of a recipe at the profile short, with other numbers of steps where they are given.

    Raises:
        UsageError: if the recipe has no such profile or phase.
    """
    name, _, last = named.partition(":")
    catalog = load_catalog()
    recipe = catalog.recipes.get(name)
    model = catalog.models.get(recipe.model)
    scales = recipe.scales or model.scales or (2.0,)
    scale = None if model.joint or len(scales) == 1 else max(scale for scale in scales if scale <= 4)
    finder = DatasetFinder(roots(settings), catalog.datasets)
    recipe_data = recipe.at("short").data
    data = (
        recipe_data
        if all(finder.find(dataset) is not None for dataset in recipe_data) and not settings.quick
        else sources(settings)
    )

    def cut(recipe: Recipe) -> Recipe:
        changed = recipe if data == recipe.data else replace(recipe, data=data, validation=())
        return replace(changed, phases=tuple(_cut(settings, phase, steps) for phase in recipe.phases))

    job = make_job(catalog, name, "short", phase=last, scale=scale, change=cut)
    changed = [f"{phase}.budget.steps={count}" for phase, count in steps.items()]
    changed += [f"data={','.join(data)}"] if data != recipe_data else []
    return replace(job, changed=tuple(changed))


def _cut(settings: Settings, phase: Phase, steps: Mapping[str, int]) -> Phase:
    budget = replace(phase.budget, steps=steps.get(phase.name, phase.budget.steps))
    if settings.quick:
        budget = replace(budget, batch=2, patch=16, parts=1)
    return replace(phase, budget=budget)


def _phases(job: TrainingJob) -> list[TrainingJob]:
    """Return the jobs of all phases of a job, the first phase first."""
    return [*(_phases(job.before) if job.before else []), job]


def _rounded(steps: float) -> int:
    """Return a number of steps with two digits that count, rounded down."""
    unit = 10 ** max(0, len(str(int(steps))) - 2)
    return int(steps) // unit * unit


def archive(settings: Settings, job: TrainingJob) -> Path:
    """Return the archive of a phase: a file each, as a machine may hand back few files."""
    return settings.home / f"{job.folder(settings.work).name}.zip"


def bring_home(settings: Settings, job: TrainingJob) -> Values:
    """Write the files of a phase to its archive, and return what came of it; nothing if it has not begun.

    Of one that is not finished, the archive holds what it takes to go on.
    """
    folder = job.folder(settings.work)
    done = job.done(settings.work)
    if not done and not (folder / STATE).is_file():
        return {}
    names = [*KEPT, *([] if done else [STATE, BEST]), *([] if done else (p.name for p in folder.glob("step-*")))]
    target = archive(settings, job)
    with atomic_write(target) as temporary, zipfile.ZipFile(temporary, "w", zipfile.ZIP_DEFLATED) as packed:
        for name in names:
            if (folder / name).is_file():
                packed.write(folder / name, f"{folder.name}/{name}")
    values: Values = {"archive": target.name, "bytes": target.stat().st_size, "key": job.key}
    if not done:
        return values
    card = TrainingCard.read(folder)
    trained = {
        "steps": card.last.get("step"),
        "validation PSNR": card.last_psnr,
        "precision": card.document["precision"],
    }
    return {**values, **trained, "images": card.document["images"]["trained_on"], "minutes": _minutes(card)}


def _minutes(card: TrainingCard) -> float:
    return float(card.document["seconds"]["this_run"]) / 60


def fetch(settings: Settings, job: TrainingJob) -> None:
    """Unpack the archive of a phase of an earlier call, where this machine has no folder of it."""
    source, folder = archive(settings, job), job.folder(settings.work)
    if source.is_file() and not folder.exists():
        with zipfile.ZipFile(source) as packed:
            packed.extractall(folder.parent)
