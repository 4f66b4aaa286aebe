"""PCARN as initialised by each scheme of Table 3."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from srbench_pcarn.initialisation import SCHEMES
from srbench_pcarn.model import PCARN

if TYPE_CHECKING:
    from torch import Tensor

SEED = 0
TITLES = {
    "Norm. 0.1*sqrt(2/F)": r"$0.1\,N(\sqrt{2/F})$",
    "Unif. 0.1*sqrt(6/F)": r"$0.1\,U(\pm\sqrt{6/F})$",
    "Unif. 0.1*sqrt(1/F)": r"$0.1\,U(\pm\sqrt{1/F})$",
    "Norm. 1.0*sqrt(2/F)": r"$1.0\,N(\sqrt{2/F})$",
    "Unif. 1.0*sqrt(6/F)": r"$1.0\,U(\pm\sqrt{6/F})$",
    "Unif. 1.0*sqrt(1/F)": r"$1.0\,U(\pm\sqrt{1/F})$",
}
"""Panel titles of the schemes, in matplotlib's mathtext."""


def untrained(scheme: str) -> PCARN:
    """Return PCARN at x2, x3 and x4, initialised by `scheme` with the seed `SEED`.

    The state of torch's global generator does not change.
    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(SEED)
        return PCARN(initialisation=SCHEMES[scheme]).eval()


def convolution_weights(network: torch.nn.Module) -> list[Tensor]:
    """Return the learned weights of the convolutions of `network`, (out, in / groups, k, k) each."""
    return [module.weight.detach() for module in network.modules() if isinstance(module, torch.nn.Conv2d)]
