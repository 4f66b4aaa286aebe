"""Writes srbench/selftest/golden.json: what other implementations make of the images that `srbench selftest` measures.

Nothing here calls srbench's metrics or its imresize, only the makers of its test images. Usage, in an environment with
srbench, keras, piq and BasicSR (benchmarks/README.md says how to install that):

    KERAS_BACKEND=torch python tests/golden/make_selftest.py DATA

where DATA/weights holds what LPIPS, NIQE and NIMA need, and DATA/data/Set5 the files that MATLAB made.
"""

from __future__ import annotations

import json
import sys
from importlib.metadata import version
from itertools import product
from pathlib import Path

import numpy as np
import skimage
from exact_resize import exact_resize
from outside import keras_nima, lpips_network, niqe_of_basicsr
from PIL import Image
from scipy.stats import norm
from skimage.metrics import peak_signal_noise_ratio, structural_similarity

from srbench.selftest.images import card, degraded, photograph, uncertainty

SCALE = 4
PHOTOGRAPHS = "chelsea", "coffee"
PROTOCOLS = "standard", "matlab", "rgb"
WINDOW = {"gaussian_weights": True, "sigma": 1.5, "use_sample_covariance": False, "data_range": 255}
RGB2GRAY = 298936021293775, 587043074451121, 114020904255103
"""MATLAB's weights, times 10^15."""


def case(name, blurred, protocol):
    """The photograph beside itself, degraded or not."""
    return {"photograph": name, "degraded": blurred, "protocol": protocol, "scale": SCALE}


def images(case):
    """(SR, HR) without the border."""
    hr = photograph(case["photograph"])
    sr = degraded(hr) if case["degraded"] else hr
    return sr[SCALE:-SCALE, SCALE:-SCALE], hr[SCALE:-SCALE, SCALE:-SCALE]


def luma(rgb, *, rounded):
    """Y in whole-number arithmetic: 16 + (65.481 R + 128.553 G + 24.966 B) / 255, halves up."""
    thousands = 16 * 255000 + rgb.astype(np.int64) @ [65481, 128553, 24966]
    return (thousands + 127500) // 255000 if rounded else thousands / 255000


def grey(rgb):
    """MATLAB's rgb2gray of a uint8 image, halves up."""
    return (rgb.astype(np.int64) @ RGB2GRAY + 5 * 10**14) // 10**15


def channels(case):
    """SR and HR as the case's protocol compares them, float64."""
    if case["protocol"] == "rgb":
        return tuple(image.astype(float) for image in images(case))
    return tuple(luma(image, rounded=case["protocol"] == "matlab").astype(float) for image in images(case))


def golden(name, tolerance, reference, value, cases, of="image"):
    """One entry of the file; `value` gives a case's golden value."""
    valued = [{**case, "value": value(case)} for case in cases]
    return {"name": name, "of": of, "tolerance": tolerance, "reference": reference, "cases": valued}


def by(package, what):
    return f"{package} {version(package)}, {what}"


def pixels():
    folder = Path(skimage.__file__).parent / "data"
    return golden(
        "pixels",
        0.0,
        by("pillow", f"the files of scikit-image {version('scikit-image')}"),
        lambda case: np.array(Image.open(folder / f"{case['photograph']}.png")).sum((0, 1)).tolist(),
        [{"photograph": name} for name in PHOTOGRAPHS],
        "pixels",
    )


def resized():
    sizes = [(1 / 2, 24, 36), (1 / 4, 24, 36), (5 / 2, 6, 9)]
    modes = [
        ("matlab-uint8", "uint8", 0.0),
        ("matlab-uint8-replicate", "uint8", 0.0),
        ("matlab-double", "float64", 1e-9),
    ]
    for mode, dtype, tolerance in modes:
        yield golden(
            f"imresize {mode}",
            tolerance,
            "MATLAB's rule in rational arithmetic, exact",
            lambda case: exact_resize(card(case["height"], case["width"])[..., 0], case["scale"], case["mode"]),
            [{"height": h, "width": w, "scale": s, "mode": mode, "dtype": dtype} for s, h, w in sizes],
            "resize",
        )


def lumas():
    levels = 0, 85, 170, 255
    halfway = [(0, 204, 68), (28, 36, 114), (88, 0, 142), (127, 143, 49), (165, 105, 145), (225, 69, 173)]
    colours = [*product(levels, repeat=3), *halfway]
    return golden(
        "luma",
        1e-9,
        "MATLAB's rgb2ycbcr in whole-number arithmetic, exact",
        lambda case: luma(np.array(case["colours"]), rounded=case["rounded"]).tolist(),
        [{"colours": colours, "rounded": rounded} for rounded in (False, True)],
        "luma",
    )


def compared():
    """PSNR, SSIM, MS-SSIM and the metrics of sigma."""

    def ssim(case):
        sr, hr = channels(case)
        return structural_similarity(hr, sr, channel_axis=2 if sr.ndim == 3 else None, **WINDOW)

    def ms_ssim(case):
        import piq
        import torch

        def tensor(image):
            whole = image[: len(image) // 16 * 16, : image.shape[1] // 16 * 16]
            return torch.from_numpy(whole.reshape(*whole.shape[:2], -1)).movedim(-1, 0)[None]

        return float(piq.multi_scale_ssim(*map(tensor, channels(case)), data_range=255.0))

    def error_and_sigma(case):
        sr, hr = images(case)
        sigma = uncertainty(*photograph(case["photograph"]).shape[:2])[SCALE:-SCALE, SCALE:-SCALE].astype(float)
        error = hr / 255 - (sr.astype(np.float32) / np.float32(255)).astype(float)
        if case["protocol"] == "rgb":
            return error, sigma[..., None]
        weights = np.array([65.481, 128.553, 24.966]) / 255
        return error @ weights, sigma * weights.sum()

    def pll(case):
        error, sigma = error_and_sigma(case)
        return norm.logpdf(error, 0, np.maximum(sigma, 1 / 255)).mean()

    def psnr_sigma(case):
        error, sigma = error_and_sigma(case)
        return -10 * np.log10(np.mean((sigma - np.abs(error)) ** 2))

    cases = [case(name, True, protocol) for name in PHOTOGRAPHS for protocol in PROTOCOLS]
    yield golden(
        "psnr",
        1e-9,
        by("scikit-image", "peak_signal_noise_ratio"),
        lambda case: peak_signal_noise_ratio(*channels(case), data_range=255),
        cases,
    )
    yield golden("ssim", 1e-9, by("scikit-image", "structural_similarity"), ssim, cases)
    yield golden("ms_ssim", 2e-6, by("piq", "multi_scale_ssim"), ms_ssim, cases)
    yield golden("pll", 1e-6, by("scipy", "norm.logpdf"), pll, cases)
    yield golden("psnr_sigma", 1e-6, by("numpy", "the formula"), psnr_sigma, cases)


def perceived(data):
    """LPIPS, NIQE and NIMA, by networks and parameters of `data`."""
    pairs = [case(name, True, "standard") for name in PHOTOGRAPHS]
    for name, backbone in ("lpips", "alex"), ("lpips_squeeze", "squeeze"):
        distance = on_images(lpips_network(backbone, data))
        yield golden(name, 1e-5, by("lpips", f"LPIPS(net='{backbone}')"), distance, pairs)

    # BasicSR halves images in float32: flat areas, of which these photographs have few, move its NIQE by up to 2e-4.
    alone = [*pairs[1:], *(case(name, False, "standard") for name in PHOTOGRAPHS)]
    niqe, reference = niqe_of_basicsr(), by("basicsr", "calculate_niqe")
    yield golden("niqe", 5e-4, reference, on_images(lambda sr, _hr: niqe(luma(sr, rounded=True))), alone)
    yield golden("niqe_grey", 5e-4, reference, on_images(lambda sr, _hr: niqe(grey(sr))), alone)

    rating = keras_nima(data)
    yield golden(
        "nima",
        1e-4,
        by("keras", "MobileNet padded as in 2.1.6"),
        lambda case: rating(photograph(case["photograph"])),
        alone[1:],
    )


def on_images(function):
    """`function` of SR and HR, as one of a case."""
    return lambda case: function(*images(case))


def costs():
    """Of the network in srbench/selftest/network.py, which sees 320 x 180 pixels."""
    by_hand = {"params": (3 * 9 + 1) * 8 + (4 * 9 + 1) * 8 + (8 * 64 + 1) * 3}
    by_hand["macs"] = 320 * 180 * (3 * 9 * 8 + 4 * 9 * 8 + 8 * 64 * 3)
    for name, value in by_hand.items():
        yield golden(name, 0.0, "counted by hand", lambda _case, value=value: value, [{}], "model")


def check_against_matlab(folder):
    """The exact rule gives the very files that MATLAB made."""
    hr = np.array(Image.open(folder / "HR" / "woman.png"))[:, :, 1]
    lr = np.array(Image.open(folder / "LR_bicubic" / "X4" / "womanx4.png"))[:, :, 1]
    assert exact_resize(hr[: 4 * len(lr), : 4 * lr.shape[1]], 1 / 4, "matlab-uint8") == lr.tolist()


def main(data: Path) -> None:
    check_against_matlab(data / "data" / "Set5")
    entries = [pixels(), *resized(), lumas(), *compared(), *perceived(data), *costs()]
    # One line for each case keeps the file short enough to read.
    lines = []
    for entry in entries:
        cases = ",\n".join("   " + json.dumps(case) for case in entry.pop("cases"))
        lines.append(f'{json.dumps(entry)[:-1]}, "cases": [\n{cases}]}}')
    target = Path(__file__).parents[2] / "srbench" / "selftest" / "golden.json"
    target.write_text("[\n" + ",\n".join(lines) + "\n]\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
