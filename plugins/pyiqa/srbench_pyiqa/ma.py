"""Ma and the perceptual index that is made of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from srbench.imaging.colour import as_rgb, shave
from srbench.metrics.niqe import BORDER, Niqe
from srbench.metrics.pi import perceptual_index
from srbench_pyiqa import NRQM_MODEL
from srbench_pyiqa.bridge import create, luma_tensor

if TYPE_CHECKING:
    from pathlib import Path

    from srbench.metrics import MetricSetup, Sample


class Ma:
    """Ma of SR, about 0 to 10, on the same pixels as NIQE: rounded BT.601 luma, 4 pixels shaved from every side.

    Raises `Unavailable` where pyiqa, which computes it, is missing.
    """

    last: ClassVar[tuple[Path, Sample, float] | None] = None
    """The file, the image and its score: Ma takes over a minute for a 720p image, and PI asks for it again."""

    def __init__(self, setup: MetricSetup) -> None:
        self.model = setup.weights[NRQM_MODEL]
        self.nrqm = create("nrqm", setup.device, pretrained_model_path=str(self.model))

    def __call__(self, sample: Sample) -> float:
        """The score; higher is better."""
        if not (Ma.last and Ma.last[0] == self.model and Ma.last[1] is sample):
            score = float(self.nrqm(luma_tensor(as_rgb(shave(sample.sr, BORDER)), rounded=True)))
            Ma.last = self.model, sample, score
        return Ma.last[2]


class Pi:
    """The perceptual index of SR; lower is better. Raises `Unavailable` as `Ma` and NIQE do."""

    def __init__(self, setup: MetricSetup) -> None:
        self.ma, self.niqe = Ma(setup), Niqe(setup)

    def __call__(self, sample: Sample) -> float:
        """The index; NIQE goes first, as it is the faster one to refuse an image."""
        niqe = self.niqe(sample)
        return perceptual_index(self.ma(sample), niqe)
