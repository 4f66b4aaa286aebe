"""NIQE on Y of a 720p image and of ten images of B100's size: time, and difference from srbench's value."""

from __future__ import annotations

from importlib.util import find_spec

import numpy as np
import skimage.data
import torch
from basicsr_functions import basicsr
from timing import milliseconds, print_table

from srbench.imaging.resize import imresize
from srbench.metrics import MetricSetup, Sample
from srbench.metrics.niqe import BORDER, Niqe
from srbench.metrics.specs.no_reference import WEIGHTS
from srbench.specs.protocol import STANDARD
from srbench.storage.roots import data_roots
from srbench.weights.files import require_weights

SPEC = next(spec for spec in WEIGHTS if spec.name == "niqe-parameters")


def with_srbench(path):
    metric = Niqe(MetricSetup(weights={SPEC.name: path}))
    return lambda image: metric(Sample("", image, None, 4.0, STANDARD))


def with_pyiqa(path):
    import pyiqa

    options = {"color_space": "ycbcr", "crop_border": BORDER, "pretrained_model_path": str(path)}
    metric = pyiqa.create_metric("niqe", device="cpu", **options)
    return lambda image: float(metric(torch.from_numpy(image.copy()).movedim(-1, 0)[None].float() / 255))


def with_basicsr():
    calculate = basicsr("metrics.niqe").calculate_niqe
    return lambda image: float(calculate(image[..., ::-1], crop_border=BORDER, convert_to="y"))


def compare(title, functions, images):
    def over_all(function):
        return lambda: [function(image) for image in images]

    measured = {name: over_all(function) for name, function in functions.items()}
    times = milliseconds(measured)
    ours, expected = times["srbench"], np.array(measured["srbench"]())
    rows = []
    for name, (best, middle) in sorted(times.items(), key=lambda item: item[1]):
        apart = np.abs(np.array(measured[name]()) - expected).max()
        ratios = [f"{best / ours[0]:.1f}", f"{middle / ours[1]:.1f}"]
        rows.append([name, f"{best:.0f}", f"{middle:.0f}", *ratios, f"{apart:.1g}"])
    ratios = ["minima: this / srbench", "medians: this / srbench"]
    print_table([title, "min ms", "median ms", *ratios, "apart by"], rows)
    print()


def main() -> None:
    path = require_weights(SPEC, data_roots())
    functions = {"srbench": with_srbench(path)}
    if find_spec("pyiqa"):
        functions["pyiqa"] = with_pyiqa(path)
    if find_spec("basicsr"):
        functions["BasicSR"] = with_basicsr()
    hr = np.ascontiguousarray(np.tile(skimage.data.astronaut(), (2, 3, 1))[:720, :1280])
    compare("NIQE, Y, 720p", functions, [imresize(imresize(hr, 1 / 4), 4)])
    compare("NIQE, Y, ten of 481 x 321", functions, [hr[:321, 16 * n : 16 * n + 481] for n in range(10)])


if __name__ == "__main__":
    main()
