"""pyiqa's metrics through the bridge, against pyiqa itself, srbench's own metrics and scikit-image."""

from __future__ import annotations

import socket

import numpy as np
import pytest
import skimage.data
import torch
from skimage.color import rgb2ycbcr
from skimage.measure import shannon_entropy
from srbench_pyiqa.bridge import __getattr__ as bridged
from srbench_pyiqa.names import LISTED

from srbench.errors import Unavailable
from srbench.metrics import MetricSetup, Sample
from srbench.metrics.psnr import psnr
from srbench.metrics.ssim import ssim
from srbench.specs.protocol import MATLAB, RGB, STANDARD

pyiqa = pytest.importorskip("pyiqa", reason="pyiqa is an extra of this plugin: tox run -e pyiqa installs it")

WITH_REFERENCE = ("cw_ssim", "fsim", "gmsd", "mad", "nlpd", "psnr", "psnry", "ssim", "ssimc", "vif", "vsi")
"""Metrics that need neither weights, which are fetched from outside, nor a large image."""
NOT_OF_IMAGES = {"fid", "fid_dinov2", "sfid", "inception_score", "clipscore", "fgresq_pair"}


@pytest.fixture(scope="module")
def sample():
    hr = skimage.data.astronaut()[:224, :240]
    noise = np.random.default_rng(0).normal(0, 6, hr.shape)
    return Sample("one", np.clip(hr + noise, 0, 255).astype(np.uint8), hr, 4, STANDARD)


def measured(name: str, sample: Sample) -> float:
    return bridged(name)(MetricSetup())(sample)


def tensor(image) -> torch.Tensor:
    return torch.tensor(image[4:-4, 4:-4]).movedim(-1, 0)[None].float() / 255


def test_list_is_pyiqas():
    from pyiqa.default_model_configs import DEFAULT_CONFIGS

    assert set(DEFAULT_CONFIGS) - NOT_OF_IMAGES == set(LISTED)
    for name, listed in LISTED.items():
        config = DEFAULT_CONFIGS[name]
        assert listed.reference == (config["metric_mode"] == "FR"), name
        assert (listed.better == "lower") == config.get("lower_better", False), name


@pytest.mark.parametrize("name", ["psnr", "ssimc"])
def test_rgb_without_border(sample, name):
    expected = float(pyiqa.create_metric(name, device="cpu")(tensor(sample.sr), tensor(sample.hr)))
    assert measured(name, sample) == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("name", ["cw_ssim", "entropy", "ms_ssim", "psnry", "ssim"])
def test_luma_is_bt601_as_by_pyiqas_option_for_it(sample, name):
    images = [tensor(image) for image in ((sample.sr, sample.hr) if LISTED[name].reference else (sample.sr,))]
    expected = float(pyiqa.create_metric(name, device="cpu", color_space="ycbcr")(*images))
    moved = abs(float(pyiqa.create_metric(name, device="cpu")(*images)) - expected)
    assert measured(name, sample) == pytest.approx(expected, abs=moved / 100)


@pytest.mark.parametrize("name", ["gmsd", "nlpd", "piqe"])
def test_luma_is_bt601_where_there_is_no_option(sample, name):
    """What is left of colours once they are luma changes nothing."""
    y = [np.dstack([np.floor(rgb2ycbcr(image)[..., 0] + 0.5).astype(np.uint8)] * 3) for image in (sample.sr, sample.hr)]
    images = [tensor(image) for image in y[: 2 if LISTED[name].reference else 1]]
    expected = float(pyiqa.create_metric(name, device="cpu")(*images))
    rounded = Sample("one", sample.sr, sample.hr, 4, MATLAB)
    assert measured(name, rounded) == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("protocol", [STANDARD, MATLAB])
def test_psnr_and_ssim_are_srbenchs(sample, protocol):
    here = Sample("one", sample.sr, sample.hr, 4, protocol)
    assert measured("psnry", here) == pytest.approx(psnr(here), abs=2e-3)  # pyiqa adds 1e-8 to the error
    rounded = Sample("one", sample.sr, sample.hr, 4, MATLAB)
    assert measured("ssim", here) == pytest.approx(ssim(rounded), abs=1e-4)  # pyiqa always rounds
    assert measured("psnr", here) == pytest.approx(psnr(Sample("one", sample.sr, sample.hr, 4, RGB)), abs=2e-3)


@pytest.mark.parametrize("name", WITH_REFERENCE)
def test_more_noise_is_worse_in_the_listed_direction(name):
    hr = skimage.data.astronaut()[:120, :120]
    noise = np.random.default_rng(0).normal(0, 1, hr.shape)
    levels = (np.clip(hr + deviation * noise, 0, 255).astype(np.uint8) for deviation in (0, 3, 12))
    best, good, bad = (measured(name, Sample("one", sr, hr, 4, STANDARD)) for sr in levels)
    assert best < good < bad if LISTED[name].better == "lower" else best > good > bad


def test_entropy_is_that_of_the_rounded_luma(sample):
    y = np.floor(rgb2ycbcr(sample.sr[4:-4, 4:-4])[..., 0] + 0.5).astype(np.uint8)
    rounded = Sample("one", sample.sr, None, 4, MATLAB)
    assert measured("entropy", rounded) == pytest.approx(shannon_entropy(y), abs=1e-4)


@pytest.mark.parametrize("name", ["brisque", "lpips", "musiq"])
def test_offline(name, monkeypatch, tmp_path):
    """What fetches weights says so, where there are none and no network."""
    from pyiqa.utils import download_util

    def unreachable(*_arguments: object, **_options: object) -> None:
        raise OSError("no network in this test")

    for function in ("getaddrinfo", "create_connection"):
        monkeypatch.setattr(socket, function, unreachable)
    monkeypatch.setattr(download_util, "DEFAULT_CACHE_DIR", str(tmp_path))
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    with pytest.raises(Unavailable, match=f"pyiqa:{name}: a package or weights are not available .*no network"):
        measured(name, Sample("one", np.zeros((64, 64, 3), np.uint8), None, 4, STANDARD))


def test_grey_image(sample):
    grey = Sample("grey", sample.sr[..., 1], sample.hr[..., 1], 4, STANDARD)
    rgb = Sample("rgb", *(np.dstack([image] * 3) for image in (grey.sr, grey.hr)), 4, STANDARD)
    assert measured("psnr", grey) == measured("psnr", rgb)


def test_needs_hr(sample):
    with pytest.raises(Unavailable, match="pyiqa:psnr of one: there is no HR image"):
        measured("psnr", Sample("one", sample.sr, None, 4, STANDARD))


def test_weights_out_of_reach(monkeypatch):
    def unreachable(*_args: object, **_options: object) -> None:
        raise OSError("no route to host")

    monkeypatch.setattr(pyiqa, "create_metric", unreachable)
    with pytest.raises(Unavailable, match="pyiqa:musiq: a package or weights are not available"):
        bridged("musiq")(MetricSetup())
