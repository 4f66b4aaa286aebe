"""The discriminators: sizes from the papers, gradients, and whatever patch they are given."""

from __future__ import annotations

import pytest
import torch
from srbench_esrgan_gan.discriminator import Discriminator
from srbench_esrgan_gan.esrgan_recipe import DISCRIMINATOR
from srbench_esrgan_gan.recipes import REDUCED
from torch import nn

from srbench import VggDiscriminator
from srbench.errors import UsageError

ESRGAN_PARAMETERS = 14_499_401
"""As ESRGAN's training code logs its discriminator for patches of 128."""


def parameters(module):
    return sum(parameter.numel() for parameter in module.parameters())


def small():
    torch.manual_seed(0)
    return VggDiscriminator((4, 8, 8), pool=2, hidden=8)


def test_the_reports_layers():
    """Sec. 3.2: four convolutions with LeakyReLU, an average pooling, a perceptron of two hidden layers."""
    with torch.device("meta"):
        layers = [type(layer) for layer in Discriminator()]
    assert layers == [
        *[nn.Conv2d, nn.LeakyReLU] * 4,
        nn.AdaptiveAvgPool2d,
        nn.Flatten,
        *[nn.Linear, nn.LeakyReLU] * 2,
        nn.Linear,
    ]


def test_parameters_of_the_reports():
    convolutions = sum(9 * before * after + after for before, after in ((3, 64), (64, 128), (128, 256), (256, 512)))
    perceptron = (512 * 36 + 1) * 1024 + 1025 * 1024 + 1025
    with torch.device("meta"):
        assert parameters(Discriminator()) == convolutions + perceptron


def test_parameters_of_esrgans():
    with torch.device("meta"):
        assert parameters(VggDiscriminator(**DISCRIMINATOR)) == ESRGAN_PARAMETERS


def test_srgans_layers_are_those_of_its_figure():
    """Ledig et al. 2017, Fig. 4: k3 n64 s1, k3 n64 s2, ... n512 s2; Dense 1024, Dense 1; seven normalisations."""
    with torch.device("meta"):
        network = VggDiscriminator()
    convolutions = [module for module in network.modules() if isinstance(module, nn.Conv2d)]
    assert [
        (convolution.out_channels, convolution.kernel_size[0], convolution.stride[0]) for convolution in convolutions
    ] == [(width, 3, stride) for width in (64, 128, 256, 512) for stride in (1, 2)]
    assert sum(isinstance(module, nn.BatchNorm2d) for module in network.modules()) == 7
    assert [module.out_features for module in network.modules() if isinstance(module, nn.Linear)] == [1024, 1]
    with torch.device("meta"):
        plain = VggDiscriminator(batch_norm=False)
    assert not [module for module in plain.modules() if isinstance(module, nn.BatchNorm2d)]
    assert all(module.bias is not None for module in plain.modules() if isinstance(module, nn.Conv2d))


@pytest.mark.parametrize(("side", "kwargs"), [(96, {}), (128, DISCRIMINATOR)])
def test_pooling_changes_nothing_for_the_papers_patches(side, kwargs):
    narrow = {**kwargs, "stages": [2 for _ in kwargs.get("stages", (64, 128, 256, 512))]}
    network = VggDiscriminator(**narrow)
    assert network.features(torch.rand(2, 3, side, side)).shape[-1] == network.judge[0].output_size


@pytest.mark.parametrize(("height", "width"), [(96, 96), (64, 128), (33, 47)])
def test_one_logit_an_image_of_any_size(height, width):
    image = torch.rand(2, 3, height, width)
    for network in (Discriminator((4, 8), pool=3, hidden=(8, 8)), small()):
        logits = network(image)
        assert logits.shape == (2, 1)
    torch.manual_seed(3)
    logits = torch.cat([Discriminator((4, 8), pool=3, hidden=(8, 8))(image) for _ in range(20)])
    assert logits.min() < 0 < logits.max(), "not squashed"


@pytest.mark.parametrize("make", [lambda: Discriminator(**REDUCED), small], ids=["report", "vgg"])
def test_every_pixel_and_every_layer_gets_a_gradient(make):
    torch.manual_seed(0)
    network = make().double()
    image = torch.rand(2, 3, 48, 48, dtype=torch.float64, requires_grad=True)
    network(image).square().sum().backward()
    assert (image.grad.abs().sum(1) > 0).all()
    assert all(parameter.grad.abs().sum() > 0 for parameter in network.parameters())


def test_what_cannot_be_judged_is_refused():
    with pytest.raises(UsageError, match="7 x 9 pixels is too small; use at least 8 x 8") as caught:
        small()(torch.rand(1, 3, 9, 7))
    assert "\n" not in str(caught.value)
    with pytest.raises(UsageError, match="at least one"):
        Discriminator(())
