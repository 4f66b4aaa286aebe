"""Ma and the perceptual index, which is computed from it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from srbench import NIQE_BORDER, Niqe, as_rgb, perceptual_index, shave
from srbench_pyiqa import NRQM_MODEL
from srbench_pyiqa.bridge import create, luma_tensor

if TYPE_CHECKING:
    from pathlib import Path

    from srbench import MetricSetup, Sample


class Ma:
    """Ma of SR, about 0 to 10, computed by pyiqa.

    It is measured on the same pixels as NIQE: rounded BT.601 luma with 4 pixels cropped from every side.

    Raises:
        Unavailable: if pyiqa is missing.
    """

    last: ClassVar[tuple[Path, Sample, float] | None] = None
    """Most recent model file, sample and score.

    They are cached because Ma takes over a minute for a 720p image and PI needs the same score.
    """

    def __init__(self, setup: MetricSetup) -> None:
        self.model = setup.weights[NRQM_MODEL]
        self.nrqm = create("nrqm", setup.device, pretrained_model_path=str(self.model))

    def __call__(self, sample: Sample) -> float:
        """Return the score; higher is better."""
        if not (Ma.last and Ma.last[0] == self.model and Ma.last[1] is sample):
            score = float(self.nrqm(luma_tensor(as_rgb(shave(sample.sr, NIQE_BORDER)), rounded=True)))
            Ma.last = self.model, sample, score
        return Ma.last[2]


class Pi:
    """Perceptual index of SR; lower is better.

    Raises:
        Unavailable: if pyiqa is missing.
    """

    def __init__(self, setup: MetricSetup) -> None:
        self.ma, self.niqe = Ma(setup), Niqe(setup)

    def __call__(self, sample: Sample) -> float:
        """Return the index; NIQE is computed first, because it is faster to reject an image.

        Raises:
            Unavailable: if NIQE is undefined for the image.
        """
        niqe = self.niqe(sample)
        return perceptual_index(self.ma(sample), niqe)
