"""Supervision of the images on a gradual network's way (DRCN, LapSRN, SRFBN) in training."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, cast, get_args

import torch
from torch import Tensor, nn

from srbench import Component, Prediction, UsageError, imresize_tensor

if TYPE_CHECKING:
    from collections.abc import Mapping

    from srbench import Batch

STATE = "state-"
EPS = 1e-3
"""Epsilon of the Charbonnier penalty (Lai et al. 2017, Sec. 3.3)."""
Distance = Literal["l1", "l2", "charbonnier"]
Over = Literal["mean", "sum"]


class WithStates(nn.Module):
    """Wrapper that hands out the states of `network` for a loss; in eval mode it is `network`.

    Args:
        build: The network, which has a method `states`.
        kwargs: Arguments of `build`.
        output: Whether the last state, which is the network's output, is among those that are handed out.
        scale: Scale to build the network for; None for a network for all scales.
    """

    def __init__(
        self, build: Component, kwargs: Mapping[str, Any], *, output: bool = True, scale: float | None = None
    ) -> None:
        super().__init__()
        self.network: nn.Module = build(**kwargs, **({} if scale is None else {"scale": scale}))
        self.output = output

    def forward(self, lr: Tensor, scale: float) -> Tensor | Prediction:
        """Map (B, 3, h, w) RGB in [0, 1] to (B, 3, h * scale, w * scale), in training with the states as `aux`."""
        if not self.training:
            sr: Tensor = self.network(lr, scale)
            return sr
        states: list[Tensor] = cast("Any", self.network).states(lr, scale)
        supervised = states if self.output else states[:-1]
        return Prediction(states[-1], aux={f"{STATE}{index}": state for index, state in enumerate(supervised)})


class States(nn.Module):
    """Distance of each state to HR, averaged or summed over the states.

    A state that is smaller than HR, as on the levels of LapSRN's pyramid, is compared with HR downscaled to its size by
    MATLAB's bicubic. Each distance is a mean over pixels and channels, in units of RGB in [0, 1].

    Args:
        distance: ``l1``, ``l2`` (squared) or ``charbonnier``.
        over: ``mean`` or ``sum`` over the states.

    Raises:
        UsageError: if `distance` or `over` is not one of these; on a call, if the prediction has no states.
    """

    def __init__(self, distance: Distance = "l1", over: Over = "mean") -> None:
        super().__init__()
        for name, value, known in (("distance", distance, get_args(Distance)), ("over", over, get_args(Over))):
            if value not in known:
                raise UsageError(f"states: {name} is {value!r}; choose from {', '.join(known)}")
        self.distance, self.over = distance, over

    def forward(self, prediction: Prediction, batch: Batch) -> dict[str, Tensor]:
        """Return ``{"states": scalar >= 0}``."""
        states = [state for name, state in prediction.aux.items() if name.startswith(STATE)]
        if not states:
            raise UsageError("loss states: the network hands out no states; train a model whose name ends in +states")
        terms = torch.stack([self._distance(state.float(), batch.hr) for state in states])
        return {"states": terms.mean() if self.over == "mean" else terms.sum()}

    def _distance(self, state: Tensor, hr: Tensor) -> Tensor:
        if state.shape[-1] != hr.shape[-1]:
            hr = imresize_tensor(hr, state.shape[-1] / hr.shape[-1])
        difference = state - hr
        if self.distance == "l1":
            return difference.abs().mean()
        square = difference.square()
        return (square if self.distance == "l2" else (square + EPS**2).sqrt()).mean()
