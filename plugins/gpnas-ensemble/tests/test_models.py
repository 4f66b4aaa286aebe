"""Every model of the plugin is built, has the size that print says, and gives images of the right size."""

from __future__ import annotations

from dataclasses import replace

import pytest
import srbench_classics
import torch
from srbench_gpnas_ensemble.models import MODELS, REAL, REDUCED, equal_size

from srbench.inference.patch_ensemble import WINDOW, count
from srbench.loading import load
from srbench.metrics.memory import forward_peak

GIB = 2**30

SPECS = {spec.name: spec for spec in MODELS}
PARAMETERS = {
    ("gpnas-rcan", 4): 15_592_355,  # 15.59M in print (probabilistic-l1, Table 6)
    ("gpnas-rcan-star", 4): 16_940_819,
    ("gpnas-drn", 4): 18_053_139,
}
GUO_PRINTS = {"gpnas-dual": "4.8", "gpnas-dual-large": "9.8"}
"""Millions, DRN-S and DRN-L at x4 (Guo et al. 2020, Table 1)."""


def build(spec, scale):
    return load(spec.build)(**spec.kwargs) if spec.joint else load(spec.build)(scale=scale, **spec.kwargs)


def parameters(name, scale):
    with torch.device("meta"):
        return sum(parameter.numel() for parameter in build(SPECS[name], scale).parameters())


@pytest.mark.slow
@pytest.mark.parametrize(("name", "scale"), PARAMETERS)
def test_parameters(name, scale):
    assert parameters(name, scale) == PARAMETERS[name, scale]


@pytest.mark.slow
def test_rcan_is_the_classics():
    (classic,) = (spec for spec in srbench_classics.srbench_models() if spec.name == "rcan")
    with torch.device("meta"):
        ours, theirs = build(SPECS["gpnas-rcan"], 4).state_dict(), build(classic, 4).state_dict()
    assert {name: one.shape for name, one in ours.items()} == {name: one.shape for name, one in theirs.items()}


@pytest.mark.parametrize("name", GUO_PRINTS)
def test_dual_regression_is_as_large_as_its_paper_prints(name):
    assert f"{parameters(name, 4) / 1e6:.1f}" == GUO_PRINTS[name]


def test_reduced_networks_are_of_one_size():
    """Else an ensemble of two would beat its smaller member by the larger one alone."""
    for scale in (2, 3, 4):
        counts = [parameters(name, scale) for name in SPECS if name.endswith(REDUCED)]
        assert len(counts) == 3
        assert max(counts) < 1.8 * min(counts)


def test_equal_sizes_pad_by_the_last_pixel_and_crop():
    spec = equal_size(SPECS[f"gpnas-drn{REDUCED}"])
    assert spec.name == f"gpnas-drn{REDUCED}{REAL}"
    torch.manual_seed(0)
    network = build(spec, 1).eval()
    lr = torch.rand(1, 3, 7, 9)
    by_hand = torch.nn.functional.pad(lr, (0, 1, 0, 1), mode="replicate")
    torch.testing.assert_close(network(lr, 4.0), network(by_hand, 1.0)[..., :7, :9])


@pytest.mark.parametrize("name", [name for name in SPECS if REDUCED in name])
def test_features_are_where_the_spec_says(name):
    spec = SPECS[name]
    with torch.device("meta"):
        network = build(spec, 2)
        shapes = []
        network.get_submodule(spec.features).register_forward_pre_hook(lambda _, given: shapes.append(given[0].shape))
        network(torch.empty(1, 3, 8, 12), 2)
    side = (4, 6) if spec.equal_size else (8, 12)
    assert shapes == [(1, spec.kwargs["features"], *side)]


@pytest.mark.slow
def test_a_2040x1356_image_in_windows_stays_far_under_6_gb():
    """DRN* x4 at full width; one of its 18 blocks, as each takes the memory of the one before."""
    spec = SPECS["gpnas-drn"]
    network = build(replace(spec, kwargs={**spec.kwargs, "blocks": 1}), 4).eval()
    window = forward_peak(lambda lr: network(lr, 4.0), torch.zeros(1, 3, WINDOW, WINDOW))
    images = 4 * 2040 * 1356 * (3 + 1)  # SR and the sum of the weights, float32
    assert count(339, 510, 4.0) == 40
    assert window + images < 1 * GIB
