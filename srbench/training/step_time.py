"""What a step of a training costs."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING

import torch

from srbench.errors import Unavailable
from srbench.models.prediction import Prediction

if TYPE_CHECKING:
    from srbench.training.job import TrainingJob

WARM_UP, STEPS = 3, 25
BUDGET = 20.0
"""Seconds of timed steps after which no further one starts."""


@dataclass(frozen=True)
class TimedTraining:
    """What a metric of a training sees: the job, and the device to run it on."""

    job: TrainingJob
    device: str


def ms_per_step(subject: TimedTraining) -> float:
    """Median milliseconds of a step of the job's last phase: forward pass, losses, backward pass, Adam.

    On random patches of the budget's size, at the precision that `train` takes on the device; nothing is loaded, and
    nothing is kept. Raises `Unavailable` for a phase with an adversary, whose steps are not alike, and for losses that
    need files or another phase.
    """
    from srbench.losses.batch import Batch
    from srbench.training.fabric import make_fabric
    from srbench.training.learner import Learner, build_network
    from srbench.training.objective.objective import build_objective
    from srbench.training.trained_module import TrainedModule, total_of

    job = subject.job
    budget, scale = job.phase.budget, job.scales[0]
    if job.phase.adversary is not None:
        raise Unavailable("steps with an adversary are not alike: none is timed")
    fabric = make_fabric(subject.device)
    network = Learner(build_network(job, None)).to(fabric.device)
    objective = build_objective(job.phase, job.losses, job.loss_weights, ()).to(fabric.device)
    side = TrainedModule(fabric, network, job.phase.optimizer, clip=job.phase.clip)
    lr_side = round(budget.patch / scale) if job.recipe.online else budget.patch
    part = budget.batch // budget.parts
    lr, hr = (
        torch.rand(part, 3, one, one, device=fabric.device).to(memory_format=torch.channels_last)
        for one in (lr_side, round(lr_side * scale))
    )
    batch = Batch(lr, hr, scale, ("",) * part)

    def step() -> float:
        began = perf_counter()
        for _ in range(budget.parts):
            prediction = Prediction(**side.wrapped(batch.lr, batch.scale, batch.hr))
            with fabric.autocast():
                terms = objective.network_terms(prediction, batch)
            side.add(total_of(terms, job.phase.name) / budget.parts)
        side.step(budget.learning_rate)
        if fabric.device.type == "cuda":  # CUDA kernels run asynchronously
            torch.cuda.synchronize(fabric.device)
        return perf_counter() - began

    for _ in range(WARM_UP):
        step()
    times = [step()]
    while len(times) < STEPS and sum(times) < BUDGET:
        times.append(step())
    return 1000 * median(times)
