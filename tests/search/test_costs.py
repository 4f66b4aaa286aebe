"""Costs of architectures whose constructors are not as simple as they might be."""

from __future__ import annotations

import sys
import types
from dataclasses import replace

import pytest
import torch
from torch import nn

from srbench.catalog import load_catalog
from srbench.errors import PluginError
from srbench.records.store import Store
from srbench.search.costs import Cost, Limits, latency


class ReadsValues(nn.Module):
    """A network whose constructor reads values, as SwinIR does for its rates of stochastic depth."""

    def __init__(self, scale, width=4):
        super().__init__()
        self.rates = [rate.item() for rate in torch.linspace(0, 0.1, 3)]
        self.layer = nn.Conv2d(3, width, 3)
        self.scale = scale

    def forward(self, lr):
        return nn.functional.interpolate(lr, scale_factor=self.scale)


class Refuses(nn.Module):
    """A network that checks its arguments in Python's own way."""

    def __init__(self, scale):
        super().__init__()
        assert scale == 3


@pytest.fixture
def cost(training, monkeypatch):
    """``cost(ReadsValues)``: the cost of a training of that network."""

    def make(network):
        module = types.ModuleType("networks_of_a_test")
        module.Net = network
        monkeypatch.setitem(sys.modules, module.__name__, module)
        job = training.job("tiny-single", scale=2)
        model = replace(job.model, name="net", build="networks_of_a_test:Net", kwargs={}, joint=False)
        return Cost(replace(job, model=model))

    return make


def test_a_constructor_that_reads_values_has_costs(cost):
    found = cost(ReadsValues)
    assert found.params == 3 * 4 * 9 + 4
    assert found.within(Limits(params=112))
    assert not found.within(Limits(params=111))


class Linear(nn.Module):
    """A network of one product: three weights a channel for each of the 1280 x 720 / 4 pixels of LR at x2."""

    def __init__(self, scale):
        super().__init__()
        self.rates = [rate.item() for rate in torch.linspace(0, 0.1, 3)]
        self.layer = nn.Linear(3, 3)
        self.scale = scale

    def forward(self, lr):
        mixed = self.layer(lr.movedim(1, -1)).movedim(-1, 1)
        return nn.functional.interpolate(mixed, scale_factor=self.scale)


def test_mult_adds_count_the_products_of_the_network_that_runs(cost):
    assert cost(Linear).mult_adds == 9 * 640 * 360


class DoesNotFit(nn.Module):
    """A network that is built, but whose second layer takes other channels than the first one returns."""

    def __init__(self, scale):
        super().__init__()
        self.first, self.second = nn.Conv2d(3, 8, 3), nn.Conv2d(4, 3, 3)

    def forward(self, lr):
        return self.second(self.first(lr))


def test_an_architecture_that_cannot_run_passes_the_limit_of_mult_adds_for_its_evaluation_to_name(cost):
    found = cost(DoesNotFit)
    assert found.can_be_built
    with pytest.raises(PluginError, match=r"model net, built with .*channels"):
        _ = found.mult_adds
    assert found.within(Limits(mult_adds=1))
    assert not found.within(Limits(params=1))


def test_a_latency_that_cannot_be_measured_leaves_the_architecture_out(cost, tmp_path):
    with pytest.warns(UserWarning, match=r"^net: left out, its latency can't be measured here \(.*channels"):
        assert latency(load_catalog(), cost(DoesNotFit), "net", "cpu", Store(tmp_path)) is None


def test_an_architecture_that_cannot_be_built_passes_all_limits_for_its_evaluation_to_name(cost):
    found = cost(Refuses)
    with pytest.raises(PluginError, match=r"model net, built with .*AssertionError"):
        found.check()
    assert found.within(Limits(params=1))
    assert not found.can_be_built
