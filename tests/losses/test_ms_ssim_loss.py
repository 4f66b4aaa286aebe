"""The MS-SSIM loss against pytorch-msssim and against the metric, and for patches that those refuse."""

from __future__ import annotations

import pytest
import pytorch_msssim
import torch

from srbench import UsageError
from srbench.losses.ms_ssim import WEIGHTS, MsSsim


def noisy(size, amount, seed=0):
    generator = torch.Generator().manual_seed(seed)
    coarse = torch.rand(2, 3, size // 8, size // 8, generator=generator)
    hr = torch.nn.functional.interpolate(coarse, (size, size), mode="bicubic").clamp(0, 1)
    return (hr + amount * torch.randn(hr.shape, generator=generator)).clamp(0, 1), hr


@pytest.mark.parametrize("amount", [0.01, 0.1, 0.5])
def test_five_levels_agree_with_pytorch_msssim(amount, value):
    sr, hr = noisy(192, amount)
    expected = 1 - pytorch_msssim.ms_ssim(sr, hr, data_range=1)
    torch.testing.assert_close(value(MsSsim(), sr, hr, "ms-ssim"), expected, rtol=0, atol=5e-6)


def test_sides_are_cropped_to_multiples_of_16_as_in_the_metric(value):
    sr, hr = noisy(192, 0.1)
    expected = 1 - pytorch_msssim.ms_ssim(sr[..., :176, :176], hr[..., :176, :176], data_range=1)
    found = value(MsSsim(), sr[..., :187, :191], hr[..., :187, :191], "ms-ssim")
    torch.testing.assert_close(found, expected, rtol=0, atol=5e-6)


def test_one_level_is_ssim(value):
    sr, hr = noisy(48, 0.1)
    expected = 1 - pytorch_msssim.ssim(sr, hr, data_range=1)
    torch.testing.assert_close(value(MsSsim(levels=1), sr, hr, "ms-ssim"), expected, rtol=0, atol=1e-5)


@pytest.mark.parametrize(("levels", "smallest"), [(1, 11), (2, 22), (3, 44), (4, 88), (5, 176)])
def test_the_smallest_patch(levels, smallest, value):
    sr, hr = torch.rand(1, 3, smallest, smallest), torch.rand(1, 3, smallest, smallest)
    assert 0 < value(MsSsim(levels), sr, hr, "ms-ssim") <= 1
    with pytest.raises(UsageError, match=f"levels={levels - 1}" if levels > 1 else "at least 11 x 11"):
        value(MsSsim(levels), sr[..., 1:, :], hr[..., 1:, :], "ms-ssim")


@pytest.mark.parametrize("levels", [0, 6])
def test_other_numbers_of_levels_are_refused(levels):
    with pytest.raises(UsageError, match="1 to 5"):
        MsSsim(levels)


def test_equal_images_lose_nothing_and_opposite_ones_still_have_a_gradient(value):
    _, hr = noisy(48, 0)
    assert float(value(MsSsim(3), hr, hr, "ms-ssim")) == pytest.approx(0, abs=1e-5)
    opposite = (1 - hr).requires_grad_()  # its structure is negative at every level
    loss = value(MsSsim(3), opposite, hr, "ms-ssim")
    loss.backward()
    assert 0.9 < loss.item() <= 1
    assert torch.isfinite(opposite.grad).all()


def test_the_weights_of_fewer_levels_add_up_to_one():
    assert float(MsSsim(3).weights.sum()) == pytest.approx(1)
    assert sum(WEIGHTS) == pytest.approx(1, abs=1e-3)


def test_mixed_precision_leaves_it_in_float32(value):
    sr, hr = noisy(192, 0.01)
    sr = sr.bfloat16()
    expected = value(MsSsim(), sr.float(), hr, "ms-ssim")
    with torch.autocast("cpu", torch.bfloat16):
        found = value(MsSsim(), sr, hr, "ms-ssim")
    assert found.dtype == torch.float32
    torch.testing.assert_close(found, expected, rtol=0, atol=1e-6)
