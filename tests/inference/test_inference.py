"""Tiles and ensembles against the plain forward pass."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from srbench.bench.measuring.run_job import run_job
from srbench.bench.planning.job import Job
from srbench.bench.resolve.resolved import ResolvedMetric
from srbench.bench.resolve.resolver import Resolver
from srbench.catalog import load_catalog
from srbench.data.datasets.finder import DatasetFinder
from srbench.errors import PluginError, UnknownName, UsageError
from srbench.imaging.image_io import read_image
from srbench.inference import tile_size
from srbench.inference.method import ResolvedMethod
from srbench.inference.self_ensemble import self_ensemble
from srbench.inference.tiling import spans, tiled
from srbench.inference.upscaler import Upscaler
from srbench.inference.wrappers import wrap
from srbench.models.prediction import Prediction
from srbench.models.tensors import to_tensor, to_uint8
from srbench.specs.model import ModelSpec
from srbench.specs.protocol import STANDARD
from srbench.storage.roots import data_roots


@pytest.mark.slow
@pytest.mark.parametrize(
    ("method", "scale"),
    [
        *(("pcarn-m", 2), ("pcarn-m", 4), ("carn-m", 3), ("lapsrn", 4)),
        pytest.param("vdsr", 3, marks=pytest.mark.long),  # as the others, in half of the time of all
    ],
)
def test_tiled_equals_untiled_within_a_grey_level(shared, method, scale):
    resolved = Resolver(load_catalog(), data_roots([shared])).method(method, scale)
    lr = read_image(shared / "data" / "Set5" / "LR_bicubic" / "X2" / "birdx2.png")[:60, :64]
    whole, tiles = (
        to_uint8(Upscaler(resolved, scale, device="cpu", tile=tile)(lr).sr, "round").astype(int) for tile in (0, 40)
    )
    assert np.abs(whole - tiles).max() <= 1


@pytest.mark.slow
def test_a_network_that_looks_at_the_whole_image_says_that_tiles_are_an_approximation(shared):
    resolved = Resolver(load_catalog(), data_roots([shared])).method("imdn", 2)
    upscaler = Upscaler(resolved, 2, device="cpu", tile=40)
    upscaler(np.zeros((60, 60, 3), np.uint8))
    assert "may look further" in upscaler.warnings[0]


@given(st.integers(1, 500), st.integers(1, 200))
def test_spans_cover_without_overlap(length, tile):
    covered = [pixel for start, stop in spans(length, tile) for pixel in range(start, stop)]
    assert covered == list(range(length))
    assert all(stop - start <= tile for start, stop in spans(length, tile))


@settings(deadline=None, max_examples=25)
@given(st.integers(5, 40), st.integers(5, 40), st.sampled_from([1.0, 1.5, 2.0, 2.37, 3.0]), st.integers(4, 20))
def test_tiles_of_a_pointwise_network_are_exact_at_any_scale(height, width, scale, tile):
    """Enlarging by looking up the source pixel: every SR pixel depends on one LR pixel."""
    lr = torch.rand(1, 3, height, width)

    def nearest(part):
        size = (round(part.shape[-2] * scale), round(part.shape[-1] * scale))
        rows, columns = (((torch.arange(n) + 0.5) / scale).long() for n in size)
        return Prediction(part[..., rows.clip(max=part.shape[-2] - 1), :][..., columns.clip(max=part.shape[-1] - 1)])

    pieces = tiled(nearest, scale, tile, overlap=4)(lr).sr
    assert pieces.shape[-2:] == (round(height * scale), round(width * scale))
    assert torch.equal(pieces, nearest(lr).sr)


def test_self_ensemble_commutes_with_the_symmetries_of_the_square():
    network = torch.nn.Conv2d(3, 3, 3, padding=1)
    run = self_ensemble(lambda lr: Prediction(network(lr)))
    lr = torch.rand(1, 3, 9, 9)
    with torch.no_grad():
        for turn in (lambda x: x.flip(-1), lambda x: torch.rot90(x, 1, (-2, -1)), lambda x: x.transpose(-2, -1)):
            assert torch.allclose(run(turn(lr)).sr, turn(run(lr).sr), atol=1e-6)


def test_self_ensemble_of_a_symmetric_network_changes_nothing():
    lr = torch.rand(1, 3, 6, 8)
    assert torch.allclose(wrap(lambda x: Prediction(x, sigma=x), ("self",), 1)(lr).sr, lr)
    assert torch.allclose(wrap(lambda x: Prediction(x, sigma=x), ("self",), 1)(lr).sigma, lr)


def test_an_unknown_ensemble_is_refused():
    with pytest.raises(UnknownName, match="unknown ensemble 'selv'; did you mean 'self'"):
        wrap(Prediction, ("selv",), 1)


@given(st.integers(0, 255))
def test_uint8_survives_the_tensor(level):
    """k / 255 * 255 is exact in float32, so truncation doesn't lose a level."""
    image = np.full((2, 3, 3), level, np.uint8)
    for quantise in ("round", "truncate"):
        assert np.array_equal(to_uint8(to_tensor(image, "cpu"), quantise), image)


def test_grey_stays_grey_only_where_the_model_keeps_it():
    grey = np.zeros((4, 5), np.uint8)
    assert to_tensor(grey, "cpu").shape == (1, 3, 4, 5)
    assert to_tensor(grey, "cpu", grey="keep").shape == (1, 1, 4, 5)
    assert to_uint8(to_tensor(grey, "cpu", grey="keep"), "round").shape == (4, 5)


def test_a_model_that_breaks_its_contract_is_named():
    spec = ModelSpec("same-size", "torch.nn:Identity", joint=True)
    with pytest.raises(
        PluginError, match=r"model same-size returned \(1, 3, 4, 4\) .* expected height and width 8 x 8"
    ):
        Upscaler(ResolvedMethod("same-size", spec), 2, device="cpu")(np.zeros((4, 4, 3), np.uint8))


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a CUDA device here")
def test_a_missing_device_is_refused():
    with pytest.raises(UsageError, match="0 CUDA devices here"):
        Upscaler(ResolvedMethod("x", ModelSpec("x", "torch.nn:Identity", joint=True)), 2, device="cuda")


def test_images_that_do_not_fit_into_memory_are_cut_into_tiles(monkeypatch):
    """Less and less free memory, beside what the pass was measured to need."""
    network = torch.nn.Conv2d(3, 64, 1)

    def forward(lr):
        return Prediction(network(lr))

    image = torch.zeros(1, 3, 300, 300)
    need = tile_size.forward_peak(lambda lr: forward(lr).sr, image)
    tiles = []
    for share in (100.0, 3.0, 0.3):
        monkeypatch.setattr(tile_size, "free_bytes", lambda _device, share=share: need * share)
        tiles.append(tile_size.tile_size(forward, image, overlap=8))
    assert tiles[:2] == [0, 0]
    assert 64 <= tiles[2] < 300


def test_a_diverged_network_is_named_and_not_averaged(tmp_path):
    (tmp_path / "diverged.py").write_text(
        "import torch\n"
        "class Net(torch.nn.Module):\n"
        "    def forward(self, lr, scale):\n"
        "        sr = torch.nn.functional.interpolate(lr, scale_factor=scale)\n"
        "        return sr * float('nan') if lr.shape[-1] == 225 else sr\n"
    )
    spec = ModelSpec("diverged", f"{tmp_path}/diverged.py:Net", joint=True)
    dataset = DatasetFinder(()).find(load_catalog().datasets.get("demo"))
    metric = ResolvedMetric(load_catalog().metrics.get("psnr"))
    (record,) = run_job(Job(ResolvedMethod("diverged", spec), 2, STANDARD, (metric,), dataset=dataset, device="cpu"))
    assert record.status == "ok"
    assert [name for name, value in record.values.items() if np.isnan(value)] == ["chelsea"]
    assert "1 of 5 images not finite and not in the mean: chelsea (nan)" in record.remarks
    assert 20 < record.value < 40
