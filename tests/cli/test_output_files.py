"""What a command writes is checked before the work, and a refused command leaves no folder."""

from __future__ import annotations

import os

import pytest

from srbench.cli.writing.output_files import check_output_file, writable_outputs
from srbench.errors import StoreError, UsageError


@pytest.fixture
def evaluate(srbench, photo):
    def call(*options):
        return srbench(
            *("eval", "--model", "bicubic", "--datasets", photo.parent, "--scales", "2", "--metrics", "psnr"), *options
        )

    return call


def is_refused(outcome, *words):
    assert (outcome.code, outcome.out) == (2, ""), outcome.err
    (line,) = outcome.err.splitlines()
    for word in words:
        assert word in line


def test_before_the_measurement(evaluate, tmp_path, monkeypatch):
    monkeypatch.setattr("srbench.cli.verbs.eval_.measure_methods", lambda *_: pytest.fail("it has begun to measure"))
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()
    os.mkfifo(tmp_path / "pipe")
    is_refused(evaluate("--csv", tmp_path / "folder"), "error: --csv ", "folder: a folder, not a file; name a regular")
    is_refused(evaluate("--csv", tmp_path / "pipe"), "error: --csv ", "a named pipe")
    is_refused(evaluate("--csv", tmp_path / "file" / "a.csv"), "error: --csv ", "file: can't be written (")
    is_refused(evaluate("--csv", tmp_path / ("n" * 300)), "error: --csv ", "can't be written (File name too long)")
    is_refused(evaluate("--save-images", tmp_path / "file"), "error: --save-images ", "file: can't be written (")


def test_a_refused_command_leaves_no_folder(srbench, photo, tmp_path):
    out = tmp_path / "new"
    for command in (
        ("eval", "--model", "bicubic", "--datasets", "no-such", "--scales", "2", "--csv", out / "a.csv"),
        ("eval", "--model", "bicubic", "--datasets", "no-such", "--scales", "2", "--save-images", out / "images"),
        ("run", "--plugin", "pcarn", "--table", "9", "--out", out),
        ("run", "--plugin", "pcarn", "--table", "4", "--datasets", "Set55", "--out", out),
        ("run", "--plugin", "pcarn", "--table", "4", "--profile", "demo", "--rows", "no-such", "--out", out),
        ("search", "--space", "no-such", "--out", out),
        ("train", "--recipe", "pcarn-m", "--profile", "demo", "--train-data", f"{photo.parent}#test", "--out", out),
        ("upscale", photo, "--method", "no-such", "--out", out),
    ):
        is_refused(srbench(*command), "error: ")
        assert not out.exists(), command


def test_folders_are_left_if_something_is_in_them(tmp_path):
    file, images = tmp_path / "a" / "b.csv", tmp_path / "images" / "deep"
    with writable_outputs([("--csv", file)], {"--save-images": images}):
        assert file.parent.is_dir()
        assert images.is_dir()
        file.write_text("x")
    assert file.is_file()
    assert not images.parent.exists()


def test_two_options_may_not_name_one_file(tmp_path):
    file = tmp_path / "a.csv"
    with (
        pytest.raises(UsageError, match=r"--out .*a\.csv: --csv names this file too"),
        writable_outputs([("--csv", file), ("--out", file)]),
    ):
        pass


def test_an_existing_file_is_replaced_and_a_device_is_not(tmp_path):
    (tmp_path / "a.csv").touch()
    check_output_file("--csv", tmp_path / "a.csv")
    check_output_file("--csv", tmp_path / "new.csv")
    with pytest.raises(UsageError, match="--csv /dev/null: a device, not a file"):
        check_output_file("--csv", type(tmp_path)("/dev/null"))
    with pytest.raises(StoreError, match="File name too long"):
        check_output_file("--csv", tmp_path / ("n" * 300))
