import csv

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from srbench_classics.interpolation import Interpolation

from srbench.imaging.resize import imresize
from srbench.metrics import Sample
from srbench.metrics.psnr import psnr
from srbench.specs.protocol import MATLAB

KERNELS = ["nearest", "bilinear", "bicubic"]
UINT8_MODES = ["matlab-uint8", "matlab-uint8-replicate"]


def as_tensor(image):
    return torch.from_numpy(np.atleast_3d(image)).permute(2, 0, 1)[None].float() / 255


def as_image(sr):
    return (sr[0].permute(1, 2, 0) * 255).round().numpy().astype(np.uint8).squeeze()


@pytest.fixture
def noise():
    return np.random.default_rng(0).integers(0, 256, (9, 14, 3), np.uint8)


@pytest.mark.parametrize("scale", [2, 3, 4])
def test_bicubic_is_matlabs(shared, scale):
    """Bicubic down and up by MATLAB itself, PSNR image by image."""
    with (shared / "fixtures" / "golden" / "bicubic_matlab.csv").open(newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["dataset"] == "Set5" and row["scale"] == str(scale)]
    assert len(rows) == 5
    for row in rows:
        hr = np.array(Image.open(shared / "data" / "Set5" / "HR" / f"{row['image']}.png"))
        hr = hr[: hr.shape[0] // scale * scale, : hr.shape[1] // scale * scale]
        lr = imresize(hr, 1 / scale, mode=MATLAB.lr)
        sr = as_image(Interpolation("bicubic", MATLAB.lr)(as_tensor(lr), scale))
        assert psnr(Sample(row["image"], sr, hr, scale, MATLAB)) == pytest.approx(float(row["psnr_y"]), abs=1e-4)


@pytest.mark.parametrize("mode", UINT8_MODES)
@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("scale", [2, 2.5])
def test_every_value_is_a_grey_level_of_imresize(mode, kernel, scale, noise):
    sr = Interpolation(kernel, mode)(as_tensor(noise), scale)[0].permute(1, 2, 0).numpy() * np.float32(255)
    size = (round(9 * scale), round(14 * scale))
    np.testing.assert_array_equal(sr, imresize(noise, scale, mode=mode, kernel=kernel, size=size))


def test_double_mode_rounds_nothing(noise):
    sr = Interpolation("bicubic", "matlab-double")(as_tensor(noise), 3)[0].permute(1, 2, 0).numpy()
    expected = imresize(noise.astype(float), 3, mode="matlab-double") / 255
    np.testing.assert_allclose(sr, expected, atol=1e-6)
    assert sr.min() < 0 or sr.max() > 1  # the cubic kernel overshoots, and nothing clips it


def test_a_grey_image_stays_one_channel(noise):
    assert Interpolation()(as_tensor(noise[..., 0]), 2).shape == (1, 1, 18, 28)


def test_each_image_of_a_batch_is_resized_alone(noise):
    batch = torch.cat([as_tensor(noise), as_tensor(255 - noise)])
    model = Interpolation()
    torch.testing.assert_close(model(batch, 2), torch.cat([model(image[None], 2) for image in batch]), atol=0, rtol=0)


@given(level=st.integers(0, 255), scale=st.floats(1, 5), kernel=st.sampled_from(KERNELS))
def test_a_constant_image_stays_constant(level, scale, kernel):
    sr = Interpolation(kernel)(torch.full((1, 1, 4, 5), level / 255), scale)
    assert sr.shape[-2:] == (round(4 * scale), round(5 * scale))
    assert (sr * 255 == level).all()
