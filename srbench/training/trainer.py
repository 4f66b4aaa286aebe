"""The training loop of one phase."""

from __future__ import annotations

import time
from contextlib import nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from srbench.errors import PluginError
from srbench.models.prediction import Prediction
from srbench.training.learner import Learner
from srbench.training.monitoring.divergence import DivergenceGuard
from srbench.training.monitoring.reporter import Reporter
from srbench.training.recipe.learning_rate import learning_rate
from srbench.training.storage.checkpoint import Checkpoints, naming_damage
from srbench.training.storage.names import STATE, WEIGHTS
from srbench.training.storage.phase_state import PhaseState
from srbench.training.trained_module import TrainedModule, total_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from lightning_fabric import Fabric
    from torch import Tensor, nn

    from srbench.data.training_set.training_set import TrainingSet
    from srbench.losses.batch import Batch
    from srbench.specs.adversary import Player
    from srbench.specs.recipe import Phase
    from srbench.training.batches.sampler import PatchSampler
    from srbench.training.job import TrainingJob
    from srbench.training.monitoring.reporter import Observe
    from srbench.training.objective.objective import Objective


FEW_STEPS = 1000
"""Number of steps from which a phase is validated several times."""


@dataclass(frozen=True)
class ReportSchedule:
    """Frequency of reports, validations and checkpoints of a training, which changes no weights."""

    reports: int = 100
    """Number of reports in a phase."""
    validations: int = 10
    """Number of validations in a phase; a phase of fewer than `FEW_STEPS` steps is validated at its end only."""
    save_seconds: float = 60.0
    """Seconds between checkpoints."""
    save_steps: int | None = None
    """Steps between checkpoints, in place of `save_seconds`."""
    samples: int = 2
    """Number of validation images whose SR image is kept at each validation."""


class PhaseTrainer:
    """Trains `network` through the last phase of `job`, in `folder`, resuming its last checkpoint.

    The trainer is independent of any paper: it knows the network, the objective, and the objective's discriminator.

    Args:
        job: the job whose last phase is trained.
        folder: folder for checkpoints, curve and result.
        fabric: launched Fabric, with device, precision and processes.
        network: network with the weights that the phase starts from.
        objective: objective of the phase.
        sampler: sampler of the training batches.
        held_out: validation images.
        schedule: when to report, validate and save.
        observe: called with every report, in the main process.

    Raises:
        TrainingError: if the checkpoint to resume is damaged.
        StoreError: if TensorBoard's events cannot be written.
    """

    def __init__(
        self,
        job: TrainingJob,
        folder: Path,
        fabric: Fabric,
        network: nn.Module,
        objective: Objective,
        sampler: PatchSampler,
        held_out: TrainingSet,
        schedule: ReportSchedule,
        observe: Observe,
    ) -> None:
        self.job, self.folder, self.fabric = job, folder, fabric
        self.phase: Phase = job.phase
        self.objective = objective.to(fabric.device)
        self.sampler, self.schedule = sampler, schedule
        self.epoch_steps = max(1, len(sampler.images) // self.phase.budget.batch)
        self.objective.prepare(network)
        self.network = Learner(network).to(fabric.device)
        self.average = self._average()
        self.learner = TrainedModule(fabric, self.network, self.phase.optimizer, clip=self.phase.clip)
        self.discriminator = self._discriminator()
        checkpoints = Checkpoints(folder)
        self.guard = DivergenceGuard(self.phase, checkpoints, immediately=fabric.device.type == "cpu")
        self.state = PhaseState(
            checkpoints, job.key, self.network.network, self.learner, self.discriminator, self.average, sampler
        )
        saved = self.state.resume(self.phase.budget.steps)
        self.step: int = saved["step"] if saved else 0
        """Number of steps taken."""
        with naming_damage(folder / STATE) if saved else nullcontext():
            self.reporter = Reporter(job, folder, fabric, held_out, observe, saved, schedule.samples)

    def run(self) -> Path:
        """Train to the end of the phase, from the last checkpoint on; return the path of the result.

        Raises:
            Diverged: if the loss or the weights become NaN or infinite.
            StoreError: if a file cannot be written.
        """
        try:
            self._train()
            path = self._finish()
        finally:
            self.reporter.close()
        self.fabric.barrier()
        return path

    def save(self) -> None:
        """Write a checkpoint, after checking that losses and weights are finite.

        Raises:
            Diverged: if they are not.
            StoreError: if the checkpoint cannot be written.
        """
        self.guard.settle()
        self.guard.check_weights(self.network.network, self.step)
        if self.discriminator:
            self.guard.check_weights(self.discriminator.module, self.step)
        if self.reporter.curve:
            self.state.save(self.step, self.reporter.state_dict())
            self.reporter.curve.write()

    def _train(self) -> None:
        steps = self.phase.budget.steps
        report_every = max(1, steps // self.schedule.reports)
        validate_every = max(1, steps // self.schedule.validations) if steps >= FEW_STEPS else steps
        saved = time.monotonic()
        while self.step < steps:
            rate = learning_rate(self.phase.budget, self.step)
            self.reporter.add(self._step(rate))
            self.step += 1
            validation_due = self.step % validate_every == 0 or self.step == steps
            if validation_due or self.step % report_every == 0:
                self.guard.settle()
                self.reporter.report(self.step, rate, self.state.result if validation_due else None)
            if self._save_due(saved):
                self.save()
                saved = time.monotonic()
        self.guard.settle()

    def _finish(self) -> Path:
        if self.reporter.curve:
            self.save()
            self.state.write_result(self.folder, self.phase.keep)
        return self.folder / WEIGHTS

    def _save_due(self, saved: float) -> bool:
        if self.step == self.phase.budget.steps:  # `_finish` saves the last step
            return False
        if self.schedule.save_steps:
            return self.step % self.schedule.save_steps == 0
        return time.monotonic() - saved >= self.schedule.save_seconds

    def _discriminator(self) -> TrainedModule | None:
        """Return the objective's discriminator with its optimizer; None without one."""
        module, adversary = self.objective.adversary, self.phase.adversary
        if module is None:
            return None
        network_rate = self.phase.budget.learning_rate
        rate = adversary.learning_rate if adversary else None
        return TrainedModule(
            self.fabric,
            module,
            self.phase.optimizer,
            rate_factor=(rate or network_rate) / network_rate,
            clip=self.phase.clip,
        )

    def _average(self) -> AveragedModel | None:
        if self.phase.ema is None:
            return None
        average = get_ema_multi_avg_fn(self.phase.ema)  # type: ignore[no-untyped-call]  # not annotated in torch
        return AveragedModel(self.network.network, multi_avg_fn=average, use_buffers=True)

    def _step(self, rate: float) -> dict[str, Tensor]:
        """Learn from one batch; return the mean of each scalar over the batch's parts, detached."""
        if self.fabric.world_size > 1:
            # losses that draw noise: different noise in each process, the same after a resume
            torch.manual_seed(hash((self.job.seed, len(self.job.recipe.phases), self.step, self.fabric.global_rank)))
        players = self.objective.players(self.step, self.epoch_steps)
        parts = [self._part(players) for _ in range(self.phase.budget.parts)]
        if "network" in players:
            self.learner.step(rate)
            if self.average is not None:
                self.average.update_parameters(self.network.network)
        if "adversary" in players and self.discriminator:
            self.discriminator.step(rate)
        names = dict.fromkeys(name for part in parts for name in part)
        return {name: torch.stack([part[name] for part in parts if name in part]).mean() for name in names}

    def _part(self, players: Sequence[Player]) -> dict[str, Tensor]:
        """Add the gradients of one part of a batch; return its terms and the objective's reports, detached."""
        batch = self.sampler.next()
        terms: dict[str, Tensor] = {}
        if "network" in players:
            prediction = self._predict(batch)
            terms |= self._learn(prediction, batch)
        else:
            with torch.no_grad():
                prediction = self._predict(batch)
        if "adversary" in players and self.discriminator:
            terms |= self._discriminate(self.discriminator, prediction, batch)
        return {name: value.detach() for name, value in terms.items()} | self._reports()

    def _predict(self, batch: Batch) -> Prediction:
        prediction = Prediction(**self.learner.wrapped(batch.lr, batch.scale, batch.hr))
        if prediction.sr.shape != batch.hr.shape:
            raise PluginError(
                f"model {self.job.model.name} returned {tuple(prediction.sr.shape)} for LR patches of "
                f"{tuple(batch.lr.shape)} at x{batch.scale:g}: expected {tuple(batch.hr.shape)}"
            )
        return prediction

    def _learn(self, prediction: Prediction, batch: Batch) -> dict[str, Tensor]:
        """Add the network's gradients; return its terms and their sum, ``loss``."""
        with self.fabric.autocast():
            if self.discriminator:
                # bypass DDP, which would wait for gradients of the frozen discriminator
                terms = self.objective.network_terms(prediction, batch, self.discriminator.module)
            else:
                terms = self.objective.network_terms(prediction, batch)
        return {**terms, "loss": self._add(self.learner, terms, batch)}

    def _discriminate(self, discriminator: TrainedModule, prediction: Prediction, batch: Batch) -> dict[str, Tensor]:
        """Add the discriminator's gradients; return its terms."""
        fixed = prediction.map(torch.Tensor.detach)
        with self.fabric.autocast():
            terms = self.objective.adversary_terms(fixed, batch, discriminator.wrapped)
        self._add(discriminator, terms, batch)
        return terms

    def _add(self, trained: TrainedModule, terms: Mapping[str, Tensor], batch: Batch) -> Tensor:
        total = total_of(terms, self.phase.name)
        self.guard.check(total, terms, batch, self.step)
        trained.add(total / self.phase.budget.parts)
        return total

    def _reports(self) -> dict[str, Tensor]:
        return {name: torch.as_tensor(value).detach() for name, value in self.objective.reports().items()}
