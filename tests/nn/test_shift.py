import pytest
import torch

from srbench import WeightsError
from srbench.nn.shift import DIV2K_MEAN, MeanShift, drop_mean_shift


def checkpoint(bias):
    return {"shift.weight": torch.eye(3).view(3, 3, 1, 1), "shift.bias": torch.tensor(bias), "conv.bias": torch.ones(2)}


def test_subtracts_the_mean_colour():
    white = torch.ones(1, 3, 2, 2)
    torch.testing.assert_close(MeanShift()(white)[0, :, 0, 0], 1 - torch.tensor(DIV2K_MEAN))


def test_both_signs_cancel():
    x = torch.rand(2, 3, 4, 5)
    torch.testing.assert_close(MeanShift(sign=1)(MeanShift(sign=-1)(x)), x)


def test_is_neither_trained_nor_stored():
    shift = MeanShift()
    assert not list(shift.parameters())
    assert not shift.state_dict()
    assert shift.double().shift.dtype == torch.float64


def test_drops_the_convolution_that_does_the_same():
    state = checkpoint(DIV2K_MEAN)
    assert drop_mean_shift(state, "shift", MeanShift(sign=1)).keys() == {"conv.bias"}
    assert len(state) == 3


@pytest.mark.parametrize(
    "state", [checkpoint(DIV2K_MEAN), {"conv.bias": torch.ones(2)}], ids=["other sign", "no shift"]
)
def test_refuses_a_convolution_that_does_something_else(state):
    with pytest.raises(WeightsError, match="'shift'"):
        drop_mean_shift(state, "shift", MeanShift(sign=-1))
