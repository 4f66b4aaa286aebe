"""Natural Image Quality Evaluator (Mittal, Soundararajan, Bovik 2013), equal to the authors' MATLAB code."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.io import loadmat

from srbench.errors import Unavailable
from srbench.imaging.colour import as_rgb, luma, shave
from srbench.imaging.resize import HALF_UP, imresize
from srbench.metrics.niqe_features import block_features, normalise

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from srbench.metrics.sample import Sample
    from srbench.metrics.setup import MetricSetup

BLOCK = 96
BORDER = 4
"""Shaved from every side at every scale, as in the PIRM 2018 challenge; a protocol's border has no part in it."""
RGB2GRAY = np.array([0.298936021293775, 0.587043074451121, 0.114020904255103])
"""What MATLAB's ``rgb2gray`` weighs R, G and B with."""


@dataclass(frozen=True, eq=False)
class NaturalImages:
    """The multivariate Gaussian of undistorted photographs' features: 36 means, (36, 36) covariance (Eq. 8)."""

    mean: NDArray[np.float64]
    covariance: NDArray[np.float64]

    @classmethod
    def load(cls, path: Path) -> NaturalImages:
        """From the authors' ``modelparameters.mat``."""
        content = loadmat(path)
        return cls(content["mu_prisparam"].ravel(), content["cov_prisparam"])


class Niqe:
    """NIQE on BT.601 luma, rounded to whole levels, 4 pixels shaved from every side. Lower is better.

    A grey image counts as RGB with three equal channels: it has one value, however it is stored.
    """

    def __init__(self, setup: MetricSetup) -> None:
        self.natural = NaturalImages.load(setup.weights["niqe-parameters"])

    def __call__(self, sample: Sample) -> float:
        """NIQE of SR; raises `Unavailable` where `niqe` does."""
        try:
            return niqe(self.levels(as_rgb(shave(sample.sr, BORDER))), self.natural)
        except Unavailable as reason:
            raise Unavailable(f"NIQE of {sample.name}, {BORDER} pixels shaved from every side: {reason}") from None

    def levels(self, rgb: NDArray[np.uint8]) -> NDArray[np.float64]:
        """What is measured of an image: (H, W, 3) -> (H, W) whole numbers."""
        return luma(rgb, rounded=True)


class NiqeGrey(Niqe):
    """As `Niqe`, on MATLAB's ``rgb2gray``: what the authors' code makes of RGB. A grey image stays as it is."""

    def levels(self, rgb: NDArray[np.uint8]) -> NDArray[np.float64]:
        """As `Niqe.levels`."""
        grey: NDArray[np.float64] = rgb @ RGB2GRAY
        return np.floor(grey + HALF_UP)


def niqe(image: NDArray[np.float64], natural: NaturalImages) -> float:
    """Distance of `image`, (H, W) in [0, 255], from natural images (Eq. 10); 0 at best.

    Rows and columns beyond whole blocks of 96 x 96 are left out, and so are the statistics that a flat block doesn't
    have. Raises `Unavailable` where there is no whole block, and where every block is flat (a constant image).
    """
    height, width = (side - side % BLOCK for side in image.shape)
    if not (height and width):
        raise Unavailable(f"{image.shape[1]} x {image.shape[0]} left; needs a block of {BLOCK} x {BLOCK}")
    features = image_features(image[:height, :width])
    textured = features[~np.isnan(features).any(axis=1)]
    if not len(textured):
        raise Unavailable(f"every block of {BLOCK} x {BLOCK} is flat; needs one with texture")
    difference = natural.mean - np.nanmean(features, axis=0)
    covariance = (natural.covariance + _covariance(textured, len(features))) / 2
    return float(np.sqrt(difference @ np.linalg.pinv(covariance) @ difference))


def _covariance(textured: NDArray[np.float64], blocks: int) -> NDArray[np.float64]:
    """Covariance of the rows as MATLAB's ``nancov`` sees it: 0 for the one row left of a matrix, but an image of one
    block is a vector to it: the variance of its 36 features, which is then added to every element.
    """
    if len(textured) == 1:
        return np.asarray(np.var(textured, ddof=1) if blocks == 1 else 0.0)
    return np.cov(textured, rowvar=False)


def image_features(image: NDArray[np.float64]) -> NDArray[np.float64]:
    """(blocks, 36) features of an image whose sides are multiples of 96: 18 at full size, then 18 at half size."""
    half = imresize(image, 0.5, mode="matlab-double")
    return np.hstack([block_features(normalise(image), BLOCK), block_features(normalise(half), BLOCK // 2)])
