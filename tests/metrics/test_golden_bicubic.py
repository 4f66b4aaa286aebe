"""PSNR and SSIM end to end, against MATLAB's own tables: bicubic down and up, on Set5 and Set14."""

from __future__ import annotations

import csv

import cv2
import numpy as np
import pytest

from srbench.imaging.resize import imresize
from srbench.metrics import Sample
from srbench.metrics.psnr import psnr
from srbench.metrics.ssim import ssim
from srbench.specs.protocol import MATLAB_GREY


@pytest.fixture(scope="module")
def golden(shared):
    with (shared / "fixtures/golden/bicubic_matlab.csv").open(newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.slow
@pytest.mark.parametrize("scale", [2, 3, 4])
def test_bicubic_matches_matlab(shared, golden, scale):
    rows = [row for row in golden if int(row["scale"]) == scale]
    assert len(rows) == 19
    for row in rows:
        image = cv2.imread(str(shared / "data" / row["dataset"] / "HR" / f"{row['image']}.png"), cv2.IMREAD_UNCHANGED)
        height, width = (side - side % scale for side in image.shape[:2])
        hr = np.ascontiguousarray(image[:height, :width] if image.ndim == 2 else image[:height, :width, ::-1])
        lr = imresize(hr, 1 / scale, mode=MATLAB_GREY.lr)
        sample = Sample(row["image"], imresize(lr, scale, mode=MATLAB_GREY.lr), hr, scale, MATLAB_GREY)
        assert psnr(sample) == pytest.approx(float(row["psnr_y"]), rel=0, abs=1e-4), row
        assert ssim(sample) == pytest.approx(float(row["ssim_y"]), rel=0, abs=1e-5), row
