"""Model ensemble: the mean of what several networks make of one image (gpnas-ensemble, Sec. 4.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from srbench.inference.wrappers import wrap
from srbench.models.build import Build, builder, predictor
from srbench.models.prediction import Prediction

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from srbench.inference.method import ResolvedMethod
    from srbench.models.prediction import Forward


class ModelEnsemble(nn.Module):
    """SR is the mean of the SR of `networks`, each counting by its share; sigma is averaged as a variance.

    One after the other they see the same LR image, so that beside the mean no more is kept than one of them needs.
    Sigma is None unless all predict it.
    """

    def __init__(
        self, networks: Sequence[nn.Module], members: Sequence[ResolvedMethod], shares: Sequence[float]
    ) -> None:
        """`members` name the `networks`, and what each is wrapped in by itself; `shares` add up to 1."""
        super().__init__()
        self.networks = nn.ModuleList(networks)
        self._members = tuple(members)
        self._shares = tuple(shares)
        self._predictors = [
            predictor(network, member.model.name) for network, member in zip(networks, members, strict=True)
        ]

    def forward(self, lr: Tensor, scale: float) -> Prediction:
        """Lr (B, 3, h, w) to sr (B, 3, round(h * scale), round(w * scale))."""
        sr = variance = torch.zeros((), device=lr.device)
        unsure = True
        for predict, member, share in zip(self._predictors, self._members, self._shares, strict=True):
            result = wrap(self._at(predict, scale), member.ensemble, scale)(lr)
            sr = sr + share * result.sr
            unsure = unsure and result.sigma is not None
            if unsure and result.sigma is not None:
                variance = variance + share * result.sigma.square()
        return Prediction(sr, variance.sqrt() if unsure else None)

    @staticmethod
    def _at(predict: Callable[[Tensor, float], Prediction], scale: float) -> Forward:
        return lambda lr: predict(lr, scale)


def build_of(method: ResolvedMethod, scale: float, resize: str) -> Build:
    """What makes a fresh network of `method` at `scale`: of one made of several, all of them."""
    if not method.members:
        return builder(method.model, scale, resize)
    builds = [build_of(member, scale, resize) for member in method.members]
    return lambda: ModelEnsemble([build() for build in builds], method.members, method.shares)


def networks_of(model: nn.Module) -> Iterator[nn.Module]:
    """The networks that `model` is made of: itself, unless it is an ensemble."""
    if isinstance(model, ModelEnsemble):
        for network in model.networks:
            yield from networks_of(network)
    else:
        yield model
