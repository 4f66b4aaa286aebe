"""The sigma branch on every network that exposes its features."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from srbench_classics.models import MODELS as CLASSICS
from srbench_probabilistic_l1 import with_sigma
from srbench_probabilistic_l1.branch import WithSigma
from srbench_probabilistic_l1.models import EDSR_REDUCED, NO_BRANCH
from srbench_probabilistic_l1.models import MODELS as OWN
from torch import nn

from srbench import ModelSpec
from srbench.errors import PluginError, UsageError
from srbench.models.build import builder
from srbench.weights.state_dict import select_submodule

EXPOSING = [EDSR_REDUCED, *(spec for spec in CLASSICS if spec.features and spec.name not in NO_BRANCH)]
BY_NAME = {spec.name: spec for spec in EXPOSING}
HEAVY = {"edsr", "rcan", "san", "han", "nlsa", "rdn", "realsr-dps", "realsr-kpn", "realsr-lp-kpn", "realsr-rcan"}
"""More than a second to build or run on one core; their wiring is the same."""
TOY = f"{Path(__file__).with_name('toy_network.py')}:Toy"
SHORT = {
    **{name: {"units": 2} for name in ("drrn", "drrn-bn")},
    **{name: {"groups": 2} for name in ("srfbn", "srfbn-s")},
    "d-dbpn": {"stages": 2},
}
"""Arguments with which these networks repeat themselves twice."""
LIGHT = [spec for spec in EXPOSING if spec.name not in HEAVY]


def build(spec, scale=2):
    return builder(spec, 1.0 if spec.equal_size else scale, "matlab-uint8")().eval()


def toy(features="up", scales=(1.0,), **kwargs):
    return WithSigma(TOY, kwargs, features, scales=scales, width=4)


@pytest.mark.slow
@pytest.mark.parametrize("spec", LIGHT, ids=lambda spec: spec.name)
@pytest.mark.parametrize("scale", [2, pytest.param(3, marks=pytest.mark.long)])
def test_it_leaves_sr_alone(spec, scale):
    """``network.*`` of what was trained with a branch is the network itself."""
    torch.manual_seed(0)
    spec = replace(spec, kwargs={**spec.kwargs, **SHORT.get(spec.name, {})})
    scale = 1 if spec.equal_size else scale
    whole, plain = build(with_sigma(spec, 8), scale), build(spec, scale)
    plain.load_state_dict(dict(select_submodule(whole.state_dict(), "network")))
    lr = torch.rand(1, 3, 12, 16)
    with torch.inference_mode():
        found = whole(lr, scale)
        expected = plain(lr, scale)
    assert torch.equal(found.sr, expected)
    assert found.sigma.shape == found.sr.shape == (1, 3, 12 * scale, 16 * scale)
    assert found.sigma.min() > 0
    assert found.sigma.max() < 1


def test_all_networks_of_the_tables_have_a_branch():
    named = {spec.name for spec in OWN}
    assert {f"{spec.name}+sigma" for spec in EXPOSING} <= named


@pytest.mark.parametrize("name", ["carn-multi", "carn-m", "vdsr-rgb"])
def test_a_joint_network_has_sigma_at_every_scale(name):
    model = build(with_sigma(BY_NAME[name], 8))
    lr = torch.rand(1, 3, 8, 8)
    with torch.inference_mode():
        sides = [model(lr, scale).sigma.shape[-1] for scale in (2, 3, 4)]
    assert sides == [16, 24, 32]


def test_features_as_large_as_hr_take_any_scale_and_others_whole_ones():
    lr = torch.rand(1, 3, 10, 10)
    with torch.inference_mode():
        assert build(with_sigma(BY_NAME["vdsr-rgb"], 8))(lr, 2.5).sigma.shape[-1] == 25
    with pytest.raises(UsageError, match=r"EDSR.upsample: no sigma at x2.5"):
        WithSigma("srbench_classics.edsr:EDSR", {"blocks": 1, "features": 8}, "upsample", scale=2)._factor(2.5)


@pytest.mark.parametrize("name", NO_BRANCH)
def test_any_real_scale_of_features_of_lrs_size_is_refused(name):
    (spec,) = (spec for spec in CLASSICS if spec.name == name)
    with pytest.raises(PluginError, match="features of the LR size need an upsampler for each scale; name the scales"):
        build(with_sigma(replace(spec, kwargs={**spec.kwargs, "features": 4, "growth": 4}), 8))


def test_features_smaller_than_lr():
    found = toy()(torch.rand(2, 3, 16, 24), 1.0)
    assert found.sigma.shape == (2, 3, 16, 24)
    with pytest.raises(PluginError, match="features of the LR size need an upsampler for each scale; name the scales"):
        toy(scales=None)


@pytest.mark.parametrize("name", ["realsr-srresnet", "realsr-rcan"])
def test_the_networks_for_real_pairs(name):
    model = build(with_sigma(BY_NAME[name], 8))
    with torch.inference_mode():
        assert model(torch.rand(1, 3, 16, 24), 1.0).sigma.shape == (1, 3, 16, 24)


def test_the_branch_is_figure_3s():
    """Four convolutions of 160 channels with PReLU, one to the shuffled RGB, all 3x3 (Sec. 4.3)."""
    model = build(with_sigma(EDSR_REDUCED), 2)
    convolutions = [module for module in model.sigma.modules() if isinstance(module, nn.Conv2d)]
    assert [
        (convolution.in_channels, convolution.out_channels, convolution.kernel_size) for convolution in convolutions
    ] == [
        (32, 160, (3, 3)),
        (160, 160, (3, 3)),
        (160, 160, (3, 3)),
        (160, 160, (3, 3)),
        (160, 12, (3, 3)),
    ]
    assert sum(isinstance(module, nn.PReLU) for module in model.sigma.modules()) == 4


def test_looking_at_the_network_changes_nothing_in_it():
    """The probe runs it once: neither its mode nor the running statistics of its batch normalisation move."""
    model = toy()
    assert model.training
    assert model.network.norm.training
    assert int(model.network.norm.num_batches_tracked) == 0
    assert torch.equal(model.network.norm.running_mean, torch.zeros(48))


def test_a_copy_has_features_of_its_own():
    """As the exponential moving average of a training makes one."""
    torch.manual_seed(0)
    model = toy().eval()
    copy, lr = deepcopy(model), torch.rand(1, 3, 16, 16)
    with torch.no_grad():
        for parameter in copy.parameters():
            parameter.zero_()
        before = model(lr, 1.0).sigma
        assert torch.equal(copy(lr, 1.0).sigma, torch.full_like(before, 0.5))
        assert torch.equal(model(lr, 1.0).sigma, before)
    assert not torch.equal(before, torch.full_like(before, 0.5))


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: with_sigma(ModelSpec("bare", "x:Y")), "model bare exposes no features.*features=..."),
        (lambda: toy("body"), r"Toy.body: no submodule of that name"),
        (lambda: toy(calls=2), r"Toy.up: called 2 times in a forward pass; expected once"),
        (lambda: toy("look"), r"Toy.look: its first argument is \(1, 48, 36\) for an LR image of 24x24"),
    ],
)
def test_a_network_that_does_not_fit_is_refused(make, words):
    with pytest.raises(PluginError, match=words):
        make()
