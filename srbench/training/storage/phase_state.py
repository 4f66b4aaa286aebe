"""The state of a phase of training, saved to and restored from its checkpoints."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch

from srbench.errors import TrainingError
from srbench.training.storage.checkpoint import naming_damage, set_rng_state, write_bytes, write_network
from srbench.training.storage.names import BEST, STATE, WEIGHTS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from torch import nn
    from torch.optim.swa_utils import AveragedModel

    from srbench.specs.recipe import Keep
    from srbench.training.batches.sampler import PatchSampler
    from srbench.training.storage.checkpoint import Checkpoints
    from srbench.training.trained_module import TrainedModule


@dataclass(frozen=True)
class PhaseState:
    """Everything that the next step of a phase depends on, apart from the reports.

    The keys of a checkpoint are part of the file format: ``adversary`` holds the discriminator.
    """

    checkpoints: Checkpoints
    key: str
    """Key of the training job."""
    network: nn.Module
    """The network itself, without wrappers."""
    learner: TrainedModule
    """The network with its optimizer."""
    discriminator: TrainedModule | None
    average: AveragedModel | None
    """Exponential moving average of the network's weights."""
    sampler: PatchSampler

    @property
    def result(self) -> nn.Module:
        """The network that is the phase's result if it ends now."""
        return self.network if self.average is None else self.average.module

    def save(self, step: int, reports: Mapping[str, Any]) -> None:
        """Write a checkpoint after `step` steps, with the state of the `reports`.

        Raises:
            StoreError: if it cannot be written; the previous checkpoint is kept.
        """
        self.checkpoints.save(step, self.network.state_dict(), {**self._state_dict(), **reports})

    def resume(self, steps: int) -> dict[str, Any] | None:
        """Restore the last checkpoint and the random generators; return its state, or None if there is none.

        Args:
            steps: Number of steps of the whole phase.

        Raises:
            TrainingError: if the checkpoint is damaged, or belongs to another training.
            WeightsError: if the file of the network is missing or damaged.
        """
        checkpoint = self.checkpoints.load()
        if checkpoint is None:
            return None
        network, state = checkpoint
        path = self.checkpoints.folder / STATE
        if state.get("key", self.key) != self.key:
            raise TrainingError(f"{path}: belongs to another training; put its own back, or begin anew with --restart")
        if state["step"] > steps:
            raise TrainingError(f"{path}: damaged (step {state['step']} of {steps}); begin anew with --restart")
        with naming_damage(path):
            self._check_reports(state)
            self.network.load_state_dict(network)
            _load_optimizer(self.learner.optimizer, state["optimizer"])
            if self.discriminator:
                self.discriminator.module.load_state_dict(state["adversary"])
                _load_optimizer(self.discriminator.optimizer, state["adversary_optimizer"])
            if self.average is not None:
                self.average.load_state_dict(state["average"])
            self.sampler.load_state_dict(state["sampler"])
            set_rng_state(state["rng"])
        return state

    def write_result(self, folder: Path, keep: Keep) -> None:
        """Write the phase's result to `folder`: the weights of the best validation, or the last ones.

        Raises:
            StoreError: if the file cannot be written.
        """
        path, best = folder / WEIGHTS, folder / BEST
        if keep == "best" and best.is_file():
            write_bytes(path, best.read_bytes())
        else:
            write_network(path, self.result.state_dict())

    @staticmethod
    def _check_reports(state: Mapping[str, Any]) -> None:
        """Check what the reports take from a checkpoint (`Reporter.state_dict`).

        Raises:
            ValueError: if it has another form.
        """
        step, psnr = state["best"]
        rows = state["curve"]
        has_best = isinstance(step, int) and isinstance(psnr, int | float)
        if (
            not has_best
            or not isinstance(rows, list)
            or not all(isinstance(row, dict) and "step" in row for row in rows)
        ):
            raise ValueError("best or curve")

    def _state_dict(self) -> dict[str, Any]:
        return {
            "key": self.key,
            "optimizer": self.learner.optimizer.state_dict(),
            "adversary": self.discriminator.module.state_dict() if self.discriminator else None,
            "adversary_optimizer": self.discriminator.optimizer.state_dict() if self.discriminator else None,
            "average": self.average.state_dict() if self.average is not None else None,
            "sampler": self.sampler.state_dict(),
        }


def _load_optimizer(optimizer: torch.optim.Optimizer, state: dict[str, Any]) -> None:
    """Load an optimizer's state.

    Raises:
        ValueError: if a value does not have the shape of its parameter, which torch would only find in the next step.
    """
    optimizer.load_state_dict(state)
    for parameter, values in optimizer.state.items():
        for name, value in values.items():
            if isinstance(value, torch.Tensor) and value.dim() and value.shape != parameter.shape:
                raise ValueError(f"{name} of the optimizer has another shape than its parameter")
