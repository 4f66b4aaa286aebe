"""stdout and stderr of any encoding, closed, full, or with a reader that is gone: no traceback, and the right code."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from srbench.cli.writing.streams import MessageStream, SafeStream, failure_of, safe_streams
from srbench.storage.text_encoding import name_bytes, readable

ENCODINGS = ["cp1252", "latin-1", "ascii", "utf-8", "utf-16", "cp437", "koi8-r"]
any_text = st.text(st.characters(codec=None, exclude_categories=()), max_size=20)  # lone surrogates too


@given(any_text, st.sampled_from(ENCODINGS))
def test_any_text_is_written_in_any_encoding(text, encoding):
    raw = io.BytesIO()
    stream = SafeStream(io.TextIOWrapper(raw, encoding=encoding, newline="\n"))
    assert stream.write(text) == len(text)
    stream.flush()
    written = raw.getvalue().decode(encoding)
    assert written == readable(text, encoding)
    try:
        text.encode(encoding)
    except UnicodeError:
        assert written != text
    else:
        assert written == text
    stream.stream.detach()


@given(any_text, any_text)
def test_names_have_bytes_of_their_own(one, other):
    assert (name_bytes(one) == name_bytes(other)) == (one == other)


def test_stand_ins():
    assert readable("PSNR ↑ ×4 ±0.01 → ✗ ≁ –", "ascii") == "PSNR ^ x4 +/-0.01 -> x !~ -"
    assert readable("×4 – é", "cp1252") == "×4 – é"
    name = os.fsdecode(b"a\xff\xe9.png")
    assert readable(name) == readable(name, "cp1252") == r"a\xff\xe9.png"
    assert readable("中😀", "cp1252") == r"\u4e2d\U0001f600"


class Full(io.RawIOBase):
    def __init__(self, error):
        self.error = error

    def writable(self):
        return True

    def write(self, _):
        raise self.error


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OSError(28, "No space left on device"), "No space left on device"),
        (OSError(5, "Input/output error"), "Input/output error"),
        (BrokenPipeError(32, "Broken pipe"), ""),
    ],
)
def test_what_cannot_be_written_is_dropped(error, said):
    stream = SafeStream(io.TextIOWrapper(Full(error), write_through=True))
    assert failure_of(stream) == ""
    for _ in range(3):
        stream.write("text\n")
        stream.flush()
        stream.buffer.write(b"bytes")
    assert stream.failure is error
    assert bool(failure_of(stream)) == bool(said)
    assert said in failure_of(stream)


def test_streams_are_put_back(monkeypatch):
    before = sys.stdout, sys.stderr
    with safe_streams() as (out, err):
        assert (sys.stdout, sys.stderr) == (out, err)
    assert (sys.stdout, sys.stderr) == before
    monkeypatch.setattr(sys, "stdout", None)
    with safe_streams():
        sys.stdout.write("dropped")
    assert sys.stdout is None


@pytest.fixture
def folder(tmp_path):
    """Images in a folder, both with names that are not UTF-8."""
    inside = Path(os.fsdecode(os.fsencode(tmp_path / "d") + b"\xff"))
    try:
        inside.mkdir()
    except OSError:
        pytest.skip("the file system takes UTF-8 names alone")
    picture = Image.fromarray(np.add.outer(np.arange(24), 5 * np.arange(24)).astype(np.uint8)).convert("RGB")
    picture.save(io_path := tmp_path / "a.png")
    io_path.rename(inside / os.fsdecode(b"a\xfe.png"))
    return inside


def shell(command, **environment):
    """The exit code, stdout and stderr of a command line, in which ``srbench`` is this interpreter's."""
    srbench = f"'{sys.executable}' -m srbench"
    done = subprocess.run(
        ["/bin/bash", "-c", command.replace("srbench", srbench)],
        capture_output=True,
        check=False,
        timeout=120,
        env=os.environ | environment,
    )
    return done.returncode, done.stdout, done.stderr.decode()


@pytest.mark.parametrize("encoding", ["cp1252", "ascii", "utf-8"])
def test_a_table_in_any_encoding(folder, srbench, tmp_path, encoding):
    asked = ("eval", "--model", "bicubic", "--scales", 2, "--metrics", "psnr", "--csv", tmp_path / "o.csv")
    outcome = srbench(*asked, "--datasets", folder, encoding=encoding)
    assert outcome.code == 0, outcome.err
    is_a_table_of_the_folder(outcome.out, outcome.err, tmp_path / "o.csv", encoding)


def test_signs_and_names_in_the_encoding_that_python_is_given(folder):
    """A process that imports no network library; what `eval` prints in any encoding is tested above."""
    command = (
        "srbench show --method VDSR --dataset Set5 --scale 3 --metric psnr --out $FOLDER;"
        "srbench new edge-x --out $FOLDER/new"
    )
    code, out, err = shell(command, PYTHONIOENCODING="ascii", FOLDER=os.fspath(folder))
    assert (code, err) == (0, "")
    assert b"PSNR ^" in out
    assert rb"d\xff/new" in out


def is_a_table_of_the_folder(out, err, file, encoding):
    assert {"ascii": "PSNR ^", "cp1252": "PSNR ^", "utf-8": "PSNR ↑"}[encoding] in out
    assert r"d\xff" in out
    assert "Traceback" not in err
    assert file.read_text(encoding="utf-8").count("bicubic") == 1


def test_names_that_are_no_text_survive_json(folder, srbench, tmp_path):
    outcome = srbench("upscale", folder, "--method", "bicubic", "--scale", "2", "--out", tmp_path / "up", "--json")
    assert outcome.code == 0
    (line,) = json.loads(outcome.out)
    assert Path(line["out"]).is_file()
    assert line["image"] == str(folder / os.fsdecode(b"a\xfe.png"))


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs Linux's /dev/full")
def test_closed_full_and_gone():
    """One shell for all, since each start takes a second."""
    code, out, err = shell(
        "(srbench list metrics; echo $? >&2) | true;"
        "srbench --help >&-; echo $?;"
        "srbench list mtrics 2>&-; echo $?;"
        "srbench list metrics > /dev/full; echo $?"
    )
    assert (code, out.split()) == (0, [b"0", b"2", b"1"])
    gone, *full = err.splitlines()
    assert gone == "0"
    assert full == ["error: stdout: can't be written (No space left on device); make room, or write to another place"]


def test_messages_fit_the_terminal_and_progress_bars_stay(monkeypatch):
    monkeypatch.setenv("COLUMNS", "30")
    message = "error: unknown table '99'; choose from 1, 1-real, 2, 3, 4\n"
    bar = "\x1b[2K" + "━" * 50 + "\r"
    stream = MessageStream(io.StringIO())
    assert stream.write(message) == len(message)
    lines = stream.stream.getvalue().split("\n")
    assert max(map(len, lines)) <= 30
    assert " ".join(lines) == message.replace("\n", " ")
    stream.write(bar)
    assert stream.stream.getvalue().endswith(bar)


def test_a_log_gets_a_message_on_one_line(monkeypatch):
    monkeypatch.delenv("COLUMNS", raising=False)
    stream = MessageStream(io.StringIO())
    stream.write("error: " + "word " * 60)
    assert "\n" not in stream.stream.getvalue()
