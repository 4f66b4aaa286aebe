"""Stops a training when its loss or weights become NaN or infinite, and warns if it diverges in finite numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch

from srbench.errors import Diverged

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from torch import Tensor, nn

    from srbench.losses.batch import Batch
    from srbench.specs.recipe import Phase
    from srbench.training.storage.checkpoint import Checkpoints

GREY = 6.02
"""PSNR in dB that plain grey has at the least: no value in [0, 1] is further than 0.5 from 0.5."""
NAMED = 5
"""Largest number of images of a batch that a message names."""


class DivergenceGuard:
    """Checks that every loss is finite.

    On a GPU a loss is checked one step late, so that the next step can be queued without waiting for its value. Call
    `settle` and `check_weights` before writing a checkpoint, so that no checkpoint holds weights spoilt by a NaN.

    Args:
        phase: phase that is trained, for the message.
        checkpoints: its checkpoints, for the message.
        immediately: whether to check each loss at once.
    """

    def __init__(self, phase: Phase, checkpoints: Checkpoints, *, immediately: bool) -> None:
        self._phase = phase
        self._checkpoints = checkpoints
        self._immediately = immediately
        self._waiting: list[tuple[Tensor, Mapping[str, Tensor], Batch, int]] = []

    def check(self, total: Tensor, terms: Mapping[str, Tensor], batch: Batch, step: int) -> None:
        """Check a loss, at once or at the next call.

        Args:
            total: sum of the terms.
            terms: the loss's terms, for the message.
            batch: batch that the loss was computed on, for the message.
            step: number of the step, counted from 0.

        Raises:
            Diverged: if the loss is not finite; the message names phase, step, terms, images and last checkpoint, and
                what may help.
        """
        entry = (total.detach(), {name: value.detach() for name, value in terms.items()}, batch, step)
        if self._immediately:
            self._waiting.append(entry)
        self.settle()
        if not self._immediately:
            self._waiting.append(entry)

    def settle(self) -> None:
        """Check the losses that have not been checked yet.

        Raises:
            Diverged: as `check`.
        """
        for total, terms, batch, step in self._waiting:
            if not bool(torch.isfinite(total)):
                self._stop(terms, batch, step)
        self._waiting = []

    def check_weights(self, module: nn.Module, step: int) -> None:
        """Check the parameters after `step` steps: the gradients of a finite loss may be infinite.

        Raises:
            Diverged: if a parameter is not finite.
        """
        for name, parameter in module.named_parameters():
            if not bool(torch.isfinite(parameter).all()):
                raise Diverged(
                    f"phase {self._phase.name}, step {step}: {name} of {type(module).__name__} is not finite, though "
                    f"every loss was: a gradient was not; {self._last_good()}; look at the derivatives of the losses"
                )

    def _last_good(self) -> str:
        last = self._checkpoints.last()
        return f"last good checkpoint: {last}" if last else "there is no checkpoint before it"

    def _stop(self, terms: Mapping[str, Tensor], batch: Batch, step: int) -> None:
        values = ", ".join(f"{name} {float(value):g}" for name, value in terms.items())
        names = list(dict.fromkeys(batch.names))
        more = f" and {len(names) - NAMED} more" if names[NAMED:] else ""
        images = ", ".join(names[:NAMED]) + more
        raise Diverged(
            f"phase {self._phase.name}, step {step + 1}: the loss is not finite ({values}) on x{batch.scale:g} "
            f"patches of {images}; {self._last_good()}; {remedy(self._phase)}"
        )


class FiniteDivergence:
    """Warns, once, if a training diverges in finite numbers: its loss has risen, and SR is worse than plain grey.

    Args:
        phase: phase that is trained.
        rows: reports before a resume, as `Curve.rows`.
    """

    def __init__(self, phase: Phase, rows: Iterable[Mapping[str, Any]] = ()) -> None:
        self.phase = phase
        self.warnings: list[str] = []
        self._first: float | None = None
        for row in rows:
            self.add(row["step"], row, row.get("psnr"))

    def add(self, step: int, losses: Mapping[str, Any], psnr: float | None) -> tuple[str, ...]:
        """Add a report; return the new warnings, mostly none.

        Args:
            step: number of steps taken.
            losses: means since the previous report, of which ``loss`` is looked at.
            psnr: validation PSNR in dB; None if the step was not validated.
        """
        loss = losses.get("loss")
        if loss is None:  # the network has not learned since the previous report
            return ()
        first = self._first = loss if self._first is None else self._first
        if self.warnings or psnr is None or not psnr < GREY or not loss > first:
            return ()
        warning = (
            f"phase {self.phase.name}, step {step} of {self.phase.budget.steps}: the training diverges: its loss has "
            f"risen from {first:g} to {loss:g}, and its validation PSNR, {psnr:.2f} dB, is below that of plain grey; "
            f"{remedy(self.phase)}"
        )
        self.warnings.append(warning)
        return (warning,)


def remedy(phase: Phase) -> str:
    """Return what to do about a phase that diverges."""
    lower = f"--set {phase.name}.budget.learning_rate={phase.budget.learning_rate / 10:g}"
    now = "" if phase.clip is None else f", now {phase.clip:g}"
    return f"lower the learning rate ({lower}) or clip the gradient (--set {phase.name}.clip=NORM{now})"
