"""The networks for LR images of HR's size: RealSR, probabilistic-l1 Table 5."""

import csv

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy import ndimage
from srbench_classics.kpn import apply_kernels
from srbench_classics.pyramid import collapse, decompose
from srbench_classics.real_models import REAL_MODELS

from srbench.loading import load
from srbench.nn.colour import rgb_to_ycbcr

ROWS = {
    "DPS": "realsr-dps",
    "KPN": "realsr-kpn",
    "LP-KPN": "realsr-lp-kpn",
    "SRResNet": "realsr-srresnet",
    "RCAN": "realsr-rcan",
}
# Counted by hand: the authors' layer lists for the first three, the README's readings for the other two.
EXACT = {
    "realsr-dps": 1_267_777,
    "realsr-kpn": 1_475_497,
    "realsr-lp-kpn": 1_430_539,
    "realsr-srresnet": 1_310_881,
    "realsr-rcan": 8_155_089,
}
SMALL = {"kpn": {"blocks": 1, "features": 16}, "real": {"blocks": 1, "features": 16}}
BINOMIAL = np.outer([1, 4, 6, 4, 1], [1, 4, 6, 4, 1]) / 256


@pytest.fixture(autouse=True)
def seed():
    torch.manual_seed(0)


@pytest.fixture
def small():
    """``small(spec)`` -> the network with one narrow block, in eval mode."""

    def make(spec):
        kwargs = SMALL[spec.build.partition(":")[0].rpartition(".")[2]]
        return load(spec.build)(**kwargs, **({"groups": 1} if spec.name == "realsr-rcan" else {})).eval()

    return make


def parameters(name):
    spec = next(spec for spec in REAL_MODELS if spec.name == name)
    with torch.device("meta"):
        return sum(parameter.numel() for parameter in load(spec.build)(**spec.kwargs).parameters())


@pytest.mark.parametrize("name", EXACT)
def test_parameters(name):
    assert parameters(name) == EXACT[name]


@pytest.mark.slow
def test_table_5_prints_the_same_parameters(shared):
    with (shared / "published" / "published.csv").open(newline="") as file:
        rows = [
            row
            for row in csv.DictReader(file)
            if (row["plugin"], row["table"], row["metric"]) == ("probabilistic-l1", "5", "params") and row["value"]
        ]
    assert {row["row"] for row in rows} == set(ROWS)
    for row in rows:
        assert parameters(ROWS[row["row"]]) == pytest.approx(float(row["value"]), rel=0.01), row


@pytest.mark.parametrize("scale", [1, 2, 3, 4])
@pytest.mark.parametrize("spec", REAL_MODELS, ids=lambda spec: spec.name)
@pytest.mark.parametrize("size", [(1, 1), (8, 12), (13, 18)])
def test_size_is_kept_and_so_is_the_chroma(spec, scale, size, small):
    lr = torch.rand(2, 3, *size)
    with torch.inference_mode():
        sr = small(spec)(lr, scale)
    assert sr.shape == lr.shape
    torch.testing.assert_close(rgb_to_ycbcr(sr)[:, 1:], rgb_to_ycbcr(lr)[:, 1:], atol=1e-4, rtol=0)
    assert not torch.allclose(sr, lr)


@pytest.mark.parametrize("spec", REAL_MODELS, ids=lambda spec: spec.name)
def test_sides_that_4_does_not_divide_are_continued_and_cropped(spec, small):
    lr, model = torch.rand(1, 3, 13, 18), small(spec)
    continued = np.pad(lr.numpy(), [(0, 0), (0, 0), (0, 3), (0, 2)], mode="edge")
    with torch.inference_mode():
        whole = model(torch.from_numpy(continued), 1)
        torch.testing.assert_close(model(lr, 1), whole[..., :13, :18], atol=1e-5, rtol=0)


@pytest.mark.parametrize("spec", REAL_MODELS, ids=lambda spec: spec.name)
def test_features_are_those_of_the_named_submodule(spec, small):
    model, seen = small(spec), []
    model.get_submodule(spec.features).register_forward_pre_hook(lambda _module, given: seen.append(given[0].shape))
    with torch.inference_mode():
        model(torch.rand(1, 3, 13, 18), 1)
    assert seen == [(1, 16, 4, 5)]


@pytest.mark.parametrize("size", [3, 5])
def test_one_kernel_for_all_pixels_is_a_correlation(size):
    image, kernel = torch.rand(1, 1, 9, 11, dtype=torch.float64), torch.rand(size, size, dtype=torch.float64)
    kernels = kernel.reshape(1, -1, 1, 1).expand(1, -1, 9, 11)
    expected = ndimage.correlate(image[0, 0].numpy(), kernel.numpy(), mode="constant")
    np.testing.assert_allclose(apply_kernels(kernels, image)[0, 0].numpy(), expected, rtol=1e-12)


def test_each_pixel_has_its_own_kernel():
    image, kernels = torch.rand(2, 1, 6, 7, dtype=torch.float64), torch.rand(2, 9, 6, 7, dtype=torch.float64)
    padded = np.pad(image.numpy(), [(0, 0), (0, 0), (1, 1), (1, 1)])
    result = apply_kernels(kernels, image)
    assert result.shape == image.shape
    for b, y, x in [(0, 0, 0), (1, 3, 4), (0, 5, 6)]:
        around = padded[b, 0, y : y + 3, x : x + 3].ravel()
        assert result[b, 0, y, x].item() == pytest.approx(kernels[b, :, y, x].numpy() @ around)


@given(st.integers(1, 5), st.integers(1, 5), st.integers(0, 2**31))
def test_a_collapsed_pyramid_is_the_image(rows, columns, seed):
    image = torch.rand(1, 1, 4 * rows, 4 * columns, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
    levels = decompose(image)
    assert [level.shape[-2:] for level in levels] == [(4 * rows >> i, 4 * columns >> i) for i in range(3)]
    torch.testing.assert_close(collapse(levels), image)


def test_pyramid_against_scipy():
    image = np.random.default_rng(0).random((16, 20))
    fine, middle, coarse = (level[0, 0].numpy() for level in decompose(torch.from_numpy(image)[None, None]))
    half = ndimage.correlate(image, BINOMIAL, mode="constant")[::2, ::2]
    quarter = ndimage.correlate(half, BINOMIAL, mode="constant")[::2, ::2]
    np.testing.assert_allclose(coarse, quarter)
    for level, above, below in ((fine, image, half), (middle, half, quarter)):
        spread = np.zeros_like(above)
        spread[::2, ::2] = below
        np.testing.assert_allclose(level, above - ndimage.correlate(spread, 4 * BINOMIAL, mode="constant"))
