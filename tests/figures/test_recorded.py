"""Crops that are kept with a figure come back pixel for pixel, and figures are read from their files."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from srbench import DataError, Unavailable
from srbench.figures.recorded import RecordedFigure, to_sheet
from srbench.figures.strips import repeat_pixels

SIZES = st.lists(st.tuples(st.integers(1, 9), st.integers(1, 9), st.integers(1, 4)), min_size=1, max_size=4)


@given(SIZES, st.integers(0, 2**32 - 1))
def test_a_sheet_gives_back_the_crops_it_was_made_of(sizes, seed):
    generator = np.random.default_rng(seed)
    rows = [[generator.integers(0, 256, (h, w, 3), dtype=np.uint8) for _ in range(number)] for h, w, number in sizes]
    found = RecordedFigure([], to_sheet(rows), "quick").crops(sizes)
    for row, same in zip(rows, found, strict=True):
        for crop, again in zip(row, same, strict=True):
            np.testing.assert_array_equal(crop, again)


def test_crops_of_another_size_are_refused():
    sheet = to_sheet([[np.zeros((4, 5, 3), np.uint8)] * 2])
    with pytest.raises(DataError, match="10x4 pixels, and the numbers of the figure ask for 15x4"):
        RecordedFigure([], sheet, "quick", source="figure-6.crops.png").crops([(4, 5, 3)])


def test_a_figure_that_was_not_drawn_is_said(tmp_path):
    with pytest.raises(Unavailable, match=r"figure-6\.csv is not there, and --redraw needs a figure"):
        RecordedFigure.read(tmp_path, "6")


def test_numbers_that_are_gone_are_named(tmp_path):
    (tmp_path / "figure-6.md").write_text("", encoding="utf-8")
    (tmp_path / "figure-6.csv").write_text("", encoding="utf-8")
    with pytest.raises(
        DataError, match=r"figure-6\.csv: damaged, without any number; draw the figure without --redraw"
    ):
        RecordedFigure.read(tmp_path, "6")


def test_labels_that_a_sheet_would_compute_are_read_as_they_were(tmp_path):
    """`+ GAN` is written as `'+ GAN`, for spreadsheets; a label may also hold a line break."""
    (tmp_path / "figure-6.md").write_text("", encoding="utf-8")
    (tmp_path / "figure-6.csv").write_text('row,psnr\n\'+ GAN,28.5\n"two\nlines",29\n', encoding="utf-8")
    lines = RecordedFigure.read(tmp_path, "6").lines
    assert [line["row"] for line in lines] == ["+ GAN", "two\nlines"]


def test_repeated_pixels_are_numpys_where_the_scale_is_whole():
    lr = np.random.default_rng(0).integers(0, 256, (4, 6, 3), dtype=np.uint8)
    expected = lr.repeat(3, axis=0).repeat(3, axis=1)
    np.testing.assert_array_equal(repeat_pixels(lr, np.zeros((12, 18, 3), np.uint8)), expected)
    assert repeat_pixels(lr, np.zeros((10, 15, 3), np.uint8)).shape == (10, 15, 3)
