"""Padding, against NumPy's."""

import numpy as np
import pytest
import torch
from torch.nn.functional import interpolate

from srbench import pad_to_multiple


@pytest.mark.parametrize("size", [(8, 8), (5, 7), (9, 4), (1, 1)])
def test_sides_become_multiples_by_repeating_the_last_pixel(size):
    image = torch.rand(2, 3, *size)
    padded, crop = pad_to_multiple(image, 4)
    beyond = [(0, 0), (0, 0), *((0, -(-side // 4) * 4 - side) for side in size)]
    np.testing.assert_array_equal(padded, np.pad(image, beyond, mode="edge"))
    assert crop(padded).equal(image)


def test_an_image_that_fits_keeps_its_pixels():
    image = torch.rand(1, 3, 8, 4)
    assert pad_to_multiple(image, 4)[0].equal(image)


@pytest.mark.parametrize("scale", [2, 3])
def test_the_result_is_cropped_at_the_networks_scale(scale):
    image = torch.rand(1, 3, 5, 7)
    padded, crop = pad_to_multiple(image, 4)
    assert crop(interpolate(padded, scale_factor=scale)).equal(interpolate(image, scale_factor=scale))
