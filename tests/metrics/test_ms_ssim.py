from __future__ import annotations

import numpy as np
import pytest
import skimage.data
from scipy.ndimage import correlate, gaussian_filter
from skimage.metrics import structural_similarity

from srbench.errors import Unavailable
from srbench.metrics import Sample
from srbench.metrics.ms_ssim import ms_ssim
from srbench.specs.protocol import RGB, STANDARD

WEIGHTS = (0.0448, 0.2856, 0.3001, 0.2363, 0.1333)
NO_BORDER = RGB.but(crop_scale=0.0)
C1, C2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2


def ms_ssim_as_in_the_paper(a, b):
    """Eq. 7, with SSIM's maps by scikit-image and the authors' filter of ones(2) / 4 between the levels."""
    product = 1.0
    for level, weight in enumerate(WEIGHTS):
        options = {"data_range": 255, "gaussian_weights": True, "sigma": 1.5, "use_sample_covariance": False}
        _, full = structural_similarity(a, b, full=True, **options)
        inside = slice(5, -5), slice(5, -5)
        if level < len(WEIGHTS) - 1:
            mean_a, mean_b = (gaussian_filter(image, 1.5, truncate=3.5) for image in (a, b))
            full = full / ((2 * mean_a * mean_b + C1) / (mean_a**2 + mean_b**2 + C1))
        product *= full[inside].mean() ** weight
        a, b = (correlate(image, np.ones((2, 2)) / 4, origin=-1)[::2, ::2] for image in (a, b))
    return product


@pytest.fixture(scope="module")
def pair():
    hr = skimage.data.astronaut()[:320, :272]
    noise = np.random.default_rng(0).normal(0, 5, hr.shape)
    return np.clip(gaussian_filter(hr, (1.2, 1.2, 0)) + noise, 0, 255).astype(np.uint8), hr


def test_agrees_with_the_papers_equation(pair):
    sr, hr = (image[..., 1].astype(float) for image in pair)
    measured = ms_ssim(Sample("one", *(image[..., 1] for image in pair), 1, NO_BORDER))
    assert measured == pytest.approx(ms_ssim_as_in_the_paper(sr, hr), abs=2e-6)
    assert 0.8 < measured < 0.99


def test_rgb_is_the_mean_over_channels(pair):
    channels = [ms_ssim(Sample("one", pair[0][..., c], pair[1][..., c], 1, NO_BORDER)) for c in range(3)]
    assert ms_ssim(Sample("one", *pair, 1, NO_BORDER)) == pytest.approx(np.mean(channels), abs=1e-12)


def test_luma_and_border_are_the_protocols(pair):
    sample = Sample("one", *pair, 8, STANDARD)
    sr, hr = (image[: 320 // 16 * 16 - 16, : 272 // 16 * 16 - 16] for image in sample.pair)
    assert ms_ssim(sample) == pytest.approx(ms_ssim_as_in_the_paper(sr, hr), abs=2e-6)


def test_sides_are_cut_to_multiples_of_16(pair):
    whole = ms_ssim(Sample("one", *(image[:304, :256] for image in pair), 1, NO_BORDER))
    assert ms_ssim(Sample("one", *(image[:319, :271] for image in pair), 1, NO_BORDER)) == whole


def test_equal_images_have_an_ms_ssim_of_1(pair):
    assert ms_ssim(Sample("one", pair[1], pair[1], 1, NO_BORDER)) == pytest.approx(1, abs=1e-12)


def test_images_smaller_than_the_coarsest_window_are_refused(pair):
    sr, hr = (image[:175, :200] for image in pair)
    with pytest.raises(Unavailable, match=r"MS-SSIM of one: 200 x 175 pixels .* needs 176 x 176"):
        ms_ssim(Sample("one", sr, hr, 1, NO_BORDER))
