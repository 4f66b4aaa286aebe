"""Labels cover neither each other nor markers, and are placed alike every time."""

from __future__ import annotations

from itertools import combinations

import pytest
from matplotlib.figure import Figure

from srbench.pictures.labels import _box, place_labels
from srbench.pictures.style import FigureStyle, house_style

CROWD = [(160.1, 34.37), (160.1, 34.39), (160.1, 34.41), (118.9, 34.29), (71.7, 34.36), (71.3, 34.36), (614, 33.66)]
NAMES = ["EDSR-baseline", "OISR", "EDSR-baseline+Ours", "CARN", "IMDN", "IMDN (measured)", "VDSR"]


def drawn(points, names, *, log):
    with house_style():
        picture = Figure(figsize=(FigureStyle.PAGE, 4))
        panel = picture.subplots()
        panel.scatter(*zip(*points, strict=True), s=80)
        panel.set_xscale("log" if log else "linear")
        panel.margins(0.2)
        texts = place_labels(panel, points, names, radii=[4.5] * len(points))
        picture.draw_without_rendering()
    return panel, texts


@pytest.mark.parametrize("log", [True, False])
@pytest.mark.parametrize("number", [1, 2, len(CROWD)])
def test_labels_of_a_crowd_are_apart_and_off_the_markers(number, log):
    panel, texts = drawn(CROWD[:number], NAMES[:number], log=log)
    boxes = [text.get_window_extent() for text in texts]
    assert [text.get_text() for text in texts] == NAMES[:number]
    assert not any(a.overlaps(b) for a, b in combinations(boxes, 2))
    markers = [_box(panel, point, 4.0) for point in CROWD[:number]]
    assert not any(box.overlaps(marker) for box in boxes for marker in markers)
    assert all(panel.get_figure().bbox.contains(box.x0, box.y0) for box in boxes)


def test_labels_are_placed_alike_every_time():
    first, second = ([text.get_position() for text in drawn(CROWD, NAMES, log=True)[1]] for _ in range(2))
    assert first == second
