"""Self-ensemble: the mean over the eight flips and rotations of the LR image."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from srbench.models.prediction import Prediction

if TYPE_CHECKING:
    from srbench.models.prediction import Forward


def self_ensemble(forward: Forward) -> Forward:
    """Return a forward pass that averages `forward` over the eight flips and rotations of the image.

    Sigma is averaged as a variance.
    """

    def run(lr: torch.Tensor) -> Prediction:
        results = [_undo(forward(_turn(lr, turns, flip)), turns, flip) for turns in range(4) for flip in (False, True)]
        sr = torch.stack([result.sr for result in results]).mean(0)
        sigmas = [result.sigma for result in results if result.sigma is not None]
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
