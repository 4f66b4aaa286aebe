"""Stops a training when its loss or weights become NaN or infinite."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from srbench.errors import Diverged

if TYPE_CHECKING:
    from collections.abc import Mapping

    from torch import Tensor, nn

    from srbench.losses.batch import Batch
    from srbench.training.storage.checkpoint import Checkpoints


class DivergenceGuard:
    """Checks that every loss is finite.

    On a GPU a loss is checked one step late, so that the next step can be queued without waiting for its value. Call
    `settle` and `check_weights` before writing a checkpoint, so that no checkpoint holds weights spoilt by a NaN.
    """

    def __init__(self, checkpoints: Checkpoints, *, immediately: bool) -> None:
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
            Diverged: if the loss is not finite; the message names the step, terms, images and last checkpoint.
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
                    f"step {step}: {name} of {type(module).__name__} is not finite, though every loss was: a "
                    f"gradient was not; {self._last_good()}; look at the derivatives of the losses"
                )

    def _last_good(self) -> str:
        last = self._checkpoints.last()
        return f"last good checkpoint: {last}" if last else "there is no checkpoint before it"

    def _stop(self, terms: Mapping[str, Tensor], batch: Batch, step: int) -> None:
        values = ", ".join(f"{name} {float(value):g}" for name, value in terms.items())
        images = ", ".join(dict.fromkeys(batch.names))
        raise Diverged(
            f"step {step + 1}: the loss is not finite ({values}) on x{batch.scale:g} patches of {images}; "
            f"{self._last_good()}; a lower learning rate or a clipped gradient may help"
        )
