"""A network with the teacher from which it learns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import torch
from torch import nn

from srbench import PerScale, Prediction, load_object
from srbench_probabilistic_l1.features import Features
from srbench_probabilistic_l1.privileged.encoder import Encoder
from srbench_probabilistic_l1.privileged.estimator import Estimator

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from torch import Tensor

    from srbench import Component

Learning = Literal["teacher", "student"]
"""Side of `WithTeacher` that learns."""
PROBE = 12
"""Side in LR pixels of the image with which the channels of the features are probed."""


class WithTeacher(nn.Module):
    """A network that first is the decoder of a teacher that sees HR, and then the student of that teacher.

    The teacher is an encoder of HR, whose output replaces LR, followed by the network. The student starts from the
    network's weights, and predicts the teacher's features, which it does not see, from its own. After training, only
    ``network.*`` is kept, the network itself, at no further cost.

    Args:
        build: ``"module:attribute"`` of the network.
        kwargs: arguments of `build`.
        features: dotted name of the submodule of the network that receives the features.
        scale: the scale of a network for one scale, a further argument of `build`; None for a joint network.
        scales: the scales of a joint network.

    Raises:
        PluginError: if the network has no submodule `features`, or if that is not called exactly once.
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
        at_scale = {} if scale is None else {"scale": scale}
        self.network: nn.Module = load_object(build)(**kwargs, **at_scale)
        self.teacher: nn.Module = load_object(build)(**kwargs, **at_scale).requires_grad_(requires_grad=False)
        """Decoder of the teacher, as trained in the teacher's phase."""
        self._student, self._teacher = Features(self.network, features), Features(self.teacher, features)
        supported = tuple(scales) if scale is None else (scale,)
        self.encoder = PerScale({supported_scale: Encoder(supported_scale) for supported_scale in supported})
        self.estimator = Estimator(self._channels(supported[0]))
        self.learning: Learning = "teacher"
        self.learn("teacher")

    def learn(self, side: Learning) -> None:
        """Let teacher or student learn from now on; for the student, the network becomes the teacher's decoder."""
        self.learning = side
        if side == "student":
            self.teacher.load_state_dict(self.network.state_dict())
        self.encoder.requires_grad_(side == "teacher")
        self.estimator.requires_grad_(side == "student")

    def train(self, mode: bool = True) -> WithTeacher:  # noqa: FBT002 - torch's signature
        """Set the mode of all submodules but the teacher's decoder, which stays in evaluation mode."""
        super().train(mode)
        self.teacher.eval()
        return self

    def forward(self, lr: Tensor, scale: float, hr: Tensor | None = None) -> Prediction:
        """Return SR, and in training the auxiliary outputs of the side that learns.

        The teacher makes SR from `hr`; `aux` has its encoding of `hr`, ``encoded`` (B, 3, h, w). The student makes SR
        from `lr`; `aux` has the teacher's features, ``taught``, and their predicted ``location`` and ``log_scale``,
        all (B, C, h, w) at the size of the features.

        Args:
            lr: (B, 3, h, w) RGB in [0, 1].
            scale: the scale.
            hr: (B, 3, h * scale, w * scale) in training; None otherwise.
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
        """Return the number of channels of the features."""
        with torch.no_grad():
            return self._teacher.run(torch.zeros(1, 3, PROBE, PROBE), scale)[1].shape[1]
