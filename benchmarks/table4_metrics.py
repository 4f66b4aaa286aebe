"""Time of the metrics of pcarn's Table 4: in one pass over Set14, and of other libraries on a 720p image and B100.

Usage: python benchmarks/table4_metrics.py DATA, where DATA holds data/ and weights/. SR is the bicubic image at x4.
"""

from __future__ import annotations

from importlib.util import find_spec
from time import perf_counter
from typing import TYPE_CHECKING

import lpips
import metrics
import niqe
import numpy as np
import skimage.data
import torch
from lpips_alexnet import package_network
from timing import data_root, print_table

from srbench.data.datasets.finder import DatasetFinder
from srbench.data.datasets.known import DATASETS
from srbench.imaging.colour import as_rgb
from srbench.imaging.image_io import read_image
from srbench.imaging.resize import imresize
from srbench.metrics import MetricSetup, Sample
from srbench.metrics.lpips import LpipsAlex
from srbench.metrics.niqe import Niqe
from srbench.metrics.psnr import psnr
from srbench.metrics.specs.perceptual import WEIGHTS
from srbench.metrics.ssim import ssim
from srbench.specs.protocol import STANDARD
from srbench.weights.files import require_weights

if TYPE_CHECKING:
    from pathlib import Path

SCALE = 4
ROUNDS = 3


def pairs(data, name):
    """Return (SR, HR) of every image of a dataset."""
    dataset = DatasetFinder([data]).find(next(spec for spec in DATASETS if spec.name == name))
    return [pair(as_rgb(read_image(files.hr))) for files in dataset.images]


def pair(hr):
    hr = np.ascontiguousarray(hr[: hr.shape[0] // SCALE * SCALE, : hr.shape[1] // SCALE * SCALE])
    return imresize(imresize(hr, 1 / SCALE), SCALE), hr


def sample(sr, hr):
    return Sample("", sr, hr, SCALE, STANDARD)


def seconds(functions, pairs, rounds=ROUNDS):
    """Return each function's seconds for all pairs, each pair at its fastest round; functions take turns."""
    best = np.full((len(functions), len(pairs)), np.inf)
    for _ in range(rounds):
        for column, (sr, hr) in enumerate(pairs):
            for row, prepare in enumerate(functions.values()):
                run = prepare(sr, hr)
                start = perf_counter()
                run()
                best[row, column] = min(best[row, column], perf_counter() - start)
    return dict(zip(functions, best.sum(axis=1), strict=True))


def one_pass(measure_lpips, measure_niqe, set14):
    """Compare four srbench metrics of one sample with LPIPS and NIQE of separate samples."""
    separate = {"PSNR": psnr, "SSIM": ssim, "LPIPS": measure_lpips, "NIQE": measure_niqe}

    def alone(metric):
        return lambda sr, hr: lambda: metric(sample(sr, hr))

    def together(sr, hr):
        def run():
            shared = sample(sr, hr)
            for metric in separate.values():
                metric(shared)

        return run

    times = seconds(
        {"all four in one pass": together} | {name: alone(metric) for name, metric in separate.items()}, set14, 7
    )
    both = times["LPIPS"] + times["NIQE"]
    times["LPIPS and NIQE alone"] = both
    rows = [[name, f"{taken:.2f}", f"{taken / both:.2f}"] for name, taken in times.items()]
    print_table(["Set14", "seconds", "of LPIPS and NIQE alone"], rows)
    print()


def contenders(data, measure_lpips, measure_niqe):
    """Return, by metric and library, a function of a pair that prepares its input and returns the function to time."""
    package = package_network(require_weights(WEIGHTS[0], [data]))
    path = require_weights(niqe.SPEC, [data])
    functions = {
        "PSNR and SSIM": {
            "srbench": lambda sr, hr: lambda: metrics.with_srbench(sr, hr),
            "scikit-image": lambda sr, hr: lambda: metrics.with_scikit_image(sr, hr),
        },
        "NIQE": {"srbench": lambda sr, hr: lambda: measure_niqe(sample(sr, hr))},
        "LPIPS": {
            "srbench": lambda sr, hr: lambda: measure_lpips(sample(sr, hr)),
            "lpips": lambda sr, hr: lambda: with_the_package(package, sr, hr),
        },
    }
    if find_spec("basicsr"):
        basicsr_niqe = niqe.with_basicsr()
        functions["PSNR and SSIM"]["BasicSR"] = metrics.with_basicsr
        functions["NIQE"]["BasicSR"] = lambda sr, _hr: lambda: basicsr_niqe(sr)
    if find_spec("pyiqa"):
        pyiqa_niqe = niqe.with_pyiqa(path)
        functions["PSNR and SSIM"]["pyiqa"] = metrics.with_pyiqa
        functions["NIQE"]["pyiqa"] = lambda sr, _hr: lambda: pyiqa_niqe(sr)
    return functions


@torch.inference_mode()
def with_the_package(network, sr, hr):
    inside = slice(SCALE, -SCALE), slice(SCALE, -SCALE)
    return float(network(*(lpips.im2tensor(np.ascontiguousarray(image[inside])) for image in (sr, hr))))


def main(data: Path) -> None:
    measure_lpips = LpipsAlex(MetricSetup(weights={"alexnet": require_weights(WEIGHTS[0], [data])}))
    measure_niqe = Niqe(MetricSetup(weights={niqe.SPEC.name: require_weights(niqe.SPEC, [data])}))
    one_pass(measure_lpips, measure_niqe, pairs(data, "Set14"))

    photograph = [pair(np.tile(skimage.data.astronaut(), (2, 3, 1))[:720, :1280])]
    b100, rows = pairs(data, "B100"), []
    for metric, functions in contenders(data, measure_lpips, measure_niqe).items():
        large, whole = seconds(functions, photograph, 7), seconds(functions, b100)
        for library in functions:
            times = f"{1000 * large[library]:.0f}", f"{whole[library]:.1f}"
            ratios = (f"{image[library] / image['srbench']:.1f}" for image in (large, whole))
            rows.append([f"{metric}: {library}", *times, *ratios])
    print_table(["", "ms for 720p", "s for B100", "720p: this / srbench", "B100: this / srbench"], rows)


if __name__ == "__main__":
    main(data_root(__doc__))
