"""Stops a training whose loss, or whose network, is no number any more."""

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
    """Looks at every loss. On a GPU it looks one step late, so that the next step is queued without waiting for it.

    No checkpoint is written before `settle` and `check_weights`, so none can hold what a NaN has spoilt.
    """

    def __init__(self, checkpoints: Checkpoints, *, immediately: bool) -> None:
        self._checkpoints = checkpoints
        self._immediately = immediately
        self._waiting: list[tuple[Tensor, Mapping[str, Tensor], Batch, int]] = []

    def check(self, total: Tensor, terms: Mapping[str, Tensor], batch: Batch, step: int) -> None:
        """Take in the loss of `step` (from 0). Raises `Diverged` that names step, terms, images, checkpoint."""
        seen = (total.detach(), {name: value.detach() for name, value in terms.items()}, batch, step)
        if self._immediately:
            self._waiting.append(seen)
        self.settle()
        if not self._immediately:
            self._waiting.append(seen)

    def settle(self) -> None:
        """Look at what hasn't been looked at. Raises as `check`."""
        for total, terms, batch, step in self._waiting:
            if not bool(torch.isfinite(total)):
                self._stop(terms, batch, step)
        self._waiting = []

    def check_weights(self, module: nn.Module, step: int) -> None:
        """Look at the parameters after `step` steps: finite losses may have other gradients. Raises as `check`."""
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
