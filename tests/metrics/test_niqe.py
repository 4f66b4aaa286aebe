"""NIQE against the authors' MATLAB code (run in Octave), MATLAB itself and scipy's generalised normal distribution."""

from __future__ import annotations

import csv

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import gennorm
from skimage import data

from srbench.errors import Unavailable
from srbench.imaging.colour import luma
from srbench.imaging.image_io import read_image
from srbench.metrics import MetricSetup, Sample
from srbench.metrics.niqe import BORDER, NaturalImages, Niqe, NiqeGrey, grey_levels, image_features, niqe
from srbench.metrics.niqe_features import BLOCK, block_features, fit, normalise
from srbench.metrics.specs.no_reference import METRICS, WEIGHTS
from srbench.specs.protocol import PCARN, RGB, STANDARD

PARAMETERS = next(spec for spec in WEIGHTS if spec.name == "niqe-parameters")
SMALLEST = BLOCK + 2 * BORDER
MANY_FLAT_PIXELS = {"ppt3"}
SEEDS = st.integers(0, 2**32 - 1)


@pytest.fixture(scope="module")
def setup(shared):
    return MetricSetup(weights={PARAMETERS.name: shared / "weights/metrics" / PARAMETERS.filename})


@pytest.fixture(scope="module")
def metric(setup):
    return Niqe(setup)


@pytest.fixture(scope="module")
def natural():
    """Any mean and covariance do, where only equality is asked for."""
    return NaturalImages(np.ones(36), np.eye(36))


def sample(sr, scale=4.0, protocol=PCARN):
    return Sample("image", sr, None, scale, protocol)


@pytest.mark.slow
def test_matches_the_authors_code(shared, metric):
    with (shared / "fixtures/golden/niqe_hr_x4_shave4.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 19
    for row in rows:
        image = read_image(shared / "data" / row["dataset"] / "HR" / f"{row['image']}.png")
        height, width = (side - side % 4 for side in image.shape[:2])
        value = metric(sample(image[:height, :width]))
        assert value == pytest.approx(float(row["niqe"]), rel=0, abs=1e-6), row
        # Octave's rounding errors count in flat areas; one image is half flat.
        tolerance = 0.005 if row["image"] in MANY_FLAT_PIXELS else 1e-4
        assert value == pytest.approx(float(row["niqe_octave"]), rel=0, abs=tolerance), row


def test_matches_matlab_on_baboon(shared, metric):
    baboon = luma(read_image(shared / "data/Set14/HR/baboon.png"), rounded=True)
    assert niqe(baboon, metric.natural) == pytest.approx(5.72957338, rel=0, abs=1e-6)


def test_a_grey_image_is_rgb_with_equal_channels(setup):
    grey = data.camera()
    rgb = np.stack([grey] * 3, axis=2)
    for metric in (Niqe(setup), NiqeGrey(setup)):
        assert metric(sample(grey)) == metric(sample(rgb))


def test_grey_variant_is_rgb2gray():
    # MATLAB: rgb2gray(uint8(cat(3, [255 0 0 255 1], [0 255 0 255 1], [0 0 255 255 1])))
    colours = np.array([[255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 255, 255], [1, 1, 1]], np.uint8)
    assert grey_levels(colours[None]).tolist() == [[76, 150, 29, 255, 1]]
    levels = np.arange(256, dtype=np.uint8)
    assert np.array_equal(grey_levels(np.stack([levels] * 3, axis=1)[None])[0], levels)


def test_border_is_4_whatever_scale_and_protocol(metric):
    sr = data.astronaut()
    value = niqe(luma(sr[4:-4, 4:-4], rounded=True), metric.natural)
    assert {metric(sample(sr, scale, protocol)) for scale in (2.0, 3.0) for protocol in (STANDARD, RGB)} == {value}


def test_pixels_beyond_whole_blocks_do_not_count(natural):
    image = data.camera().astype(np.float64)
    assert niqe(image[:250, :350], natural) == niqe(image[:192, :288], natural)


def test_an_image_of_one_block_has_the_variance_of_its_features_for_covariance(natural):
    block = data.camera()[:BLOCK, :BLOCK].astype(np.float64)
    (features,) = image_features(block)
    precision = np.linalg.pinv((natural.covariance + np.var(features, ddof=1)) / 2)
    expected = np.sqrt((natural.mean - features) @ precision @ (natural.mean - features))
    assert niqe(block, natural) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(("height", "width"), [(SMALLEST - 1, 400), (400, SMALLEST - 1), (5, 5), (1, 1)])
def test_an_image_smaller_than_a_block_has_no_niqe(metric, height, width):
    with pytest.raises(
        Unavailable, match=r"NIQE of image, 4 pixels cropped from every side: .* needs a block of 96 x 96"
    ):
        metric(sample(np.zeros((height, width, 3), np.uint8)))


def test_an_image_of_one_block_has_a_niqe(metric):
    assert metric(sample(data.astronaut()[100 : 100 + SMALLEST, 100 : 100 + SMALLEST])) > 0


@pytest.mark.parametrize("level", [0, 77, 255])
def test_a_constant_image_has_no_niqe(metric, level):
    with pytest.raises(Unavailable, match="every block of 96 x 96 is flat"):
        metric(sample(np.full((300, 300, 3), level, np.uint8)))


@pytest.mark.parametrize("textured", [1, 2])
def test_flat_blocks_among_textured_ones_do_not_make_niqe_undefined(metric, textured):
    image = np.full((2 * BLOCK, 2 * BLOCK), 128.0)
    image[:BLOCK, : textured * BLOCK] = data.camera()[200 : 200 + BLOCK, 200 : 200 + textured * BLOCK]
    assert np.isfinite(niqe(image, metric.natural))


@given(st.integers(0, 255))
def test_a_flat_area_is_exactly_zero(level):
    assert not normalise(np.full((96, 96), float(level))).any()


@pytest.mark.parametrize("shape", [0.5, 1, 2, 4])
def test_fit_finds_the_generalised_gaussian(shape):
    values = gennorm.rvs(shape, scale=3, size=(1, 10**6), random_state=0)
    found = fit(values)
    assert found.shape[0] == pytest.approx(shape, rel=0.02)
    assert (found.left[0], found.right[0]) == pytest.approx((3, 3), rel=0.03)
    assert found.mean[0] == pytest.approx(0, abs=0.005 * values.std())


def test_fit_finds_each_side():
    values = np.abs(gennorm.rvs(2, size=(1, 10**6), random_state=0))
    left = np.random.default_rng(0).random(values.shape) < 1 / 5  # a side's mass is in proportion to its width
    found = fit(np.where(left, -values, 4 * values))
    assert (found.shape[0], found.left[0], found.right[0]) == pytest.approx((2, 1, 4), rel=0.02)
    assert found.mean[0] == pytest.approx(np.where(left, -values, 4 * values).mean(), rel=0.02)


@given(SEEDS)
@settings(deadline=None, max_examples=25)
def test_fit_mirrors_and_scales(seed):
    values = np.random.default_rng(seed).normal(0.2, 1, (3, 500))
    found, mirrored, doubled = fit(values), fit(-values), fit(2 * values)
    np.testing.assert_allclose(mirrored.left, found.right)
    np.testing.assert_allclose(mirrored.mean, -found.mean)
    np.testing.assert_allclose(doubled.right, 2 * found.right)
    assert np.array_equal(found.shape, mirrored.shape)
    assert np.array_equal(found.shape, doubled.shape)


@given(SEEDS, st.integers(1, 3), st.integers(1, 3))
@settings(deadline=None, max_examples=25)
def test_blocks_are_independent_and_in_order(seed, rows, columns):
    image = np.random.default_rng(seed).normal(size=(rows * 48, columns * 48))
    tiles = [tile for strip in np.split(image, rows) for tile in np.split(strip, columns, axis=1)]
    expected = np.concatenate([block_features(tile, 48) for tile in tiles])
    assert block_features(image, 48).shape == (rows * columns, 18)
    np.testing.assert_array_equal(block_features(image, 48), expected)


def test_specs_name_weights_that_exist():
    assert {name for spec in METRICS for name in spec.weights} == {spec.name for spec in WEIGHTS}
