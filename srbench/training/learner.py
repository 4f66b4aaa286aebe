"""The network in training: how it is built, and how the trainer and DDP call it."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import Tensor, nn

from srbench.errors import PluginError
from srbench.models.build import accepts, builder
from srbench.models.call import call, prediction_of, scale_argument
from srbench.models.prediction import Prediction
from srbench.training.layout import fastest_layout, in_layout
from srbench.weights.state_dict import load_into, load_network

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from srbench.training.job import TrainingJob


class Learner(nn.Module):
    """Calls a network as ``network(lr, scale)`` or ``network(lr)``, and returns plain tensors, as DDP requires.

    If the network's ``forward`` has a parameter `hr`, as in ``forward(lr, scale, hr=None)``, it also receives the HR
    patches in training, but never in validation.
    """

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network
        self._scale_argument, self._takes_hr = scale_argument(network), accepts(network.forward, "hr")

    def forward(self, lr: Tensor, scale: float, hr: Tensor | None = None) -> dict[str, Any]:
        """Return the fields of the network's `Prediction` that are set, by name: tensors, and a mapping of tensors."""
        known = {"hr": hr} if self._takes_hr and hr is not None else {}
        result = call(self.network, lr, scale, self._scale_argument, **known)
        prediction = prediction_of(result, type(self.network).__name__)
        fields: dict[str, Any] = {"sr": prediction.sr, "sigma": prediction.sigma, "aux": dict(prediction.aux) or None}
        return {name: value for name, value in fields.items() if value is not None}

    def predict(self, lr: Tensor, scale: float) -> Prediction:
        """Return the prediction outside of training, without DDP, autocast and HR."""
        return Prediction(**self(lr, scale))


def build_network(
    job: TrainingJob, start: Path | None, taken: Callable[[str], object] = lambda _remark: None, *, device: str = "cpu"
) -> nn.Module:
    """Return the job's network, initialised from its seed or with the weights in the file `start`.

    Python's, NumPy's and torch's global random generators are seeded.

    Args:
        job: The training.
        start: Checkpoint; a user's (``job.start``) may be in any layout that the model is known in.
        taken: Called with what was taken of `start` on one line, if not all was as it is.
        device: Kind of device that it will be trained on, for which its weights are laid out.

    Raises:
        PluginError: if the model does not accept the arguments of the recipe.
        WeightsError: if `start` does not fit the network.
    """
    random.seed(job.seed)
    np.random.seed(job.seed % 2**32)  # noqa: NPY002 - networks and losses of plugins may draw from it
    torch.manual_seed(job.seed)
    spec = replace(job.model, kwargs={**job.model.kwargs, **job.recipe.kwargs})
    try:
        network = builder(spec, job.scales[0], job.recipe.lr_mode)()
    except TypeError as error:
        raise PluginError(f"model {spec.name}, built with {dict(spec.kwargs)}: {error}") from error
    if start:
        state, remark = load_network(network, start, job.model.layouts if start == job.start else ())
        load_into(network, state, start)
        if remark:
            taken(remark)
    return in_layout(network, fastest_layout(device))
