"""Perceptual index of the PIRM 2018 challenge (Blau, Mechrez, Timofte, Michaeli, Zelnik-Manor 2018)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from srbench.metrics.ma import Ma
from srbench.metrics.niqe import Niqe

if TYPE_CHECKING:
    from srbench.metrics.sample import Sample
    from srbench.metrics.setup import MetricSetup


class Pi:
    """Perceptual index of SR, from its NIQE and Ma; lower is better.

    If a table has NIQE or Ma too, each is still computed only once per image.
    """

    def __init__(self, setup: MetricSetup) -> None:
        self.niqe, self.ma = Niqe(setup), Ma(setup)

    def __call__(self, sample: Sample) -> float:
        """Return the index; NIQE is computed first, because it is faster to reject an image.

        Raises:
            Unavailable: if NIQE or Ma is undefined for the image.
        """
        niqe = self.niqe(sample)
        return perceptual_index(self.ma(sample), niqe)


def perceptual_index(ma: float, niqe: float) -> float:
    """Return the perceptual index ((10 - Ma) + NIQE) / 2; lower is better.

    Both scores are measured on luma with 4 pixels cropped from every side. The mean index of a dataset equals the index
    of its mean scores, because the formula is linear.
    """
    return ((10 - ma) + niqe) / 2
