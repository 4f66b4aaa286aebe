"""Images of 16 bits a channel, against OpenCV, tifffile and the bytes that the formats' definitions ask for."""

from __future__ import annotations

import struct
import zlib

import cv2
import numpy as np
import pytest
import tifffile
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from PIL import Image

from srbench.errors import DataError
from srbench.imaging.colour import luma
from srbench.imaging.deep import in_8_bits_if_whole, in_levels, to_8_bits
from srbench.imaging.image_io import has_16_bits, read_8_bits, read_levels, write_png
from srbench.metrics import Sample
from srbench.specs.protocol import STANDARD

GREY, GREY_ALPHA, RGB, RGBA = 0, 4, 2, 6
"""Colour types of PNG."""


@pytest.fixture
def pixels():
    """Every channel has another course, and lower bytes that 8 bits would lose."""
    return np.random.default_rng(1).integers(0, 65536, (9, 7, 3), dtype=np.uint16)


def png(colour, image, extra=b""):
    """The bytes of a PNG of 16 bits (big-endian, filter 0), as its specification has them."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    height, width = image.shape[:2]
    lines = b"".join(b"\0" + line.astype(">u2").tobytes() for line in image)
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 16, colour, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + extra + chunk(b"IDAT", zlib.compress(lines)) + chunk(b"IEND", b"")


def exif(orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = exif.tobytes()[6:]
    return struct.pack(">I", len(data)) + b"eXIf" + data + struct.pack(">I", zlib.crc32(b"eXIf" + data))


def written(tmp_path, name, data):
    path = tmp_path / name
    path.write_bytes(data)
    return path


def opaque(image):
    return np.dstack([image, np.full(image.shape[:2], 65535, np.uint16)])


def test_png_of_16_bits_with_and_without_alpha(tmp_path, pixels):
    grey = pixels[..., 1]
    cases = {
        "grey.png": (png(GREY, grey), grey),
        "rgb.png": (png(RGB, pixels), pixels),
        "grey-alpha.png": (png(GREY_ALPHA, opaque(grey)), grey),
        "rgba.png": (png(RGBA, opaque(pixels)), pixels),
    }
    for name, (data, expected) in cases.items():
        path = written(tmp_path, name, data)
        assert has_16_bits(path)
        read = read_levels(path)
        assert read.dtype == np.uint16
        np.testing.assert_array_equal(read, expected, name)


@pytest.mark.parametrize("colour", [GREY, RGB])
def test_exif_orientation_is_applied(tmp_path, pixels, colour):
    image = pixels if colour == RGB else pixels[..., 0]
    path = written(tmp_path, "a.png", png(colour, image, exif(6)))  # to be turned by 90 degrees clockwise
    np.testing.assert_array_equal(read_levels(path), np.rot90(image, -1))


@pytest.mark.parametrize("colour", [GREY_ALPHA, RGBA])
def test_transparency_is_refused(tmp_path, pixels, colour):
    image = opaque(pixels if colour == RGBA else pixels[..., 0])
    image[2, 3, -1] = 60000
    with pytest.raises(DataError, match="transparent"):
        read_levels(written(tmp_path, "a.png", png(colour, image)))


@pytest.mark.parametrize("options", [{}, {"byteorder": ">"}, {"compression": "zlib"}, {"rowsperstrip": 2}])
@pytest.mark.parametrize("grey", [False, True])
def test_tiff_of_16_bits(tmp_path, pixels, options, grey):
    image = pixels[..., 0] if grey else pixels
    path = tmp_path / "a.tif"
    tifffile.imwrite(path, image, photometric="minisblack" if grey else "rgb", **options)
    np.testing.assert_array_equal(read_levels(path), image)


@pytest.mark.parametrize(
    ("image", "options"),
    [
        (np.zeros((3, 8, 9), np.uint16), {"photometric": "rgb", "planarconfig": "separate"}),
        (np.zeros((8, 9), np.uint16), {"photometric": "miniswhite"}),
        (np.zeros((8, 9), np.int16), {"photometric": "minisblack"}),
        (np.zeros((8, 9), np.uint32), {"photometric": "minisblack"}),
        (np.zeros((8, 9), np.float32), {"photometric": "minisblack"}),
        (np.zeros((8, 9, 3), np.float32), {"photometric": "rgb"}),
    ],
)
def test_a_tiff_that_would_be_misread_is_refused(tmp_path, image, options):
    tifffile.imwrite(tmp_path / "a.tif", image, **options)
    with pytest.raises(DataError) as error:
        read_levels(tmp_path / "a.tif")
    assert str(error.value).startswith(f"{tmp_path / 'a.tif'}: ")


@pytest.mark.parametrize("largest", [65535, 4095, 1023, 256])
@pytest.mark.parametrize("channels", [1, 3])
def test_netpbm_is_stretched_from_its_largest_value(tmp_path, largest, channels):
    values = np.random.default_rng(2).integers(0, largest + 1, (5, 4, channels))
    values[0, 0], values[0, 1] = 0, largest
    for kind, body in (
        ("plain", " ".join(map(str, values.ravel())).encode()),
        ("raw", values.astype(">u2").tobytes()),
    ):
        magic = {("plain", 1): 2, ("plain", 3): 3, ("raw", 1): 5, ("raw", 3): 6}[kind, channels]
        path = written(tmp_path, f"{kind}.ppm", b"P%d\n4 5\n%d\n" % (magic, largest) + body)
        read = read_levels(path)
        assert has_16_bits(path)
        expected = values.squeeze() * 65535 / largest
        assert np.abs(read - expected).max() <= 0.5
        assert (read.min(), read.max()) == (0, 65535)


@given(arrays.arrays(np.uint16, st.sampled_from([(4, 5), (4, 5, 3)])))
def test_png_round_trip(tmp_path_factory, image):
    path = tmp_path_factory.mktemp("deep") / "a.png"
    write_png(path, image)
    np.testing.assert_array_equal(read_levels(path), image)
    np.testing.assert_array_equal(
        cv2.imread(str(path), cv2.IMREAD_UNCHANGED), image[..., ::-1] if image.ndim == 3 else image
    )


def test_16_bits_are_rounded_to_the_nearest_level_of_8(tmp_path, pixels):
    levels = np.arange(65536, dtype=np.uint16).reshape(256, 256)
    np.testing.assert_array_equal(to_8_bits(levels), np.rint(levels / 257))
    np.testing.assert_array_equal(in_levels(levels) * 257, levels)
    path = written(tmp_path, "a.png", png(RGB, pixels))
    np.testing.assert_array_equal(read_8_bits(path), np.rint(pixels / 257))


def test_a_file_of_8_bits_does_not_have_16(tmp_path, pixels):
    write_png(tmp_path / "a.png", to_8_bits(pixels))
    assert not has_16_bits(tmp_path / "a.png")
    assert read_levels(tmp_path / "a.png").dtype == np.uint8


def test_a_chunk_that_states_gigabytes_is_refused(tmp_path, pixels, monkeypatch):
    """OpenCV would take the memory; Pillow has read all that it needs before."""
    data = png(RGB, pixels)
    end = data.index(b"IEND") - 4
    long_chunk = struct.pack(">I", 0x70000000) + b"teXt"
    monkeypatch.setattr(cv2, "imdecode", None)
    with pytest.raises(DataError, match="damaged"):
        read_levels(written(tmp_path, "a.png", data[:end] + long_chunk + data[end:]))


def test_bytes_behind_the_end_of_a_png_do_not_matter(tmp_path, pixels):
    np.testing.assert_array_equal(read_levels(written(tmp_path, "a.png", png(RGB, pixels) + b"\0" * 40)), pixels)


@pytest.mark.parametrize("rounded", [True, False])
def test_y_of_16_bits_is_rounded_to_levels_of_16_bits(rounded):
    deep = np.random.default_rng(0).integers(0, 65536, (8, 9, 3), np.uint16)
    y = Sample("", in_levels(deep), in_levels(deep), 2, STANDARD.but(round_y=rounded, crop_scale=0)).pair[0]
    exact = luma(deep / 257, rounded=False)
    np.testing.assert_allclose(y * 257, np.floor(exact * 257 + 0.5) if rounded else exact * 257, atol=1e-6)


def test_levels_of_8_bits_in_16_are_taken_for_8():
    eight = np.arange(48, dtype=np.uint8).reshape(4, 4, 3)
    deep = eight.astype(np.uint16) * 257
    assert in_8_bits_if_whole(deep).dtype == np.uint8
    np.testing.assert_array_equal(in_8_bits_if_whole(deep), eight)
    deep[0, 0, 0] += 1
    assert in_8_bits_if_whole(deep) is deep
