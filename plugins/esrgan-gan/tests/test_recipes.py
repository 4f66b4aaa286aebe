"""The recipes are what Sec. 4.3 of the report says, cut to what a CPU can do, and ESRGAN's what its paper says."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pytest
import srbench_esrgan_gan as plugin
import torch
from srbench_esrgan_gan.recipes import ADVERSARIAL_WEIGHT, STAND_IN, VGG_WEIGHT

from srbench.loading import load
from srbench.training.objective.objective import Objective, players
from srbench.training.recipe.learning_rate import learning_rate

RECIPES = {recipe.name: recipe for recipe in plugin.srbench_recipes()}
MODELS = {spec.name: spec for spec in plugin.srbench_models()}
GANS = ["esrgan-gan", "esrgan-gan-triad", "esrgan-gan-pre", "esrgan-gan-simultaneous", "esrgan-gan-remedy"]
EPOCH = -(-700 // 16)
"""Steps over 700 images, 16 at a time."""


def phases(name):
    return {phase.name: phase for phase in RECIPES[name].phases}


def test_every_network_has_a_reduced_one():
    names = [name for name in RECIPES if name != "esrgan" and not name.endswith("-reduced")]
    assert len(names) == 11
    for name in names:
        whole, reduced = RECIPES[name], RECIPES[f"{name}-reduced"]
        assert reduced.model == f"{whole.model}-reduced"
        assert MODELS[reduced.model].kwargs["blocks"] == MODELS[whole.model].kwargs["blocks"]
        for one, other in zip(whole.phases, reduced.phases, strict=True):
            kept = replace(one.adversary, kwargs={}) if one.adversary else None
            assert replace(other, adversary=kept) == replace(one, adversary=kept), "but the networks, all is the same"


@pytest.mark.parametrize(
    ("name", "depth", "loss", "epochs"),
    [
        *((f"esrgan-cnn-{depth}", depth, "l1", 200) for depth in (2, 10, 15)),
        ("esrgan-cnn-2-l2", 2, "l2", 200),
        ("esrgan-cnn-2-100", 2, "l1", 100),
        ("esrgan-cnn-2-l2-100", 2, "l2", 100),
    ],
)
def test_pixel_losses_as_section_4_3_says(name, depth, loss, epochs):
    recipe = RECIPES[name]
    (phase,) = recipe.phases
    assert MODELS[recipe.model].kwargs["blocks"] == depth
    assert [(term.loss, term.weight) for term in phase.losses] == [(loss, 1)]
    assert (phase.budget.steps, phase.budget.batch) == (epochs * EPOCH, 16)
    assert phase.keep == "best", "early stopping"
    assert (phase.optimizer.betas, phase.adversary) == ((0.9, 0.999), None)
    rates = [learning_rate(phase.budget, epoch * EPOCH) for epoch in range(epochs)]
    assert rates == [1e-4] * 100 + [5e-5] * (epochs - 100)
    assert (recipe.data, recipe.validation) == (("NTIRE2017-half-train",), ("NTIRE2017-half-valid",))
    assert recipe.online


@pytest.mark.parametrize("name", GANS)
def test_gans_start_from_the_2_block_cnn(name):
    for suffix in ("", "-reduced"):
        recipe, before = RECIPES[name + suffix], RECIPES[f"esrgan-cnn-2{suffix}"]
        for profile in ("paper", "short", *(("demo", "quick") if suffix else ())):
            cut, start = recipe.at(profile), before.at(profile)
            assert cut.up_to("l1").phases == start.phases
            same = ("model", "data", "validation", "online", "augment", "scales", "hold_out", "lr_mode", "kwargs")
            assert all(getattr(cut, field) == getattr(start, field) for field in same), "so the L1 training is shared"
        assert [phase.name for phase in recipe.phases] == ["l1", "gan"]


def test_dual_triad_and_the_two_perceptual_losses():
    reports = [name for name in GANS if name != "esrgan-gan-remedy"]
    terms = {name: [(term.loss, term.weight) for term in phases(name)["gan"].losses] for name in reports}
    dual = [("vgg", VGG_WEIGHT)]
    assert terms.pop("esrgan-gan-triad") == [*dual, ("l1", 1.0)]
    assert all(term == dual for term in terms.values())
    for name in reports:
        gan = phases(name)["gan"]
        layer = "conv5_4" if name == "esrgan-gan-pre" else "relu5_4"
        assert gan.losses[0].kwargs == {"layers": layer, "distance": "l2", "stand_in": STAND_IN}
        assert (gan.adversary.weight, gan.adversary.loss) == (ADVERSARIAL_WEIGHT, "bce")


def test_the_remedy_is_relativistic_and_looks_at_earlier_layers():
    gan = phases("esrgan-gan-remedy")["gan"]
    assert (gan.adversary.weight, gan.adversary.loss) == (ADVERSARIAL_WEIGHT, "relativistic")
    assert [term.loss for term in gan.losses] == ["vgg", "l1"]
    assert set(gan.losses[0].kwargs["layers"]) == {"relu2_2", "relu3_4", "relu4_4"}


def spans(phase):
    """Who learns, and for how many steps, in order."""
    found = []
    for step in range(phase.budget.steps):
        who = players(phase, step, epoch_steps=1)
        if found and found[-1][0] == who:
            found[-1][1] += 1
        else:
            found.append([who, 1])
    return found


@pytest.mark.parametrize("name", ["esrgan-gan", "esrgan-gan-triad", "esrgan-gan-pre"])
@pytest.mark.parametrize("profile", ["paper", "quick", "demo"])
def test_the_report_alternates(name, profile):
    """The discriminator 50 epochs, then twice 50 of the generator and 50 of the discriminator."""
    *_, gan = RECIPES[f"{name}-reduced"].at(profile).phases
    turns = spans(gan)
    assert [who for who, _ in turns] == [("adversary",), *[("network",), ("adversary",)] * 2]
    fifth = 50 * EPOCH if profile == "paper" else gan.budget.steps // 5
    assert [length for _, length in turns] == [fifth] * 5


def test_both_at_once():
    assert spans(phases("esrgan-gan-simultaneous")["gan"]) == [[("network", "adversary"), 250 * EPOCH]]
    for profile in ("paper", "short", "quick", "demo"):
        *_, gan = RECIPES["esrgan-gan-remedy-reduced"].at(profile).phases
        warm_up = gan.budget.steps // 10
        assert spans(gan) == [[("adversary",), warm_up], [("network", "adversary"), gan.budget.steps - warm_up]]


def test_the_generator_learns_as_many_steps_in_every_quick_gan():
    learned = []
    for name in GANS:
        *_, gan = RECIPES[f"{name}-reduced"].at("quick").phases
        learned.append(sum(length for who, length in spans(gan) if "network" in who))
    assert max(learned) - min(learned) <= 3


def test_quick_is_for_what_a_cpu_can_train():
    quick = {name for name, recipe in RECIPES.items() if "quick" in recipe.cuts}
    assert quick == {name for name in RECIPES if name.endswith("-reduced")}
    for name in quick:
        cut = RECIPES[name].at("quick")
        assert (cut.data, cut.validation) == (("Photographs-train",), ("Photographs-valid",))
    assert all("short" in recipe.cuts for recipe in RECIPES.values())


def test_esrgan_as_its_paper_says():
    """Wang et al. 2018, Sec. 4.1: L1 at 2e-4 halved every 200,000 steps, then Eq. 3 with 5e-3 and 1e-2 at 1e-4."""
    psnr, gan = RECIPES["esrgan"].phases
    assert [term.loss for term in psnr.losses] == ["l1"]
    assert learning_rate(psnr.budget, 200_000) == 1e-4
    assert (psnr.budget.learning_rate, psnr.budget.batch, 4 * psnr.budget.patch) == (2e-4, 16, 128)
    assert [(term.loss, term.weight) for term in gan.losses] == [("vgg", 1.0), ("l1", 1e-2)]
    assert (gan.losses[0].kwargs["layers"], gan.losses[0].kwargs["distance"]) == ("conv5_4", "l1")
    assert (gan.adversary.loss, gan.adversary.weight, gan.adversary.turns) == ("relativistic", 5e-3, ())
    assert gan.budget.learning_rate == 1e-4


@pytest.mark.parametrize("name", [*(f"{gan}-reduced" for gan in GANS), "esrgan"])
def test_adversaries_judge_the_patches_of_every_profile(name):
    recipe = RECIPES[name]
    for profile in ("paper", *recipe.cuts):
        *_, gan = recipe.at(profile).phases
        side = gan.budget.patch * (1 if recipe.online else 4)
        with torch.device("meta"):
            adversary = load(gan.adversary.build)(**gan.adversary.kwargs)
            assert adversary(torch.rand(2, 3, side, side)).shape == (2, 1)


def test_what_the_phases_minimise_can_be_built():
    """The adversary comes with its objective; losses are the core's own and tested there."""
    *_, gan = RECIPES["esrgan-gan-reduced"].phases
    objective = Objective(gan, [])
    assert sum(parameter.numel() for parameter in objective.adversary.parameters()) < 1_000_000
    assert partial(players, gan)(0, epoch_steps=EPOCH) == ("adversary",)
