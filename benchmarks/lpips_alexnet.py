"""LPIPS (AlexNet) of a 720p pair: time and result of srbench and of the `lpips` package.

Usage: python benchmarks/lpips_alexnet.py DATA, where DATA/weights holds the backbone.
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

import lpips
import numpy as np
import skimage.data
import torch
from timing import data_root, milliseconds, print_table

from srbench.imaging.resize import imresize
from srbench.metrics import MetricSetup, Sample
from srbench.metrics.lpips import LpipsAlex, features
from srbench.metrics.specs.perceptual import WEIGHTS
from srbench.specs.protocol import STANDARD
from srbench.weights.files import require_weights
from srbench.weights.state_dict import load_state_dict

if TYPE_CHECKING:
    from pathlib import Path


def package_network(path: Path):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it uses deprecated arguments of torchvision
        network = lpips.LPIPS(net="alex", pnet_rand=True, verbose=False)
    state = features(load_state_dict(path))
    network.net.load_state_dict({key: state[key.partition(".")[2]] for key in network.net.state_dict()})
    return network


CONVOLUTIONS = 2 * sum(
    height * width * channels * taps
    for height, width, channels, taps in [
        (179, 319, 64, 3 * 121),
        (89, 159, 192, 64 * 25),
        (44, 79, 384, 192 * 9),
        (44, 79, 256, 384 * 9),
        (44, 79, 256, 256 * 9),
    ]
)
"""Multiplications of AlexNet's convolutions on two images of 720p, if each is a sum of products."""
SIDE = 1024


def plain_products():
    """Return a function that multiplies matrices until it has done as many multiplications."""
    a, b, c = (torch.rand(SIDE, SIDE) for _ in range(3))

    def run() -> None:
        for _ in range(round(CONVOLUTIONS / SIDE**3)):
            torch.mm(a, b, out=c)

    return run


def main(data: Path) -> None:
    path = require_weights(WEIGHTS[0], [data])
    hr = np.ascontiguousarray(np.tile(skimage.data.astronaut(), (2, 3, 1))[:720, :1280])
    sr = imresize(imresize(hr, 1 / 4), 4)
    ours, package = LpipsAlex(MetricSetup(weights={"alexnet": path})), package_network(path)

    def with_the_package() -> float:
        with torch.inference_mode():
            return float(package(lpips.im2tensor(sr), lpips.im2tensor(hr)))

    sample = Sample("", sr, hr, 1, STANDARD.but(crop_scale=0.0))
    functions = {
        "srbench": lambda: ours(sample),
        "lpips": with_the_package,
        f"the limit: {CONVOLUTIONS / 1e9:.1f} billion multiplications in plain products of matrices": plain_products(),
    }
    times = milliseconds(functions)
    least, usual = times["srbench"]
    values = {"srbench": f"{ours(sample):.7f}", "lpips": f"{with_the_package():.7f}"}
    rows = [
        [name, f"{best:.0f}", f"{middle:.0f}", f"{best / least:.2f}", f"{middle / usual:.2f}", values.get(name, "")]
        for name, (best, middle) in times.items()
    ]
    ratios = ["minima: this / srbench", "medians: this / srbench"]
    print_table(["LPIPS, 720p", "min ms", "median ms", *ratios, "value"], rows)


if __name__ == "__main__":
    main(data_root(__doc__))
