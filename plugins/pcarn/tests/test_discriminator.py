from __future__ import annotations

import pytest
import torch
from srbench_pcarn.discriminator import Discriminator, MultiScaleDiscriminator
from torch import nn

CONVOLUTIONS = [
    (3, 64, 3, 1),
    (64, 64, 4, 2),
    (64, 128, 3, 1),
    (128, 128, 4, 2),
    (128, 256, 3, 1),
    (256, 256, 4, 2),
    (256, 512, 3, 1),
    (512, 512, 3, 1),
    (512, 1, 3, 1),
]
"""Input channels, n, k and s of Fig. 1, as in the authors' training code."""


def test_nine_convolutions_as_in_figure_1():
    found = [layer for layer in Discriminator() if isinstance(layer, nn.Conv2d)]
    assert [(c.in_channels, c.out_channels, c.kernel_size[0], c.stride[0]) for c in found] == CONVOLUTIONS


def test_parameter_count():
    convolutions = sum(i * n * k * k + n for i, n, k, _ in CONVOLUTIONS)
    normalisations = sum(2 * n for _, n, _, _ in CONVOLUTIONS[1:-1])
    assert sum(parameter.numel() for parameter in Discriminator().parameters()) == convolutions + normalisations


@pytest.mark.parametrize(("height", "width"), [(96, 96), (144, 192), (101, 67)])
def test_one_logit_for_every_eight_pixels(height, width):
    assert Discriminator()(torch.rand(1, 3, height, width)).shape == (1, 1, height // 8, width // 8)


def test_logits_are_not_squashed():
    torch.manual_seed(0)
    assert Discriminator()(torch.rand(2, 3, 64, 64)).min() < 0


def test_every_level_sees_its_own_resolution():
    network = MultiScaleDiscriminator()
    seen = []
    for discriminator in network.discriminators:
        discriminator.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0]))
    image = torch.rand(2, 3, 96, 64)
    maps = network(image)
    assert [tuple(call.shape[-2:]) for call in seen] == [(96, 64), (48, 32), (24, 16)]
    assert [tuple(feature_map.shape[-2:]) for feature_map in maps] == [(12, 8), (6, 4), (3, 2)]
    assert seen[0] is image
    blocks = image.reshape(2, 3, 24, 4, 16, 4).mean((3, 5))
    torch.testing.assert_close(seen[2], blocks)


def test_levels_share_no_weights():
    one = sum(parameter.numel() for parameter in Discriminator().parameters())
    assert sum(parameter.numel() for parameter in MultiScaleDiscriminator().parameters()) == 3 * one


@pytest.mark.slow
def test_generator_gets_a_gradient_from_every_level():
    network = MultiScaleDiscriminator()
    for level in range(3):
        image = torch.rand(2, 3, 64, 64, requires_grad=True)
        network(image)[level].mean().backward()
        assert image.grad is not None
        assert image.grad.abs().sum() > 0
