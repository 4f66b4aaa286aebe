"""One phase of a training, step by step."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from srbench.prediction import Prediction
from srbench.training.checkpoint import BEST, Checkpoints, set_rng_state, write_network
from srbench.training.curve import Curve
from srbench.training.finite import FiniteLoss
from srbench.training.job import WEIGHTS
from srbench.training.network import Learner
from srbench.training.objective import players
from srbench.training.progress import TrainingStep
from srbench.training.schedule import learning_rate
from srbench.training.validation import validate

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from lightning_fabric import Fabric
    from torch import Tensor, nn

    from srbench.data.training_set import TrainingSet
    from srbench.recipe import Phase
    from srbench.training.batch import Batch
    from srbench.training.job import TrainingJob
    from srbench.training.objective import Objective
    from srbench.training.sampler import PatchSampler

Observe = Callable[[TrainingStep], None]


@dataclass(frozen=True)
class Rhythm:
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
        rhythm: Rhythm,
        observe: Observe,
    ) -> None:
        self.job, self.folder, self.fabric = job, folder, fabric
        self.phase: Phase = job.phase
        self.objective = objective.to(fabric.device)
        self.sampler, self.held_out = sampler, held_out
        self.epoch_steps = max(1, len(sampler.images) // self.phase.budget.batch)
        self.rhythm, self.observe = rhythm, observe
        self.network = Learner(network).to(fabric.device)
        self.average = self._average()
        self.learner, self.optimizer = self._set_up(self.network, self.phase.budget.learning_rate)
        self.critic, self.critic_optimizer = objective.adversary, None
        if objective.adversary is not None:
            rate = self.phase.adversary.learning_rate if self.phase.adversary else None
            self._critic_rate = (rate or self.phase.budget.learning_rate) / self.phase.budget.learning_rate
            self.judge = objective.adversary
            self.critic, self.critic_optimizer = self._set_up(self.judge, self.phase.budget.learning_rate)
        self.checkpoints = Checkpoints(folder)
        self.finite = FiniteLoss(self.checkpoints, immediately=fabric.device.type == "cpu")
        self.step, self.best = 0, (0, float("-inf"))
        rows = self._resume()
        self.curve = Curve(folder, rows) if fabric.is_global_zero else None

    def run(self) -> Path:
        """Train to the end, from wherever the last checkpoint left it."""
        steps = self.phase.budget.steps
        report_every = max(1, steps // self.rhythm.reports)
        validate_every = max(1, steps // self.rhythm.validations) if steps >= 1000 else steps
        sums = _Means()
        saved = time.monotonic()
        while self.step < steps:
            rate = learning_rate(self.phase.budget, self.step)
            sums.add(self._step(rate))
            self.step += 1
            valid = self.step % validate_every == 0 or self.step == steps
            if valid or self.step % report_every == 0:
                self._report(sums, rate, valid=valid)
                sums = _Means()
            if self._save_due(saved):
                self.save()
                saved = time.monotonic()
        self.finite.settle()
        path = self._finish()
        self.fabric.barrier()
        return path

    def save(self) -> None:
        """Write a checkpoint of this moment."""
        self.finite.settle()
        if self.curve:
            self.checkpoints.save(self.step, self.network.network.state_dict(), self._state(self.curve))
            self.curve.write()

    def _set_up(self, module: nn.Module, rate: float) -> tuple[nn.Module, Any]:
        constants = self.phase.optimizer
        module.to(self.fabric.device)
        optimizer = torch.optim.Adam(
            [parameter for parameter in module.parameters() if parameter.requires_grad],
            lr=rate,
            betas=constants.betas,
            eps=constants.eps,
            weight_decay=constants.weight_decay,
            fused=True,
        )
        return self.fabric.setup(module, optimizer)  # type: ignore[no-any-return]  # Fabric returns Any

    def _average(self) -> AveragedModel | None:
        if self.phase.ema is None:
            return None
        average = get_ema_multi_avg_fn(self.phase.ema)  # type: ignore[no-untyped-call]  # torch leaves it out
        return AveragedModel(self.network.network, multi_avg_fn=average, use_buffers=True)

    def _step(self, rate: float) -> dict[str, Tensor]:
        """Learn from one batch; gives the terms, and what the objective reports, as detached scalars."""
        batch = self.sampler.next()
        learning = players(self.phase, self.step, self.epoch_steps)
        terms: dict[str, Tensor] = {}
        if "network" in learning:
            prediction = Prediction(**self.learner(batch.lr, batch.scale))
            terms |= self._learn_network(prediction, batch, rate)
        else:
            with torch.no_grad():
                prediction = Prediction(**self.learner(batch.lr, batch.scale))
        if "adversary" in learning and self.critic_optimizer is not None:
            fixed = Prediction(
                **{name: value.detach() for name, value in vars(prediction).items() if value is not None}
            )
            self.objective.adversary = self.critic
            with self.fabric.autocast():
                judged = self.objective.adversary_terms(fixed, batch)
            self._learn(self.critic, self.critic_optimizer, judged, batch, rate * self._critic_rate)
            terms |= judged
        return {name: value.detach() for name, value in terms.items()} | self._reported()

    def _learn_network(self, prediction: Prediction, batch: Batch, rate: float) -> dict[str, Tensor]:
        if self.critic_optimizer is not None:
            self.objective.adversary = self.judge  # past DDP, which would wait for gradients that never come
        with self.fabric.autocast():
            terms = self.objective.network_terms(prediction, batch)
        total = self._learn(self.learner, self.optimizer, terms, batch, rate)
        if self.average is not None:
            self.average.update_parameters(self.network.network)
        return {**terms, "loss": total}

    def _learn(
        self, module: nn.Module | None, optimizer: Any, terms: Mapping[str, Tensor], batch: Batch, rate: float
    ) -> Tensor:
        total = torch.stack([term.float() for term in terms.values()]).sum()
        self.finite.check(total, terms, batch, self.step)
        for group in optimizer.param_groups:
            group["lr"] = rate
        optimizer.zero_grad()
        self.fabric.backward(total)
        if self.phase.clip is not None and module is not None:
            self.fabric.clip_gradients(module, optimizer, max_norm=self.phase.clip, error_if_nonfinite=False)
        optimizer.step()
        return total

    def _reported(self) -> dict[str, Tensor]:
        return {name: torch.as_tensor(value).detach() for name, value in self.objective.reports().items()}

    def _report(self, sums: _Means, rate: float, *, valid: bool) -> None:
        self.finite.settle()
        if not self.curve:
            return
        psnr = self._validate() if valid else None
        state = TrainingStep(
            self.job.recipe.name,
            self.job.profile,
            self.job.seed,
            self.phase.name,
            self.step,
            self.phase.budget.steps,
            sums.means(),
            rate,
            sums.steps_per_second(),
            psnr,
        )
        self.curve.add(state)
        self.observe(state)

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
        if self.rhythm.save_steps:
            return self.step % self.rhythm.save_steps == 0
        return time.monotonic() - saved >= self.rhythm.save_seconds

    def _state(self, curve: Curve) -> dict[str, Any]:
        return {
            "key": self.job.key,
            "optimizer": self.optimizer.state_dict(),
            "adversary": self.judge.state_dict() if self.critic_optimizer is not None else None,
            "adversary_optimizer": self.critic_optimizer.state_dict() if self.critic_optimizer is not None else None,
            "average": self.average.state_dict() if self.average is not None else None,
            "sampler": self.sampler.state_dict(),
            "best": list(self.best),
            "curve": curve.rows,
        }

    def _resume(self) -> list[dict[str, Any]]:
        """Take the last checkpoint up, where there is one; gives the curve so far."""
        found = self.checkpoints.load()
        if found is None:
            return []
        network, state = found
        self.network.network.load_state_dict(network)
        self.optimizer.load_state_dict(state["optimizer"])
        if self.critic_optimizer is not None:
            self.judge.load_state_dict(state["adversary"])
            self.critic_optimizer.load_state_dict(state["adversary_optimizer"])
        if self.average is not None:
            self.average.load_state_dict(state["average"])
        self.sampler.load_state_dict(state["sampler"])
        self.step, self.best = state["step"], tuple(state["best"])
        set_rng_state(state["rng"])
        rows: list[dict[str, Any]] = state["curve"]
        return rows

    def _finish(self) -> Path:
        path = self.folder / WEIGHTS
        if self.curve:
            self.save()
            self.curve.close()
            best = self.folder / BEST
            if self.phase.keep == "best" and best.is_file():
                path.write_bytes(best.read_bytes())
            else:
                write_network(path, self._result().state_dict())
        return path


class _Means:
    """Means of named scalars since they were last reported, without waiting for a GPU in between."""

    def __init__(self) -> None:
        self._sums: dict[str, Tensor] = {}
        self._counts: dict[str, int] = {}
        self._started, self._steps = time.monotonic(), 0

    def add(self, values: Mapping[str, Tensor]) -> None:
        """Take in one step's."""
        self._steps += 1
        for name, value in values.items():
            self._sums[name] = self._sums[name] + value if name in self._sums else value.clone()
            self._counts[name] = self._counts.get(name, 0) + 1

    def means(self) -> dict[str, float]:
        """The mean of each name over the steps that had it."""
        return {name: float(value) / self._counts[name] for name, value in self._sums.items()}

    def steps_per_second(self) -> float:
        """Since the last report."""
        return self._steps / max(time.monotonic() - self._started, 1e-9)
