"""Files of ``srbench upscale``: none replaces another image's or method's, and a bad one costs itself alone."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from srbench.cli.writing.upscaled_files import name_targets
from srbench.errors import UsageError
from srbench.imaging.image_io import read_image
from srbench.imaging.png_text import SIGNATURE, add_text, read_text


def picture(path, seed=0, side=16):
    path.parent.mkdir(parents=True, exist_ok=True)
    steps = np.add.outer(np.arange(side) * 9, np.arange(side) * (3 + seed))[..., None]
    Image.fromarray((steps + np.array([0, 20, 40])).astype(np.uint8)).save(path)
    return path


@pytest.fixture
def upscale(srbench, tmp_path):
    def call(source, *options, method="bicubic", out="up"):
        return srbench("upscale", source, "--method", method, "--scale", "2", "--out", tmp_path / out, *options)

    return call


def pixels(folder):
    return {path.name: read_image(path).tolist() for path in folder.iterdir()}


def test_two_formats_of_one_name(upscale, tmp_path):
    picture(tmp_path / "in" / "cat.png")
    picture(tmp_path / "in" / "cat.bmp", 1)
    picture(tmp_path / "in" / "dog.png", 2)
    outcome = upscale(tmp_path / "in")
    assert outcome.code == 0
    found = pixels(tmp_path / "up")
    assert sorted(found) == ["cat.bmp_x2.png", "cat.png_x2.png", "dog_x2.png"]
    assert found["cat.bmp_x2.png"] != found["cat.png_x2.png"]
    assert upscale(tmp_path / "in").code == 0, "the same command again"
    assert pixels(tmp_path / "up") == found


def test_another_method_is_refused_before_the_first_image(upscale, tmp_path):
    for name in ("a", "b"):
        picture(tmp_path / "in" / f"{name}.png")
    picture(tmp_path / "b.png")
    assert upscale(tmp_path / "in" / "b.png").code == 0
    before = pixels(tmp_path / "up")
    for refused, words in (
        (upscale(tmp_path / "in", method="nearest"), "b_x2.png: is there already, made by bicubic"),
        (upscale(picture(tmp_path / "other" / "b.png", 3)), "b_x2.png: is there already, made of another image"),
    ):
        assert (refused.code, refused.out) == (2, "")
        (line,) = refused.err.splitlines()
        assert words in line
        assert line.endswith("choose another --out, or add --overwrite")
        assert pixels(tmp_path / "up") == before
    assert upscale(tmp_path / "in", "--overwrite", method="nearest").code == 0
    assert pixels(tmp_path / "up")["b_x2.png"] != before["b_x2.png"]


def test_a_picture_of_nobody_stays(upscale, tmp_path):
    source = picture(tmp_path / "a.png")
    mine = picture(tmp_path / "up" / "a_x2.png", 1)
    content = mine.read_bytes()
    outcome = upscale(source)
    assert outcome.code == 2
    assert "a_x2.png: is there already, and was not written by this version of srbench" in outcome.err
    assert mine.read_bytes() == content


def test_an_edited_image_replaces_its_own_result(upscale, tmp_path):
    upscale(picture(tmp_path / "a.png"))
    before = pixels(tmp_path / "up")
    assert upscale(picture(tmp_path / "a.png", 1)).code == 0
    assert pixels(tmp_path / "up") != before
    (tmp_path / "moved").mkdir()
    assert upscale((tmp_path / "a.png").rename(tmp_path / "moved" / "a.png")).code == 0, "the same bytes"


def test_what_cannot_be_written_costs_itself_alone(upscale, tmp_path):
    for name in ("a", "b", "c"):
        picture(tmp_path / "in" / f"{name}.png")
    (tmp_path / "up" / "b_x2.png").mkdir(parents=True)
    outcome = upscale(tmp_path / "in")
    assert outcome.code == 1
    (line,) = outcome.err.splitlines()
    assert "b_x2.png: can't be written (" in line
    assert sorted(path.name for path in (tmp_path / "up").iterdir()) == ["a_x2.png", "b_x2.png", "c_x2.png"]
    assert len(outcome.out.splitlines()) == 2


def test_a_full_disk(upscale, tmp_path, monkeypatch):
    for name in ("a", "b", "c"):
        picture(tmp_path / "in" / f"{name}.png")
    replace = Path.replace

    def full(self, target):
        if "b_x2" in str(target):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", full)
    outcome = upscale(tmp_path / "in")
    assert outcome.code == 1
    assert "b_x2.png: can't be written (No space left on device); use another --out" in outcome.err
    assert sorted(path.name for path in (tmp_path / "up").iterdir()) == ["a_x2.png", "c_x2.png"], "no half file"


def test_a_long_name(upscale, tmp_path):
    name = "n" * 248
    assert upscale(picture(tmp_path / f"{name}.png")).code == 0
    assert [path.name for path in (tmp_path / "up").iterdir()] == [f"{name}_x2.png"]
    assert upscale(picture(tmp_path / f"{name}mmm.png")).code == 1, "with _x2 it is too long for a file name"


def test_a_pipe_is_refused_and_leaves_no_folder(upscale, tmp_path):
    os.mkfifo(tmp_path / "a.png")
    outcome = upscale(tmp_path / "a.png", out="new/up")
    assert outcome.code == 2
    assert "a.png: a named pipe, not a file; name a regular file" in outcome.err
    assert not (tmp_path / "new").exists()


names = st.lists(st.text("aAb.", min_size=1, max_size=4).map(lambda name: f"x{name}"), max_size=6, unique=True)


@given(names, names)
def test_names_are_never_given_twice(stems, others):
    sources = [Path("in", f"{stem}{suffix}") for stems, suffix in ((stems, ".png"), (others, ".jpg")) for stem in stems]
    targets = name_targets(sources, Path("out"), "_x4.png")
    assert len(set(targets.values())) == len(sources)
    assert all(target.parent == Path("out") for target in targets.values())
    for source, target in targets.items():
        assert target.name in {f"{source.stem}_x4.png", f"{source.name}_x4.png"}


def test_names_that_would_be_one_are_refused():
    with pytest.raises(UsageError, match=r"in/a\.png\.bmp and in/a\.png: both would become out/a\.png_x2\.png; rename"):
        name_targets([Path("in/a.jpg"), Path("in/a.png"), Path("in/a.png.bmp")], Path("out"), "_x2.png")


@given(st.text(st.characters(codec="ascii", exclude_categories=("Cc",)), max_size=300))
def test_text_in_a_png(tmp_path_factory, text):
    path = tmp_path_factory.getbasetemp() / "text.png"
    picture(path)
    before = read_image(path)
    assert read_text(path) == ""
    add_text(path, text)
    assert read_text(path) == text
    with Image.open(path) as image:
        image.load()
        assert image.text["srbench"] == text
    assert (read_image(path) == before).all()


@given(st.binary(max_size=80))
def test_any_bytes_are_text_or_none(tmp_path_factory, content):
    path = tmp_path_factory.getbasetemp() / "bytes.png"
    for start in (b"", SIGNATURE, SIGNATURE + b"\0" * 29 + b"tEXtsrbench\0"):
        path.write_bytes(start + content)
        assert isinstance(read_text(path), str)
