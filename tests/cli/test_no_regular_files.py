"""Pipes, names that no file can have, and folders for each image: one line that says what is there."""

from __future__ import annotations

import os
import shutil

import pytest
from PIL import Image

from srbench.data.datasets.demo import images

EVAL = ("eval", "--scales", "2", "--metrics", "psnr")


@pytest.fixture
def pipe(tmp_path):
    """A folder with nothing but a named pipe, `a.png`."""
    (tmp_path / "pipes").mkdir()
    os.mkfifo(tmp_path / "pipes" / "a.png")
    return tmp_path / "pipes" / "a.png"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((*EVAL, "--method", "pipes/a.png:Net", "--datasets", "demo"), "pipes/a.png"),
        ((*EVAL, "--method", "net.py:Net", "--datasets", "demo"), "net.py: not a regular file; name a Python file"),
        (
            (*EVAL, "--method", "bicubic", "--datasets", "pipes"),
            "pipes: no images that can be read (only a.png, not a regular file); put them here",
        ),
        (("score", "pipes", "pipes", "--scales", "2"), "(only a.png, not a regular file)"),
        (("score", "pipes/a.png", "pipes", "--scales", "2"), "pipes/a.png: not a folder; check the path"),
        (("upscale", "pipes/a.png", "--method", "bicubic", "--scales", "2", "--out", "up"), "a named pipe, not a file"),
        (("upscale", "/dev/null", "--method", "bicubic", "--scales", "2", "--out", "up"), "/dev/null: a device, not a"),
    ],
)
def test_what_is_no_file(srbench, pipe, tmp_path, arguments, message):
    os.mkfifo(tmp_path / "net.py")
    outcome = srbench(*arguments, cwd=tmp_path)
    assert outcome.code == 2
    assert message in outcome.err
    assert outcome.err.count("\n") == 1


@pytest.mark.parametrize("name", ["x" * 300, "é" * 200, "x" * 300 + "*", "x" * 5000 + "#test"])
def test_a_name_that_no_folder_can_have(srbench, name):
    outcome = srbench(*EVAL, "--method", "bicubic", "--datasets", name)
    assert outcome.code == 2
    assert outcome.err.count("\n") == 1
    assert "unknown dataset" in outcome.err or "(File name too long); name a folder" in outcome.err
    assert "check the disk" not in outcome.err


@pytest.fixture
def photographs(tmp_path):
    """Folders of HR images, of SR images that are named `<name>_5000`, and of one folder for each of these."""
    for name in ("a", "b"):
        photograph = Image.open(dict(images())["chelsea"]).convert("RGB").resize((48, 48))
        for path in (f"hr/{name}.png", f"sr/{name}_5000.png", f"each/{name}/{name}_5000.png"):
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            photograph.save(tmp_path / path)
    return tmp_path


def test_score_of_a_folder_for_each_image_says_what_to_do(srbench, photographs):
    refused = srbench("score", "each", "hr", "--scales", "2", cwd=photographs)
    assert refused.code == 2
    assert refused.err.startswith("error: each: holds a folder for each image (a/a_5000.png, as BasicSR's validation")
    advice = refused.err.split("give ")[1].strip().replace("'", "").split(" ")
    for path in (photographs / "each").rglob("*.png"):
        shutil.copy(path, photographs / "each")
    assert srbench("score", "each", "hr", "--scales", "2", *advice, cwd=photographs).code == 0


def test_score_says_once_what_all_metrics_have_in_common(srbench, photographs):
    """Which files are left out is one line; what is about PSNR alone names it."""
    (photographs / "sr" / "notes.npy").touch()
    outcome = srbench(
        "score", "sr", "hr", "--scales", "2", "--metrics", "psnr,ssim", "--sr-name", "{}_5000", cwd=photographs
    )
    lines = outcome.out.splitlines()
    assert [line for line in lines if "notes.npy" in line] == ["sr: 1 file left out: notes.npy"]
    assert "psnr: SR equals HR in every image" in lines
