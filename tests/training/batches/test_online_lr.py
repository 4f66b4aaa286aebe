"""LR patches against `imresize`, bit for bit, whichever way they are made."""

from __future__ import annotations

from typing import get_args

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from srbench.imaging.hr_crop import hr_side, lr_side
from srbench.imaging.resize import imresize
from srbench.specs.protocol import ResizeMode
from srbench.training.batches.online_lr import by_imresize, by_matrices, make_online_lr

real_scales = st.floats(1.05, 4.5) | st.integers(11, 45).map(lambda tenths: tenths / 10)


def noise(side, count=3):
    """Patches of noise, of few levels, and of a checkerboard: full of ties, and of values that have to be clipped."""
    chance = np.random.default_rng(side)
    patches = chance.integers(0, 256, (count, side, side, 3), np.uint8)
    patches[0] = patches[0] // 128 * 255
    patches[1, ..., 0] = np.indices((side, side)).sum(axis=0) % 2
    return patches


@settings(max_examples=60, deadline=None)
@given(st.integers(16, 96), real_scales, st.sampled_from(get_args(ResizeMode)))
def test_both_ways_are_imresize_to_the_bit(patch, scale, mode):
    side = lr_side(patch, scale)
    patches = noise(hr_side(side, scale))
    expected = [imresize(patch, 1 / scale, mode=mode, size=(side, side)) for patch in patches]
    for by in (by_imresize, by_matrices):
        np.testing.assert_array_equal(by(torch.from_numpy(patches), side, scale, mode).numpy(), expected)


@pytest.mark.parametrize("mode", get_args(ResizeMode))
def test_ties_are_the_same_where_they_are_common(mode):
    """At x2 and x4 one value in fifty lies half way between two levels."""
    for scale in (2.0, 4.0):
        patches = torch.from_numpy(noise(128, 8))
        side = int(128 / scale)
        one, other = by_imresize(patches, side, scale, mode), by_matrices(patches, side, scale, mode)
        np.testing.assert_array_equal(one.numpy(), other.numpy())


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
@pytest.mark.parametrize("mode", get_args(ResizeMode))
@pytest.mark.parametrize("scale", [1.1, 2.0, 2.37, 4.0])
def test_a_gpu_gives_the_same_bits(scale, mode):
    side = lr_side(200, scale)
    patches = torch.from_numpy(noise(hr_side(side, scale), 16))
    made = make_online_lr(patches.cuda(), side, scale, mode)
    assert made.is_cuda
    np.testing.assert_array_equal(made.cpu().numpy(), make_online_lr(patches, side, scale, mode).numpy())
