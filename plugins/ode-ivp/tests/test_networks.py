"""The registered networks: their size against the paper's words, and how far they look."""

from __future__ import annotations

import pytest
import srbench_classics
import torch
from srbench_ode_ivp.models import MODELS, REDUCED
from srbench_ode_ivp.recipes import RECIPES
from srbench_ode_ivp.solver import Solver

from srbench.loading import load
from srbench.models.build import builder

SPECS = {spec.name: spec for spec in (*srbench_classics.srbench_models(), *MODELS)}
FIRST_LAYER = 64 * 9
"""Weights that a fourth input channel adds to a 3x3 convolution of 64 features."""


def build(name, scale=2.0):
    """Without values: only sizes are of interest."""
    with torch.device("meta"):
        return builder(SPECS[name], scale, "matlab-uint8")()


def size(module):
    return sum(parameter.numel() for parameter in module.parameters())


def test_vdsr_is_20_layers_of_64_features_from_4_channels_to_3():
    convolutions = [module for module in build("vdsr-ivp").modules() if isinstance(module, torch.nn.Conv2d)]
    channels = [(convolution.in_channels, convolution.out_channels) for convolution in convolutions]
    assert channels == [(4, 64), *[(64, 64)] * 18, (64, 3)]
    assert all(convolution.kernel_size == (3, 3) and convolution.padding == (1, 1) for convolution in convolutions)
    assert size(build("vdsr-ivp")) == (4 * 9 + 1) * 64 + 18 * (64 * 9 + 1) * 64 + (64 * 9 + 1) * 3 == 668_803


@pytest.mark.slow
def test_no_parameters_are_added_but_in_the_first_layer():
    """Sec. 4.1."""
    assert size(build("vdsr-ivp")) == size(build("vdsr-rgb")) + FIRST_LAYER
    rdn = build("rdn")
    fixed = size(rdn.subtract_mean) + size(rdn.add_mean)
    assert size(build("rdn-ivp")) == size(rdn) - fixed - size(rdn.upsample) + FIRST_LAYER


@pytest.mark.slow
@pytest.mark.parametrize("paper", ["vdsr", "rdn"])
def test_the_methods_that_are_compared_have_one_size(paper):
    networks = [spec.name for spec in MODELS if spec.name.startswith(f"{paper}-") and "reduced" not in spec.name]
    assert len(networks) >= 2
    assert len({size(build(name)) for name in networks}) == 1


def test_reduced_ones_have_one_size_too():
    depth, features = REDUCED["depth"], REDUCED["features"]
    by_hand = (36 + 1) * features + (depth - 2) * (9 * features + 1) * features + (9 * features + 1) * 3
    reduced = {spec.name: size(build(spec.name)) for spec in MODELS if spec.name.endswith("-reduced")}
    dense = sum((9 * 16 * (1 + layer) + 1) * 16 for layer in range(3)) + (64 + 1) * 16
    rdn = (36 + 1) * 16 + 145 * 16 + 3 * dense + (48 + 1) * 16 + 145 * 16 + 145 * 3
    assert reduced.pop("rdn-ivp-reduced") == rdn
    assert set(reduced.values()) == {by_hand}


def test_every_network_serves_every_scale_with_one_set_of_weights():
    for spec in MODELS:
        assert spec.joint
        assert spec.scales is None
    assert {recipe.model for recipe in RECIPES} - {"meta-rdn"} == {spec.name for spec in MODELS}


BICUBIC_RADIUS = 2
"""Of an enlargement, in LR pixels."""
NARROW = {"vdsr": {"features": 2}, "rdn": {"features": 2, "growth": 2}}


def radius(spec):
    """How far, in HR pixels, f itself looks."""
    kwargs = {**spec.kwargs["kwargs"], **NARROW[spec.name.partition("-")[0]]}
    layers = load(spec.kwargs["build"])(**kwargs).layers.double()
    with torch.no_grad():
        for parameter in layers.parameters():  # all positive: no ReLU closes, nothing cancels
            parameter.fill_(1 / parameter[0].numel())
    height = 2 * spec.receptive_radius + 7
    image = torch.ones(1, 4, height, 1, dtype=torch.float64, requires_grad=True)
    middle = height // 2
    layers(image)[:, :, middle].sum().backward()
    rows = image.grad.abs().sum((0, 1, 3)).nonzero().flatten()
    return int((rows - middle).abs().max())


@pytest.mark.parametrize("spec", [spec for spec in MODELS if spec.name != "rdn-ivp"], ids=lambda spec: spec.name)
def test_halo_is_as_far_as_all_evaluations_look(spec):
    """One after the other, near x1, where an LR pixel is an HR pixel; rdn-ivp has the f of rdn-t."""
    stages = Solver(**spec.kwargs["solver"]).evaluations if "solver" in spec.kwargs else 1
    assert spec.receptive_radius == stages * radius(spec) + BICUBIC_RADIUS


def test_halos_of_one_f_are_of_one_radius():
    ivp, once = (SPECS[name].receptive_radius - BICUBIC_RADIUS for name in ("rdn-ivp", "rdn-t"))
    assert ivp == 4 * once
