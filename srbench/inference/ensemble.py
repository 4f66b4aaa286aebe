"""What a network is wrapped in, by name.

`self`, self-ensemble: the mean over the eight flips and rotations of the input (Timofte et al. 2016; EDSR, Sec. 3.3).
`patch`: `srbench.inference.patch_ensemble`.
"""

from __future__ import annotations

from collections.abc import Callable

import torch

from srbench.errors import UnknownName, UsageError
from srbench.inference.patch_ensemble import patch_ensemble
from srbench.prediction import Prediction

Forward = Callable[[torch.Tensor], Prediction]
"""lr (B, C, h, w) -> a `Prediction` with sr (B, C, H, W)."""


def self_ensemble(forward: Forward) -> Forward:
    """`forward`, averaged over the eight symmetries of the square; sigma is averaged as a variance."""

    def run(lr: torch.Tensor) -> Prediction:
        results = [_undo(forward(_turn(lr, turns, flip)), turns, flip) for turns in range(4) for flip in (False, True)]
        sr = torch.stack([one.sr for one in results]).mean(0)
        sigmas = [one.sigma for one in results if one.sigma is not None]
        sigma = torch.stack(sigmas).square().mean(0).sqrt() if len(sigmas) == len(results) else None
        return Prediction(sr, sigma)

    return run


def _turn(image: torch.Tensor, turns: int, flip: bool) -> torch.Tensor:
    image = image.flip(-1) if flip else image
    return torch.rot90(image, turns, (-2, -1))


def _undo(result: Prediction, turns: int, flip: bool) -> Prediction:
    def back(image: torch.Tensor) -> torch.Tensor:
        image = torch.rot90(image, -turns, (-2, -1))
        return image.flip(-1) if flip else image

    return Prediction(back(result.sr), None if result.sigma is None else back(result.sigma))


WRAPPERS: dict[str, Callable[[Forward, float], Forward]] = {
    "self": lambda forward, _scale: self_ensemble(forward),
    "patch": patch_ensemble,
}
"""Each called with the forward pass that it is around, and its scale."""


def wrap(forward: Forward, names: tuple[str, ...], scale: float) -> Forward:
    """`forward` inside the named wrappers, innermost first.

    Raises `UnknownName`, and `UsageError` for one that is there twice, which would only cost.
    """
    for name in names:
        if name not in WRAPPERS:
            raise UnknownName("ensemble", name, WRAPPERS)
        if names.count(name) > 1:
            raise UsageError(f"ensemble {', then '.join(names)}: {name} is there twice; once is all that it can do")
        forward = WRAPPERS[name](forward, scale)
    return forward
