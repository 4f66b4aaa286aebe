"""Widths of text as terminals show it, and lines broken by them."""

from __future__ import annotations

import shutil
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from srbench.terminal.width import display_width, padded, shortened, terminal_width
from srbench.terminal.wrapping import paragraphs, wrapped

LETTERS = "ab é–↑±✓≁²x超解像度テスト초해상도，（）𠮷/_-"
"""Latin, signs of the tables, Chinese, Japanese, Korean, full-width signs, and a character outside the base plane."""
TEXTS = st.text(st.sampled_from(LETTERS), max_size=80)


@given(TEXTS)
def test_the_width_is_that_of_another_library(text):
    assert display_width(text) == cell_len(text)


def test_accents_of_their_own_take_no_column():
    assert display_width("e\u0301") == cell_len("e\u0301") == 1


@given(TEXTS, st.integers(2, 60))
def test_no_line_is_wider_and_no_word_is_lost(text, width):
    lines = wrapped(text, width, "  ")
    assert all(display_width(line) <= width for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())


def test_words_stay_whole_and_paths_break_behind_a_separator():
    assert wrapped("one two three", 8) == ["one two", "three"]
    assert wrapped("/data/photographs/ofmine", 20) == ["/data/photographs/", "ofmine"]
    assert wrapped("  name: value that goes on", 14, "  ") == ["  name: value", "  that goes on"]


def test_lists_continue_below_their_first_word():
    assert paragraphs("title\n- one two three\n  four five", 10) == "title\n- one two\n  three\n  four\n    five"
    assert paragraphs("any\nlength " * 3, None) == "any\nlength " * 3


@given(TEXTS, st.integers(1, 30))
def test_shortened_text_fits_and_says_that_it_is_cut(text, width):
    short = shortened(text, width)
    assert display_width(short) <= width
    assert short == text or short.endswith("…")


@given(TEXTS, st.integers(0, 100))
def test_padded_text_takes_the_width(text, width):
    assert display_width(padded(text, width)) == max(width, display_width(text))


@pytest.mark.parametrize(
    ("columns", "width"), [("80", 80), ("120", 120), ("3", 24), ("", None), ("0", None), ("wide", None), ("-5", None)]
)
def test_columns_decide_and_a_pipe_has_none(monkeypatch, capsys, columns, width):
    monkeypatch.setenv("COLUMNS", columns)
    assert terminal_width() == width


def test_what_a_test_starts_has_no_width_of_the_terminal():
    """GNU readline, which pytest imports, sets COLUMNS behind Python's back: not in `os.environ`, but for programs."""
    pytest.importorskip("readline")
    shown = subprocess.run([shutil.which("env") or "env"], capture_output=True, text=True, check=True).stdout
    assert not [line for line in shown.splitlines() if line.startswith(("COLUMNS=", "LINES="))]


class Ascii:
    def shown(self, text):
        return text.replace("±", "+/-").replace("✓", "ok")


def test_a_stand_in_takes_its_own_columns(monkeypatch):
    monkeypatch.setattr("sys.stdout", Ascii())
    assert display_width("28.50±0.01") == len("28.50+/-0.01")
    assert padded("✓", 3) == "✓ "
    assert wrapped("a ±±", 6) == ["a", "±±"]
