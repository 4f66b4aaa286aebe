"""Table 4's rivals that are a term more: the edge loss, and the Riemannian one."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.linalg import logm
from srbench_probabilistic_l1.losses.canny import CannyEdge
from srbench_probabilistic_l1.losses.riemann import ROUND, Riemann

from srbench.errors import UsageError

METRICS = ("log-euclidean", "affine-invariant")
NAN = float("nan")


@pytest.fixture
def step():
    """A black and a white half, (1, 3, 16, 16)."""
    image = torch.zeros(1, 3, 16, 16)
    image[..., 8:] = 1
    return image


# Edges


def test_edges_of_a_step(step):
    """Beside the step; the patch's outermost rows are no edges to Canny."""
    found = CannyEdge().edges(step)[0, 0]
    assert found[1:-1].sum(1).tolist() == [1.0] * 14
    assert set(found.nonzero()[:, 1].tolist()) <= {7, 8}
    wide = CannyEdge(radius=1).edges(step)[0, 0]
    assert wide.sum(1).tolist() == [3.0] * 16


def test_edges_are_opencvs_of_each_image():
    torch.manual_seed(0)
    hr = torch.rand(3, 3, 8, 8).repeat_interleave(4, 2).repeat_interleave(4, 3)
    found = CannyEdge(low=30, high=80).edges(hr)
    for image, edges in zip(hr, found, strict=True):
        grey = cv2.cvtColor((image.permute(1, 2, 0) * 255).round().byte().numpy(), cv2.COLOR_RGB2GRAY)
        assert np.array_equal(edges[0].numpy(), cv2.Canny(grey, 30, 80) / 255)
    assert 0 < found.mean() < 0.5


@pytest.mark.parametrize("distance", ["l1", "l2"])
def test_pixels_on_edges_weigh_more(step, distance, case):
    torch.manual_seed(1)
    error = 0.1 * torch.randn_like(step)
    loss = CannyEdge(weight=3, distance=distance)
    prediction, batch = case(error, hr=step)
    loss(prediction, batch)["canny-edge"].backward()
    each = (error.sign() if distance == "l1" else 2 * error) / error.numel()
    torch.testing.assert_close(prediction.sr.grad, -each * (1 + 3 * loss.edges(step)), rtol=1e-4, atol=1e-6)


def test_without_a_weight_it_is_l1(step, case):
    torch.manual_seed(2)
    error = 0.1 * torch.randn_like(step)
    found = CannyEdge(weight=0)(*case(error, hr=step))["canny-edge"]
    torch.testing.assert_close(found, error.abs().mean())


@pytest.mark.parametrize(
    ("kwargs", "words"),
    [
        ({"weight": -1}, "weight -1: expected a number of 0 or more"),
        ({"weight": NAN}, "weight nan"),
        ({"low": 300}, "thresholds 300 and 200.0: expected 0 <= low <= high"),
        ({"low": -1}, "thresholds -1 and"),
        ({"high": NAN}, "and nan"),
        ({"radius": -1}, "radius -1: expected 0 or more"),
        ({"distance": "huber"}, "distance 'huber': expected one of l1, l2"),
    ],
)
def test_bad_settings_of_the_edge_loss(kwargs, words):
    with pytest.raises(UsageError, match=words):
        CannyEdge(**kwargs)


# Structure


def test_structure_tensors_are_scipys_distance_apart(case):
    """One window of 3x3 gradients, by NumPy and SciPy."""
    torch.manual_seed(3)
    hr, error = torch.rand(1, 3, 5, 5, dtype=torch.float64), 0.2 * torch.randn(1, 3, 5, 5, dtype=torch.float64)

    def logarithm(image):
        down, right = np.gradient(image.numpy(), axis=(2, 3))
        slopes = np.stack([down, right])[..., 1:-1, 1:-1].reshape(2, -1)
        return logm(slopes @ slopes.T / slopes.shape[1] + 1e-4 * np.eye(2))

    expected = np.linalg.norm(logarithm(hr - error) - logarithm(hr))
    found = Riemann(window=3)(*case(error.float(), hr=hr.float()))["riemann"].detach()
    assert float(found) == pytest.approx(np.hypot(expected, ROUND) - ROUND, rel=1e-4)


@pytest.mark.parametrize("metric", METRICS)
def test_it_is_nothing_between_equals_and_whatever_is_added(metric, case):
    torch.manual_seed(4)
    hr = torch.rand(1, 3, 12, 12) / 2
    for error, least, most in ((torch.zeros_like(hr), 0, 0), (torch.full_like(hr, -0.3), 0, 1e-4), (hr / 2, 0.5, 9)):
        found = float(Riemann(metric=metric)(*case(error, hr=hr))["riemann"].detach())
        assert least <= found <= most


@settings(deadline=None, max_examples=40)
@given(
    metric=st.sampled_from(METRICS),
    size=st.sampled_from([0.0, 1e-8, 1e-4, 1e-2, 1.0]),
    texture=st.sampled_from([0.0, 1e-8, 1e-3, 1.0]),
    seed=st.integers(0, 100),
)
def test_gradients_are_finite_in_flat_and_in_full_patches(metric, size, texture, seed, case):
    torch.manual_seed(seed)
    hr = 0.5 + texture * (torch.rand(1, 3, 12, 12).round() - 0.5)
    prediction, batch = case(size * (torch.rand_like(hr).round() - 0.5), hr=hr)
    value = Riemann(metric=metric)(prediction, batch)["riemann"]
    value.backward()
    assert value.isfinite()
    assert prediction.sr.grad.isfinite().all()


@pytest.mark.parametrize("metric", METRICS)
def test_going_down_its_slope_brings_structure_closer(metric, case):
    torch.manual_seed(5)
    hr = torch.rand(1, 3, 24, 24)
    prediction, batch = case(0.1 * torch.randn_like(hr), hr=hr)
    optimizer, values = torch.optim.Adam([prediction.sr], lr=2e-3), []
    for _ in range(40):
        optimizer.zero_grad()
        value = Riemann(metric=metric)(prediction, batch)["riemann"]
        value.backward()
        optimizer.step()
        values.append(float(value.detach()))
    assert values[-1] < values[0] / 2


def test_autocast_does_not_reach_it(case):
    torch.manual_seed(6)
    hr = torch.rand(1, 3, 12, 12)
    pair = case(0.05 * torch.randn_like(hr), hr=hr)
    with torch.autocast("cpu", torch.bfloat16):
        found = Riemann()(*pair)["riemann"]
    assert found.dtype == torch.float32
    assert torch.equal(found, Riemann()(*pair)["riemann"])


@pytest.mark.parametrize(
    ("kwargs", "words"),
    [
        ({"metric": "euclidean"}, "metric 'euclidean': expected one of log-euclidean, affine-invariant"),
        ({"window": 4}, "window 4: expected an odd number"),
        ({"window": -1}, "window -1"),
        ({"floor": 0}, "floor 0: expected a number above 0"),
        ({"floor": NAN}, "floor nan"),
    ],
)
def test_bad_settings_of_the_riemannian_loss(kwargs, words):
    with pytest.raises(UsageError, match=words):
        Riemann(**kwargs)


def test_a_patch_under_its_window_is_refused(case):
    with pytest.raises(UsageError, match=r"riemann: HR patches of \(6, 6\) are too small; use 7 pixels"):
        Riemann()(*case(torch.zeros(1, 3, 6, 6)))
