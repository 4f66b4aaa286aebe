"""Small networks, and images to try them on."""

from __future__ import annotations

import pytest
import torch
from srbench_ode_ivp.model import Ivp


@pytest.fixture(scope="session")
def small():
    """``small(depth=2, features=4, **solver)`` -> an `Ivp` with a narrow VDSR, in eval mode, the same at every call."""

    def make(depth=2, features=4, **solver):
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(0)
            model = Ivp(kwargs={"depth": depth, "features": features}, solver=solver).eval()
            torch.nn.init.kaiming_normal_(list(model.parameters())[-2])  # a fresh f is zero: as if it had learned
            return model

    return make


@pytest.fixture(scope="session")
def random_image():
    """``random_image(height, width)`` -> (1, 3, height, width) in [0, 1]."""
    return lambda *size: torch.rand(1, 3, *size, generator=torch.Generator().manual_seed(1))
