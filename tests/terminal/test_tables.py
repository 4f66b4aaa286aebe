"""Tables that fit the columns there are, and lose nothing by it."""

from __future__ import annotations

import re
from collections import Counter

import pytest
import tabulate
from hypothesis import given, settings
from hypothesis import strategies as st

from srbench.terminal.sheet import Sheet, sheet_text
from srbench.terminal.table import table_text
from srbench.terminal.width import display_width

WORDS = st.text(st.sampled_from("abc 超解像/-✓"), min_size=1, max_size=40).map(str.strip)
TABLES = st.integers(1, 7).flatmap(
    lambda columns: st.lists(st.lists(WORDS, min_size=columns, max_size=columns), min_size=1, max_size=6)
)
NUMBER = re.compile(r"\d+\.\d+")


def widest(text: str) -> int:
    return max(map(display_width, text.split("\n")))


def test_without_a_limit_it_is_what_tabulate_prints(monkeypatch):
    monkeypatch.setattr(tabulate, "MIN_PADDING", 0)
    rows = [["pcarn", 4, None, "the paper's"], ["esrgan-gan", 12, "", "x"]]
    headers = ["name", "tables", "unit", ""]
    assert table_text(rows, headers) == tabulate.tabulate(rows, headers, "simple", disable_numparse=True)


@given(TABLES, st.integers(24, 200))
def test_no_line_is_wider_and_no_character_is_lost(rows, width):
    headers = [f"h{number}" for number in range(len(rows[0]))]
    text = table_text(rows, headers, width)
    assert widest(text) <= width
    shown = Counter(text)
    assert all(
        shown[letter] >= count for letter, count in Counter("".join(map("".join, rows))).items() if letter != " "
    )


def test_columns_that_are_empty_throughout_are_left_out_and_named():
    rows = [["a" * 30, "", "b" * 30, ""], ["c", "", "d", ""]]
    text = table_text(rows, ["name", "an empty column", "other", "needs"], 80)
    assert text.splitlines()[-1] == "(empty in every line, and left out: an empty column, needs)"
    assert "an empty column" not in text.splitlines()[0]
    # where it fits, nothing is left out
    assert "left out" not in table_text(rows, ["name", "an empty column", "other", "needs"], 120)


def test_long_text_is_folded_or_hangs_below_its_row():
    summary = "a network of many words that describe it well enough"
    folded = table_text([["net", summary]], ["name", "summary"], 40)
    assert folded.splitlines()[2:] == ["net   a network of many words that", "      describe it well enough"]
    rows = [["a-rather-long-name-of-a-network", "pcarn", "2, 3, 4", "one upsampler for all scales there are"]] * 2
    hanging = table_text(rows, ["name", "plugin", "scales", "summary"], 60).splitlines()
    assert hanging[2].split() == ["a-rather-long-name-of-a-network", "pcarn", "2,", "3,", "4"]
    assert hanging[3] == "    one upsampler for all scales there are"


def sheet(methods: int, datasets: tuple[str, ...], metrics: tuple[str, ...], cell: str = "{:.3f} / 29.38 (✓)") -> Sheet:
    lines = tuple((f"Method{number}",) for number in range(methods))
    columns = tuple((dataset, metric) for dataset in datasets for metric in metrics)
    texts = {
        (line, column): cell.format(100 * row + number)
        for row, line in enumerate(lines)
        for number, column in enumerate(columns)
    }
    return Sheet(("Method",), ("Dataset", "Metric"), lines, columns, texts)


@pytest.mark.parametrize("width", [60, 80, 120, 200])
@pytest.mark.parametrize("turned", [False, True])
def test_a_wide_sheet_keeps_every_number_once(width, turned):
    wide = sheet(9, ("Set5", "Set14", "B100"), ("PSNR", "SSIM", "LPIPS"))
    text = sheet_text(wide.turned() if turned else wide, width)
    assert widest(text) <= width
    assert sorted(NUMBER.findall(text)) == sorted([*(f"{100 * row + c:.3f}" for row in range(9) for c in range(9)),
                                                   *["29.38"] * 81])  # fmt: skip


def test_what_fits_stays_as_the_paper_prints_it():
    narrow = sheet(3, ("Set5",), ("PSNR", "SSIM"), "{:.1f}")
    assert sheet_text(narrow, 80) == sheet_text(narrow, None)
    assert sheet_text(narrow, None).splitlines()[0] == "Method   Set5 PSNR  Set5 SSIM"


def test_datasets_stay_together_under_a_title():
    text = sheet_text(sheet(20, ("Set5", "Set14", "B100"), ("PSNR", "SSIM")), 62)
    titles = [part.splitlines()[0] for part in text.split("\n\n")]
    assert titles == ["Set5", "Set14", "B100"]
    assert text.split("\n\n")[0].splitlines()[1].split() == ["Method", "PSNR", "SSIM"]


def test_few_lines_of_many_columns_are_turned():
    text = sheet_text(sheet(2, tuple(f"Set{number}" for number in range(12)), ("PSNR",)), 80)
    assert text.splitlines()[0].split() == ["Dataset", "Metric", "Method0", "Method1"]
    assert "\n\n" not in text


def test_lines_and_columns_without_a_number_are_left_out_and_named():
    wide = sheet(4, ("Set5", "Set14", "Manga"), ("PSNR", "SSIM"))
    cells = {
        place: "–" if place[1][0] == "Manga" or place[0] == ("Method2",) else text for place, text in wide.cells.items()
    }
    text = sheet_text(Sheet(wide.down, wide.across, wide.lines, wide.columns, cells), 80)
    assert text.splitlines()[-1] == "(without any number, and left out: Manga PSNR, Manga SSIM, Method2)"
    assert "–" not in text


@settings(max_examples=60)
@given(st.lists(WORDS, min_size=1, max_size=5, unique=True), st.lists(WORDS, min_size=1, max_size=12, unique=True),
       st.sampled_from(["29.378 / 29.38 (-0.002 ✓)", "29", "–", "19402.27 / 120.8 (+19281.47 ≁)"]),
       st.sampled_from([24, 40, 80, 120]))  # fmt: skip
def test_any_names_fit(lines, columns, cell, width):
    texts = {((line,), ("数据集", column)): cell for line in lines for column in columns}
    keys = tuple(("数据集", column) for column in columns)
    text = sheet_text(Sheet(("Method",), ("Dataset", "Metric"), tuple((line,) for line in lines), keys, texts), width)
    assert widest(text) <= width
