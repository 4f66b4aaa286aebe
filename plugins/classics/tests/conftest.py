"""Building the plugin's models as srbench does, and loading their weights."""

from __future__ import annotations

from typing import TYPE_CHECKING
from unittest.mock import patch

import pytest
import torch
from srbench_classics.methods import METHODS
from srbench_classics.models import MODELS
from srbench_classics.weights import WEIGHTS

from srbench.loading import load
from srbench.weights.files import require_weights
from srbench.weights.state_dict import load_into, load_state_dict

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session")
def build():
    """``build(name, scale, **changes)`` -> the untrained model in eval mode."""
    specs = {spec.name: spec for spec in MODELS}

    def make(name, scale, **changes):
        spec = specs[name]
        kwargs = {**spec.kwargs, **changes} | ({} if spec.joint else {"scale": scale})
        return load(spec.build)(**kwargs).eval()

    return make


@pytest.fixture(scope="session")
def outline(build):
    """``outline(name, scale, **changes)`` -> the model on torch's device `meta`: sizes without numbers."""

    def same(tensor, *_arguments, **_settings):
        return tensor

    def make(name, scale, **changes):
        drawing = dict.fromkeys(("uniform_", "normal_", "kaiming_uniform_", "kaiming_normal_"), same)
        with patch.multiple(torch.nn.init, **drawing), torch.device("meta"):
            return build(name, scale, **changes)

    return make


@pytest.fixture(scope="session")
def released(build, shared: Path):
    """``released(method, scale)`` -> the model with its weights."""
    methods = {spec.name: spec for spec in METHODS}
    files = {spec.name: spec for spec in WEIGHTS}

    def make(name, scale):
        spec = files[methods[name].weights_for(scale)]
        path = require_weights(spec, [shared])
        model = build(methods[name].model, scale)
        load_into(model, load_state_dict(path, spec), path)
        return model

    return make
