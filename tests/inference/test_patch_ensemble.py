"""Patch ensemble: windows that cover an image, and their blend."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
import torch
from hypothesis import example, given, settings
from hypothesis import strategies as st

from srbench.bench.measuring.run_job import run_job
from srbench.bench.planning.job import Job
from srbench.bench.resolve.resolved import ResolvedMetric
from srbench.catalog import load_catalog
from srbench.data.datasets.finder import DatasetFinder
from srbench.errors import UsageError
from srbench.imaging.image_io import write_png
from srbench.inference.method import ResolvedMethod
from srbench.inference.patch_ensemble import STEP, WINDOW, count, patch_ensemble, starts, window_weights
from srbench.inference.self_ensemble import self_ensemble
from srbench.inference.upscaler import Upscaler
from srbench.inference.wrappers import wrap
from srbench.metrics.memory import forward_peak
from srbench.models.prediction import Prediction
from srbench.specs.model import ModelSpec
from srbench.specs.protocol import STANDARD

NEAREST = ModelSpec("nearest", "torch.nn:Upsample", kwargs={"scale_factor": 2}, joint=True, receptive_radius=0)
GIB = 2**30
sides = st.integers(1, 40)
steps = st.integers(1, 12).flatmap(lambda step: st.tuples(st.integers(step, 24), st.just(step)))


def nearest(scale):
    """Every SR pixel is one LR pixel, so that what an SR pixel gets doesn't depend on the window."""

    def enlarge(lr):
        rows, columns = (
            # a centre on the border of two LR pixels is the first one's, as the second may lie outside of the window
            (((torch.arange(round(side * scale)) + 0.5) / scale).ceil().long() - 1).clip(0, side - 1)
            for side in lr.shape[-2:]
        )
        sr = lr[..., rows, :][..., columns]
        return Prediction(sr, sr + 1)

    return enlarge


@given(st.integers(1, 700), steps, st.sampled_from([1.0, 1.5, 2.0, 2.37, 3.0, 4.0]))
def test_windows_cover_a_side_and_end_with_it(length, sizes, scale):
    windows = starts(length, scale, *sizes)
    assert windows[0].start == 0
    assert windows[-1].stop == length
    # at whole scales they may touch, at others they overlap: an SR pixel may lie over the end of a window
    assert all(one.start < other.start <= one.stop - (not scale.is_integer()) for one, other in pairwise(windows))
    if scale.is_integer():
        assert {window.stop - window.start for window in windows} == {min(length, sizes[0])}
        assert all(other.start - one.start <= sizes[1] for one, other in pairwise(windows))


def test_windows_of_the_paper():
    assert [window.start for window in starts(300, 4.0)] == [0, 60, 120, 180]
    assert [window.start for window in starts(301, 4.0)] == [0, 60, 120, 180, 181]
    assert starts(119, 4.0) == [slice(0, 119)]
    assert (WINDOW, STEP) == (120, 60)
    assert count(339, 510, 4.0) == 5 * 8


@given(sides, sides)
def test_weights_are_positive_and_fall_off_from_the_centre_alike_to_all_sides(height, width):
    weights = window_weights(height, width)
    assert weights.shape == (height, width)
    assert weights.min() > 0
    assert weights.max() == weights[height // 2, width // 2] <= 1
    assert torch.equal(weights, weights.flip(0))
    assert torch.equal(weights, weights.flip(1))
    assert (weights.diff(dim=0)[: height // 2 - 1] > 0).all()
    assert (weights.diff(dim=1)[:, : width // 2 - 1] > 0).all()


def test_weights_by_hand():
    """Of 2 x 2 pixels every centre is half way to both edges: d = sqrt(1/2), and 1 - d / sqrt(2) is a half."""
    assert window_weights(2, 2).tolist() == [[0.5, 0.5], [0.5, 0.5]]
    assert window_weights(1, 1).tolist() == [[1.0]]
    corner = 1 - np.hypot(119 / 120, 119 / 120) / np.sqrt(2)
    assert window_weights(120, 120)[0, 0].item() == pytest.approx(corner, rel=1e-5)


@pytest.mark.slow
@settings(max_examples=60)
@given(sides, sides, steps, st.sampled_from([1.0, 1.5, 2.0, 2.37, 3.0]), st.integers(0, 9))
@example(1, 13, (9, 1), 1.5, 0)
def test_pixels_that_do_not_depend_on_the_window_are_not_changed(height, width, sizes, scale, seed):
    """To the bit, whatever the size of the image and of its values: with it constants stay, and the identity."""
    lr = torch.rand(1, 3, height, width, generator=torch.Generator().manual_seed(seed)) * 10.0 ** (seed - 4)
    found = patch_ensemble(nearest(scale), scale, *sizes)(lr)
    plain = nearest(scale)(lr)
    assert torch.equal(found.sr, plain.sr)
    torch.testing.assert_close(found.sigma, plain.sigma)


@settings(max_examples=30)
@given(sides, sides, steps)
def test_weights_are_a_partition_of_unity(height, width, sizes):
    """Windows that each give another constant: the blend is their mean by the weights, and stays between them."""
    numbers = iter(range(10_000))

    def constant(lr):
        return Prediction(torch.full_like(lr, float(next(numbers))))

    found = patch_ensemble(constant, 1.0, *sizes)(torch.zeros(1, 1, height, width)).sr[0, 0].double()
    total, summed = torch.zeros(2, height, width, dtype=torch.float64)
    number = 0
    for rows in starts(height, 1.0, *sizes):
        for columns in starts(width, 1.0, *sizes):
            weights = window_weights(rows.stop - rows.start, columns.stop - columns.start)
            total[rows, columns] += weights
            summed[rows, columns] += number * weights
            number += 1
    assert number == count(height, width, 1.0, *sizes)
    torch.testing.assert_close(found, summed / total, rtol=1e-5, atol=1e-5)


def test_a_window_s_edge_counts_less_than_the_middle_of_the_next():
    """What the blend is for: a network that is wrong at the edges of what it sees."""

    def wrong_at_the_edge(lr):
        sr = torch.zeros_like(lr)
        sr[..., :2] = sr[..., -2:] = 1
        return Prediction(sr)

    found = patch_ensemble(wrong_at_the_edge, 1.0, 16, 8)(torch.zeros(1, 1, 16, 64)).sr
    assert found[..., 2:-2].max() < 0.4  # of two windows that count alike it would be 0.5
    assert found[..., 0].min() == 1


@pytest.mark.parametrize("sizes", [(16, 0), (16, 17)])
def test_windows_with_gaps_are_refused(sizes):
    with pytest.raises(ValueError, match="invalid step; choose 1 to 16"):
        patch_ensemble(nearest(2.0), 2.0, *sizes)


def test_self_then_patch_is_self_ensemble_of_each_window():
    network = torch.nn.Conv2d(3, 3, 3, padding=1)
    lr = torch.rand(1, 3, 150, 130)
    seen = []

    def forward(part):
        seen.append(tuple(part.shape[-2:]))
        return Prediction(network(part))

    with torch.no_grad():
        found = wrap(forward, ("self", "patch"), 1.0)(lr).sr
        expected = patch_ensemble(self_ensemble(lambda part: Prediction(network(part))), 1.0)(lr).sr
    assert seen == [(120, 120)] * 8 * 4
    assert torch.equal(found, expected)


def test_cost_is_counted_and_recorded(tmp_path):
    folder = tmp_path / "photos"
    folder.mkdir()
    for name, side in (("small", 200), ("large", 302)):
        write_png(folder / f"{name}.png", np.random.default_rng(0).integers(0, 256, (side, 240, 3), dtype=np.uint8))
    method = ResolvedMethod("nearest", NEAREST, ensemble=("self", "patch"))
    upscaler = Upscaler(method, 2, device="cpu")
    assert upscaler(np.zeros((180, 121, 3), np.uint8)).sr.shape == (1, 3, 360, 242)
    assert (upscaler.pass_count.windows, upscaler.pass_count.evaluations) == (4, 32)
    catalog = load_catalog()
    metric = ResolvedMetric(catalog.metrics.get("psnr"))
    (record,) = run_job(Job(method, 2, STANDARD, (metric,), dataset=DatasetFinder(()).find(folder), device="cpu"))
    assert record.warnings == ("3 windows, 24 evaluations for 2 images",)


@pytest.mark.parametrize("names", [("self", "self"), ("patch", "self", "patch")])
def test_a_wrapper_listed_twice_is_refused(names):
    with pytest.raises(UsageError, match=f"{names[0]!r} is listed twice"):
        wrap(lambda _: None, names, 2.0)


def test_tiles_lie_within_windows():
    method = ResolvedMethod("nearest", NEAREST, ensemble=("patch",))
    lr = np.random.default_rng(0).integers(0, 256, (130, 90, 3), dtype=np.uint8)
    tiles, whole = (Upscaler(method, 2, device="cpu", tile=tile) for tile in (60, None))
    assert torch.equal(tiles(lr).sr, whole(lr).sr)
    assert (tiles.pass_count.windows, tiles.pass_count.evaluations) == (2, 8)
    assert (whole.pass_count.windows, whole.pass_count.evaluations) == (2, 2)


@pytest.mark.slow
def test_memory_is_a_window_s_and_not_the_image_s():
    """A 2040 x 1356 output: 64 features at its size alone would take 0.7 GB, again for each layer that keeps them."""
    network = torch.nn.Sequential(
        torch.nn.Upsample(scale_factor=4), torch.nn.Conv2d(3, 64, 1), torch.nn.ReLU(), torch.nn.Conv2d(64, 3, 1)
    )
    lr = torch.rand(1, 3, 339, 510)
    run = patch_ensemble(lambda part: Prediction(network(part)), 4.0)
    peak = forward_peak(lambda image: run(image).sr, lr)
    # SR, the weights' sum, and what one window takes
    assert peak < 2040 * 1356 * 4 * (3 + 1) + 1.1 * forward_peak(network, lr[..., :WINDOW, :WINDOW]) + 20e6
    assert peak < forward_peak(network, lr[..., :240, :240]) < 6 * GIB
