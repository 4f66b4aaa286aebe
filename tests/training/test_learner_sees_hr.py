"""Networks that see HR while they are trained, and tell their loss more than SR and sigma."""

from __future__ import annotations

import pytest
import torch

from srbench.inference.self_ensemble import self_ensemble
from srbench.inference.tiling import tiled
from srbench.models.prediction import Prediction
from srbench.specs.recipe import Budget, Phase
from srbench.training.learner import Learner
from srbench.training.objective.objective import Objective

LR, HR = torch.rand(1, 3, 4, 4), torch.rand(1, 3, 8, 8)


class Privileged(torch.nn.Module):
    def forward(self, lr, scale, hr=None):
        sr = lr.repeat_interleave(2, 2).repeat_interleave(2, 3)
        return Prediction(sr) if hr is None else Prediction(sr, aux={"seen": hr})


class Unprivileged(torch.nn.Module):
    def forward(self, lr):
        return lr


def test_hr_is_given_to_those_that_ask_for_it_and_never_in_validation():
    learner = Learner(Privileged())
    assert set(learner(LR, 2.0, HR)) == {"sr", "aux"}
    assert Prediction(**learner(LR, 2.0, HR)).aux["seen"] is HR
    assert learner.predict(LR, 2.0).aux == {}
    assert set(Learner(Unprivileged())(LR, 2.0, HR)) == {"sr"}


def test_all_of_a_prediction_is_changed_alike():
    found = Prediction(LR, LR + 1, {"more": LR + 2}).map(lambda tensor: 2 * tensor)
    for value, expected in zip((found.sr, found.sigma, found.aux["more"]), (LR, LR + 1, LR + 2), strict=True):
        torch.testing.assert_close(value, 2 * expected)
    assert Prediction(LR).map(torch.Tensor.detach).sigma is None


@pytest.mark.parametrize("wrap", [self_ensemble, lambda forward: tiled(forward, 2.0, 4, 1)])
def test_ensembles_and_tiles_lose_what_is_for_training(wrap):
    found = wrap(lambda lr: Privileged()(lr, 2.0, lr))(torch.rand(1, 3, 8, 8))
    assert found.sr.shape == (1, 3, 16, 16)
    assert found.aux == {}


def test_a_loss_makes_the_network_ready():
    ready = []

    class Needs(torch.nn.Module):
        def prepare(self, network):
            ready.append(network)

    network, phase = Unprivileged(), Phase("one", (), Budget(1, 1, 1, 1.0))
    objective = Objective(phase, [])
    objective.losses.extend([Needs(), torch.nn.Identity()])
    objective.prepare(network)
    assert ready == [network]
