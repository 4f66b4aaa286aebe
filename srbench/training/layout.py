"""The order of weights and patches in memory in which networks train fastest."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from torch import nn


def fastest_layout(device: str) -> torch.memory_format:
    """Return the memory format in which 2-D convolutions are fastest in training on `device`: mostly channels last.

    On processors with AVX2 but not AVX-512, it is the format that PyTorch calls contiguous: oneDNN's gradients of the
    weights take up to 2.7 times as long with channels last there. Measured for EDSR-baseline and PCARN-M
    (``benchmarks/README.md``, training). The two formats give the same numbers but for rounding in the last bits.

    Args:
        device: Kind of device, such as ``cpu`` or ``cuda``.
    """
    only_avx2 = device == "cpu" and torch.backends.cpu.get_cpu_capability() == "AVX2"
    return torch.contiguous_format if only_avx2 else torch.channels_last


def in_layout(network: nn.Module, layout: torch.memory_format) -> nn.Module:
    """Return `network` with the weights of its 2-D convolutions in `layout`."""
    for tensor in (*network.parameters(), *network.buffers()):
        if tensor.dim() == 4:  # torch refuses channels last for others, such as the weights of a 3-D convolution
            tensor.data = tensor.data.contiguous(memory_format=layout)
    return network
