"""The memory format of a training: by processor, and without an effect but rounding."""

from __future__ import annotations

import pytest
import torch

from srbench.nn.cascade import EResidualBlock
from srbench.training.layout import fastest_layout, in_layout


@pytest.mark.parametrize(
    ("device", "processor", "layout"),
    [
        ("cpu", "AVX2", torch.contiguous_format),
        ("cpu", "AVX512", torch.channels_last),
        ("cpu", "DEFAULT", torch.channels_last),
        ("cuda", "AVX2", torch.channels_last),
    ],
)
def test_fastest_layout(monkeypatch, device, processor, layout):
    monkeypatch.setattr(torch.backends.cpu, "get_cpu_capability", lambda: processor)
    assert fastest_layout(device) == layout


def test_gradients_are_the_same_in_both_layouts():
    torch.manual_seed(0)
    network = EResidualBlock(16, 4)
    x, gradients = torch.rand(2, 16, 12, 12), []
    for layout in (torch.channels_last, torch.contiguous_format):
        in_layout(network, layout)
        assert all(weight.is_contiguous(memory_format=layout) for weight in network.parameters() if weight.dim() == 4)
        network.zero_grad()
        network(x.contiguous(memory_format=layout)).square().mean().backward()
        gradients.append([parameter.grad.clone() for parameter in network.parameters()])
    torch.testing.assert_close(*gradients, rtol=1e-4, atol=1e-7)
