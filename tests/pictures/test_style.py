"""The style of all figures: colours that are told apart, and the same bytes for the same picture."""

from __future__ import annotations

from itertools import combinations

import matplotlib as mpl
import numpy as np
import pytest
from skimage.color import deltaE_ciede2000, rgb2lab

from srbench.pictures.save import FORMATS, save_picture
from srbench.pictures.style import STYLE_SHEET, FigureStyle, house_style

# Machado, Oliveira and Fernandes 2009, Table 1: full deficiency, on linear RGB
SEEN_BY = {
    "normal": np.eye(3),
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}


def linear(colour):
    rgb = np.array(mpl.colors.to_rgb(colour))
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def seen(colour, matrix):
    light = np.clip(np.array(matrix) @ linear(colour), 0, 1)
    rgb = np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)
    return rgb2lab(rgb)


def contrast(colour):
    """Contrast to white by WCAG 2.1."""
    return 1.05 / (linear(colour) @ (0.2126, 0.7152, 0.0722) + 0.05)


@pytest.mark.parametrize("colour", FigureStyle.LINES)
def test_lines_stand_out_from_white(colour):
    assert contrast(colour) >= 3


def test_text_colours_have_the_contrast_of_text():
    assert contrast(FigureStyle.GREY) >= 4.5
    assert contrast(FigureStyle.BLUE) >= 4.5


@pytest.mark.parametrize("reader", SEEN_BY)
def test_line_colours_are_told_apart_by_every_reader(reader):
    # a difference of 2.3 is just noticeable
    for one, other in combinations(FigureStyle.LINES, 2):
        assert deltaE_ciede2000(seen(one, SEEN_BY[reader]), seen(other, SEEN_BY[reader])) > 9, (one, other)


def test_colours_are_those_of_okabe_and_ito():
    okabe_ito = {"#000000", "#e69f00", "#56b4e9", "#009e73", "#f0e442", "#0072b2", "#d55e00", "#cc79a7"}
    assert {colour.lower() for colour in FigureStyle.LINES} <= okabe_ito
    with house_style():
        cycle = [mpl.colors.to_hex(colour) for colour in mpl.rcParams["axes.prop_cycle"].by_key()["color"]]
    assert cycle == [colour.lower() for colour in FigureStyle.LINES]


def test_the_sheet_is_a_style_of_matplotlib():
    with mpl.style.context(str(STYLE_SHEET)):
        assert mpl.rcParams["svg.hashsalt"] == "srbench"
        assert not mpl.rcParams["axes.spines.top"]


def saved(path):
    from matplotlib.figure import Figure

    with house_style():
        picture = Figure(figsize=(FigureStyle.COLUMN, 2))
        panel = picture.subplots()
        panel.plot([1, 2, 3], [3, 1, 2], label="a line", clip_on=True)
        panel.legend()
    save_picture(picture, path)
    return path.read_bytes()


@pytest.mark.parametrize("name", FORMATS)
def test_the_same_picture_has_the_same_bytes(name, tmp_path):
    first = saved(tmp_path / f"first.{name}")
    assert first == saved(tmp_path / f"second.{name}")
    assert b"dc:date" not in first
    assert b"CreationDate" not in first
