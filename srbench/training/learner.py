"""The network that learns, as the trainer and DDP call it."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import Tensor, nn

from srbench.errors import PluginError
from srbench.models.build import accepts, builder, takes_scale
from srbench.models.prediction import Prediction
from srbench.weights.state_dict import load_into, load_state_dict

if TYPE_CHECKING:
    from pathlib import Path

    from srbench.training.job import TrainingJob


class Learner(nn.Module):
    """Calls the network as ``network(lr, scale)`` or ``network(lr)``, and returns plain tensors, as DDP wants them.

    One whose ``forward(lr, scale, hr=None)`` has a parameter `hr` is given the HR patches too while it is trained, and
    never when it is validated.
    """

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network
        self._takes_scale, self._takes_hr = takes_scale(network), accepts(network.forward, "hr")

    def forward(self, lr: Tensor, scale: float, hr: Tensor | None = None) -> dict[str, Any]:
        """The fields of the `Prediction` that it has, by name: tensors, and a mapping of tensors."""
        known = {"hr": hr} if self._takes_hr and hr is not None else {}
        result = self.network(lr, scale, **known) if self._takes_scale else self.network(lr, **known)
        prediction = result if isinstance(result, Prediction) else Prediction(result)
        fields: dict[str, Any] = {"sr": prediction.sr, "sigma": prediction.sigma, "aux": dict(prediction.aux) or None}
        return {name: value for name, value in fields.items() if value is not None}

    def predict(self, lr: Tensor, scale: float) -> Prediction:
        """The prediction outside of training: no DDP, no autocast."""
        return Prediction(**self(lr, scale))


def build_network(job: TrainingJob, start: Path | None) -> nn.Module:
    """The job's network: drawn from its seed, or loaded from the phase before."""
    random.seed(job.seed)
    np.random.seed(job.seed % 2**32)  # noqa: NPY002 - a plugin's network or loss may draw from it
    torch.manual_seed(job.seed)
    spec = replace(job.model, kwargs={**job.model.kwargs, **job.recipe.kwargs})
    try:
        network = builder(spec, job.scales[0], job.recipe.lr_mode)()
    except TypeError as error:
        raise PluginError(f"model {spec.name}, built with {dict(spec.kwargs)}: {error}") from error
    if start:
        load_into(network, load_state_dict(start), start)
    return network.to(memory_format=torch.channels_last)
