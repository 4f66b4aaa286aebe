"""The weights that ship, and ``srbench upscale --sigma``: the picture and where the network is unsure."""

from __future__ import annotations

import json
from importlib.resources import files

import numpy as np
import pytest
from safetensors import safe_open
from srbench_probabilistic_l1 import shipped

from srbench.bench.resolve.resolver import Resolver
from srbench.catalog import load_catalog
from srbench.data.datasets.demo import images
from srbench.imaging.image_io import read_image, write_png
from srbench.inference.sigma_map import DARKEST, sigma_map
from srbench.inference.upscaler import Upscaler
from srbench.storage.file_hashes import file_hash

FOLDER = files("srbench_probabilistic_l1").joinpath("weights")


@pytest.fixture
def photo(tmp_path):
    """A part of a demo photograph, with structure and a flat background."""
    _, path = images()[0]
    part = read_image(path)[40:88, 180:244]
    write_png(tmp_path / "photo.png", part)
    return tmp_path / "photo.png"


def test_they_are_small_and_are_what_their_cards_say():
    sizes = []
    for spec in shipped.WEIGHTS:
        file = FOLDER / spec.filename
        card = json.loads(FOLDER.joinpath(spec.filename.replace(".safetensors", ".json")).read_text())
        assert file_hash(file) == spec.sha256 == card["sha256"]
        assert {entry["metric"] for entry in card["measured"]} == {"psnr", "ssim", "pll", "psnr_sigma"}
        with safe_open(file, "numpy") as tensors:
            assert {key.split(".")[0] for key in tensors.keys()} == {"network", "sigma"}  # noqa: SIM118 - no mapping
        sizes.append(file.stat().st_size)
    assert len(sizes) == 3
    assert sum(sizes) <= 2e6


@pytest.mark.slow
def test_the_picture_and_its_sigma(srbench, photo, tmp_path):
    outcome = srbench("upscale", photo, "--method", "EDSR-baseline+Ours", "--sigma", cwd=tmp_path)
    assert outcome.code == 0, outcome.err
    assert f"{shipped.METHOD.name} stands in" in outcome.err
    assert "reduced" in outcome.err
    out = tmp_path / "upscaled"
    sr, drawn, sigma = (
        read_image(out / "photo_x4.png"),
        read_image(out / "photo_x4_sigma.png"),
        np.load(out / "photo_x4_sigma.npy"),
    )
    assert sr.shape == sigma.shape == (192, 256, 3)
    assert drawn.shape == (192, 256)
    assert sigma.dtype == np.float32
    assert 0 < sigma.min() < sigma.max() < 1
    method = Resolver(load_catalog(), ()).method(shipped.METHOD.name, 4.0, sigma=True)
    predicted = Upscaler(method, 4.0, device="cpu")(read_image(photo))
    np.testing.assert_allclose(sigma, predicted.sigma[0].permute(1, 2, 0).numpy(), atol=1e-6)
    plain = Upscaler(Resolver(load_catalog(), ()).method(shipped.METHOD.name, 4.0), 4.0, device="cpu")(
        read_image(photo)
    )
    assert plain.sigma is None
    assert (plain.sr - predicted.sr).abs().max() < 1e-6


def test_dark_is_unsure_and_the_scale_is_said(srbench, photo, tmp_path):
    (line,) = srbench(
        *("upscale", photo, "--method", "EDSR-baseline+Ours", "--sigma", "--scale", "2"),
        *("--out", tmp_path / "out", "--json"),
    ).json
    sigma = np.load(tmp_path / "out" / "photo_x2_sigma.npy").astype(float).mean(axis=2)
    assert line["black"] == pytest.approx(np.percentile(sigma, DARKEST), rel=1e-5)
    drawn = read_image(tmp_path / "out" / "photo_x2_sigma.png").astype(float)
    np.testing.assert_allclose(drawn, 255 * (1 - np.clip(sigma / line["black"], 0, 1)), atol=0.51)


def test_no_uncertainty_is_white():
    drawn, black = sigma_map(np.zeros((3, 4, 3), np.float32))
    assert (drawn == 255).all()
    assert black > 0


@pytest.mark.parametrize("method", ["bicubic", "carn+l1"])
def test_a_method_without_sigma_is_refused(srbench, photo, tmp_path, method):
    outcome = srbench("upscale", photo, "--method", method, "--scale", "2", "--sigma", "--out", tmp_path / "out")
    assert (outcome.code, outcome.out) == (2, "")
    assert f"--sigma: method {method} does not predict sigma" in outcome.err
    assert not list((tmp_path / "out").glob("*"))
