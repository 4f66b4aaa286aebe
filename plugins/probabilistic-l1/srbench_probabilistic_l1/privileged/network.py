"""A network with the teacher that it learns from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import torch
from torch import nn

from srbench.loading import load
from srbench.models.prediction import Prediction
from srbench.nn.upsample import PerScale
from srbench_probabilistic_l1.features import Features
from srbench_probabilistic_l1.privileged.encoder import Encoder
from srbench_probabilistic_l1.privileged.estimator import Estimator

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from torch import Tensor

    from srbench import Component

Learning = Literal["teacher", "student"]
PROBE = 12
"""LR pixels a side of the image that shows how many channels the features have."""


class WithTeacher(nn.Module):
    """`network` that first is the decoder of a teacher who sees HR, and then that teacher's student.

    The teacher is an encoder of HR, whose output takes LR's place, and the network behind it. The student begins with
    that network's weights, and its features are asked for the teacher's, which it can't see. The network is made by
    `build` with `kwargs` (and `scale`, or `scales` for a joint one); its features are what the submodule `features`
    gets. What is dropped in the end is all but ``network.*``, the network itself, at no further cost.

    Raises `PluginError` where the network has no such submodule, or it isn't called exactly once.
    """

    def __init__(
        self,
        build: str | Component,
        kwargs: Mapping[str, Any],
        features: str,
        *,
        scale: float | None = None,
        scales: Sequence[float] = (),
    ) -> None:
        super().__init__()
        own = {} if scale is None else {"scale": scale}
        self.network: nn.Module = load(build)(**kwargs, **own)
        self.teacher: nn.Module = load(build)(**kwargs, **own).requires_grad_(requires_grad=False)
        """The decoder as the teacher's phase left it."""
        self._student, self._teacher = Features(self.network, features), Features(self.teacher, features)
        wanted = tuple(scales) if scale is None else (scale,)
        self.encoder = PerScale({one: Encoder(one) for one in wanted})
        self.estimator = Estimator(self._channels(wanted[0]))
        self.learning: Learning = "teacher"
        self.learn("teacher")

    def learn(self, who: Learning) -> None:
        """From now on `who` learns; the student, from the teacher that the network has become so far."""
        self.learning = who
        if who == "student":
            self.teacher.load_state_dict(self.network.state_dict())
        self.encoder.requires_grad_(who == "teacher")
        self.estimator.requires_grad_(who == "student")

    def train(self, mode: bool = True) -> WithTeacher:  # noqa: FBT002 - torch's signature
        """As of any module, but for the teacher's decoder, which has finished."""
        super().train(mode)
        self.teacher.eval()
        return self

    def forward(self, lr: Tensor, scale: float, hr: Tensor | None = None) -> Prediction:
        """SR of `lr` (B, 3, h, w) RGB in [0, 1]; with `hr` (B, 3, h * scale, w * scale), in training, what is learnt.

        The teacher's SR is made of `hr`, whose encoding is `aux` ``encoded`` (B, 3, h, w). The student's, of `lr`; its
        `aux` are the teacher's features, ``taught``, and what its own say of them, ``location`` and ``log_scale``, all
        (B, C, h, w) at the features' size.
        """
        if hr is None:
            return Prediction(self._student.run(lr, scale)[0])
        if self.learning == "teacher":
            encoded = self.encoder(hr, scale)
            return Prediction(self._student.run(encoded, scale)[0], aux={"encoded": encoded})
        sr, features = self._student.run(lr, scale)
        with torch.no_grad():
            taught = self._teacher.run(self.encoder(hr, scale), scale)[1]
        location, log_scale = self.estimator(features)
        return Prediction(sr, aux={"taught": taught, "location": location, "log_scale": log_scale})

    def _channels(self, scale: float) -> int:
        with torch.no_grad():
            return self._teacher.run(torch.zeros(1, 3, PROBE, PROBE), scale)[1].shape[1]
