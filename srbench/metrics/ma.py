"""Ma's score (Ma, Yang, Yang, Yang 2017), a prediction of human ratings of super-resolved images; also called NRQM."""

from __future__ import annotations

from typing import TYPE_CHECKING

from srbench.errors import Unavailable
from srbench.metrics.niqe import BORDER, challenge_luma
from srbench.metrics.nrqm.features import ma_features
from srbench.metrics.nrqm.model import MaModel

if TYPE_CHECKING:
    from srbench.metrics.sample import Sample
    from srbench.metrics.setup import MetricSetup

MODEL = "nrqm-model"
"""Name of the weights: the authors' random forests."""


class Ma:
    """Ma of SR, about 0 to 10, on the pixels of NIQE; higher is better.

    These pixels are BT.601 luma rounded to whole levels, with 4 pixels cropped from every side, as in the PIRM 2018
    challenge. A grey image is treated as RGB with three equal channels.

    Raises:
        WeightsError: if the file with the forests is damaged.
    """

    def __init__(self, setup: MetricSetup) -> None:
        self.path = setup.weights[MODEL]
        self.model = MaModel.load(self.path)

    def __call__(self, sample: Sample) -> float:
        """Return the score of SR.

        Raises:
            Unavailable: if the image is too small or constant.
        """
        try:
            return sample.once((Ma, self.path), lambda: self.model(ma_features(challenge_luma(sample))))
        except Unavailable as reason:
            raise Unavailable(f"Ma of {sample.name}, {BORDER} pixels cropped from every side: {reason}") from None
