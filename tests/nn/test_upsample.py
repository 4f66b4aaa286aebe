import pytest
import torch
from torch import nn

from srbench import UsageError
from srbench.nn.upsample import PerScale, PixelShuffleUpsampler, shuffle_stages


@pytest.mark.parametrize(("scale", "stages"), [(1, []), (2, [2]), (3, [3]), (4.0, [2, 2]), (8, [2, 2, 2])])
def test_stages(scale, stages):
    assert shuffle_stages(scale) == stages
    assert PixelShuffleUpsampler(4, scale, groups=2)(torch.rand(1, 4, 3, 5)).shape == (1, 4, 3 * scale, 5 * scale)


@pytest.mark.parametrize("scale", [0.5, 0, 2.5, 5, 6])
def test_other_scales_are_refused(scale):
    with pytest.raises(UsageError, match=f"x{scale:g}"):
        PixelShuffleUpsampler(4, scale)


def test_activation_stands_before_each_shuffle():
    kinds = [type(layer) for layer in PixelShuffleUpsampler(4, 4, activation=True)]
    assert kinds == [nn.Conv2d, nn.ReLU, nn.PixelShuffle] * 2


def test_parameters_are_those_of_its_convolutions():
    """CARN's x4 upsampler: two 3x3 convolutions from 64 to 256 channels."""
    assert sum(p.numel() for p in PixelShuffleUpsampler(64, 4).parameters()) == 2 * (64 * 256 * 9 + 256)


def test_each_scale_has_its_module():
    x = torch.rand(1, 4, 3, 3)
    module = PerScale({2: nn.Upsample(scale_factor=2), 2.5: nn.Identity()})
    assert module(x, 2.0).shape[-1] == 6
    assert module(x, 2.5) is x
    with pytest.raises(UsageError, match=r"built for x2, x2\.5, not for x3"):
        module(x, 3)
