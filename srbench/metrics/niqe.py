"""Natural Image Quality Evaluator (Mittal, Soundararajan, Bovik 2013), exact to the authors' MATLAB code."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.io import loadmat

from srbench.data.resize import HALF_UP, imresize
from srbench.errors import Unavailable
from srbench.metrics.colour import luma
from srbench.metrics.niqe_features import block_features, normalise
from srbench.metrics.sample import as_rgb, shave

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from srbench.metrics.sample import Sample
    from srbench.metrics.setup import MetricSetup

RGB2GRAY = np.array([0.298936021293775, 0.587043074451121, 0.114020904255103])
"""MATLAB's weights of R, G and B: NTSC's Y, from the inverse of its YIQ matrix."""
BLOCK = 96
BORDER = 4
"""Shaved from every side at every scale, as the PIRM 2018 challenge does; a protocol's own border has no part in it."""


@dataclass(frozen=True)
class NaturalImages:
    """The multivariate Gaussian of the features of undistorted photographs: 36 means and their (36, 36) covariance."""

    mean: NDArray[np.float64]
    covariance: NDArray[np.float64]

    @classmethod
    def load(cls, path: Path) -> NaturalImages:
        """From the authors' ``modelparameters.mat``."""
        content = loadmat(path)
        return cls(content["mu_prisparam"].ravel(), content["cov_prisparam"])


class NIQE:
    """NIQE of SR on BT.601 luma, rounded to whole levels; lower is better, 0 at best.

    A grey image counts as RGB with three equal channels, so that it has one value however it is stored.

    Calling it raises `Unavailable` for an image that is smaller than one block once 4 pixels a side are shaved, and for
    one without texture (see `niqe`).
    """

    def __init__(self, setup: MetricSetup) -> None:
        self.natural = NaturalImages.load(setup.weights["niqe"])

    def __call__(self, sample: Sample) -> float:
        try:
            return niqe(self.channel(sample), self.natural)
        except Unavailable as reason:
            raise Unavailable(f"NIQE of {sample.name}: {reason}") from None

    def channel(self, sample: Sample) -> NDArray[np.float64]:
        """What is measured: (H, W) whole numbers in [0, 255], border shaved."""
        return luma(as_rgb(shave(sample.sr, BORDER)), rounded=True)


class NIQEGrey(NIQE):
    """NIQE on MATLAB's ``rgb2gray``, which the authors' code takes of an RGB image."""

    def channel(self, sample: Sample) -> NDArray[np.float64]:
        """As `NIQE.channel`."""
        return np.floor(as_rgb(shave(sample.sr, BORDER)) @ RGB2GRAY + HALF_UP)


def niqe(image: NDArray[np.float64], natural: NaturalImages) -> float:
    """Distance (Eq. 10) of `image`, (H, W) in [0, 255], from natural images; rows and columns beyond whole blocks go.

    A flat block, which has no statistics, is left out. With a single block the covariance of the blocks is, as in
    MATLAB, the variance of its 36 features. Raises `Unavailable` where the image is smaller than one 96 x 96 block, and
    where every block is flat.
    """
    height, width = (side - side % BLOCK for side in image.shape)
    if not (height and width):
        needed = f"{BLOCK} x {BLOCK} after shaving, {BLOCK + 2 * BORDER} x {BLOCK + 2 * BORDER} before"
        raise Unavailable(f"{image.shape[1]} x {image.shape[0]} after shaving; needs {needed}")
    features = image_features(image[:height, :width])
    textured = features[~np.isnan(features).any(axis=1)]
    if not len(textured):
        raise Unavailable(f"no texture in any of the {len(features)} blocks; needs one that isn't flat")
    covariance = np.cov(textured.squeeze(axis=0) if len(textured) == 1 else textured, rowvar=False)
    with np.errstate(invalid="ignore"):
        distance = natural.mean - np.nanmean(features, axis=0)
    return float(np.sqrt(distance @ np.linalg.pinv((natural.covariance + covariance) / 2) @ distance))


def image_features(image: NDArray[np.float64]) -> NDArray[np.float64]:
    """(blocks, 36): 18 features at full size, 18 at half size, of an image whose sides are multiples of 96."""
    normalised, _ = normalise(image)
    half, _ = normalise(imresize(image, 0.5, mode="matlab-double"))
    return np.hstack([block_features(normalised, BLOCK), block_features(half, BLOCK // 2)])
