"""The order of weights and patches in memory in which a network trains fastest."""

from __future__ import annotations

import torch
from torch import nn


def fastest_layout(network: nn.Module, device: str) -> torch.memory_format:
    """Return the memory format in which 2-D convolutions of `network` are fastest in training: mostly channels last.

    On processors with AVX2 but not AVX-512, oneDNN's gradients of the weights of group convolutions are 1.4 to 2.6
    times as fast in the format that PyTorch calls contiguous (``benchmarks/README.md``, training); a step of PCARN-M
    takes four fifths of the time. The formats give the same numbers but for rounding in the last bits.

    Args:
        network: The network.
        device: The device that it trains on, such as ``cpu`` or ``cuda:0``.
    """
    if device != "cpu" or torch.backends.cpu.get_cpu_capability() != "AVX2":
        return torch.channels_last
    convolutions = (module for module in network.modules() if isinstance(module, nn.Conv2d))
    grouped = any(1 < module.groups < module.in_channels for module in convolutions)
    return torch.contiguous_format if grouped else torch.channels_last


def in_layout(network: nn.Module, layout: torch.memory_format) -> nn.Module:
    """Return `network` with the weights of its 2-D convolutions in `layout`."""
    for tensor in (*network.parameters(), *network.buffers()):
        if tensor.dim() == 4:  # torch refuses channels last for others, such as the weights of a 3-D convolution
            tensor.data = tensor.data.contiguous(memory_format=layout)
    return network
