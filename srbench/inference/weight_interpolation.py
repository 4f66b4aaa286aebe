"""Network interpolation: between the weights of a PSNR-oriented network and those of the GAN trained from it.

theta = (1 - alpha) theta_PSNR + alpha theta_GAN (ESRGAN: Wang et al. 2018, Sec. 3.4, Eq. 4), from smooth and exact at
alpha = 0 to detailed at 1 without another training.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from srbench.errors import UsageError, WeightsError
from srbench.weights.state_dict import load_state_dict, select_submodule

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from torch import Tensor

    from srbench.inference.method import ResolvedMethod


def state_of(method: ResolvedMethod, weights: Path) -> Mapping[str, Tensor]:
    """The state dict of `method`, read from its `weights`, blended with that of its PSNR-oriented network if asked for.

    Raises `WeightsError` as `load_state_dict`, and where the two files don't hold weights of one network.
    """
    own = select_submodule(load_state_dict(weights, method.weights_spec), method.part)
    other = method.blend_with
    if other is None:
        return own
    if other.weights is None:
        raise WeightsError(f"method {other.name} has no weights to blend those of {method.name} with")
    return interpolate(state_of(other, other.weights), own, method.alpha, f"{other.weights} and {weights}")


def interpolate(psnr: Mapping[str, Tensor], gan: Mapping[str, Tensor], alpha: float, where: str) -> dict[str, Tensor]:
    """(1 - alpha) `psnr` + alpha `gan`, tensor by tensor, in the types of `gan`; at 0 and 1 one of them, bit by bit.

    What isn't floating-point (counts of batches) is the nearer network's. Raises `UsageError` for an `alpha` outside
    [0, 1], `WeightsError` that names `where` for state dicts with other keys or shapes.
    """
    if not 0 <= alpha <= 1:
        raise UsageError(f"alpha {alpha:g}: expected 0 (the PSNR-oriented network) to 1 (the other)")
    faults = [f"{key} is in one of them only" for key in sorted(psnr.keys() ^ gan.keys())]
    faults += [
        f"{key} is {tuple(psnr[key].shape)} and {tuple(gan[key].shape)}"
        for key in psnr
        if key in gan and psnr[key].shape != gan[key].shape
    ]
    if faults:
        raise WeightsError(f"{where}: not of one network, so there is nothing between them: {_first(faults)}")
    return {key: _between(psnr[key], gan[key], alpha) for key in gan}


def _between(psnr: Tensor, gan: Tensor, alpha: float) -> Tensor:
    nearer = psnr if alpha < 0.5 else gan
    if alpha in {0, 1} or not gan.is_floating_point():
        return nearer
    # in double precision, so that the result is rounded once
    return ((1 - alpha) * psnr.to(torch.float64) + alpha * gan.to(torch.float64)).to(gan.dtype)


def _first(faults: list[str], shown: int = 3) -> str:
    return "; ".join(faults[:shown]) + (f"; ... ({len(faults)} in all)" if len(faults) > shown else "")
