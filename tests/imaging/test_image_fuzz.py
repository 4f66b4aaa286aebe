"""Damaged image files: whatever the bytes are, an image comes out, or a `DataError` of one line that names the file."""

from __future__ import annotations

import io
import struct
import time
import traceback
import zlib
from pathlib import Path

import cv2
import numpy as np
import pytest
import tifffile
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from srbench.data.training_set.pixel_layout import image_size
from srbench.errors import DataError
from srbench.imaging.image_io import has_16_bits, read_image, read_levels

SECONDS = 1.0
"""Time for which mutants are read, on a machine that is fast enough for `LEAST` in that time."""
LEAST = 50
"""Mutants that are read on any machine."""


def seeds():
    """Small valid files of every format, with the parts in which decoders have given way: EXIF, palettes, strips."""
    rng = np.random.default_rng(0)
    rgb = rng.integers(0, 256, (7, 9, 3), dtype=np.uint8)
    deep = rng.integers(0, 65536, (7, 9, 3), dtype=np.uint16)
    exif = Image.Exif()
    exif[0x0112], exif[0x010F], exif[0x011A] = 6, "maker", 72.0
    pictures = {
        "rgb": Image.fromarray(rgb),
        "grey": Image.fromarray(rgb[..., 0]),
        "palette": Image.fromarray(rgb).quantize(8),
        "bits": Image.fromarray(rgb[..., 0] > 127),
        "alpha": Image.fromarray(np.dstack([rgb, np.full((7, 9), 255, np.uint8)])),
    }
    for name, picture in pictures.items():
        for kind in ("PNG", "TIFF", "BMP", "PPM", "WEBP", "JPEG"):
            saved = (
                picture.convert("RGB") if kind in {"JPEG", "PPM"} and name in {"palette", "alpha", "bits"} else picture
            )
            options = {"exif": exif} if kind in {"PNG", "TIFF", "WEBP", "JPEG"} else {}
            file = io.BytesIO()
            saved.save(file, kind, **options)
            yield file.getvalue()
    for compression in ("tiff_lzw", "tiff_adobe_deflate", "packbits", "jpeg"):
        file = io.BytesIO()
        pictures["rgb"].save(file, "TIFF", compression=compression)
        yield file.getvalue()
    for suffix in (".png", ".tif", ".ppm"):
        yield cv2.imencode(suffix, deep)[1].tobytes()
        yield cv2.imencode(suffix.replace("ppm", "pgm"), deep[..., 0])[1].tobytes()
    file = io.BytesIO()
    tifffile.imwrite(file, deep, photometric="rgb")
    yield file.getvalue()
    yield b"P3\n2 1\n65535\n0 1 2 3 4 65535\n"
    yield b"P2\n# a comment\n2 1\n9\n0 9\n"


SEEDS = tuple(seeds())
EDGES = (0, 1, 2, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)
"""Numbers at which lengths, counts and sizes overflow."""


def mutant(random):
    """The bytes of a seed after one to four changes."""
    data = bytearray(random.choice(SEEDS))
    for _ in range(random.randint(1, 4)):
        # most of what a decoder believes stands in the first bytes
        where = random.randint(0, min(len(data), random.choice([200, 10**9])))
        change = random.choice(["bit", "byte", "number", "cut", "insert", "drop", "copy"])
        if change == "bit" and where < len(data):
            data[where] ^= 1 << random.randint(0, 7)
        elif change == "byte" and where < len(data):
            data[where] = random.randint(0, 255)
        elif change == "number":
            size = random.choice("BHI")
            number = random.choice(EDGES) % (1 << 8 * struct.calcsize(size))
            packed = struct.pack(random.choice("<>") + size, number)
            data[where : where + len(packed)] = packed
        elif change == "cut":
            del data[where:]
        elif change == "insert":
            data[where:where] = random.randbytes(random.randint(1, 8))
        elif change == "drop":
            del data[where : where + random.randint(1, 16)]
        elif change == "copy":
            start = random.randint(0, len(data))
            data[where : where + 8] = data[start : start + 8]
    return mended(bytes(data)) if random.random() < 0.5 else bytes(data)


def mended(data):
    """A PNG with the right checksums, without which its decoder would look no further."""
    if not data.startswith(b"\x89PNG\r\n\x1a\n"):
        return data
    chunks, at = [data[:8]], 8
    while at + 12 <= len(data):
        length = int.from_bytes(data[at : at + 4])
        body = data[at + 4 : at + 8 + length]
        chunks.append(data[at : at + 4] + body + struct.pack(">I", zlib.crc32(body)))
        at += 12 + length
    return b"".join([*chunks, data[at:]])


def check(path):
    """Read a file by every reader; all errors but a `DataError` of one line are failures."""
    for read in (read_levels, read_image, image_size, has_16_bits):
        try:
            read(path)
        except DataError as error:
            text = str(error)
            assert str(path) in text
            assert "\n" not in text
            if error.__cause__ and not isinstance(error.__cause__, DataError):
                raised_in = Path(traceback.extract_tb(error.__cause__.__traceback__)[-1].filename)
                assert "srbench" not in raised_in.parts, "a mistake of ours, not of the file"


def test_the_seeds_are_images(tmp_path):
    for number, data in enumerate(SEEDS):
        path = tmp_path / f"{number}.bin"
        path.write_bytes(data)
        assert read_levels(path).shape[:2] in {(7, 9), (9, 7), (1, 2)}


@pytest.mark.filterwarnings("ignore")
def test_a_mutant_is_an_image_or_refused(tmp_path):
    path, until, tried = tmp_path / "mutant.bin", time.monotonic() + SECONDS, 0

    @settings(max_examples=1500, deadline=None, database=None)
    @given(st.randoms(use_true_random=True))
    def search(random):
        nonlocal tried
        if tried < LEAST or time.monotonic() < until:
            path.write_bytes(mutant(random))
            check(path)
            tried += 1

    search()
    assert tried >= LEAST
