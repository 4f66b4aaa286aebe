"""Overhead of `srbench run` over a bare loop of forward and metrics: PCARN-M at x4, PSNR and SSIM.

Usage: python benchmarks/overhead.py DATA, where DATA holds data/ and weights/. Both sides start with everything
imported and do the same work in turns: build the network and load its weights; for each image decode the file, make or
read its LR image, run the network and measure. srbench also plans, verifies, stores records and collects the table.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from time import perf_counter

import numpy as np
import torch
from PIL import Image
from timing import data_root, print_table

from srbench.bench.events import RunEvents
from srbench.bench.planning.options import Options
from srbench.bench.planning.plan import make_plan
from srbench.bench.planning.selection import Selection
from srbench.bench.run import run_plans
from srbench.catalog import load_catalog
from srbench.data.datasets.finder import DatasetFinder
from srbench.execution.local import LocalExecutor
from srbench.imaging.colour import luma
from srbench.imaging.resize import imresize
from srbench.loading import load
from srbench.metrics.psnr import mse, psnr_from_mse
from srbench.metrics.ssim import mean_ssim
from srbench.records.store import Store
from srbench.weights.state_dict import load_state_dict

SCALE = 4
ROUNDS = 5
RUNS = [("Set14", "pcarn"), ("Set14", "standard"), ("B100", "pcarn")]


class Watch(RunEvents):
    """A receiver of progress that measures the seconds per image, the last entry being all work after the images."""

    def __init__(self):
        self.laps, self.last = [], perf_counter()

    def lap(self):
        now = perf_counter()
        self.laps.append(now - self.last)
        self.last = now

    def image(self, _job, _name):
        self.lap()


def bare(catalog, data, dataset, protocol):
    """Run the loop that people write, on the same functions; return (PSNR, SSIM) and the watch."""
    watch = Watch()
    spec = catalog.models.get("pcarn-m")
    weights = catalog.weights.get("pcarn-m")
    model = load(spec.build)(**spec.kwargs).eval()
    model.load_state_dict(load_state_dict(next((data / "weights").rglob(weights.filename)), weights))
    values = []
    for files in dataset.images:
        hr = np.array(Image.open(files.hr))
        hr = hr[: hr.shape[0] // SCALE * SCALE, : hr.shape[1] // SCALE * SCALE]
        lr_file = dataset.lr_file(files, SCALE) if dataset.uses_own_lr(SCALE, protocol.lr) else None
        lr = np.array(Image.open(lr_file)) if lr_file else imresize(hr, 1 / SCALE, mode=protocol.lr)
        lr, hr = (image if image.ndim == 3 else np.stack([image] * 3, axis=2) for image in (lr, hr))
        with torch.inference_mode():
            sr = model(torch.from_numpy(lr).permute(2, 0, 1)[None].float() / 255, SCALE)
        levels = sr[0].permute(1, 2, 0).mul(255).clamp(0, 255)
        image = (levels.round() if protocol.quantise == "round" else levels).byte().numpy()
        inside = slice(SCALE, -SCALE), slice(SCALE, -SCALE)
        y_sr, y_hr = (luma(array[inside], rounded=protocol.round_y) for array in (image, hr))
        values.append((psnr_from_mse(mse(y_sr, y_hr)), mean_ssim(y_sr, y_hr)))
        watch.lap()
    means = tuple(np.mean(values, axis=0))
    watch.lap()
    return means, watch


def harness(catalog, data, dataset, protocol):
    """Do what `srbench run` does between reading its arguments and writing the tables; return the same as `bare`."""
    watch = Watch()
    plugin = catalog.plugin("pcarn")
    selection = Selection(("PCARN-M",), (dataset.name,), (SCALE,), ("psnr", "ssim"))
    options = Options(protocol=protocol.name, device="cpu")
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder))
        store.prepare()
        plan = make_plan(catalog, plugin, plugin.table("4"), selection, options, (data,), store)
        [result] = run_plans([plan], LocalExecutor(), watch, store, lambda _record: None)
    watch.lap()
    measured = {entry.column.metric: entry.measured for entry in result.entries}
    return (measured["psnr"], measured["ssim"]), watch


def main(data: Path) -> None:
    catalog = load_catalog()
    rows = []
    for name, protocol_name in RUNS:
        dataset = DatasetFinder((data,)).find(catalog.datasets.get(name))
        protocol = catalog.protocols.get(protocol_name)
        laps = {bare: [], harness: []}
        for turn in range(ROUNDS + 1):
            means = {}
            for side, taken in laps.items():
                means[side], watch = side(catalog, data, dataset, protocol)
                if turn:  # the first round fills caches
                    taken.append(watch.laps)
            np.testing.assert_allclose(means[bare], means[harness], rtol=1e-12)
        for kind, seconds in [
            ("each image's fastest round", {side: np.min(taken, axis=0).sum() for side, taken in laps.items()}),
            ("fastest run", {side: np.sum(taken, axis=1).min() for side, taken in laps.items()}),
            ("median run", {side: np.median(np.sum(taken, axis=1)) for side, taken in laps.items()}),
        ]:
            more = seconds[harness] - seconds[bare]
            row = [f"{name}, {protocol_name}", kind, f"{seconds[bare]:.2f}", f"{seconds[harness]:.2f}"]
            rows.append([*row, f"{1000 * more / len(dataset.images):+.1f}", f"{100 * more / seconds[bare]:+.1f} %"])
    print_table(["PCARN-M x4", "seconds of", "bare loop", "srbench", "ms an image", "more"], rows)


if __name__ == "__main__":
    main(data_root(__doc__))
