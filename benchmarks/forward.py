"""Forward passes to 720p at x4: plain eager PyTorch beside channels last, with and without malloc's default settings.

Usage: python benchmarks/forward.py DATA [--networks pcarn-m edsr-baseline] [--rounds 7] [--part 1], where DATA holds
data/ and weights/. The sides take turns; CPU seconds are given too, as other work touches them least. Below: what the
processor does at most in float32, by a matrix product and by EDSR's most common convolution, and PSNR and SSIM of
PCARN-M on Set5 by each side in full precision. `--part 4` takes a quarter of the picture's width and height.
"""

from __future__ import annotations

import argparse
import copy
from pathlib import Path
from statistics import fmean, median
from time import perf_counter, process_time

import torch
from edsr import Edsr
from timing import print_table  # sets one thread

from srbench.catalog import load_catalog
from srbench.data.datasets.finder import DatasetFinder
from srbench.data.datasets.pairs import pair_under
from srbench.loading import load
from srbench.memory import keep_freed_memory
from srbench.metrics import Sample
from srbench.metrics.psnr import psnr
from srbench.metrics.ssim import ssim
from srbench.models.tensors import to_tensor, to_uint8
from srbench.training.layout import in_layout
from srbench.weights.state_dict import load_state_dict

SCALE = 4
EAGER, LAST = "eager PyTorch", "channels last"


def pcarn_m(catalog, data):
    spec, weights = catalog.models.get("pcarn-m"), catalog.weights.get("pcarn-m")
    model = load(spec.build)(**spec.kwargs).eval()
    model.load_state_dict(load_state_dict(next((data / "weights").rglob(weights.filename)), weights))
    return model, lambda network, lr: network(lr, float(SCALE))


def networks_of(name, catalog, data):
    """Return the network in both layouts, each as a function of LR (B, 3, h, w)."""
    torch.manual_seed(0)
    model, run = pcarn_m(catalog, data) if name == "pcarn-m" else (Edsr(SCALE).eval(), lambda network, lr: network(lr))
    last = in_layout(copy.deepcopy(model), torch.channels_last)
    return {
        EAGER: lambda lr: run(model, lr),
        LAST: lambda lr: run(last, lr.contiguous(memory_format=torch.channels_last)),
    }


def in_turns(functions, rounds):
    """Return the (wall, CPU) seconds of each function by name, after a round that fills caches."""
    taken = {name: [] for name in functions}
    for turn in range(rounds + 1):
        for name, function in functions.items():
            wall, cpu = perf_counter(), process_time()
            function()
            if turn:
                taken[name].append((perf_counter() - wall, process_time() - cpu))
    return {name: tuple(zip(*pairs, strict=True)) for name, pairs in taken.items()}


def limits(rounds):
    """Return GFLOPS, from the least CPU time, of a product of matrices and of a 3x3 convolution of 64 features."""
    a, x, weight = torch.rand(1024, 1024), torch.rand(1, 64, 180, 320), torch.rand(64, 64, 3, 3)
    last = x.contiguous(memory_format=torch.channels_last)
    work = {"matrix product": 2 * 1024**3, "3x3 convolution, 64 to 64": 2 * 180 * 320 * 64 * 64 * 9}
    kernels = {
        "matrix product": lambda: a @ a,
        "3x3 convolution, 64 to 64": lambda: torch.conv2d(last, weight, padding=1),
    }
    times = in_turns(kernels, rounds)
    return [[name, f"{work[name] / min(cpu) / 1e9:.0f}"] for name, (_, cpu) in times.items()]


def set5(forward, catalog, data):
    """Return the mean PSNR and SSIM on Set5 under pcarn's protocol."""
    protocol, dataset = catalog.protocols.get("pcarn"), DatasetFinder([data]).find(catalog.datasets.get("Set5"))
    values = []
    for files in dataset.images:
        pair = pair_under(protocol, files, SCALE, dataset)
        sr = to_uint8(forward(to_tensor(pair.lr, "cpu")), protocol.quantise)
        sample = Sample(pair.name, sr, pair.hr, SCALE, protocol)
        values.append((psnr(sample), ssim(sample)))
    return [fmean(column) for column in zip(*values, strict=True)]


@torch.inference_mode()
def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--networks", nargs="+", default=["pcarn-m", "edsr-baseline"])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--part", type=int, default=1)
    options = parser.parse_args()
    catalog, rows = load_catalog(), []
    lr = torch.rand(1, 3, 180 // options.part, 320 // options.part)
    sides = {name: networks_of(name, catalog, options.data) for name in options.networks}
    eager = {}
    for malloc in ("default malloc", "freed memory kept"):
        if malloc != "default malloc":
            keep_freed_memory()
        for name, functions in sides.items():
            times = in_turns({side: lambda run=run: run(lr) for side, run in functions.items()}, options.rounds)
            reference = functions[EAGER](lr)
            for side, (wall, cpu) in times.items():
                first = eager.setdefault(name, (min(wall), median(wall), min(cpu)))
                measured = min(wall), median(wall), min(cpu)
                ratios = [f"{base / value:.2f}" for base, value in zip(first, measured, strict=True)]
                error = float((functions[side](lr) - reference).abs().max())
                seconds = [f"{value:.3f}" for value in measured]
                rows.append([f"{name}: {side}, {malloc}", *seconds, *ratios, f"{error:.0e}"])
    header = ["forward", "best s", "median s", "CPU s", "best: eager / this", "median", "CPU", "largest difference"]
    print_table(header, rows)
    print()
    print_table(["at most, float32", "GFLOPS"], limits(options.rounds))
    print()
    if "pcarn-m" in sides:
        means = [(side, *set5(run, catalog, options.data)) for side, run in sides["pcarn-m"].items()]
        print_table(["PCARN-M on Set5", "PSNR", "SSIM"], [[side, f"{p:.12f}", f"{s:.14f}"] for side, p, s in means])


if __name__ == "__main__":
    main()
