"""What the recipes say, and that one of them trains."""

from __future__ import annotations

from dataclasses import replace

import pytest
import srbench_gpnas_ensemble as plugin
import torch
from srbench_gpnas_ensemble.models import REAL, REDUCED, WITH_DUALS
from srbench_gpnas_ensemble.recipes import MIX, PHASE

from srbench.catalog import load_catalog
from srbench.losses.ms_ssim import WINDOW, MsSsim
from srbench.training.job import make_job
from srbench.training.run import Hardware, TrainingRun
from srbench.weights.state_dict import load_state_dict

RECIPES = {recipe.name: recipe for recipe in plugin.srbench_recipes()}


@pytest.mark.parametrize("name", RECIPES)
def test_the_loss_fits_every_budget_s_patches(name):
    """MS-SSIM of n levels needs 11 * 2^(n - 1) pixels of HR."""
    recipe = RECIPES[name]
    (scale,) = recipe.scales
    for profile in ("paper", *recipe.cuts):
        (phase,) = recipe.at(profile).phases
        levels = next(term.kwargs["levels"] for term in phase.losses if term.loss == "ms-ssim")
        assert phase.budget.patch * scale >= WINDOW * MsSsim(levels).multiple, profile


def test_the_paper_s_budget_is_as_section_5_says():
    for recipe in RECIPES.values():
        (phase,) = recipe.phases
        assert (phase.name, phase.budget.patch, recipe.augment) == (PHASE, 120, True)
        mixed = {term.loss: term.weight for term in phase.losses}
        assert (mixed.pop("l1"), mixed.pop("ms-ssim")) == (pytest.approx(1 - MIX), MIX)
        assert mixed == ({"closed-loop": 1.0} if recipe.model.endswith(WITH_DUALS) else {})


def test_equal_budgets_at_every_profile():
    """What is compared with each other was trained alike."""
    for kind in ("", REDUCED, REAL, REDUCED + REAL):
        for scale in (2, 3, 4):
            alike = [RECIPES[f"gpnas-{name}{kind}-x{scale}"] for name in ("drn", "rcan-star", "rcan")]
            assert all(
                (recipe.cuts, recipe.phases, recipe.data) == (alike[0].cuts, alike[0].phases, alike[0].data)
                for recipe in alike
            )
            assert ("quick" in alike[0].cuts) == (REDUCED in kind)


@pytest.mark.slow
@pytest.mark.parametrize("network", ["drn", "rcan-star", "rcan"])
def test_a_reduced_network_learns_at_the_demo_budget(network, tmp_path):
    name = f"gpnas-{network}{REDUCED}-x2"
    job = make_job(load_catalog(), name, "demo", scale=2.0)
    (phase,) = job.recipe.phases
    job = replace(job, recipe=replace(job.recipe, phases=(replace(phase, budget=replace(phase.budget, steps=3)),)))
    TrainingRun(catalog=load_catalog(), roots=[], root=tmp_path, hardware=Hardware("cpu", "32-true")).train(job)
    trained = load_state_dict(job.weights(tmp_path), None)
    assert all(tensor.isfinite().all() for tensor in trained.values())
    assert torch.is_tensor(trained["tail.weight"])
