"""The state of a phase of training, saved to and restored from its checkpoints."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from srbench.training.storage.card import WEIGHTS
from srbench.training.storage.checkpoint import BEST, set_rng_state, write_bytes, write_network

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

    def resume(self) -> dict[str, Any] | None:
        """Restore the last checkpoint and the random generators; return its state, or None if there is none.

        Raises:
            TrainingError: if the checkpoint is damaged.
        """
        checkpoint = self.checkpoints.load()
        if checkpoint is None:
            return None
        network, state = checkpoint
        self.network.load_state_dict(network)
        self.learner.optimizer.load_state_dict(state["optimizer"])
        if self.discriminator:
            self.discriminator.module.load_state_dict(state["adversary"])
            self.discriminator.optimizer.load_state_dict(state["adversary_optimizer"])
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

    def _state_dict(self) -> dict[str, Any]:
        return {
            "key": self.key,
            "optimizer": self.learner.optimizer.state_dict(),
            "adversary": self.discriminator.module.state_dict() if self.discriminator else None,
            "adversary_optimizer": self.discriminator.optimizer.state_dict() if self.discriminator else None,
            "average": self.average.state_dict() if self.average is not None else None,
            "sampler": self.sampler.state_dict(),
        }
