"""The tensor resize is the exact resize, with a gradient."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

import srbench.imaging.resize
from srbench.nn.resize import imresize


@given(
    st.integers(1, 20),
    st.integers(1, 20),
    st.floats(0.2, 4),
    st.sampled_from(["bicubic", "bilinear", "nearest"]),
)
def test_equals_matlab_double(height, width, scale, kernel):
    image = np.random.default_rng(0).random((height, width, 3))
    expected = srbench.imaging.resize.imresize(image, scale, mode="matlab-double", kernel=kernel)
    result = imresize(torch.from_numpy(image).movedim(-1, 0)[None], scale, kernel=kernel)[0].movedim(0, -1)
    assert np.allclose(result, expected, rtol=0, atol=1e-13)


def test_replicated_border_equals_older_matlab():
    image = np.random.default_rng(0).integers(0, 256, (24, 20), np.uint8)
    # One dimension only: with it, nothing is rounded in between.
    expected = srbench.imaging.resize.imresize(image[:, :1], 1 / 3, mode="matlab-uint8-replicate", size=(8, 1))
    result = imresize(torch.from_numpy(image[None, None, :, :1]).double(), 1 / 3, border="replicate", size=(8, 1))
    assert np.array_equal(result[0, 0].add(0.5 + 1e-9).floor().clamp(0, 255), expected)


def test_gradient():
    x = torch.rand(1, 2, 5, 4, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(lambda x: imresize(x, 1.5), x)
    assert torch.autograd.gradcheck(lambda x: imresize(x, 0.5), x)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.bfloat16])
def test_keeps_dtype(dtype):
    assert imresize(torch.zeros(1, 1, 4, 4, dtype=dtype), 2).dtype == dtype


def test_runs_on_the_meta_device():
    result = imresize(torch.zeros(2, 3, 240, 426, device="meta"), 3, size=(720, 1280))
    assert result.is_meta
    assert result.shape == (2, 3, 720, 1280)
