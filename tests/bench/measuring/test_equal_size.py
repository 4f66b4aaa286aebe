"""LR images of HR's size (RealSR): what may be measured on them, and that nothing is enlarged."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from skimage.color import rgb2ycbcr
from skimage.metrics import peak_signal_noise_ratio

from srbench.bench.resolve.compatibility import check_sizes
from srbench.bench.resolve.resolver import Resolver
from srbench.catalog import Catalog
from srbench.data.datasets.dataset import Dataset
from srbench.data.datasets.finder import open_folder
from srbench.data.datasets.pairs import load_pair
from srbench.data.image_files import ImageFiles
from srbench.errors import Unavailable
from srbench.imaging.image_io import write_png
from srbench.inference.method import ResolvedMethod
from srbench.inference.upscaler import Upscaler
from srbench.metrics import Sample
from srbench.metrics.psnr import psnr
from srbench.models.tensors import to_uint8
from srbench.registry import Plugin
from srbench.specs.dataset import DatasetSpec
from srbench.specs.model import ModelSpec
from srbench.specs.protocol import STANDARD


class Keeps(torch.nn.Module):
    """A network for equal sizes, which darkens."""

    def forward(self, lr: torch.Tensor, scale: float) -> torch.Tensor:
        assert scale == 1
        return lr / 2


KEEPS = ModelSpec("keeps", f"{__name__}:Keeps", joint=True, equal_size=True)
BICUBIC = ModelSpec("bicubic", "srbench_classics.interpolation:Interpolation", joint=True, resize_aware=True)
ENLARGES = ModelSpec("enlarges", "nowhere:Net", scales=(2, 3, 4))


@pytest.fixture
def photograph():
    return np.random.default_rng(0).integers(0, 256, (30, 44, 3), np.uint8)


@pytest.mark.parametrize("scale", [1.0, 2.0, 3.0, 4.0])
def test_bicubic_of_equal_sizes_is_the_lr_image(photograph, scale):
    upscaler = Upscaler(ResolvedMethod("bicubic", BICUBIC), scale, device="cpu", equal_size=True)
    np.testing.assert_array_equal(to_uint8(upscaler(photograph).sr, STANDARD.quantise), photograph)


@pytest.mark.parametrize("tile", [0, 16])
def test_a_model_for_equal_sizes_keeps_them_without_being_told(photograph, tile):
    upscaler = Upscaler(ResolvedMethod("keeps", KEEPS), 3.0, device="cpu", tile=tile)
    np.testing.assert_array_equal(upscaler(photograph).sr[0].permute(1, 2, 0), photograph / np.float32(255) / 2)
    assert upscaler.subject().lr_size() == (720, 1280)


def dataset(*, equal_size):
    return Dataset("Set", None, (ImageFiles("a", Path("a.png")),), equal_size=equal_size)


def test_models_for_equal_sizes_and_enlarging_models_need_datasets_of_their_kind():
    for model in (KEEPS, BICUBIC, ModelSpec("from-1", "nowhere:Net", scales=(1, 2))):
        check_sizes(model, dataset(equal_size=True))
    for model in (BICUBIC, ENLARGES):
        check_sizes(model, dataset(equal_size=False))
    with pytest.raises(Unavailable, match="model enlarges enlarges, but the LR images of Set have the HR size already"):
        check_sizes(ENLARGES, dataset(equal_size=True))
    with pytest.raises(Unavailable, match="model keeps is for LR images of the HR size, but those of Set are smaller"):
        check_sizes(KEEPS, dataset(equal_size=False))


def test_a_column_has_the_pairs_of_its_scale_and_other_versions_are_no_copy(tmp_path, photograph):
    catalog = Catalog()
    catalog.datasets.add(DatasetSpec("RealSR", images=1), Plugin("builtin"), ())
    for scale, scenes in ((2, ["001"]), (4, ["001", "002"])):
        for scene, role in ((scene, role) for scene in scenes for role in ("HR", f"LR{scale}")):
            folder = tmp_path / "RealSR" / "Canon" / "Test" / str(scale)
            folder.mkdir(parents=True, exist_ok=True)
            write_png(folder / f"Canon_{scene}_{role}.png", photograph + np.uint8(scale))
    resolver = Resolver(catalog, [tmp_path])
    x2, x4 = (resolver.data("RealSR", scale, STANDARD) for scale in (2.0, 4.0))
    assert [image.name for image in x2.dataset.images] == ["Canon_001x2"]
    assert [image.name for image in x4.dataset.images] == ["Canon_001x4", "Canon_002x4"]
    assert x2.hash != x4.hash
    assert x2.lr == x4.lr == "file"
    assert not x2.copy.fault
    assert x4.copy.fault == "another set: 2 images, RealSR has 1"
    with pytest.raises(Unavailable, match="no pairs at x3"):
        resolver.data("RealSR", 3.0, STANDARD)


@pytest.mark.slow
@pytest.mark.parametrize("scale", [pytest.param(2.0, marks=pytest.mark.long), 4.0])
def test_psnr_of_the_lr_image_is_scikit_images(shared, scale):
    real = open_folder(shared / "data" / "RealSR-sample")
    upscaler = Upscaler(ResolvedMethod("bicubic", BICUBIC), scale, device="cpu", equal_size=True)
    files = real.images[0]
    pair = load_pair(files, scale, STANDARD.lr, real)
    border = int(scale)
    lr, hr = (rgb2ycbcr(image)[border:-border, border:-border, 0] for image in (pair.lr, pair.hr))
    theirs = peak_signal_noise_ratio(hr, lr, data_range=255)
    sr = to_uint8(upscaler(pair.lr).sr, STANDARD.quantise)
    assert psnr(Sample(files.name, sr, pair.hr, scale, STANDARD)) == pytest.approx(theirs, abs=1e-3)
