"""The weights that ship: each better than bicubic on real-like images, their mean better than they are on average."""

from __future__ import annotations

from statistics import fmean

import pytest
from skimage.metrics import peak_signal_noise_ratio
from srbench_gpnas_ensemble.degradation import real_like
from srbench_gpnas_ensemble.models import SCALES
from srbench_gpnas_ensemble.shipped import MEAN, SINGLE, STANDS_IN_FOR, WINNER

from srbench.bench.resolve.resolver import Resolver
from srbench.catalog import load_catalog
from srbench.imaging.image_io import read_image
from srbench.inference.upscaler import Upscaler
from srbench.models.tensors import to_uint8
from srbench.storage.roots import data_roots

SIDE = 40


@pytest.mark.slow
@pytest.mark.parametrize(("method", "scale"), [("gpnas-drn", 3), ("gpnas-baidu", 2)])
def test_they_stand_in_for_the_papers_networks(method, scale, srbench, photo, tmp_path):
    outcome = srbench("upscale", photo, "--method", method, "--scale", str(scale), "--out", tmp_path)
    assert outcome.code == 0, outcome.err
    assert f"{STANDS_IN_FOR[method]} stands in" in outcome.err
    (path,) = tmp_path.iterdir()
    assert read_image(path).shape == (scale * SIDE, scale * SIDE, 3)


@pytest.mark.slow
@pytest.mark.parametrize("scale", SCALES)
def test_better_than_bicubic(scale, shared):
    """On real-like images of the middles of Set5's; PSNR in RGB as scikit-image has it."""
    resolver = Resolver(load_catalog(), data_roots((shared,)))
    pairs = []
    for files in resolver.dataset("Set5").at(scale).images:
        hr = read_image(files.hr)
        top, left = ((side - 192) // 2 for side in hr.shape[:2])
        hr = hr[top : top + 192, left : left + 192]
        pairs.append((real_like(hr, scale, files.name), hr))

    def quality(method):
        upscaler = Upscaler(resolver.method(method, scale), scale)
        return fmean(peak_signal_noise_ratio(hr, to_uint8(upscaler(lr).sr, "round")) for lr, hr in pairs)

    single = [quality(method.name) for method in SINGLE]
    assert min(single) > quality("bicubic") + 0.3
    assert quality(MEAN.name) > fmean(single)


def test_the_winner_is_the_mean_in_patches():
    assert WINNER.members == MEAN.members
    assert WINNER.ensemble == ("self", "patch")
