"""L1, L2, Charbonnier and edge against torch's and scikit-image's own, and the laws they obey."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from skimage.filters import sobel_h, sobel_v

from srbench import Prediction, UsageError
from srbench.losses.batch import Batch
from srbench.losses.charbonnier import Charbonnier
from srbench.losses.edge import Edge, edges
from srbench.losses.l1 import L1
from srbench.losses.l2 import L2

LOSSES = {"l1": L1, "l2": L2, "charbonnier": Charbonnier, "edge": Edge}


def pair(seed=0, size=12):
    generator = torch.Generator().manual_seed(seed)
    return torch.rand(2, 3, size, size, generator=generator), torch.rand(2, 3, size, size, generator=generator)


def test_l1_and_l2_agree_with_torch(value):
    sr, hr = pair()
    torch.testing.assert_close(value(L1(), sr, hr, "l1"), torch.nn.functional.l1_loss(sr, hr))
    torch.testing.assert_close(value(L2(), sr, hr, "l2"), torch.nn.functional.mse_loss(sr, hr))


@given(seed=st.integers(0, 99), exponent=st.integers(1, 6))
def test_charbonnier_is_between_l1_and_l1_plus_eps(seed, exponent):
    sr, hr = pair(seed)
    eps, batch = 10.0**-exponent, Batch(sr, hr, 1.0, ())
    l1 = L1()(Prediction(sr), batch)["l1"]
    charbonnier = Charbonnier(eps)(Prediction(sr), batch)["charbonnier"]
    assert l1 - 1e-6 <= charbonnier <= l1 + eps + 1e-6
    assert charbonnier >= eps


def test_charbonnier_by_hand(value):
    sr, hr = torch.full((1, 3, 4, 4), 0.5), torch.full((1, 3, 4, 4), 0.1)
    assert float(value(Charbonnier(0.3), sr, hr, "charbonnier")) == pytest.approx(0.5)


@pytest.mark.parametrize("eps", [0.0, -1e-3, float("nan")])
def test_charbonnier_refuses_eps_without_a_gradient_at_zero(eps):
    with pytest.raises(UsageError, match="eps"):
        Charbonnier(eps)


@given(seed=st.integers(0, 99), shift=st.floats(-1, 1))
def test_edge_ignores_a_constant_shift(seed, shift):
    sr, _ = pair(seed)
    assert float(Edge()(Prediction(sr + shift), Batch(sr, sr, 1.0, ()))["edge"]) < 1e-6


def test_edges_agree_with_scikit_image():
    image = pair(size=16)[0][0, 0]
    # scikit-image divides by 4, so that a step of 1 is an edge of 1; ours of a ramp of 1 a pixel, twice as wide.
    expected = np.hypot(sobel_h(image.double().numpy()), sobel_v(image.double().numpy()))[1:-1, 1:-1] / 2
    np.testing.assert_allclose(edges(image[None, None])[0, 0].numpy(), expected, atol=1e-6)


def test_the_edge_loss_of_a_ramp_is_its_slope(value):
    ramp = (0.01 * torch.arange(20.0)).expand(1, 3, 20, 20)
    assert float(value(Edge(), ramp, torch.zeros_like(ramp), "edge")) == pytest.approx(0.01, rel=1e-3)


@pytest.mark.parametrize("name", LOSSES)
def test_equal_flat_images_have_finite_gradients(name, value):
    hr = torch.full((1, 3, 8, 8), 0.5)
    sr = hr.clone().requires_grad_()
    value(LOSSES[name](), sr, hr, name).backward()
    assert torch.isfinite(sr.grad).all()


@pytest.mark.parametrize("name", LOSSES)
def test_half_precision_sr_is_compared_in_float32(name, value):
    sr, hr = pair()
    half = sr.bfloat16()
    with torch.autocast("cpu", torch.bfloat16):
        loss = value(LOSSES[name](), half, hr, name)
    torch.testing.assert_close(loss, value(LOSSES[name](), half.float(), hr, name), rtol=0, atol=1e-7)
