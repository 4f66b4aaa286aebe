"""What is special about the recipes; tests/training has what all recipes do."""

from __future__ import annotations

import pytest
import torch
from srbench_classics.mslapsrn import MSLapSRN
from srbench_classics.recipes import enet, mslapsrn, srcnn, srgan

from srbench import Prediction, VggDiscriminator
from srbench.catalog import load_catalog
from srbench.nn.colour import rgb_to_ycbcr
from srbench.training.job import make_job
from srbench.training.objective.objective import players
from srbench.training.recipe.learning_rate import learning_rate


def test_srgan_begins_with_srresnets_own_training():
    """The same key: what `srresnet` trained is found, and not trained again."""
    catalog = load_catalog()
    for profile in ("short", "paper"):
        whole = make_job(catalog, "srgan", profile)
        assert [phase.name for phase in whole.recipe.phases] == ["mse", "gan"]
        assert whole.before.key == make_job(catalog, "srresnet", profile).key
        assert whole.before.before is None


@pytest.mark.parametrize("phase", [srgan.GAN, enet.RECIPES[0].phases[1]], ids=["srgan", "enet"])
def test_network_and_discriminator_learn_in_every_step(phase):
    assert {players(phase, step, 100) for step in range(5)} == {("network", "adversary")}


def test_srgans_rate_falls_to_a_tenth_half_way():
    rates = [learning_rate(srgan.GAN.budget, step) for step in (0, 99_999, 100_000, 199_999)]
    assert rates == pytest.approx([1e-4, 1e-4, 1e-5, 1e-5])


def test_mslapsrns_rates_are_those_that_its_authors_saved():
    """1e-5 from epoch 0 on, then 5e-6, 2.5e-6 and 1.25e-6, from epoch 400 on 1e-6 up to 2000."""
    halving, constant = (phase.budget for phase in mslapsrn.RECIPES[0].phases)
    assert (halving.steps + constant.steps) / mslapsrn.EPOCH == 2000
    found = [learning_rate(halving, mslapsrn.EPOCH * epoch) for epoch in (0, 99, 100, 200, 300, 399)]
    assert found == pytest.approx([1e-5, 1e-5, 5e-6, 2.5e-6, 1.25e-6, 1.25e-6])
    assert {learning_rate(constant, step) for step in (0, constant.steps - 1)} == {1e-6}


def test_srcnns_error_is_counted_where_its_convolutions_see_no_border():
    kernels = (9, 5, 5)
    (term,) = srcnn.RECIPES[0].phases[0].losses
    assert term.kwargs["border"] == sum(size // 2 for size in kernels)


@pytest.mark.parametrize(("adversary", "side"), [(srgan.ADVERSARY, 96), (enet.ADVERSARY, 128)], ids=["srgan", "enet"])
def test_discriminators_pool_nothing_at_the_papers_patches(adversary, side):
    with torch.device("meta"):
        network = VggDiscriminator(**adversary.kwargs)
        features = network.features(torch.rand(1, 3, side, side))
        assert network.judge[0](features).shape == features.shape
        assert network(torch.rand(2, 3, side, side)).shape == (2, 1)


def test_enets_discriminator_counted_by_hand():
    widths, total, before = (32, 64, 128, 256, 512), 0, 3
    for width in widths:
        total += 9 * before * width + width + 9 * width * width + width
        before = width
    total += 512 * 4 * 4 * 1024 + 1024 + 1024 + 1
    with torch.device("meta"):
        network = VggDiscriminator(**enet.ADVERSARY.kwargs)
    assert sum(parameter.numel() for parameter in network.parameters()) == total


def test_mslapsrn_hands_out_its_levels_in_training():
    torch.manual_seed(0)
    network = MSLapSRN(depth=1, recursions=2, features=4)
    lr = torch.rand(1, 3, 5, 6)
    with torch.inference_mode():
        plain, states = network(lr, 4.0), network.states(lr, 4.0)
        trained = network(lr, 4.0, torch.rand(1, 3, 20, 24))
    assert isinstance(trained, Prediction)
    torch.testing.assert_close(trained.sr, plain)
    assert list(trained.aux) == ["level-1", "level-2"]
    for level, state in zip(trained.aux.values(), states, strict=True):
        torch.testing.assert_close(level, rgb_to_ycbcr(state)[:, :1], atol=1e-5, rtol=0)
