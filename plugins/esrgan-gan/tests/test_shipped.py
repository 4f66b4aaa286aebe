"""The weights that ship: the network trained with L1, the one trained in a GAN, and what lies between."""

from __future__ import annotations

import pytest
from srbench_esrgan_gan.shipped import GAN, L1

from srbench.imaging.image_io import read_image

SIDE = 40


def upscaled(srbench, photo, out, *options):
    outcome = srbench("upscale", photo, *options, "--out", out)
    assert outcome.code == 0, outcome.err
    (path,) = out.iterdir()
    return read_image(path).astype(int), outcome.err


def test_they_stand_in_for_the_reports_networks(srbench, photo, tmp_path):
    for method, smaller in (("esrgan-cnn-2", L1), ("esrgan-gan", GAN)):
        sr, said = upscaled(srbench, photo, tmp_path / method, "--method", method)
        assert f"{smaller} stands in" in said
        assert sr.shape == (4 * SIDE, 4 * SIDE, 3)


def test_alpha_goes_from_one_to_the_other(srbench, photo, tmp_path):
    l1, _ = upscaled(srbench, photo, tmp_path / "l1", "--method", L1)
    gan, _ = upscaled(srbench, photo, tmp_path / "gan", "--method", GAN)
    half, _ = upscaled(srbench, photo, tmp_path / "half", "--method", GAN, "--alpha", "0.5")
    at_0, _ = upscaled(srbench, photo, tmp_path / "0", "--method", GAN, "--alpha", "0")
    assert (at_0 == l1).all()
    apart = abs(gan - l1).mean()
    assert apart > 1
    assert max(abs(half - result).mean() for result in (l1, gan)) < apart


@pytest.mark.slow
def test_the_gan_is_made_for_perception(srbench, shared, material):
    """LPIPS at least 15 % below that of the network it started from, and PSNR below it too (Table 3), on an image."""
    smallest = material("data/Set5/HR/butterfly.png") / "data" / "Set5" / "HR"
    found = {}
    for method in (L1, GAN):
        outcome = srbench(
            *("eval", "--model", method, "--datasets", smallest, "--scales", "4", "--metrics", "psnr,lpips"),
            *("--protocol", "esrgan-gan", "--data", shared, "--json"),
        )
        assert outcome.code == 0, outcome.err
        found[method] = {line["metric"]: line["measured"] for line in outcome.json}
    assert found[GAN]["lpips"] < 0.85 * found[L1]["lpips"]
    assert found[GAN]["psnr"] < found[L1]["psnr"]
