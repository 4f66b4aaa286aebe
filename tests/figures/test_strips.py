"""Images side by side: nothing overlaps, whatever is drawn."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from srbench.figures.strips import FEWEST, MOST, WIDTH, Strip, Tile, _grid, draw_strips
from srbench.imaging.rectangle import Rectangle

NAMES = st.sampled_from(["HR", "EDSR-baseline+Ours, reduced\n26.66 dB", "Bicubic\n25.10 dB"])


def grey(height, width):
    return np.full((height, width), 128, np.uint8)


@pytest.mark.slow
@settings(max_examples=12, deadline=None)
@given(st.lists(NAMES, min_size=1, max_size=8), st.integers(8, 40), st.integers(8, 40), st.booleans())
def test_panels_and_captions_are_inside_and_apart(names, height, width, whole):
    tiles = tuple(Tile(name, grey(height, width)) for name in names)
    image = grey(100, 130) if whole else None
    strip = Strip("a title", tiles, image, Rectangle(3, 4, width, height) if whole else None)
    picture = draw_strips([strip, strip])
    assert len(picture.axes) == 2 * (len(names) + whole)
    picture.draw_without_rendering()
    boxes = [panel.get_position() for panel in picture.axes]
    for box in boxes:
        assert box.x0 >= 0
        assert box.x1 <= 1
        assert box.y0 > 0
        assert box.y1 < 1
    assert not any(a.overlaps(b) for a, b in combinations(boxes, 2))
    captions = [panel.xaxis.label.get_window_extent() for panel in picture.axes if panel.get_xlabel()]
    assert not any(a.overlaps(b) for a, b in combinations(captions, 2))
    panels = [panel.get_window_extent() for panel in picture.axes]
    assert not any(caption.overlaps(panel) for caption in captions for panel in panels)


def test_tiles_show_pixels_as_squares_and_the_part_is_marked():
    image = np.arange(48, dtype=np.uint8).reshape(6, 8)
    part = Rectangle(2, 1, 4, 3)
    picture = draw_strips([Strip("photo", (Tile("HR", part.cut(image, "photo")),), image, part)])
    whole, tile = picture.axes
    assert tile.images[0].get_interpolation() == "nearest"
    np.testing.assert_array_equal(tile.images[0].get_array(), image[1:4, 2:6])
    frame = whole.patches[0]
    # matplotlib's pixels are centred on whole numbers
    assert (frame.get_x(), frame.get_y(), frame.get_width(), frame.get_height()) == (1.5, 0.5, 4, 3)
    box = tile.get_position()
    inches = picture.get_figheight()
    assert box.width * WIDTH / (box.height * inches) == pytest.approx(4 / 3)


@pytest.mark.parametrize("tiles", [*range(1, 10), 11, 12])
def test_no_place_of_a_grid_with_a_whole_image_is_empty(tiles):
    columns, rows, among = _grid(tiles, whole=True)
    assert columns * rows == tiles + among
    assert columns <= MOST
    assert rows == 1 or columns >= FEWEST


def test_the_best_has_a_frame():
    tiles = (Tile("HR", grey(8, 8)), Tile("EDSR\n30.00 dB, best", grey(8, 8), best=True))
    first, second = draw_strips([Strip("photo", tiles)]).axes
    assert not first.spines["top"].get_visible()
    assert second.spines["top"].get_visible()
