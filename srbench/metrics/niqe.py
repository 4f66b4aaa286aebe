"""Natural Image Quality Evaluator (Mittal, Soundararajan, Bovik 2013), matching the authors' MATLAB code."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.io import loadmat

from srbench.errors import Unavailable
from srbench.imaging.colour import as_rgb, luma, shave, shave_planes, tensor_luma
from srbench.imaging.levels import HALF_UP
from srbench.imaging.resize import imresize
from srbench.metrics.niqe_features import BLOCK, NO_TEXTURE, block_features, normalise, whole_blocks

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray
    from torch import Tensor

    from srbench.metrics.sample import Sample
    from srbench.metrics.setup import MetricSetup

BORDER = 4
"""Crop border in pixels, at every scale and under every protocol, as in the PIRM 2018 challenge."""
RGB2GRAY = np.array([0.298936021293775, 0.587043074451121, 0.114020904255103])
"""Weights of R, G and B in MATLAB's ``rgb2gray``."""


@dataclass(frozen=True, eq=False)
class NaturalImages:
    """Multivariate Gaussian fitted to features of undistorted photographs: 36 means, (36, 36) covariance (Eq. 8)."""

    mean: NDArray[np.float64]
    covariance: NDArray[np.float64]

    @classmethod
    def load(cls, path: Path) -> NaturalImages:
        """Load the Gaussian from the authors' ``modelparameters.mat``."""
        content = loadmat(path)
        return cls(content["mu_prisparam"].ravel(), content["cov_prisparam"])


class Niqe:
    """NIQE on BT.601 luma rounded to whole levels, with 4 pixels cropped from every side; lower is better.

    A grey image is treated as RGB with three equal channels, so its value does not depend on how it is stored.
    """

    def __init__(self, setup: MetricSetup) -> None:
        self.parameters = setup.weights["niqe-parameters"]
        self.natural = NaturalImages.load(self.parameters)

    def __call__(self, sample: Sample) -> float:
        """Return the NIQE of SR.

        Raises:
            Unavailable: if the image has no complete block or no block with texture.
        """
        try:
            return sample.once((type(self), self.parameters), lambda: self._measure(sample))
        except Unavailable as reason:
            raise Unavailable(f"NIQE of {sample.name}, {BORDER} pixels cropped from every side: {reason}") from None

    def _measure(self, sample: Sample) -> float:
        if sample.device_sr is None:
            return niqe(self.channel(sample), self.natural)
        from srbench.metrics.niqe_tensors import tensor_niqe

        planes = self.planes(shave_planes(sample.device_sr, BORDER))
        return float(tensor_niqe(planes, self.natural.mean, self.natural.covariance))

    def channel(self, sample: Sample) -> NDArray[np.float64]:
        """Return the (H, W) channel of SR on which NIQE is measured, in whole levels."""
        return challenge_luma(sample)

    def planes(self, images: Tensor) -> Tensor:
        """Convert (B, 3 or 1, H, W) RGB or grey on a GPU to the (B, 1, H, W) channel, as `channel` does."""
        return tensor_luma(images.expand(-1, 3, -1, -1), rounded=True)


class NiqeGrey(Niqe):
    """NIQE on MATLAB's ``rgb2gray``, to which the authors' code converts RGB; a grey image is not changed."""

    def channel(self, sample: Sample) -> NDArray[np.float64]:
        """Return SR in the grey of MATLAB's ``rgb2gray``."""
        return grey_levels(as_rgb(shave(sample.sr, BORDER)))

    def planes(self, images: Tensor) -> Tensor:
        """Convert (B, 3 or 1, H, W) RGB or grey on a GPU to the (B, 1, H, W) channel, as `channel` does."""
        red, green, blue = RGB2GRAY.tolist()
        rgb = images.expand(-1, 3, -1, -1)
        grey: Tensor = rgb[:, :1].double() * red
        grey.add_(rgb[:, 1:2], alpha=green).add_(rgb[:, 2:], alpha=blue)
        return grey.add_(HALF_UP).floor_()


def grey_levels(rgb: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Convert (H, W, 3) RGB to (H, W) grey as MATLAB's ``rgb2gray`` does, in whole levels."""
    grey: NDArray[np.float64] = rgb @ RGB2GRAY
    return np.floor(grey + HALF_UP)


def challenge_luma(sample: Sample) -> NDArray[np.float64]:
    """Return SR as the PIRM 2018 challenge measures it: BT.601 luma in whole levels, 4 pixels cropped from every side.

    NIQE and Ma share the array: do not write to it.
    """
    return sample.once("luma of the PIRM 2018 challenge", lambda: luma(as_rgb(shave(sample.sr, BORDER)), rounded=True))


def niqe(image: NDArray[np.float64], natural: NaturalImages) -> float:
    """Compute the distance of `image` from natural images (Eq. 10); 0 is best.

    Rows and columns beyond complete blocks of 96 x 96 are ignored, as are statistics that are undefined for flat
    blocks.

    Args:
        image: (H, W) in [0, 255].
        natural: Statistics of undistorted photographs.

    Raises:
        Unavailable: if there is no complete block, or every block is flat (a constant image).
    """
    height, width = whole_blocks(*image.shape)
    features = image_features(image[:height, :width])
    textured = features[~np.isnan(features).any(axis=1)]
    if not len(textured):
        raise Unavailable(NO_TEXTURE)
    difference = natural.mean - np.nanmean(features, axis=0)
    covariance = (natural.covariance + _covariance(textured, len(features))) / 2
    return float(np.sqrt(difference @ np.linalg.pinv(covariance) @ difference))


def _covariance(textured: NDArray[np.float64], blocks: int) -> NDArray[np.float64]:
    """Compute the covariance of the feature rows as MATLAB's ``nancov`` does.

    It is 0 if only one row of a matrix is left. A one-block image is a vector to ``nancov``, which then returns the
    variance of its 36 features, a scalar that is added to every element.
    """
    if len(textured) == 1:
        return np.asarray(np.var(textured, ddof=1) if blocks == 1 else 0.0)
    return np.cov(textured, rowvar=False)


def image_features(image: NDArray[np.float64]) -> NDArray[np.float64]:
    """Compute (blocks, 36) features of an image with sides divisible by 96: 18 at full size, then 18 at half size."""
    half = imresize(image, 0.5, mode="matlab-double")
    return np.hstack([block_features(normalise(image), BLOCK), block_features(normalise(half), BLOCK // 2)])
