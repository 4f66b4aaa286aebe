"""PSNR and SSIM on Y of a 720p pair: time, and difference from scikit-image's result."""

from __future__ import annotations

from importlib.util import find_spec

import cv2
import numpy as np
import skimage.color
import skimage.data
import torch
from basicsr_functions import basicsr
from skimage.metrics import peak_signal_noise_ratio, structural_similarity
from timing import milliseconds, print_table

from srbench.imaging.colour import luma
from srbench.imaging.resize import imresize
from srbench.metrics import Sample
from srbench.metrics.psnr import psnr
from srbench.metrics.ssim import STRIP, mean_ssim, ssim
from srbench.specs.protocol import STANDARD

BORDER = 4
WINDOW = cv2.getGaussianKernel(11, 1.5)


def with_srbench(sr, hr):
    sample = Sample("", sr, hr, 4, STANDARD)
    return psnr(sample), ssim(sample)


def with_scikit_image(sr, hr):
    y = [skimage.color.rgb2ycbcr(image)[BORDER:-BORDER, BORDER:-BORDER, 0] for image in (sr, hr)]
    wang = {"gaussian_weights": True, "sigma": 1.5, "use_sample_covariance": False}
    return peak_signal_noise_ratio(*y, data_range=255), structural_similarity(*y, data_range=255, **wang)


def with_pyiqa(sr, hr):
    import pyiqa

    metrics = [
        pyiqa.create_metric(name, device="cpu", test_y_channel=True, color_space="ycbcr", crop_border=BORDER)
        for name in ("psnr", "ssim")
    ]
    pair = [torch.from_numpy(image.copy()).movedim(-1, 0)[None].float() / 255 for image in (sr, hr)]
    return lambda: tuple(float(metric(*pair)) for metric in metrics)


def with_basicsr(sr, hr):
    module = basicsr("metrics.psnr_ssim")
    bgr = [np.ascontiguousarray(image[..., ::-1]) for image in (sr, hr)]
    functions = (module.calculate_psnr, module.calculate_ssim)
    return lambda: tuple(function(*bgr, crop_border=BORDER, test_y_channel=True) for function in functions)


def plain_ssim(a, b):
    """Return SSIM by its formula, with OpenCV's separable filter in float64."""

    def mean(image):
        return cv2.sepFilter2D(image, -1, WINDOW, WINDOW)[5:-5, 5:-5]

    mean_a, mean_b = mean(a), mean(b)
    var_a, var_b, covariance = mean(a * a) - mean_a**2, mean(b * b) - mean_b**2, mean(a * b) - mean_a * mean_b
    numerator = (2 * mean_a * mean_b + 6.5025) * (2 * covariance + 58.5225)
    return (numerator / ((mean_a**2 + mean_b**2 + 6.5025) * (var_a + var_b + 58.5225))).mean()


def four_filters(image, kept):
    """Filter four times, strip by strip into the same memory, which no SSIM by OpenCV can do without."""
    for top in range(0, len(image) - 10, STRIP):
        strip = image[top : top + STRIP + 10]
        for _ in range(4):
            cv2.sepFilter2D(strip, -1, WINDOW, WINDOW, kept[: len(strip)])


def main() -> None:
    hr = np.ascontiguousarray(np.tile(skimage.data.astronaut(), (2, 3, 1))[:720, :1280])
    sr = imresize(imresize(hr, 1 / 4), 4)
    functions = {
        "srbench": lambda: with_srbench(sr, hr),
        "scikit-image": lambda: with_scikit_image(sr, hr),
    }
    if find_spec("pyiqa"):
        functions["pyiqa"] = with_pyiqa(sr, hr)
    if find_spec("basicsr"):
        functions["BasicSR"] = with_basicsr(sr, hr)
    reference = with_scikit_image(sr, hr)
    times = milliseconds(functions)
    ours = times["srbench"]
    rows = [
        [name, f"{best:.0f}", f"{middle:.0f}", f"{best / ours[0]:.1f}", f"{middle / ours[1]:.1f}"]
        + [f"{abs(value - expected):.1g}" for value, expected in zip(functions[name](), reference, strict=True)]
        for name, (best, middle) in sorted(times.items(), key=lambda item: item[1])
    ]
    ratios = ["minima: this / srbench", "medians: this / srbench"]
    print_table(["PSNR and SSIM, Y, 720p", "min ms", "median ms", *ratios, "PSNR off", "SSIM off"], rows)
    print()

    y_sr, y_hr = luma(sr, rounded=False), luma(hr, rounded=False)
    kept = np.empty((STRIP + 10, y_sr.shape[1]))
    alone = {
        "srbench": lambda: mean_ssim(y_sr, y_hr),
        "the formula on OpenCV's separable filter": lambda: plain_ssim(y_sr, y_hr),
        "the limit: OpenCV's four separable filters alone, in cache": lambda: four_filters(y_sr, kept),
    }
    rows = [[name, f"{best:.1f}", f"{middle:.1f}"] for name, (best, middle) in milliseconds(alone).items()]
    print_table(["SSIM, from Y in float64", "min ms", "median ms"], rows)


if __name__ == "__main__":
    main()
