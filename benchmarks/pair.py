"""An ensemble of two reduced RCAN* of different seeds, as a network of its own.

    python benchmarks/pair.py first.safetensors second.safetensors pair.safetensors
    srbench eval --method benchmarks/pair.py:Pair --weights pair.safetensors --datasets Real-like --scales 4

A mean of methods takes registered methods only, and each once; here it is of two checkpoints of one method.
"""

from __future__ import annotations

import sys
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from srbench.catalog import load_catalog
from srbench.models.build import builder

MODEL = "gpnas-rcan-star-reduced"


class Pair(nn.Module):
    """The mean of the SR images of two networks, as `srbench.inference.model_ensemble` takes it: not clipped before."""

    def __init__(self, scale: float) -> None:
        super().__init__()
        build = builder(load_catalog().models.get(MODEL), scale, "")
        self.first, self.second = build(), build()

    def forward(self, lr: Tensor, scale: float) -> Tensor:
        """Upscale `lr` (B, 3, H, W), RGB in [0, 1], by `scale`."""
        return torch.stack([network(lr, scale) for network in (self.first, self.second)]).mean(0)


def main() -> None:
    first, second, target = map(Path, sys.argv[1:])
    networks = {"first": load_file(first), "second": load_file(second)}
    merged = {f"{name}.{key}": value.float() for name, state in networks.items() for key, value in state.items()}
    save_file(merged, target)


if __name__ == "__main__":
    main()
