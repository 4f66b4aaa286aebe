"""Winograd's convolution, against PyTorch's in float64."""

from __future__ import annotations

import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from torch import nn

from srbench.metrics.lpips_backbones import alexnet, squeezenet, vgg16
from srbench.metrics.winograd import WinogradConv2d, with_winograd

SIDES = st.integers(1, 14)


@given(SIDES, SIDES, st.integers(1, 5), st.integers(1, 5), st.sampled_from([0, 1, 2]), st.booleans(), st.integers(1, 2))
@settings(deadline=None)
def test_agrees_with_pytorchs_convolution_at_every_size(height, width, channels, outputs, padding, bias, batch):
    assume(min(height, width) + 2 * padding >= 3)
    torch.manual_seed(height * 16 + width)
    layer = nn.Conv2d(channels, outputs, 3, padding=padding, bias=bias)
    x = torch.randn(batch, channels, height, width)
    with torch.inference_mode():
        actual = WinogradConv2d(layer)(x)
        expected = layer.double()(x.double())
    assert actual.shape == expected.shape
    assert (actual - expected).abs().max() < 1e-4


def test_many_tiles_are_taken_in_several_chunks():
    torch.manual_seed(0)
    layer, x = nn.Conv2d(2, 3, 3, padding=1), torch.randn(1, 2, 90, 170)
    with torch.inference_mode():
        assert (WinogradConv2d(layer)(x) - layer(x)).abs().max() < 1e-4


@pytest.mark.parametrize(("build", "replaced"), [(alexnet, 3), (vgg16, 12), (squeezenet, 0)])
def test_only_convolutions_that_it_suits_are_replaced(build, replaced):
    with torch.device("meta"):
        network = build()
    layers = [layer for layer in network if isinstance(layer, nn.Conv2d) and layer.kernel_size == (3, 3)]
    for layer in layers:
        layer.to_empty(device="cpu")
    assert sum(isinstance(layer, WinogradConv2d) for layer in with_winograd(network)) == replaced
