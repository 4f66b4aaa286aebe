"""The optimizers, step by step, against their formulas."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from srbench.specs.optimizer import Adam, Sgd
from srbench.training.fabric import make_fabric
from srbench.training.trained_module import TrainedModule, make_optimizer

GRADIENTS = (torch.tensor([2.0, -1.0]), torch.tensor([0.5, 3.0]), torch.tensor([-4.0, 1.0]))


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.tensor([1.0, -2.0]))
        self.tail = nn.Module()
        self.tail.weight = nn.Parameter(torch.tensor([1.0, -2.0]))
        self.tail.bias = nn.Parameter(torch.tensor([1.0, -2.0]))
        self.frozen = nn.Parameter(torch.tensor([1.0, -2.0]), requires_grad=False)


def by_hand(rates, momentum, decay):
    """Momentum as in Sutskever et al. 2013, with the rate outside of the velocity: v = m v + g + d w; w = w - r v."""
    weight, velocity = torch.tensor([1.0, -2.0]), torch.zeros(2)
    for rate, gradient in zip(rates, GRADIENTS, strict=True):
        velocity = momentum * velocity + gradient + decay * weight
        weight = weight - rate * velocity
    return weight


def test_sgd_with_momentum_decay_and_factors():
    settings = Sgd(0.9, 0.01, {"*.bias": 0.1, "*tail.*": 0.5})
    trained = TrainedModule(make_fabric("cpu", "32-true"), Net(), settings, rate_factor=2)
    rates = (0.1, 0.1, 0.03)
    for rate, gradient in zip(rates, GRADIENTS, strict=True):
        net = trained.module
        trained.add(sum((parameter * gradient).sum() for parameter in (net.weight, net.tail.weight, net.tail.bias)))
        trained.step(rate)
    for parameter, factor in ((net.weight, 1), (net.tail.weight, 0.5), (net.tail.bias, 0.05)):
        expected = by_hand([2 * factor * rate for rate in rates], 0.9, 0.01)
        torch.testing.assert_close(parameter.detach(), expected)
    assert net.frozen.tolist() == [1.0, -2.0]


@pytest.mark.parametrize(("settings", "groups"), [(Adam(), 1), (Sgd(), 1), (Sgd(rate_factors={"*.bias": 0.1}), 2)])
def test_one_group_for_each_rate(settings, groups):
    optimizer = make_optimizer(Net(), settings)
    assert len(optimizer.param_groups) == groups
    assert sum(len(group["params"]) for group in optimizer.param_groups) == 3


def test_factors_survive_a_resume():
    settings = Sgd(rate_factors={"*.bias": 0.1})
    saved = make_optimizer(Net(), settings).state_dict()
    resumed = make_optimizer(Net(), settings)
    resumed.load_state_dict(saved)
    assert sorted(group["rate_factor"] for group in resumed.param_groups) == [0.1, 1.0]
