"""Protocols that shrink in floating point, restore luma alone, or keep grey images grey."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from srbench.data.datasets.finder import open_folder
from srbench.data.datasets.pairs import load_pair, pair_under
from srbench.errors import DataError, Unavailable
from srbench.imaging.colour import luma
from srbench.imaging.image_io import write_png
from srbench.imaging.resize import imresize
from srbench.inference.method import ResolvedMethod
from srbench.inference.upscaler import Upscaler
from srbench.metrics import Sample
from srbench.models.tensors import to_uint8
from srbench.nn.colour import rgb_to_ycbcr, ycbcr_to_rgb
from srbench.nn.resize import imresize as imresize_tensor
from srbench.specs.model import ModelSpec
from srbench.specs.protocol import MATLAB, MATLAB_FLOAT, MATLAB_GREY, STANDARD, Y_FLOAT


class BicubicLuma(nn.Module):
    """Bicubic luma with a constant of 3 grey levels added, and the chroma as it is."""

    def forward(self, lr, scale):
        height, width = (round(side * scale) for side in lr.shape[-2:])
        ycbcr = rgb_to_ycbcr(imresize_tensor(lr, scale, size=(height, width)))
        return ycbcr_to_rgb(torch.cat([ycbcr[:, :1] + 3 / 255, ycbcr[:, 1:]], dim=1))


@pytest.fixture
def dataset(tmp_path):
    pixels = np.random.default_rng(0).integers(0, 256, (42, 50, 3), dtype=np.uint8)
    write_png(tmp_path / "HR" / "colour.png", pixels)
    write_png(tmp_path / "HR" / "grey.png", pixels[..., 1])
    return open_folder(tmp_path)


def upscaled(protocol, pair, scale=2.0):
    model = ModelSpec("bicubic-luma", f"{__name__}:BicubicLuma", joint=True)
    upscaler = Upscaler(ResolvedMethod("m", model), scale, device="cpu", luma_in=protocol.luma_in)
    return to_uint8(upscaler(pair.lr).sr, protocol.quantise)


def test_lr_is_the_resized_double_image(dataset):
    pair = pair_under(MATLAB_FLOAT, dataset.images[0], 2.0, dataset)
    expected = imresize(pair.hr.astype(np.float64), 0.5, mode="matlab-double", size=(21, 25))
    assert pair.lr.dtype == np.float64
    np.testing.assert_array_equal(pair.lr, expected)
    assert not np.allclose(pair.lr, np.rint(pair.lr), atol=0.1)


def test_luma_lr_is_the_resized_rounded_luma(dataset):
    pair = pair_under(Y_FLOAT, dataset.images[0], 2.0, dataset)
    whole = pair_under(STANDARD, dataset.images[0], 2.0, dataset)
    y = luma(whole.hr, rounded=True)
    np.testing.assert_array_equal(pair.hr, y)
    np.testing.assert_array_equal(pair.lr, imresize(y, 0.5, mode="matlab-double", size=(21, 25)))


@pytest.mark.parametrize("name", ["colour", "grey"])
def test_a_network_on_rgb_restores_the_luma_that_it_is_given(dataset, name):
    image = next(image for image in dataset.images if image.name == name)
    pair = pair_under(Y_FLOAT, image, 2.0, dataset)
    sr = upscaled(Y_FLOAT, pair)
    enlarged = imresize(pair.lr, 2.0, mode="matlab-double", size=pair.hr.shape)
    np.testing.assert_array_equal(sr, np.clip(np.floor(enlarged + 3 + 0.5), 0, 255))


def test_grey_images_stay_grey_only_where_the_protocol_keeps_them(dataset):
    grey = next(image for image in dataset.images if image.name == "grey")
    kept, expanded = (pair_under(protocol, grey, 2.0, dataset) for protocol in (MATLAB_GREY, MATLAB))
    np.testing.assert_array_equal(kept.lr, expanded.lr)
    assert upscaled(MATLAB_GREY, kept).shape == (42, 50)
    assert upscaled(MATLAB, expanded).shape == (42, 50, 3)
    enlarged = imresize(kept.lr.astype(np.float64), 2.0, mode="matlab-double", size=(42, 50))
    np.testing.assert_array_equal(upscaled(MATLAB_GREY, kept), np.clip(np.floor(enlarged + 3.5), 0, 255))


def test_a_protocol_that_rounds_reads_the_pair_as_before(dataset):
    files = dataset.images[0]
    pair = pair_under(STANDARD, files, 3.0, dataset)
    known = load_pair(files, 3.0, STANDARD.lr, dataset)
    np.testing.assert_array_equal(pair.lr, known.lr)
    np.testing.assert_array_equal(pair.hr, known.hr)


def test_luma_alone_has_no_colour_to_compare(dataset):
    pair = pair_under(Y_FLOAT, dataset.images[0], 2.0, dataset)
    sample = Sample("colour", pair.hr, pair.hr, 2.0, Y_FLOAT)
    assert sample.pair[0].shape == (38, 46)
    with pytest.raises(Unavailable, match="restores luma alone"):
        _ = sample.rgb


def test_pairs_with_lr_of_another_kind_are_refused(tmp_path):
    for kind in ("HR", "LR"):
        write_png(tmp_path / kind / "a.png", np.zeros((20, 20, 3), np.uint8))
    real = open_folder(tmp_path)
    assert real.equal_size
    with pytest.raises(DataError, match="choose a protocol that reads them"):
        pair_under(Y_FLOAT, real.images[0], 2.0, real)
