"""The dual regression network: its levels, its loop, its loss."""

from __future__ import annotations

import pytest
import torch
from srbench_gpnas_ensemble.closed_loop_loss import ClosedLoopLoss
from srbench_gpnas_ensemble.dual_regression import ClosedLoop, DualRegressionNetwork, doublings

from srbench import Prediction
from srbench.errors import PluginError, UsageError
from srbench.losses.batch import Batch
from srbench.nn.resize import imresize


def network(scale=4.0):
    torch.manual_seed(0)
    return ClosedLoop(scale, blocks=1, features=16)


def batch(scale=4.0):
    chance = torch.Generator().manual_seed(1)
    side = round(6 * scale)
    lr, hr = (torch.rand(2, 3, n, n, generator=chance) for n in (6, side))
    return Batch(lr, hr, scale, ("a", "b"))


@pytest.mark.parametrize("scale", [2.0, 4.0, 8.0])
def test_an_image_at_every_size(scale):
    levels = network(scale).network.levels(batch(scale).lr)
    assert [level.shape[-1] for level in levels] == [6 * 2**k for k in range(len(doublings(scale)) + 1)]


def test_inference_is_the_last_level_alone():
    whole, given = network().eval(), batch()
    prediction = whole(given.lr, 4.0)
    torch.testing.assert_close(whole.network(given.lr, 4.0), prediction.sr)
    assert {name: value.shape[-1] for name, value in prediction.aux.items()} == {
        "level-0": 6,
        "level-1": 12,
        "dual-0": 6,
        "dual-1": 12,
    }


def test_the_loss_by_hand():
    given = batch()
    targets = given.lr, imresize(given.hr, 0.5)
    offsets = {"level-0": 0.1, "level-1": 0.2, "dual-0": 0.3, "dual-1": 0.5}
    aux = {name: targets[int(name[-1])] + offset for name, offset in offsets.items()}
    terms = ClosedLoopLoss(dual_weight=0.1)(Prediction(given.hr, aux=aux), given)
    assert terms["levels"].item() == pytest.approx(0.3, abs=1e-6)
    assert terms["dual"].item() == pytest.approx(0.08, abs=1e-6)


def test_the_loop_teaches_both_networks():
    """The dual loss reaches the primal network through the dual one: that is what closes the loop."""
    whole, given = network(), batch()
    terms = ClosedLoopLoss()(whole(given.lr, 4.0), given)
    terms["dual"].backward()
    assert all(parameter.grad is not None and parameter.grad.abs().sum() > 0 for parameter in whole.dual.parameters())
    assert whole.network.tails[-1].weight.grad.abs().sum() > 0
    assert whole.network.head.weight.grad.abs().sum() > 0


def test_another_network_is_refused():
    with pytest.raises(PluginError, match="ClosedLoop"):
        ClosedLoopLoss()(Prediction(batch().hr), batch())


@pytest.mark.parametrize("scale", [1.0, 3.0, 2.5])
def test_powers_of_two_alone(scale):
    with pytest.raises(UsageError):
        DualRegressionNetwork(scale)
