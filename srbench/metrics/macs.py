"""Mult-adds (Multi-Adds, MACs), the computational cost of a network for one image."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch.utils.flop_counter import FlopCounterMode

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import Tensor

    from srbench.metrics.subject import Subject

FLOPS_PER_MAC = 2
"""Operations per multiply-add in PyTorch's counter, which counts multiplication and addition separately."""


def macs(subject: Subject) -> float:
    """Count the multiplications in convolutions (transposed ones included) for a 1280 x 720 HR image.

    These are the Mult-Adds of Ahn et al. 2018 (CARN): biases, element-wise arithmetic, interpolation and matrix
    products are not counted. At x3 the LR image is 426 x 240. The network runs without data on PyTorch's meta device;
    a network that needs data (NumPy code, decisions on values) runs on zeros instead.
    """
    size = (1, subject.channels, *subject.lr_size())
    try:
        with torch.device("meta"):
            model = subject.build().eval()
        return _count(lambda lr: model(lr, subject.scale), torch.zeros(size, device="meta"))
    except (RuntimeError, TypeError, ValueError):
        return _count(subject.forward, torch.zeros(size, device=subject.device))


def _count(forward: Callable[[Tensor], object], lr: Tensor) -> float:
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        forward(lr)
    operations = counter.get_flop_counts().get("Global", {})  # absent where nothing was counted
    return float(sum(flops for operation, flops in operations.items() if "conv" in str(operation)) / FLOPS_PER_MAC)
