"""The time of a training step."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING

import torch

from srbench.errors import Unavailable
from srbench.imaging.hr_crop import hr_side, lr_side
from srbench.models.prediction import Prediction

if TYPE_CHECKING:
    from srbench.training.job import TrainingJob

WARM_UP, STEPS = 3, 25
"""Numbers of untimed and timed steps."""
BUDGET = 20.0
"""Total time of the timed steps, in seconds, after which no further step starts."""


@dataclass(frozen=True)
class TimedTraining:
    """Argument of a metric of a training: the job, and the device to run it on."""

    job: TrainingJob
    device: str


def ms_per_step(subject: TimedTraining) -> float:
    """Return the median time in milliseconds of a step of the job's last phase.

    A step is the forward pass, the losses, the backward pass and the update of the weights, on random patches of the
    budget's size, at the precision that ``srbench train`` uses on the device. No file is read or written.

    Raises:
        Unavailable: if the phase has an adversary, whose steps take different times, or if its losses need files or
            another phase.
    """
    from srbench.losses.batch import Batch
    from srbench.training.fabric import make_fabric
    from srbench.training.layout import fastest_layout
    from srbench.training.learner import Learner, build_network
    from srbench.training.objective.objective import build_objective
    from srbench.training.trained_module import TrainedModule, total_of

    job = subject.job
    budget, scale = job.phase.budget, job.scales[0]
    if job.phase.adversary is not None:
        raise Unavailable("steps of a phase with an adversary take different times: not timed")
    fabric = make_fabric(subject.device)
    layout = fastest_layout(fabric.device.type)
    network = Learner(build_network(job, None, device=fabric.device.type)).to(fabric.device)
    objective = build_objective(job.phase, job.losses, job.loss_weights, ()).to(fabric.device)
    trained = TrainedModule(fabric, network, job.phase.optimizer, clip=job.phase.clip)
    side_of_lr = lr_side(budget.patch, scale) if job.recipe.online else budget.patch
    part = budget.batch // budget.parts
    lr, hr = (
        torch.rand(part, 3, side, side, device=fabric.device).to(memory_format=layout)
        for side in (side_of_lr, hr_side(side_of_lr, scale))
    )
    batch = Batch(lr, hr, scale, ("",) * part)

    def step() -> float:
        start = perf_counter()
        for _ in range(budget.parts):
            prediction = Prediction(**trained.wrapped(batch.lr, batch.scale, batch.hr))
            with fabric.autocast():
                terms = objective.network_terms(prediction, batch)
            trained.add(total_of(terms, job.phase.name) / budget.parts)
        trained.step(budget.learning_rate)
        if fabric.device.type == "cuda":  # CUDA kernels run asynchronously
            torch.cuda.synchronize(fabric.device)
        return perf_counter() - start

    for _ in range(WARM_UP):
        step()
    times = [step()]
    while len(times) < STEPS and sum(times) < BUDGET:
        times.append(step())
    return 1000 * median(times)
