from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

torch = pytest.importorskip("torch")
windows = pytest.importorskip("srbench_onnx.windows")


@given(st.integers(1, 300), st.integers(1, 80))
def test_windows_cover_all_pixels_once_and_keep_their_middle(length, window):
    parts = windows.spans(length, window)
    kept = [pixel for _, first, last in parts for pixel in range(first, last)]
    assert kept == list(range(length))
    for start, first, last in parts:
        assert start <= first < last <= start + window
        if length > window:
            assert start + window <= length
            margin = window // windows.OVERLAP
            assert first == 0 or first - start >= margin
            assert last == length or start + window - last >= margin


@given(st.integers(1, 40), st.integers(1, 40), st.integers(1, 16), st.integers(1, 16))
def test_what_looks_at_no_neighbours_is_the_same_in_windows(height, width, tall, wide):
    lr = torch.arange(height * width, dtype=torch.float32).reshape(1, 1, height, width)
    double = lambda part: part.repeat_interleave(2, 2).repeat_interleave(2, 3)  # noqa: E731 - a formula
    assert windows.in_windows(double, lr, (tall, wide), 2).equal(double(lr))
