"""Samples of a photograph that ships with scikit-image, on which checks measure image metrics."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from srbench.data.datasets.demo import images
from srbench.imaging.image_io import read_image
from srbench.imaging.resize import imresize
from srbench.metrics.sample import Sample
from srbench.specs.protocol import STANDARD

if TYPE_CHECKING:
    from numpy.typing import NDArray

SIDE = 192
"""Side of the images in pixels."""


def sample_images() -> dict[str, Sample]:
    """Return samples by name.

    SR is ``identical`` to HR, ``blurred`` and ``again`` blurred in the same way, ``worse`` (blurred more) or ``black``.
    """
    hr = read_image(images()[0][1])[:SIDE, :SIDE]
    blurred, worse = (imresize(imresize(hr, 1 / factor), factor, size=hr.shape[:2]) for factor in (2, 4))

    def sample(sr: NDArray[np.uint8]) -> Sample:
        floats: NDArray[np.float32] = np.asarray(np.atleast_3d(sr) / 255, np.float32)
        return Sample("image", sr, hr, 2, STANDARD, floats, np.full(sr.shape[:2], 0.1, np.float32))

    images_by_name = {"blurred": blurred, "again": blurred, "worse": worse, "identical": hr, "black": np.zeros_like(hr)}
    return {name: sample(sr) for name, sr in images_by_name.items()}
