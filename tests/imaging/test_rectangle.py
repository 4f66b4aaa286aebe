"""Parts of images: what is cut out, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from srbench.errors import PluginError
from srbench.imaging.rectangle import Rectangle

SIDES = st.integers(1, 30)


@given(SIDES, SIDES, st.data())
def test_a_part_inside_is_the_pixels_named(height, width, data):
    image = np.arange(height * width).reshape(height, width)
    left, top = data.draw(st.integers(0, width - 1)), data.draw(st.integers(0, height - 1))
    rectangle = Rectangle(left, top, data.draw(st.integers(1, width - left)), data.draw(st.integers(1, height - top)))
    part = rectangle.cut(image, "photo")
    assert part.shape == (rectangle.height, rectangle.width)
    assert part[0, 0] == top * width + left
    assert part[-1, -1] == (top + rectangle.height - 1) * width + left + rectangle.width - 1


@pytest.mark.parametrize(
    "rectangle",
    [
        Rectangle(-1, 0, 5, 5),
        Rectangle(0, -1, 5, 5),
        Rectangle(6, 0, 5, 5),
        Rectangle(0, 4, 5, 5),
        Rectangle(0, 0, 0, 5),
    ],
)
def test_a_part_that_is_not_all_inside_is_refused(rectangle):
    with pytest.raises(PluginError, match=r"Set14/photo: the rectangle of .* is not inside the image of 10x8 pixels"):
        rectangle.cut(np.zeros((8, 10, 3), np.uint8), "Set14/photo")


@given(SIDES, SIDES, SIDES)
def test_the_middle_is_inside_and_in_the_middle(height, width, side):
    left, top, wide, high = Rectangle.middle(np.zeros((height, width)), side)
    assert (wide, high) == (min(side, width), min(side, height))
    assert 0 <= (width - left - wide) - left <= 1
    assert 0 <= (height - top - high) - top <= 1
