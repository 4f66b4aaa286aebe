"""Network interpolation between the weights of a PSNR-oriented network and those of the GAN trained from it.

theta = (1 - alpha) theta_PSNR + alpha theta_GAN (ESRGAN: Wang et al. 2018, Sec. 3.4, Eq. 4): SR goes from smooth and
accurate at alpha = 0 to detailed at alpha = 1, without another training.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from srbench.errors import UsageError, WeightsError
from srbench.weights.state_dict import load_network, load_state_dict, select_submodule

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from torch import Tensor, nn

    from srbench.inference.method import ResolvedMethod


def state_of(method: ResolvedMethod, weights: Path, network: nn.Module) -> tuple[Mapping[str, Tensor], str]:
    """Return the state dict of `method` from the file `weights`, interpolated if the method has `blend_with`.

    Args:
        method: The method.
        weights: Its checkpoint.
        network: Its network, which is not changed.

    Returns:
        The state dict, and a remark of one line if only a part, or a converted form, of a user's file was taken; else
        an empty string.

    Raises:
        WeightsError: as `load_network`, or if the two files do not hold weights of the same network.
    """
    state, remark = _state_from_file(method, weights, network)
    other = method.blend_with
    if other is None:
        return state, remark
    if other.weights is None:
        raise WeightsError(
            f"method {other.name}: has no weights to blend with those of {method.name}; choose a method with weights"
        )
    psnr_state, psnr_remark = state_of(other, other.weights, network)
    blended = interpolate(psnr_state, state, method.alpha, f"{other.weights} and {weights}")
    return blended, "; ".join(filter(None, (remark, psnr_remark)))


def _state_from_file(method: ResolvedMethod, weights: Path, network: nn.Module) -> tuple[Mapping[str, Tensor], str]:
    if method.part:  # a submodule of a larger network, which srbench trained
        return select_submodule(load_state_dict(weights, method.weights_spec), method.part), ""
    if method.training:  # srbench wrote the file, which must fit as it is
        return load_state_dict(weights, method.weights_spec), ""
    if method.weights_spec:  # a registered file is known, and in the record's key: no remark
        return load_network(network, weights, spec=method.weights_spec)[0], ""
    return load_network(network, weights, method.model.layouts)


def interpolate(psnr: Mapping[str, Tensor], gan: Mapping[str, Tensor], alpha: float, where: str) -> dict[str, Tensor]:
    """Return (1 - alpha) `psnr` + alpha `gan` for each tensor, in the types of `gan`.

    At alpha 0 and 1 the result is bit-identical to one of the networks. Tensors that are not floating-point (batch
    counts) are those of the nearer network.

    Args:
        psnr: State dict of the PSNR-oriented network.
        gan: State dict of the other network.
        alpha: Share of `gan`, in [0, 1].
        where: Names of the files, for errors.

    Raises:
        UsageError: if `alpha` is outside [0, 1].
        WeightsError: if the state dicts differ in keys or shapes.
    """
    if not 0 <= alpha <= 1:
        raise UsageError(f"alpha {alpha:g}: out of range; choose 0 (the PSNR-oriented network) to 1 (the other one)")
    faults = [f"{key} is in only one of them" for key in sorted(psnr.keys() ^ gan.keys())]
    faults += [
        f"{key} is {tuple(psnr[key].shape)} and {tuple(gan[key].shape)}"
        for key in psnr
        if key in gan and psnr[key].shape != gan[key].shape
    ]
    if faults:
        raise WeightsError(
            f"{where}: weights of different networks, which can't be interpolated: {_first(faults)}; choose files "
            "of one network"
        )
    return {key: _between(psnr[key], gan[key], alpha) for key in gan}


def _between(psnr: Tensor, gan: Tensor, alpha: float) -> Tensor:
    nearer = psnr if alpha < 0.5 else gan
    if alpha in {0, 1} or not gan.is_floating_point():
        return nearer
    # computed in double precision, so that the result is rounded only once
    return ((1 - alpha) * psnr.to(torch.float64) + alpha * gan.to(torch.float64)).to(gan.dtype)


def _first(faults: list[str], shown: int = 3) -> str:
    return "; ".join(faults[:shown]) + (f"; ... ({len(faults)} in all)" if len(faults) > shown else "")
