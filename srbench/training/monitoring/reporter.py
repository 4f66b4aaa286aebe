"""The reports of a training: mean losses, validation PSNR, warnings and the learning curve."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import torch

from srbench.errors import StoreError
from srbench.records.training_step import TrainingStep
from srbench.training.learner import Learner
from srbench.training.monitoring.curve import Curve
from srbench.training.monitoring.divergence import FiniteDivergence
from srbench.training.monitoring.gan_balance import GanBalance
from srbench.training.monitoring.running_means import RunningMeans
from srbench.training.monitoring.samples import SampleImages
from srbench.training.monitoring.validation import validate
from srbench.training.storage.checkpoint import write_network
from srbench.training.storage.names import BEST

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import numpy as np
    from lightning_fabric import Fabric
    from numpy.typing import NDArray
    from torch import Tensor, nn

    from srbench.data.training_set.training_set import TrainingSet
    from srbench.training.job import TrainingJob

Observe = Callable[[TrainingStep], None]


class Reporter:
    """Reports on the last phase of a job: to the curve in `folder`, as warnings, and to the callback `observe`.

    The means are taken over all processes; only the main process validates, writes and calls `observe`.

    Args:
        job: the job whose last phase is trained.
        folder: folder of the training.
        fabric: Fabric of the training.
        held_out: validation images.
        observe: called with every report.
        saved: state of the checkpoint that is resumed, with the keys of `state_dict`; None at the start of a phase.
        samples: number of validation images whose SR image is kept at each validation.

    Raises:
        StoreError: if TensorBoard's events cannot be written.
    """

    def __init__(
        self,
        job: TrainingJob,
        folder: Path,
        fabric: Fabric,
        held_out: TrainingSet,
        observe: Observe,
        saved: Mapping[str, Any] | None = None,
        samples: int = 0,
    ) -> None:
        self.job, self.folder, self.fabric = job, folder, fabric
        self.held_out, self.observe = held_out, observe
        self.best: tuple[int, float] = (0, float("-inf"))
        """Step and PSNR of the best validation so far."""
        self.means = RunningMeans()
        self.samples = SampleImages(folder, samples)
        rows: list[dict[str, Any]] = []
        if saved is not None:
            self.best, rows = tuple(saved["best"]), saved["curve"]
            self.means.load_state_dict(saved.get("sums", {}))  # older checkpoints have none
        self.balance = GanBalance(job.phase, rows)
        self.divergence = FiniteDivergence(job.phase, rows)
        self.curve = Curve(folder, rows) if fabric.is_global_zero else None
        """The learning curve; None in processes other than the main one."""

    def add(self, values: Mapping[str, Tensor]) -> None:
        """Add the scalars of one step to the means of the next report."""
        self.means.add(values)

    def report(self, step: int, rate: float, network: nn.Module | None = None) -> None:
        """Report the means since the previous report.

        Args:
            step: number of steps taken.
            rate: learning rate of the last step.
            network: network to validate, put into training mode afterwards; None to skip the validation.

        Raises:
            StoreError: if a file cannot be written.
        """
        losses = self._losses()
        if self.curve:
            self._publish(self.curve, step, rate, losses, network)
        self.means = RunningMeans()

    @property
    def warnings(self) -> list[str]:
        """Warnings about the phase: its loss, and the balance between network and discriminator."""
        return [*self.divergence.warnings, *self.balance.warnings]

    def state_dict(self) -> dict[str, Any]:
        """Return the state of the reports for a checkpoint; only the main process has the curve's rows."""
        rows = self.curve.rows if self.curve else []
        return {"best": list(self.best), "sums": self.means.state_dict(), "curve": rows}

    def close(self) -> None:
        """Close TensorBoard's file, ignoring write errors: ``curve.csv`` holds the same values."""
        if self.curve:
            with suppress(StoreError):
                self.curve.close()

    def _publish(
        self, curve: Curve, step: int, rate: float, losses: dict[str, float], network: nn.Module | None
    ) -> None:
        psnr = self._validate(step, network) if network is not None else None
        faults = (*self.balance.add(step, losses), *self.divergence.add(step, losses, psnr))
        for fault in faults:
            warnings.warn(f"{self.job.stem}: {fault}", stacklevel=3)
        state = TrainingStep(
            self.job.recipe.name,
            self.job.profile,
            self.job.seed,
            self.job.phase.name,
            step,
            self.job.phase.budget.steps,
            losses,
            rate,
            self.means.steps_per_second(),
            psnr,
            faults,
        )
        curve.add(state)
        self.observe(state)

    def _losses(self) -> dict[str, float]:
        """Return the means over the whole batch, of which each process has seen its share."""
        means = self.means.means()
        if self.fabric.world_size == 1:
            return means
        shared = torch.tensor(list(means.values()), dtype=torch.float64, device=self.fabric.device)
        reduced = torch.as_tensor(self.fabric.all_reduce(shared, reduce_op="mean"))
        return dict(zip(means, reduced.tolist(), strict=True))

    def _validate(self, step: int, network: nn.Module) -> float | None:
        """Return the PSNR in dB on the held-out images; keep samples, and the network in `BEST` if it is the best."""
        largest = max(self.job.scales)

        def keep(index: int, scale: float, sr: NDArray[np.uint8], hr: NDArray[np.uint8]) -> None:
            if scale == largest:
                self.samples.keep(step, index, self.held_out.names[index], scale, sr, hr)

        network.eval()
        device = str(self.fabric.device)
        value = validate(Learner(network).predict, self.held_out, self.job.scales, device, keep)
        network.train()
        if value is not None and value > self.best[1]:
            self.best = (step, value)
            write_network(self.folder / BEST, network.state_dict())
        return value
