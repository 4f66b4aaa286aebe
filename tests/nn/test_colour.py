"""YCbCr on tensors, against scikit-image."""

from __future__ import annotations

import numpy as np
import torch
from skimage.color import rgb2ycbcr

from srbench.nn.colour import rgb_to_ycbcr, ycbcr_to_rgb


def test_agrees_with_scikit_image():
    image = np.random.default_rng(0).random((7, 9, 3))
    result = rgb_to_ycbcr(torch.from_numpy(image).movedim(-1, 0)[None])[0].movedim(0, -1)
    assert np.allclose(result * 255, rgb2ycbcr(image), rtol=0, atol=1e-10)


def test_inverse_both_ways():
    x = torch.rand(2, 3, 4, 5, dtype=torch.float64)
    assert torch.allclose(ycbcr_to_rgb(rgb_to_ycbcr(x)), x, rtol=0, atol=1e-14)
    assert torch.allclose(rgb_to_ycbcr(ycbcr_to_rgb(x)), x, rtol=0, atol=1e-14)


def test_keeps_dtype_and_runs_on_meta():
    assert rgb_to_ycbcr(torch.zeros(1, 3, 2, 2)).dtype == torch.float32
    assert ycbcr_to_rgb(torch.zeros(1, 3, 2, 2, device="meta")).is_meta
