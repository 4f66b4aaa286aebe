"""Images of the report: what lies in the page and beside it, and the numbers of the loupe."""

from __future__ import annotations

import base64
import io
import math
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image
from skimage.color import rgb2ycbcr

from srbench.errors import Unavailable
from srbench.imaging.image_io import read_image
from srbench.imaging.rectangle import Rectangle
from srbench.metrics import Sample
from srbench.report.images.crops import CROP, crop_values, error_map, places, whole_psnr
from srbench.report.images.encode import PAGE_BYTES, PIXEL_BYTES, PageImages, page_window
from srbench.report.images.scenes import Scene
from srbench.report.trainings import PAGE_STEPS, trainings
from srbench.specs.protocol import STANDARD
from srbench.training.monitoring.samples import SampleImages


def noisy(image, seed=0):
    noise = np.random.default_rng(seed).integers(-20, 21, image.shape)
    return np.clip(image + noise, 0, 255).astype(np.uint8)


@pytest.mark.parametrize("length", [1, 40, 64, 65, 96, 200, 256])
def test_crops_cover_an_image_and_lie_in_it(length):
    found = places(length)
    assert found[0] == 0
    assert found[-1] == max(0, length - CROP)
    assert set(range(length)) <= {place + offset for place in found for offset in range(CROP)}


def test_psnr_of_a_crop_is_scikit_image_s(photograph):
    sr = noisy(photograph)
    window = Rectangle(16, 8, 130, 100)
    found = crop_values(Sample("a", sr, photograph, 4.0, STANDARD), window, None)
    expected = []
    for top in (8, 40, 44):
        for left in (16, 48, 80, 82):
            inside = slice(top, top + 64), slice(left, left + 64)
            luma = [rgb2ycbcr(image[inside])[..., 0] for image in (sr, photograph)]
            expected.append(10 * math.log10(255**2 / ((luma[0] - luma[1]) ** 2).mean()))
    assert found.psnr == pytest.approx(expected, abs=1e-3)
    assert found.lpips == ()
    luma = [rgb2ycbcr(image)[..., 0] for image in (sr, photograph)]
    np.testing.assert_allclose(error_map(sr, photograph), np.minimum(8 * np.abs(luma[0] - luma[1]), 255), atol=1)


def test_lpips_is_computed_on_the_crops_that_are_shown(photograph):
    seen = []

    def lpips(crop):
        assert crop.protocol.crop_border(4.0) == 0
        seen.append((crop.sr, crop.hr))
        return 0.25

    sr = noisy(photograph)
    sample = Sample("a", sr, photograph, 4.0, replace(STANDARD, crop_extra=6))
    assert crop_values(sample, Rectangle(8, 0, 96, 64), lpips).lpips == (0.25, 0.25)
    for (found, reference), left in zip(seen, (8, 40), strict=True):
        np.testing.assert_array_equal(found, sr[:64, left : left + 64])
        np.testing.assert_array_equal(reference, photograph[:64, left : left + 64])


def test_images_whose_names_are_special_alone_stay_two_on_a_site(tmp_path, photograph):
    images = PageImages(tmp_path)
    names = ("photos-東京", "photos-大阪", "a b", "a_b")
    addresses = [images.address(np.full((2, 2, 3), number, np.uint8), name) for number, name in enumerate(names)]
    assert len(set(addresses)) == 4
    assert addresses[-1] == "images/a_b.png"
    assert [read_image(tmp_path / address)[0, 0, 0] for address in addresses] == [0, 1, 2, 3]


def test_without_lpips_crops_keep_their_psnr(photograph):
    def lpips(_crop):
        raise Unavailable("luma alone")

    found = crop_values(Sample("a", photograph, photograph, 4.0, STANDARD), Rectangle(0, 0, 64, 64), lpips)
    assert (found.psnr, found.lpips) == ((math.inf,), ())
    assert whole_psnr(photograph, photograph) == math.inf


def test_images_of_another_size_have_no_values(photograph):
    found = crop_values(Sample("a", photograph[:80], photograph, 4.0, STANDARD), Rectangle(0, 0, 64, 64), None)
    assert found.psnr == ()


@pytest.mark.parametrize("scale", [2.0, 3.0, 2.5, 1.0])
def test_lr_in_the_page_lies_on_hr(scale):
    """At x3 and x2.5 the window of 64 pixels is not a whole number of LR pixels; at x1 LR has HR's size."""
    lr = np.random.default_rng(0).integers(0, 256, (60, 60, 3), np.uint8)
    size = int(60 * scale)
    hr = np.zeros((size, size, 3), np.uint8)
    window = Rectangle(8, min(40, size - 64), 64, 64) if size > 64 else Rectangle(0, 0, 60, 60)
    shown = PageImages().scene(Scene("set", scale, "a", hr, lr, (), window))
    image = np.asarray(Image.open(io.BytesIO(base64.b64decode(shown["lr"].split(",")[1]))))
    left, top, width, height = window
    for row, column in ((0, 0), (1, 2), (height // 2, 7), (height - 1, width - 1)):
        at = image[int((row + 0.5) * image.shape[0] / height), int((column + 0.5) * image.shape[1] / width)]
        np.testing.assert_array_equal(at, lr[int((top + row + 0.5) / scale), int((left + column + 0.5) / scale)])


@pytest.mark.parametrize("pictures", [0, 1, 30, 60, 110, 120, 200, 1000])
def test_windows_fit_the_page(pictures):
    side = page_window(pictures)
    assert CROP <= side <= 256
    assert side % 32 == 0
    assert side == CROP or pictures * side**2 * PIXEL_BYTES <= PAGE_BYTES
    assert side == 256 or pictures * (side + 32) ** 2 * PIXEL_BYTES > PAGE_BYTES


def test_pixels_in_the_page_are_exact(photograph):
    address = PageImages().address(photograph, "a")
    kind, text = address.split(",", 1)
    assert kind == "data:image/webp;base64"
    np.testing.assert_array_equal(np.asarray(Image.open(io.BytesIO(base64.b64decode(text)))), photograph)


@pytest.fixture
def trained(tmp_path, photograph):
    """Return an output folder with a training that has kept samples of 8 validations of two images."""
    folder = tmp_path / "results" / "training" / "net-l1"
    folder.mkdir(parents=True)
    reports = [f"{step},0.1,{20 + step / 100 if step % 100 == 0 else ''}" for step in range(10, 810, 10)]
    (folder / "curve.csv").write_text("\n".join(["step,loss,psnr", *reports]), encoding="utf-8")
    kept = SampleImages(folder, 2)
    for step in range(100, 900, 100):
        for index in (0, 1):
            kept.keep(step, index, f"image{index}", 4.0, noisy(photograph, step), photograph)
    return tmp_path / "results"


def test_samples_of_a_training_in_the_page_and_beside_it(trained, photograph, tmp_path):
    (in_page,) = trainings(trained)
    (sample,) = in_page["samples"]
    assert (sample["image"], sample["left"], len(sample["steps"])) == ("image0 x4", 3, PAGE_STEPS)
    assert [step["step"] for step in sample["steps"]] == [100, 300, 500, 600, 800]
    assert (sample["width"], sample["height"]) == (128, 120)
    assert in_page["more"].endswith("samples")
    assert len(in_page["steps"]) == 80
    (beside,) = trainings(trained, PageImages(tmp_path / "site"))
    assert [(each["image"], len(each["steps"]), each["left"]) for each in beside["samples"]] == [
        ("image0 x4", 8, 0),
        ("image1 x4", 8, 0),
    ]
    assert "more" not in beside
    last = beside["samples"][1]["steps"][-1]
    np.testing.assert_array_equal(read_image(tmp_path / "site" / last["src"]), noisy(photograph, 800))
    assert last["psnr"] == pytest.approx(whole_psnr(noisy(photograph, 800), photograph))


def test_a_damaged_sample_costs_itself_alone(trained):
    path = next((trained / "training" / "net-l1" / "samples").glob("0-*/step-00000800.png"))
    path.write_bytes(b"no image")
    (document,) = trainings(trained)
    assert "step-00000800.png" in document["samples"][0]["problem"]
    assert document["series"]["psnr"]


def test_a_long_curve_keeps_its_validations(trained):
    reports = [f"{step},0.1,{step / 1000 if step % 999 == 0 else ''}" for step in range(1, 5001)]
    curve = trained / "training" / "net-l1" / "curve.csv"
    curve.write_text("\n".join(["step,loss,psnr", *reports]), encoding="utf-8")
    (document,) = trainings(trained)
    assert len(document["steps"]) < 410
    assert [value for value in document["series"]["psnr"] if value] == [0.999, 1.998, 2.997, 3.996, 4.995]


def test_a_curve_has_the_names_of_its_losses_as_the_plugin_gave_them(trained):
    curve = trained / "training" / "net-l1" / "curve.csv"
    curve.write_text("step,'=l1,psnr\n1,0.5,\n2,0.25,30.0\n", encoding="utf-8")
    (document,) = trainings(trained)
    assert document["series"] == {"=l1": [0.5, 0.25], "psnr": [None, 30.0]}


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"step,l1\n1,0.5,7\n", b"step,l1\n1,half\n", b"l1\n0.5\n"])
def test_a_damaged_curve_costs_itself_alone(trained, content):
    good = trained / "training" / "net-l2"
    good.mkdir()
    (good / "curve.csv").write_text("step,l2\n1,0.5\n", encoding="utf-8")
    (trained / "training" / "net-l1" / "curve.csv").write_bytes(content)
    damaged, whole = trainings(trained)
    assert damaged["problem"].startswith(str(trained / "training" / "net-l1" / "curve.csv"))
    assert whole["series"] == {"l2": [0.5]}


def test_a_training_without_a_report_has_an_empty_curve(trained):
    (trained / "training" / "net-l1" / "curve.csv").write_text("", encoding="utf-8")
    (document,) = trainings(trained)
    assert not document["series"]
    assert "problem" not in document
