from __future__ import annotations

import os
import struct
import zlib
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from PIL import Image, PngImagePlugin
from skimage.io import imread

from srbench.data.datasets.demo import images
from srbench.errors import DataError, UsageError
from srbench.imaging.image_io import read_image, write_png


def refused(path, *words):
    with pytest.raises(DataError) as error:
        read_image(path)
    text = str(error.value)
    assert text.startswith(f"{path}: ")
    assert "\n" not in text
    for word in words:
        assert word in text


@pytest.mark.parametrize("suffix", ["png", "bmp", "webp", "tif", "tiff"])
@pytest.mark.parametrize("grey", [False, True])
def test_lossless_formats_give_the_pixels(save, photograph, suffix, grey):
    image = photograph[..., 1] if grey and suffix != "webp" else photograph  # WebP knows no grey
    read = read_image(save(f"a.{suffix}", image))
    assert read.dtype == np.uint8
    assert read.flags.c_contiguous
    np.testing.assert_array_equal(read, image)


@pytest.mark.slow
def test_the_same_pixels_as_scikit_image_and_opencv_read(shared):
    paths = [path for _, path in images()]
    paths += [*sorted((shared / "data/Set14/HR").glob("*.png"))[:4], *sorted((shared / "data/B100/HR").iterdir())[:2]]
    for path in paths:
        read = read_image(path)
        np.testing.assert_array_equal(read, imread(path))
        if path.suffix != ".jpg":  # OpenCV brings its own JPEG decoder
            theirs = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
            np.testing.assert_array_equal(read, theirs if theirs.ndim == 2 else theirs[..., ::-1])


def test_jpeg_is_nearly_lossless_at_quality_100(save, photograph):
    path = save("a.jpg", photograph, quality=100, subsampling=0)
    assert np.abs(read_image(path).astype(int) - photograph).max() <= 3


@pytest.mark.parametrize("suffix", ["png", "bmp", "tif"])
def test_palette_becomes_rgb(save, photograph, suffix):
    palette = Image.fromarray(photograph).quantize(16)
    np.testing.assert_array_equal(read_image(save(f"a.{suffix}", palette)), np.array(palette.convert("RGB")))


def test_bilevel_becomes_grey(save, photograph):
    bilevel = photograph[..., 0] > 100
    np.testing.assert_array_equal(read_image(save("a.png", Image.fromarray(bilevel))), bilevel * np.uint8(255))


@pytest.mark.parametrize("suffix", ["png", "tif"])
def test_opaque_alpha_is_dropped(save, photograph, suffix):
    opaque = np.full_like(photograph[..., :1], 255)
    np.testing.assert_array_equal(read_image(save(f"a.{suffix}", np.dstack([photograph, opaque]))), photograph)
    grey = Image.fromarray(photograph[..., 0]).convert("LA")
    np.testing.assert_array_equal(read_image(save(f"b.{suffix}", grey)), photograph[..., 0])


@pytest.mark.parametrize("suffix", ["png", "tif", "webp"])
def test_transparency_is_refused(save, photograph, suffix):
    alpha = np.full_like(photograph[..., :1], 255)
    alpha[3, 5] = 254
    refused(save(f"a.{suffix}", np.dstack([photograph, alpha])), "transparent", "-background white -flatten")


def test_transparent_colour_of_a_palette_is_refused(save, photograph):
    refused(save("a.png", Image.fromarray(photograph).quantize(16), transparency=3), "transparent")


@pytest.mark.parametrize("suffix", ["png", "tiff"])
@pytest.mark.parametrize("channels", [1, 3, 4])
def test_16_bit_is_refused_where_8_bits_are_wanted(tmp_path, photograph, suffix, channels):
    deep = np.dstack([photograph, np.full_like(photograph[..., :1], 255)])[..., :channels].astype(np.uint16) * 257
    path = tmp_path / f"a.{suffix}"
    assert cv2.imwrite(str(path), deep.squeeze())
    refused(path, "more than 8 bits a channel", "-depth 8")


@pytest.mark.parametrize("suffix", ["jpg", "tif"])
def test_cmyk_is_refused(save, photograph, suffix):
    refused(save(f"a.{suffix}", Image.fromarray(photograph).convert("CMYK")), "colour space CMYK", "-colorspace sRGB")


@pytest.mark.parametrize("suffix", ["webp", "png", "tif"])
def test_several_frames_are_refused(save, photograph, suffix):
    frames = [Image.fromarray(photograph), Image.fromarray(255 - photograph)]
    refused(save(f"a.{suffix}", frames[0], save_all=True, append_images=frames[1:]), "several frames")


def test_a_phones_jpeg_is_read_without_the_preview_behind_it(tmp_path, photograph):
    picture, preview = Image.fromarray(photograph), Image.fromarray(photograph[::4, ::4])
    picture.save(tmp_path / "a.jpg", "MPO", save_all=True, append_images=[preview])
    assert read_image(tmp_path / "a.jpg").shape == photograph.shape


@pytest.mark.parametrize("suffix", ["png", "jpg", "bmp", "webp", "tif"])
@pytest.mark.parametrize("kept", [0.1, 0.5, 0.95])
def test_a_truncated_file_is_refused(save, photograph, suffix, kept):
    path = save(f"a.{suffix}", photograph)
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * kept)])
    refused(path, "damaged")


@pytest.mark.parametrize("content", [b"", b"<html>not found</html>", b"\x89PNG\r\n\x1a\n"])
def test_a_file_that_is_not_an_image_is_refused(tmp_path, content):
    (tmp_path / "a.png").write_bytes(content)
    refused(tmp_path / "a.png")


def test_a_flipped_bit_in_a_png_is_refused(save, photograph):
    path = save("a.png", photograph)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    refused(path, "damaged")


def test_a_missing_file_is_refused(tmp_path):
    refused(tmp_path / "a.png", "No such file")


def empty_png(side):
    """A PNG whose header states side x side pixels, without any."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


@pytest.mark.parametrize("side", [10_000, 60_000])
@pytest.mark.filterwarnings("error")
def test_a_decompression_bomb_is_refused(tmp_path, side):
    (tmp_path / "a.png").write_bytes(empty_png(side))
    refused(tmp_path / "a.png", "decompression bombs", f"SRBENCH_MAX_PIXELS={side * side}")


@pytest.mark.filterwarnings("error")
def test_the_limit_can_be_changed(tmp_path, save, photograph, monkeypatch):
    small = save("b.png", photograph)
    monkeypatch.setenv("SRBENCH_MAX_PIXELS", str(photograph.shape[0] * photograph.shape[1]))
    np.testing.assert_array_equal(read_image(small), photograph)
    monkeypatch.setenv("SRBENCH_MAX_PIXELS", str(photograph.shape[0] * photograph.shape[1] - 1))
    refused(small, "decompression bombs")
    monkeypatch.setenv("SRBENCH_MAX_PIXELS", "100000000")
    (tmp_path / "a.png").write_bytes(empty_png(10_000))
    refused(tmp_path / "a.png", "damaged")  # there are no pixels behind the header
    for wrong in ("many", "0", "-5", "1e9"):
        monkeypatch.setenv("SRBENCH_MAX_PIXELS", wrong)
        with pytest.raises(UsageError, match="expected a number of pixels"):
            read_image(small)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"P1\n# bits: 1 is black\n3 1\n1 0 1\n", [[0, 255, 0]]),
        (b"P2\n3 1\n255\n0 7 255\n", [[0, 7, 255]]),
        (b"P3\n2 1\n255\n1 2 3 4 5 6\n", [[[1, 2, 3], [4, 5, 6]]]),
        (b"P4\n8 1\n\xaa", [[0, 255] * 4]),
        (b"P5\n3 1\n255\n\x00\x07\xff", [[0, 7, 255]]),
        (b"P5\n3 1\n15\n\x00\x05\x0f", [[0, 85, 255]]),
        (b"P6\n1 2\n255\n\x01\x02\x03\x04\x05\x06", [[[1, 2, 3]], [[4, 5, 6]]]),
    ],
)
@pytest.mark.parametrize("suffix", ["pnm", "PPM"])
def test_netpbm(tmp_path, text, expected, suffix):
    path = tmp_path / f"a.{suffix}"
    path.write_bytes(text)
    np.testing.assert_array_equal(read_image(path), np.array(expected, np.uint8))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no FIFOs here")
def test_a_fifo_is_refused_without_waiting(tmp_path):
    os.mkfifo(tmp_path / "a.png")
    refused(tmp_path / "a.png", "a named pipe, not a file")


def test_folders_devices_and_missing_files_are_named_as_such(tmp_path):
    (tmp_path / "a.png").mkdir()
    refused(tmp_path / "a.png", "a folder, not a file")
    if Path("/dev/zero").exists():
        (tmp_path / "b.png").symlink_to("/dev/zero")
        refused(tmp_path / "b.png", "a device, not a file")
    (tmp_path / "c.png").symlink_to(tmp_path / "nothing")
    refused(tmp_path / "c.png", "No such file")
    refused(tmp_path / ("n" * 300 + ".png"), "can't be read")


@pytest.mark.parametrize("error", [TypeError("Missing dimensions"), OverflowError("signed integer"), RecursionError()])
def test_every_error_of_a_decoder_is_one_line(save, photograph, monkeypatch, error):
    path = save("a.png", photograph)

    def fail(self):
        raise error

    monkeypatch.setattr(PngImagePlugin.PngImageFile, "load", fail)
    refused(path, "damaged or not readable")


def test_exif_orientation_is_applied(save, photograph):
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by 90 degrees clockwise
    path = save("a.png", photograph, exif=exif)
    np.testing.assert_array_equal(read_image(path), np.rot90(photograph, -1))


@given(
    arrays.arrays(
        np.uint8,
        st.tuples(st.integers(1, 20), st.integers(1, 20)).flatmap(lambda hw: st.sampled_from([hw, (*hw, 3)])),
    )
)
def test_png_round_trip(tmp_path_factory, image):
    path = tmp_path_factory.mktemp("round") / "new" / "a.png"
    write_png(path, image)
    np.testing.assert_array_equal(read_image(path), image)
    assert [entry.name for entry in path.parent.iterdir()] == ["a.png"]


@pytest.mark.parametrize(
    "image", [np.zeros((4, 4, 4), np.uint8), np.zeros((4, 4)), np.zeros(4, np.uint8), np.zeros((4, 4, 1), np.uint8)]
)
def test_write_png_refuses_what_it_would_change(tmp_path, image):
    with pytest.raises(DataError, match=r"expected uint8 or uint16, \(H, W, 3\) or \(H, W\)"):
        write_png(tmp_path / "a.png", image)


def test_failed_write_leaves_the_old_file(tmp_path, photograph, monkeypatch):
    write_png(tmp_path / "a.png", photograph)

    def fail(self, file, kind):
        file.write_bytes(b"half")
        raise OSError("disk full")

    monkeypatch.setattr(Image.Image, "save", fail)
    with pytest.raises(OSError, match="disk full"):
        write_png(tmp_path / "a.png", 255 - photograph)
    np.testing.assert_array_equal(read_image(tmp_path / "a.png"), photograph)
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.png"]
