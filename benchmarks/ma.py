"""Ma of a 1080 x 800 image: srbench and pyiqa in turns, the parts of srbench's, and Ma beside NIQE and PI.

python benchmarks/ma.py                 # three rounds; pyiqa takes a minute each
python benchmarks/ma.py --rounds 7 --without-pyiqa
"""

from __future__ import annotations

import argparse
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

import numpy as np
import skimage.data
import torch
from scipy.io import savemat
from timing import milliseconds, print_table

from srbench.errors import WeightsError
from srbench.imaging.resize import imresize
from srbench.metrics import MetricSetup, Sample
from srbench.metrics.ma import MODEL, Ma
from srbench.metrics.niqe import BORDER, Niqe, challenge_luma
from srbench.metrics.nrqm.bands import band_features
from srbench.metrics.nrqm.blocks import block_features
from srbench.metrics.nrqm.conventions import AUTHORS, PYIQA
from srbench.metrics.nrqm.features import ma_features, resolutions, singular_values
from srbench.metrics.nrqm.model import SIZES
from srbench.metrics.pi import Pi
from srbench.metrics.specs.no_reference import WEIGHTS
from srbench.specs.protocol import STANDARD
from srbench.storage.roots import data_roots
from srbench.weights.files import require_weights

HEIGHT, WIDTH = 800, 1080
TREES, NODES = 2000, 577
"""Size of the authors' forests: 2000 trees (train_RF_regression.m) of at most 2 * 1440 / 5 + 1 nodes."""
SPECS = {spec.name: spec for spec in WEIGHTS}


def random_model(folder: Path) -> Path:
    """Write random forests of the size of the authors', which cost the same time."""
    chance = np.random.default_rng(0)
    inner = NODES // 2
    cells = np.empty((1, len(SIZES)), dtype=object)
    for number, features in enumerate(SIZES):
        left, feature = np.zeros((NODES, TREES), np.int32), np.zeros((NODES, TREES), np.int32)
        left[:inner] = 2 * np.arange(1, inner + 1)[:, None]
        feature[:inner] = chance.integers(1, features + 1, (inner, TREES))
        right = np.where(left > 0, left + 1, 0).astype(np.int32)
        threshold, answer = np.exp(chance.normal(size=left.shape)), chance.uniform(0, 10, left.shape)
        status = np.where(left > 0, -3, -1).astype(np.int8)
        fields = ("lDau", "rDau", "nodestatus", "nrnodes", "upper", "avnode", "mbest")
        arrays = (left, right, status, np.float64(NODES), threshold, answer, feature)
        cells[0, number] = dict(zip(fields, arrays, strict=True))
    path = folder / SPECS[MODEL].filename
    savemat(path, {"model": {"linear": np.array([[0.0], [0.3], [0.3], [0.4]]), "rf": cells}})
    return path


def table(title: str, functions, rounds: int, clock) -> None:
    times = milliseconds(functions, rounds, clock)
    ours = next(iter(times.values()))[1]
    rows = [[name, f"{best:.0f}", f"{middle:.0f}", f"{middle / ours:.2f}"] for name, (best, middle) in times.items()]
    print_table([title, "min ms", "median ms", "this / first, medians"], rows)
    print(flush=True)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--without-pyiqa", action="store_true")
    parser.add_argument("--cpu-time", action="store_true")
    options = parser.parse_args()
    clock = process_time if options.cpu_time else perf_counter
    hr = np.ascontiguousarray(np.tile(skimage.data.astronaut(), (2, 3, 1))[:HEIGHT, :WIDTH])
    image = imresize(imresize(hr, 1 / 4), 4)
    with TemporaryDirectory() as folder:
        try:
            path = require_weights(SPECS[MODEL], data_roots())
        except WeightsError:
            path = random_model(Path(folder))
            print("NRQM_model.mat isn't at hand: random forests of its size\n")
        niqe = {"niqe-parameters": require_weights(SPECS["niqe-parameters"], data_roots())}
        setup = MetricSetup(weights={MODEL: path, **niqe})
        ma, pi, niqe_metric = Ma(setup), Pi(setup), Niqe(setup)

        def sample() -> Sample:
            return Sample("", image, None, 4.0, STANDARD)

        functions = {"srbench": lambda: ma(sample())}
        if find_spec("pyiqa") and not options.without_pyiqa:
            import pyiqa

            settings = {"color_space": "ycbcr", "crop_border": BORDER, "pretrained_model_path": str(path)}
            pyiqa_metric = pyiqa.create_metric("nrqm", device="cpu", **settings)
            tensor = torch.from_numpy(image.copy()).movedim(-1, 0)[None].float() / 255
            functions["pyiqa"] = lambda: float(pyiqa_metric(tensor))
        table(f"Ma, {WIDTH} x {HEIGHT}", functions, options.rounds, clock)

        y = challenge_luma(sample())
        sizes = resolutions(y / 255)
        features = ma_features(y)
        table(
            "part",
            {
                "all features": lambda: ma_features(y),
                "blocks": lambda: [block_features(size, AUTHORS) for size in sizes],
                "bands": lambda: band_features(y, AUTHORS),
                "singular values": lambda: [singular_values(size) for size in sizes],
                "forests": lambda: ma.model(features),
                "features by pyiqa's conventions": lambda: ma_features(y, PYIQA),
            },
            max(options.rounds, 7),
            clock,
        )

        def together(*metrics) -> object:
            shared = sample()
            return [metric(shared) for metric in metrics]

        table(
            "one image",
            {
                "Ma": lambda: together(ma),
                "NIQE": lambda: together(niqe_metric),
                "NIQE, Ma and PI of one sample": lambda: together(niqe_metric, ma, pi),
                "each of a sample of its own": lambda: [together(metric) for metric in (niqe_metric, ma, pi)],
            },
            max(options.rounds, 7),
            clock,
        )


if __name__ == "__main__":
    main()
