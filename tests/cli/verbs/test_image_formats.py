"""Verbs on Netpbm files, images of 16 bits a channel, huge images, and paths that are no files."""

from __future__ import annotations

import json
import os
import struct
import zlib

import cv2
import numpy as np
import pytest
from PIL import Image
from skimage.metrics import peak_signal_noise_ratio

from srbench.imaging.image_io import read_levels, write_png
from srbench.imaging.resize import imresize

SCALE = 2


@pytest.fixture(scope="module")
def deep():
    """HR and SR of 16 bits, whose lower bytes matter: they differ by less than a level of 8 bits."""
    rng = np.random.default_rng(3)
    hr = cv2.GaussianBlur(rng.integers(0, 65536, (40, 48, 3)).astype(np.float32), (0, 0), 2)
    hr = np.clip((hr - hr.mean()) * 5 + 32768, 0, 65535).astype(np.uint16)
    return hr, np.clip(hr + rng.integers(-100, 101, hr.shape), 0, 65535).astype(np.uint16)


def folder(root, **images):
    for name, (suffix, image) in images.items():
        path = root / f"{name}.{suffix}"
        path.parent.mkdir(parents=True, exist_ok=True)
        assert cv2.imwrite(str(path), image[..., ::-1] if image.ndim == 3 else image)
    return root


def test_score_measures_16_bits_with_data_range_65535(tmp_path, srbench, deep):
    hr, sr = deep
    hr_folder = folder(tmp_path / "HR", a=("png", hr), b=("tif", hr[..., 0]), c=("ppm", hr))
    sr_folder = folder(tmp_path / "SR", a=("png", sr), b=("png", sr[..., 0]), c=("tif", sr))
    words = "score", sr_folder, hr_folder, "--scale", SCALE, "--protocol", "rgb", "--metrics", "psnr,ssim"
    done = srbench(*words, "--json", "--per-image")
    assert done.code == 0, done.err
    lines = json.loads(done.out)
    assert all("3 of 3 images have 16 bits a channel: data range 65535" in line["note"] for line in lines)
    found = {line["image"]: line["measured"] for line in lines if line["metric"] == "psnr" and "image" in line}
    inside = slice(SCALE, -SCALE)
    colour, grey = (
        peak_signal_noise_ratio(one[inside, inside], other[inside, inside], data_range=65535)
        for one, other in ((hr, sr), (hr[..., 0], sr[..., 0]))
    )
    assert found == pytest.approx({"a": colour, "b": grey, "c": colour}, abs=1e-9)
    text = srbench(*words)
    assert "data range 65535" in text.out


def test_8_bits_against_16_are_compared_in_16(tmp_path, srbench, deep):
    hr, _ = deep
    rounded = np.rint(hr / 257).astype(np.uint8)
    folders = folder(tmp_path / "SR", a=("png", rounded)), folder(tmp_path / "HR", a=("png", hr))
    done = srbench("score", *folders, "--scale", SCALE, "--protocol", "rgb", "--metrics", "psnr", "--json")
    inside = slice(SCALE, -SCALE)
    stretched = rounded.astype(np.uint16) * 257
    expected = peak_signal_noise_ratio(hr[inside, inside], stretched[inside, inside], data_range=65535)
    assert json.loads(done.out)[0]["measured"] == pytest.approx(expected, abs=1e-9)
    assert np.isfinite(expected)


def test_eval_says_that_it_rounds_16_bits_to_8(tmp_path, srbench, deep):
    hr, _ = deep
    data = folder(tmp_path / "HR", a=("png", hr), b=("png", np.rint(hr / 257).astype(np.uint8)))
    words = "eval", "--model", "bicubic", "--scales", SCALE, "--metrics", "psnr", "--datasets"
    done = srbench(*words, data, "--json")
    assert done.code == 0, done.err
    (line,) = json.loads(done.out)
    assert "1 of 2 files have 16 bits a channel: rounded to 8, in which protocol standard works" in line["note"]
    (data / "a.png").unlink()
    (alone,) = json.loads(srbench(*words, data, "--json").out)
    assert "16 bits" not in alone["note"]
    assert alone["measured"] == line["measured"]  # both are the same picture in 8 bits


def test_training_images_of_16_bits_are_refused(tmp_path, srbench, deep):
    data = folder(tmp_path / "HR", a=("png", deep[0]))
    done = srbench(
        "train",
        "--recipe",
        "pcarn-m",
        "--phase",
        "l1",
        "--train-data",
        data,
        "--profile",
        "quick",
        "--out",
        tmp_path / "out",
    )
    assert done.code == 2
    assert "a.png: more than 8 bits a channel" in done.err


@pytest.mark.parametrize("grey", [False, True])
def test_upscale_of_16_bits_writes_16_bits(tmp_path, srbench, deep, grey):
    image = deep[0][..., 0] if grey else deep[0]
    source = folder(tmp_path, a=("png", image)) / "a.png"
    done = srbench("upscale", source, "--method", "bicubic", "--scale", SCALE, "--out", tmp_path / "up")
    assert done.code == 0, done.err
    assert "(96x80, 16 bits)" in done.out
    written = read_levels(tmp_path / "up/a_x2.png")
    expected = np.clip(np.rint(imresize(image.astype(np.float64), 2.0, mode="matlab-double")), 0, 65535)
    assert written.dtype == np.uint16
    assert np.abs(written - expected).max() <= 1  # float32 between the two
    (line,) = json.loads(srbench("upscale", source, "--method", "bicubic", "--out", tmp_path / "up", "--json").out)
    assert line["bits"] == 16


def test_netpbm_is_upscaled_and_what_is_not_read_is_named(tmp_path, srbench, deep):
    image = np.rint(deep[0] / 257).astype(np.uint8)
    source = folder(tmp_path / "in", a=("ppm", image), b=("pgm", image[..., 0]), c=("PNM", image))
    Image.fromarray(image).save(source / "d.gif")
    (source / "notes.txt").write_text("no picture")
    (source / "e.png").mkdir()
    done = srbench("upscale", source, "--method", "bicubic", "--scale", SCALE, "--out", tmp_path / "up")
    assert done.code == 0, done.err
    assert sorted(path.name for path in (tmp_path / "up").iterdir()) == ["a_x2.png", "b_x2.png", "c_x2.png"]
    np.testing.assert_array_equal(read_levels(tmp_path / "up/a_x2.png"), imresize(image, 2.0))
    assert done.err == "warning: in: 2 files left out: d.gif, e.png\n"


def test_eval_reads_netpbm(tmp_path, srbench, deep):
    image = np.rint(deep[0] / 257).astype(np.uint8)
    values = []
    for suffix in ("png", "ppm"):
        data = folder(tmp_path / suffix / "HR", a=(suffix, image))
        done = srbench(
            "eval", "--model", "bicubic", "--scales", SCALE, "--metrics", "psnr", "--datasets", data, "--json"
        )
        values.append(json.loads(done.out)[0]["measured"])
    assert values[0] == values[1]


def test_a_huge_image_is_one_line_and_can_be_allowed(tmp_path, srbench, monkeypatch):
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 10_000, 9_000, 1, 0, 0, 0, 0))
    lines = chunk(b"IDAT", zlib.compress(bytes(9_000 * (1 + 1_250)), 1))
    path = tmp_path / "huge.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + header + lines + chunk(b"IEND", b""))
    words = "upscale", path, "--method", "bicubic", "--scale", SCALE, "--out", tmp_path / "up"
    done = srbench(*words)
    assert done.code == 2
    assert done.err.count("\n") == 1
    assert "huge.png: 10000x9000 is more than the limit of 89478485 pixels" in done.err
    assert "SRBENCH_MAX_PIXELS=90000000" in done.err
    monkeypatch.setenv("SRBENCH_MAX_PIXELS", "90000000")
    assert read_levels(path).shape == (9_000, 10_000)
    monkeypatch.setenv("SRBENCH_MAX_PIXELS", "all")
    done = srbench(*words)
    assert (done.code, done.err) == (
        2,
        "error: SRBENCH_MAX_PIXELS=all: expected a number of pixels, such as 200000000\n",
    )


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no FIFOs here")
def test_a_fifo_is_refused_and_the_others_are_done(tmp_path, srbench):
    os.mkfifo(tmp_path / "a.png")
    write_png(tmp_path / "in/b.png", np.zeros((8, 8, 3), np.uint8))
    done = srbench("upscale", tmp_path / "a.png", "--method", "bicubic", "--scale", SCALE, "--out", tmp_path / "up")
    assert (done.code, done.err) == (2, f"error: {tmp_path / 'a.png'}: a named pipe, not a file; name a regular file\n")
    os.mkfifo(tmp_path / "in/c.png")
    done = srbench("upscale", tmp_path / "in", "--method", "bicubic", "--scale", SCALE, "--out", tmp_path / "up")
    assert done.code == 0
    assert "in: 1 file left out: c.png" in done.err
