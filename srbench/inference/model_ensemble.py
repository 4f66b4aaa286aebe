"""Model ensemble: the mean of the SR images of several networks (gpnas-ensemble, Sec. 4.3)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from srbench.inference.wrappers import on_luma, wrap
from srbench.models.build import Build, builder
from srbench.models.call import predictor
from srbench.models.prediction import Prediction

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from srbench.inference.method import ResolvedMethod
    from srbench.models.prediction import Forward


class ModelEnsemble(nn.Module):
    """Weighted mean of the SR images of several networks; sigma is averaged as a variance.

    The networks run one after the other on the same LR image, so that the memory needed is that of one network and the
    mean. Sigma is None unless all networks predict it.
    """

    def __init__(
        self, networks: Sequence[nn.Module], members: Sequence[ResolvedMethod], shares: Sequence[float]
    ) -> None:
        """Initialise the ensemble.

        Args:
            networks: The networks.
            members: The methods of the networks, with their wrappers.
            shares: Share of each network in the mean; they add up to 1.
        """
        super().__init__()
        self.networks = nn.ModuleList(networks)
        self._members = tuple(members)
        self._shares = tuple(shares)
        self._predictors = [
            on_luma(predictor(network, member.model.name), member.model.channels)
            for network, member in zip(networks, members, strict=True)
        ]

    def forward(self, lr: Tensor, scale: float) -> Prediction:
        """Predict sr (B, 3, round(h * scale), round(w * scale)) from lr (B, 3, h, w)."""
        sr = variance = torch.zeros((), device=lr.device)
        has_sigma = True
        for predict, member, share in zip(self._predictors, self._members, self._shares, strict=True):
            result = wrap(self._at(predict, scale), member.ensemble, scale)(
                lr.clone()
            )  # a network may change its input
            sr = sr + share * result.sr
            has_sigma = has_sigma and result.sigma is not None
            if has_sigma and result.sigma is not None:
                variance = variance + share * result.sigma.square()
        return Prediction(sr, variance.sqrt() if has_sigma else None)

    @staticmethod
    def _at(predict: Callable[[Tensor, float], Prediction], scale: float) -> Forward:
        return lambda lr: predict(lr, scale)


def build_of(method: ResolvedMethod, scale: float, resize: str) -> Build:
    """Return the function that builds a new network of `method`; for an ensemble, one with all its networks.

    Args:
        method: The method.
        scale: Upscaling factor.
        resize: Mode of imresize that an interpolation inverts.
    """
    if method.opened and method.weights:
        return partial(method.opened.module, method.weights)
    if not method.members:
        return builder(method.model, scale, resize)
    builds = [build_of(member, scale, resize) for member in method.members]
    return lambda: ModelEnsemble([build() for build in builds], method.members, method.shares)


def networks_of(model: nn.Module) -> Iterator[nn.Module]:
    """Yield the networks of an ensemble, also of nested ones, or `model` itself if it is a single network."""
    if isinstance(model, ModelEnsemble):
        for network in model.networks:
            yield from networks_of(network)
    else:
        yield model
