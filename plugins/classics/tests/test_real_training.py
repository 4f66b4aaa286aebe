"""Networks for LR images of HR's size learn from real pairs."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
import torch

import srbench
from srbench import ModelSpec, builtin
from srbench.catalog import Catalog
from srbench.registry import Plugin
from srbench.specs.recipe import Budget, Phase, Recipe, Term
from srbench.training.job import make_job
from srbench.training.run import Hardware, TrainingRun
from srbench.weights.state_dict import load_state_dict

SMALL = ModelSpec(
    "small", "srbench_classics.kpn:LPKPN", kwargs={"blocks": 1, "features": 16}, joint=True, equal_size=True
)


@pytest.fixture
def catalog(shared):
    phase = Phase("l1", (Term("l1"),), Budget(steps=2, batch=2, patch=16, learning_rate=1e-3))
    source = str(shared / "data" / "RealSR-sample")
    recipe = Recipe("small-l1", "small", (phase,), data=(source,), scales=(1.0,), hold_out=1)
    plugin = SimpleNamespace(
        srbench_models=srbench.hookimpl(specname="srbench_models")(lambda: [SMALL]),
        srbench_recipes=srbench.hookimpl(specname="srbench_recipes")(lambda: [recipe]),
    )
    catalog = Catalog()
    for name, module in (("builtin", builtin), ("small", plugin)):
        catalog.register(Plugin(name), module)
        assert catalog.plugins[name].ok, catalog.plugins[name].error
    return catalog


@pytest.mark.slow
def test_two_steps_on_real_pairs(catalog, tmp_path):
    job = make_job(catalog, "small-l1", "paper", scale=1.0)
    TrainingRun(catalog=catalog, roots=[], root=tmp_path, hardware=Hardware("cpu", "32-true")).train(job)
    trained = load_state_dict(job.weights(tmp_path), None)
    assert all(tensor.isfinite().all() for tensor in trained.values())
    assert any(tensor.abs().sum() > 0 for name, tensor in trained.items() if name.endswith("bias"))
    assert torch.is_tensor(trained["tail.kernels.0.5.weight"])
