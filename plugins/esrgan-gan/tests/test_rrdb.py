"""The generator: parameters by arithmetic from the text, the shape of its graph, and what an SR pixel depends on."""

from __future__ import annotations

import pytest
import torch
from srbench_esrgan_gan.models import MODELS
from srbench_esrgan_gan.rrdb import DenseBlock, RRDBNet, rrdb
from srbench_esrgan_gan.rrdb_size import receptive_radius
from torch import nn

from srbench.errors import UsageError
from srbench.loading import load

RELEASED = 16_697_987
"""Parameters of ESRGAN's released network."""


def parameters(module):
    return sum(parameter.numel() for parameter in module.parameters())


def counted(blocks, features=64, growth=32):
    """From the text: 3x3 convolutions with biases; five a dense block, three dense blocks an RRDB, and six others."""

    def convolution(before, after):
        return 9 * before * after + after

    dense = sum(convolution(features + i * growth, growth) for i in range(4)) + convolution(
        features + 4 * growth, features
    )
    trunk_end_and_ups_and_hidden = 4 * convolution(features, features)
    return blocks * 3 * dense + convolution(3, features) + trunk_end_and_ups_and_hidden + convolution(features, 3)


@pytest.mark.parametrize(("blocks", "expected"), [(2, 1_590_083), (10, 7_345_475), (15, 10_942_595), (23, RELEASED)])
def test_parameters(blocks, expected):
    assert counted(blocks) == expected
    with torch.device("meta"):
        assert parameters(RRDBNet(blocks=blocks)) == expected


@pytest.mark.slow
@pytest.mark.parametrize("spec", MODELS, ids=lambda spec: spec.name)
def test_specs_build_what_they_say(spec):
    with torch.device("meta"):
        network = load(spec.build)(scale=4.0, **spec.kwargs)
    named = {key: spec.kwargs[key] for key in ("features", "growth") if key in spec.kwargs}
    assert parameters(network) == counted(spec.kwargs["blocks"], **named)
    assert spec.receptive_radius == receptive_radius(spec.kwargs["blocks"])
    narrow = load(spec.build)(scale=4.0, **{**spec.kwargs, "features": 2, "growth": 1})
    assert narrow(torch.rand(1, 3, 5, 7), 4).shape == (1, 3, 20, 28)
    convolutions = [module for module in network.modules() if isinstance(module, nn.Conv2d)]
    assert len(convolutions) == 15 * spec.kwargs["blocks"] + 6


def test_no_batch_normalisation():
    assert not [
        module for module in RRDBNet(blocks=1, features=4, growth=2).modules() if "Norm" in type(module).__name__
    ]


def test_every_convolution_of_a_dense_block_sees_all_before_it():
    block = DenseBlock(6, 3)
    assert [(conv.in_channels, conv.out_channels) for conv in block.convs] == [
        (6, 3),
        (9, 3),
        (12, 3),
        (15, 3),
        (18, 6),
    ]


@pytest.mark.parametrize("scale", [1.0, 0.2])
def test_residuals_are_scaled_at_both_levels(scale):
    """With a last convolution that always gives 1, a dense block adds `scale`, and an RRDB three of these, scaled."""
    block = rrdb(4, 2, scale)
    for module in block.modules():
        if isinstance(module, DenseBlock):
            nn.init.zeros_(module.convs[-1].weight)
            nn.init.ones_(module.convs[-1].bias)
    x = torch.rand(1, 4, 6, 6)
    # what goes into the outer sum is x + 3 scale: the outer skip is around the chain of blocks with their own skips
    torch.testing.assert_close(block(x), x + scale * (x + 3 * scale))


@pytest.mark.parametrize("long_skip", [True, False])
def test_the_long_skip_goes_round_the_trunk(long_skip):
    network = RRDBNet(blocks=1, features=4, growth=2, long_skip=long_skip)
    nn.init.zeros_(network.trunk[-1].weight)
    nn.init.zeros_(network.trunk[-1].bias)
    x = torch.rand(1, 4, 6, 6)
    assert network.trunk(x).equal(x if long_skip else torch.zeros_like(x))


def test_the_last_activation_can_be_left_out():
    kinds = [
        [type(layer) for layer in RRDBNet(blocks=1, features=4, growth=2, final_activation=on).exit] for on in (1, 0)
    ]
    assert kinds == [[nn.Conv2d, nn.LeakyReLU, nn.Conv2d], [nn.Conv2d, nn.Conv2d]]


def test_start_scales_he_initialisation():
    torch.manual_seed(0)
    weight = RRDBNet(blocks=1, start=0.1).trunk[-1].weight
    assert weight.std().item() == pytest.approx(0.1 * (2 / (1 + 0.2**2) / (64 * 9)) ** 0.5, rel=0.02)
    assert not RRDBNet(blocks=1, features=4, growth=2, start=0.1).entry.bias.any()


def test_without_its_trunk_it_can_start_as_the_nearest_neighbour():
    network = RRDBNet(blocks=1, features=8, growth=4, start="nearest")
    lr = torch.rand(2, 3, 6, 7)
    assert not network(lr, 4).equal(nearest(lr)), "the trunk has begun, with small weights"
    nn.init.zeros_(network.trunk[-1].weight)
    torch.testing.assert_close(network(lr, 4), nearest(lr))


def test_what_carries_the_colours_learns_too():
    network = RRDBNet(blocks=1, features=8, growth=4, start="nearest")
    network(torch.rand(1, 3, 6, 6), 4).square().sum().backward()
    assert all(parameter.grad.any() for parameter in network.parameters())


def test_the_nearest_neighbour_needs_the_long_skip():
    with pytest.raises(UsageError, match="start 'nearest' needs the long skip"):
        RRDBNet(blocks=1, features=8, growth=4, start="nearest", long_skip=False)


def nearest(lr):
    return nn.functional.interpolate(lr, scale_factor=4)


def test_an_sr_pixel_depends_on_no_more_than_the_radius():
    network = RRDBNet(blocks=1, features=4, growth=2).double().eval()
    side = 2 * receptive_radius(1) + 9
    lr = torch.rand(1, 3, side, side, dtype=torch.float64, requires_grad=True)
    middle = side // 2
    for phase in range(4):
        (gradient,) = torch.autograd.grad(network(lr, 4)[0, :, 4 * middle + phase, 4 * middle].sum(), lr)
        rows = gradient[0].abs().sum((0, 2)).nonzero().flatten()
        reach = max(middle - int(rows.min()), int(rows.max()) - middle)
        assert receptive_radius(1) - 1 <= reach <= receptive_radius(1)


def test_another_scale_is_refused():
    network = RRDBNet(blocks=1, features=4, growth=2)
    with pytest.raises(UsageError, match=r"built for x4, not for x2") as caught:
        network(torch.rand(1, 3, 4, 4), 2)
    assert "\n" not in str(caught.value)
