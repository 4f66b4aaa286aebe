"""`ModelSpec.features` names the one place where a second branch finds the network's features."""

import pytest
import torch
from srbench_classics.models import MODELS

ENLARGING = [spec for spec in MODELS if not spec.equal_size and not spec.name.endswith(("-reduced", "+states"))]
"""Networks but for those for equal sizes (test_real.py), reduced ones, and those with supervised states."""
EXPOSING = [spec for spec in ENLARGING if spec.features]
WITHOUT = {"nearest", "bilinear", "bicubic", "lapsrn", "mslapsrn", "drcn", "enet", "feqe", "tsrn"}
"""Interpolation has no features, LapSRN's last level and DRCN none that are used in a single place; the last three lack
some of the scales to which branches are built."""
AT_HR_SIZE = {"srcnn", "vdsr", "vdsr-y", "vdsr-rgb", "drrn", "drrn-bn", "d-dbpn"}
ADDING = {"vdsr", "vdsr-y", "vdsr-rgb", "idn", "drrn", "drrn-bn", "srfbn", "srfbn-s"}
"""What they give is added to an interpolated image."""
NARROW = {
    "srcnn": {"features": (4, 4)},
    "rdn": {"features": 4, "growth": 4},
    "meta-rdn": {"features": 4, "growth": 4},
}
SHALLOW = {name: {"groups": 2, "blocks": 2} for name in ("rcan", "han", "san")}
"""Of hundreds of blocks, all alike, two by two suffice."""


@pytest.mark.slow
@pytest.mark.parametrize("scale", [2, pytest.param(3, marks=pytest.mark.long)])
@pytest.mark.parametrize("spec", EXPOSING, ids=lambda spec: spec.name)
def test_its_first_argument_is_a_feature_map_and_it_is_called_once(spec, scale, build):
    with torch.device("meta"):
        model, lr = build(spec.name, scale, **SHALLOW.get(spec.name, {})), torch.rand(2, 3, 7, 10)
    seen = []
    model.get_submodule(spec.features).register_forward_pre_hook(lambda _, args: seen.append(args[0].shape))
    with torch.inference_mode():
        model(lr, scale)
    size = (7 * scale, 10 * scale) if spec.name in AT_HR_SIZE else (7, 10)
    assert [(shape[0], shape[2:]) for shape in seen] == [(2, size)]
    assert seen[0][1] >= 32


@pytest.mark.slow
@pytest.mark.parametrize("spec", EXPOSING, ids=lambda spec: spec.name)
def test_they_are_all_that_the_network_adds_to_interpolation(spec, build):
    """With features of zero, what is left depends on no pixel of LR but through interpolation and shift."""
    narrow = NARROW.get(spec.name, {"features": 16}) | SHALLOW.get(spec.name, {})
    model = build(spec.name, 2, **narrow)
    model.get_submodule(spec.features).register_forward_pre_hook(lambda _, args: (0 * args[0], *args[1:]))
    with torch.inference_mode():
        first, second = (model(torch.full((1, 3, 24, 24), grey), 2)[..., 20:28, 20:28] for grey in (0.2, 0.7))
    added = (second - first).mean()
    assert added == pytest.approx(0.5 if spec.name in ADDING else 0, abs=1e-3)


def test_the_rest_expose_none():
    assert {spec.name for spec in ENLARGING} - {spec.name for spec in EXPOSING} == WITHOUT
