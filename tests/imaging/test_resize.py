"""The exact resize, against files that MATLAB wrote."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.io import loadmat

from srbench.errors import DataError, UnknownName, UsageError
from srbench.imaging.resize import imresize, output_size, weights

SCALES = st.floats(0.2, 5)
KERNELS = st.sampled_from(["bicubic", "bilinear", "nearest"])
MODES = st.sampled_from(["matlab-uint8", "matlab-uint8-replicate", "matlab-double"])
SHAPES = st.tuples(st.integers(1, 12), st.integers(1, 12)) | st.tuples(
    st.integers(1, 12), st.integers(1, 12), st.integers(1, 5)
)
UINT8_IMAGES = arrays(np.uint8, SHAPES)
FLOAT_IMAGES = arrays(np.float64, SHAPES, elements=st.floats(-1, 1, width=16))


def read(path):
    image = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
    return image if image.ndim == 2 else image[..., ::-1]


def cropped(image, scale):
    height, width = image.shape[:2]
    return image[: height - height % scale, : width - width % scale]


@pytest.mark.parametrize(
    ("dataset", "scale", "mode"),
    [(name, scale, "matlab-uint8") for name in ("Set5", "Set14") for scale in (2, 3, 4)]
    + [("Set5", 8, "matlab-double")],  # the pack's x8 files alone were made in floating point
)
def test_bit_exact_with_the_benchmark_packs_lr(shared, dataset, scale, mode):
    folder = shared / "data" / dataset
    files = sorted((folder / "HR").glob("*.png"))
    assert len(files) == {"Set5": 5, "Set14": 14}[dataset]
    for file in files:
        lr = read(folder / f"LR_bicubic/X{scale}/{file.stem}x{scale}.png")
        assert np.array_equal(imresize(cropped(read(file), scale), 1 / scale, mode=mode), lr), file.name


@pytest.mark.parametrize("scale", [2, 3, 4])
def test_bit_exact_with_older_matlabs_lr(shared, scale):
    for file in sorted((shared / f"fixtures/selfexsr_set5_lr/X{scale}").glob("*.png")):
        hr = cropped(read(shared / "data/Set5/HR" / file.name), scale)
        assert np.array_equal(imresize(hr, 1 / scale, mode="matlab-uint8-replicate"), read(file)), file.name


def test_double_precision_agrees_with_matlab_both_ways(shared):
    matlab = loadmat(shared / "fixtures/matlab_imresize/butterfly_GT_x3.mat")
    lr = imresize(matlab["im_gt"].astype(np.float64), 1 / 3, mode="matlab-double")
    assert np.abs(lr - matlab["im_l"]).max() < 1e-10
    # The file's enlarged image was clipped afterwards.
    assert np.abs(np.clip(imresize(lr, 3, mode="matlab-double"), 0, 255) - matlab["im_b"]).max() < 1e-10
    assert np.abs(imresize(matlab["im_l_y"], 3, mode="matlab-double") - matlab["im_b_y"]).max() < 1e-10


def test_bilinear_and_nearest_by_hand():
    ramp = np.array([[0.0, 8.0, 16.0, 24.0]])
    assert imresize(ramp, 2, mode="matlab-double", kernel="nearest", size=(1, 8)).tolist() == [
        [0, 0, 8, 8, 16, 16, 24, 24]
    ]
    assert imresize(ramp, 2, mode="matlab-double", kernel="bilinear", size=(1, 8)).tolist() == [
        [0, 2, 6, 10, 14, 18, 22, 24]
    ]
    # Shrunk by two, the antialiased triangle spans four pixels (1 3 3 1) / 8; nearest takes one and isn't antialiased.
    assert imresize(ramp, 0.5, mode="matlab-double", kernel="bilinear", size=(1, 2)).tolist() == [[5, 19]]
    assert imresize(ramp, 0.5, mode="matlab-double", kernel="nearest", size=(1, 2)).tolist() == [[8, 24]]


@pytest.mark.parametrize(
    ("size", "scale", "expected"),
    [(510, 1 / 3, 170), (511, 1 / 3, 171), (77, 1 / 1.1, 70), (321, 0.5, 161), (1, 0.1, 1)],
)
def test_output_size(size, scale, expected):
    assert output_size(size, scale) == expected


@given(st.integers(1, 500), st.integers(11, 80))
def test_output_size_undoes_every_scale_of_one_decimal(size, tenths):
    scale = tenths / 10
    assert output_size(size * tenths, 1 / scale) == size * 10
    assert output_size(size * 10, scale) == size * tenths


def test_output_size_needs_its_tolerance():
    assert np.ceil(46 * (1 / 2.3)) == 21
    assert output_size(46, 1 / 2.3) == 20


@given(st.integers(1, 40), st.integers(1, 40), SCALES, KERNELS, st.sampled_from(["symmetric", "replicate"]))
def test_weights_sum_to_one(n_in, n_out, scale, kernel, border):
    assert np.allclose(weights(n_in, n_out, scale, kernel, border).sum(axis=1), 1, rtol=0, atol=1e-14)


@given(st.integers(0, 255), st.integers(1, 20), st.integers(1, 20), SCALES, MODES, KERNELS)
def test_constant_images_stay_constant(value, height, width, scale, mode, kernel):
    image = np.full((height, width), value, np.uint8)
    assert np.all(imresize(image, scale, mode=mode, kernel=kernel) == value)


@given(UINT8_IMAGES, MODES, KERNELS)
def test_scale_one_is_identity(image, mode, kernel):
    assert np.array_equal(imresize(image, 1, mode=mode, kernel=kernel), image)


@given(UINT8_IMAGES, st.sampled_from([1 / 4, 1 / 3, 1 / 2, 2, 3, 4]), MODES, st.sampled_from(["bicubic", "bilinear"]))
def test_flips_commute(image, scale, mode, kernel):
    if scale < 1:
        image = np.tile(image, (12, 12, *[1] * (image.ndim - 2)))
    for axis in (0, 1):
        flipped = imresize(np.flip(image, axis), scale, mode=mode, kernel=kernel)
        assert np.array_equal(flipped, np.flip(imresize(image, scale, mode=mode, kernel=kernel), axis))


@given(UINT8_IMAGES, SCALES, MODES, KERNELS)
def test_type_and_shape_of_uint8(image, scale, mode, kernel):
    result = imresize(image, scale, mode=mode, kernel=kernel)
    sides = (output_size(image.shape[0], scale), output_size(image.shape[1], scale))
    assert result.dtype == np.uint8
    assert result.shape == (*sides, *image.shape[2:])
    assert result.flags.c_contiguous


@given(FLOAT_IMAGES, SCALES, KERNELS, st.floats(-3, 3))
def test_double_is_linear(image, scale, kernel, factor):
    def double(x):
        return imresize(x, scale, mode="matlab-double", kernel=kernel)

    other = np.roll(image, 1, axis=0)
    assert double(image).dtype == np.float64
    assert np.allclose(double(factor * image + other), factor * double(image) + double(other), rtol=0, atol=1e-12)


@given(UINT8_IMAGES, SCALES, MODES)
def test_channels_are_independent(image, scale, mode):
    for channel in range(image.shape[2] if image.ndim == 3 else 0):
        alone = imresize(np.ascontiguousarray(image[..., channel]), scale, mode=mode)
        assert np.array_equal(imresize(image, scale, mode=mode)[..., channel], alone)


def test_errors_name_what_is_wrong():
    grey = np.zeros((4, 4), np.uint8)
    with pytest.raises(UnknownName, match="matlab-uint8"):
        imresize(grey, 2, mode="matlab-unit8")
    with pytest.raises(UnknownName, match="bicubic"):
        imresize(grey, 2, kernel="bicubik")
    with pytest.raises(DataError, match="use matlab-double"):
        imresize(grey / 255, 2)
    with pytest.raises(DataError, match="int64"):
        imresize(grey.astype(np.int64), 2)
    with pytest.raises(DataError, match="shape"):
        imresize(grey[0], 2)
    for scale in (0, -1, float("nan"), float("inf")):
        with pytest.raises(UsageError, match="positive"):
            imresize(grey, scale)
        with pytest.raises(UsageError, match="positive"):
            imresize(grey, scale, size=(8, 8))
