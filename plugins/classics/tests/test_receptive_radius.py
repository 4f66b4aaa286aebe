"""The `receptive_radius` of each model is right: far enough for tiles, and no further than needed."""

import pytest
import torch
from srbench_classics.models import MODELS

LOCAL = [
    spec
    for spec in MODELS
    if spec.receptive_radius is not None and not spec.resize_aware and not spec.name.endswith("+states")
]
NARROW = {
    "srcnn": {"features": (2, 2)},
    "rdn": {"features": 2, "growth": 2},
    "carn-m": {"features": 4},
    "vdsr-y": {"features": 2, "clip_luma": False},  # the clip closes at white, which the test shows
    "idn": {"features": 16},
    "feqe": {"features": 4},
    "meta-rdn": {"features": 2, "growth": 2, "hidden": 2},
}


def reach(model, scale, height):
    """How far, in LR pixels, the SR pixels of the middle LR row look."""
    with torch.no_grad():
        for parameter in model.parameters():  # all positive: no ReLU closes, nothing cancels
            parameter.fill_(1 / max(1, parameter[0].numel()))
    lr = torch.ones(1, 3, height, 1, dtype=torch.float64, requires_grad=True)
    sr = model.double()(lr, scale)
    middle = height // 2
    sr[:, :, round(middle * scale) : round((middle + 1) * scale)].sum().backward()
    rows = lr.grad.abs().sum((0, 1, 3)).nonzero().flatten()
    return int((rows - middle).abs().max())


@pytest.mark.slow
@pytest.mark.parametrize("spec", LOCAL, ids=lambda spec: spec.name)
def test_receptive_radius(spec, build):
    height = 2 * spec.receptive_radius + 7
    narrow = NARROW.get(spec.name, {"features": 2})
    scales = spec.scales or [1.0, 1.01, 1.05, 1.25, 1.5, 2.0]  # near x1 they look furthest, in LR pixels
    seen = max(reach(build(spec.name, scale, **narrow), scale, height) for scale in scales)
    # At real scales, how far the middle row looks depends on where its SR pixels fall: rows elsewhere look one further.
    assert spec.receptive_radius - (spec.scales is None) <= seen <= spec.receptive_radius
