"""One phase of a training, step by step."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from srbench.errors import PluginError, StoreError
from srbench.models.prediction import Prediction
from srbench.records.training_step import TrainingStep
from srbench.training.learner import Learner
from srbench.training.monitoring.curve import Curve
from srbench.training.monitoring.divergence import DivergenceGuard
from srbench.training.monitoring.gan_balance import GanBalance
from srbench.training.monitoring.running_means import RunningMeans
from srbench.training.monitoring.validation import validate
from srbench.training.recipe.learning_rate import learning_rate
from srbench.training.storage.card import WEIGHTS
from srbench.training.storage.checkpoint import BEST, Checkpoints, set_rng_state, write_bytes, write_network
from srbench.training.trained_module import TrainedModule, total_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from lightning_fabric import Fabric
    from torch import Tensor, nn

    from srbench.data.training_set.training_set import TrainingSet
    from srbench.losses.batch import Batch
    from srbench.specs.recipe import Phase, Player
    from srbench.training.batches.sampler import PatchSampler
    from srbench.training.job import TrainingJob
    from srbench.training.objective.objective import Objective

Observe = Callable[[TrainingStep], None]


@dataclass(frozen=True)
class ReportSchedule:
    """How often a training reports, validates and saves; none of it changes the weights."""

    reports: int = 100
    """In all."""
    validations: int = 10
    """In all; a phase under 1000 steps is validated at its end only."""
    save_seconds: float = 60.0
    save_steps: int | None = None
    """In place of `save_seconds`."""


class PhaseTrainer:
    """Trains `network` through the last phase of `job`, in `folder`; `run` gives the path of the result.

    The trainer knows the network and the objective, and what the objective says of an adversary; nothing of a paper.
    Raises `TrainingError` where the loss is no number, `StoreError` where a checkpoint can't be written.
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
        self.sampler, self.held_out = sampler, held_out
        self.epoch_steps = max(1, len(sampler.images) // self.phase.budget.batch)
        self.schedule, self.observe = schedule, observe
        self.objective.prepare(network)
        self.network = Learner(network).to(fabric.device)
        self.average = self._average()
        self.learner = TrainedModule(fabric, self.network, self.phase.optimizer, clip=self.phase.clip)
        self.judge = self._judge()
        self.checkpoints = Checkpoints(folder)
        self.finite = DivergenceGuard(self.checkpoints, immediately=fabric.device.type == "cpu")
        self.step, self.best = 0, (0, float("-inf"))
        self.sums = RunningMeans()
        rows = self._resume()
        self.balance = GanBalance(self.phase, rows)
        self.curve = Curve(folder, rows) if fabric.is_global_zero else None

    def run(self) -> Path:
        """Train to the end, from wherever the last checkpoint left it."""
        try:
            self._train()
            path = self._finish()
        finally:
            if self.curve:
                with suppress(StoreError):  # TensorBoard's copy of what curve.csv has
                    self.curve.close()
        self.fabric.barrier()
        return path

    def _train(self) -> None:
        steps = self.phase.budget.steps
        report_every = max(1, steps // self.schedule.reports)
        validate_every = max(1, steps // self.schedule.validations) if steps >= 1000 else steps
        saved = time.monotonic()
        while self.step < steps:
            rate = learning_rate(self.phase.budget, self.step)
            self.sums.add(self._step(rate))
            self.step += 1
            valid = self.step % validate_every == 0 or self.step == steps
            if valid or self.step % report_every == 0:
                self._report(rate, valid=valid)
                self.sums = RunningMeans()
            if self._save_due(saved):
                self.save()
                saved = time.monotonic()
        self.finite.settle()

    def save(self) -> None:
        """Write a checkpoint of this moment."""
        self.finite.settle()
        self.finite.check_weights(self.network.network, self.step)
        if self.judge:
            self.finite.check_weights(self.judge.module, self.step)
        if self.curve:
            self.checkpoints.save(self.step, self.network.network.state_dict(), self._state(self.curve))
            self.curve.write()

    def _judge(self) -> TrainedModule | None:
        """The adversary's side, where the objective has one."""
        module, adversary = self.objective.adversary, self.phase.adversary
        if module is None:
            return None
        rate = self.phase.budget.learning_rate
        own = adversary.learning_rate if adversary else None
        return TrainedModule(
            self.fabric, module, self.phase.optimizer, rate_factor=(own or rate) / rate, clip=self.phase.clip
        )

    def _average(self) -> AveragedModel | None:
        if self.phase.ema is None:
            return None
        average = get_ema_multi_avg_fn(self.phase.ema)  # type: ignore[no-untyped-call]  # torch leaves it out
        return AveragedModel(self.network.network, multi_avg_fn=average, use_buffers=True)

    def _step(self, rate: float) -> dict[str, Tensor]:
        """Learn from one batch; gives the means of what its parts tell, as detached scalars."""
        if self.fabric.world_size > 1:  # noise that a loss draws: another in each process, the same after a resume
            torch.manual_seed(hash((self.job.seed, len(self.job.recipe.phases), self.step, self.fabric.global_rank)))
        learning = self.objective.players(self.step, self.epoch_steps)
        told = [self._part(learning) for _ in range(self.phase.budget.parts)]
        if "network" in learning:
            self.learner.step(rate)
            if self.average is not None:
                self.average.update_parameters(self.network.network)
        if "adversary" in learning and self.judge:
            self.judge.step(rate)
        names = dict.fromkeys(name for one in told for name in one)
        return {name: torch.stack([one[name] for one in told if name in one]).mean() for name in names}

    def _part(self, learning: Sequence[Player]) -> dict[str, Tensor]:
        """Gather the gradients of one part of a batch; gives the terms, and what the objective reports."""
        batch = self.sampler.next()
        terms: dict[str, Tensor] = {}
        if "network" in learning:
            prediction = self._predict(batch)
            terms |= self._judge_network(prediction, batch)
        else:
            with torch.no_grad():
                prediction = self._predict(batch)
        if "adversary" in learning and self.judge:
            terms |= self._judge_adversary(self.judge, prediction, batch)
        return {name: value.detach() for name, value in terms.items()} | self._reported()

    def _predict(self, batch: Batch) -> Prediction:
        prediction = Prediction(**self.learner.wrapped(batch.lr, batch.scale, batch.hr))
        if prediction.sr.shape != batch.hr.shape:
            raise PluginError(
                f"model {self.job.model.name} returned {tuple(prediction.sr.shape)} for LR patches of "
                f"{tuple(batch.lr.shape)} at x{batch.scale:g}: expected {tuple(batch.hr.shape)}"
            )
        return prediction

    def _judge_network(self, prediction: Prediction, batch: Batch) -> dict[str, Tensor]:
        if self.judge:
            self.objective.adversary = self.judge.module  # past DDP, which would wait for gradients that never come
        with self.fabric.autocast():
            terms = self.objective.network_terms(prediction, batch)
        return {**terms, "loss": self._add(self.learner, terms, batch)}

    def _judge_adversary(self, judge: TrainedModule, prediction: Prediction, batch: Batch) -> dict[str, Tensor]:
        fixed = prediction.map(torch.Tensor.detach)
        self.objective.adversary = judge.wrapped
        with self.fabric.autocast():
            terms = self.objective.adversary_terms(fixed, batch)
        self._add(judge, terms, batch)
        return terms

    def _add(self, side: TrainedModule, terms: Mapping[str, Tensor], batch: Batch) -> Tensor:
        total = total_of(terms, self.phase.name)
        self.finite.check(total, terms, batch, self.step)
        side.add(total / self.phase.budget.parts)
        return total

    def _reported(self) -> dict[str, Tensor]:
        return {name: torch.as_tensor(value).detach() for name, value in self.objective.reports().items()}

    def _report(self, rate: float, *, valid: bool) -> None:
        self.finite.settle()
        losses = self._losses()
        if not self.curve:
            return
        psnr = self._validate() if valid else None
        noticed = self.balance.add(self.step, losses)
        for one in noticed:
            warnings.warn(f"{self.job.stem}: {one}", stacklevel=2)
        state = TrainingStep(
            self.job.recipe.name,
            self.job.profile,
            self.job.seed,
            self.phase.name,
            self.step,
            self.phase.budget.steps,
            losses,
            rate,
            self.sums.steps_per_second(),
            psnr,
            noticed,
        )
        self.curve.add(state)
        self.observe(state)

    def _losses(self) -> dict[str, float]:
        """Of the whole batch, of which each process has seen its share."""
        means = self.sums.means()
        if self.fabric.world_size == 1:
            return means
        shared = torch.tensor(list(means.values()), dtype=torch.float64, device=self.fabric.device)
        reduced = torch.as_tensor(self.fabric.all_reduce(shared, reduce_op="mean"))
        return dict(zip(means, reduced.tolist(), strict=True))

    def _validate(self) -> float | None:
        network = self._result()
        network.eval()
        device = str(self.fabric.device)
        value = validate(Learner(network).predict, self.held_out, self.job.scales, device)
        network.train()
        if value is not None and value > self.best[1]:
            self.best = (self.step, value)
            write_network(self.folder / BEST, network.state_dict())
        return value

    def _result(self) -> nn.Module:
        """The network that the phase will hand on if it ends now."""
        return self.network.network if self.average is None else self.average.module

    def _save_due(self, saved: float) -> bool:
        if self.schedule.save_steps:
            return self.step % self.schedule.save_steps == 0
        return time.monotonic() - saved >= self.schedule.save_seconds

    def _state(self, curve: Curve) -> dict[str, Any]:
        return {
            "key": self.job.key,
            "optimizer": self.learner.optimizer.state_dict(),
            "adversary": self.judge.module.state_dict() if self.judge else None,
            "adversary_optimizer": self.judge.optimizer.state_dict() if self.judge else None,
            "average": self.average.state_dict() if self.average is not None else None,
            "sampler": self.sampler.state_dict(),
            "best": list(self.best),
            "sums": self.sums.state_dict(),
            "curve": curve.rows,
        }

    def _resume(self) -> list[dict[str, Any]]:
        """Take the last checkpoint up, where there is one; gives the curve so far."""
        found = self.checkpoints.load()
        if found is None:
            return []
        network, state = found
        self.network.network.load_state_dict(network)
        self.learner.optimizer.load_state_dict(state["optimizer"])
        if self.judge:
            self.judge.module.load_state_dict(state["adversary"])
            self.judge.optimizer.load_state_dict(state["adversary_optimizer"])
        if self.average is not None:
            self.average.load_state_dict(state["average"])
        self.sampler.load_state_dict(state["sampler"])
        self.step, self.best = state["step"], tuple(state["best"])
        set_rng_state(state["rng"])
        self.sums.load_state_dict(state.get("sums", {}))
        rows: list[dict[str, Any]] = state["curve"]
        return rows

    def _finish(self) -> Path:
        path = self.folder / WEIGHTS
        if self.curve:
            self.save()
            best = self.folder / BEST
            if self.phase.keep == "best" and best.is_file():
                write_bytes(path, best.read_bytes())
            else:
                write_network(path, self._result().state_dict())
        return path
