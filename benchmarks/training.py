"""Training steps per second: srbench, a plain PyTorch loop and BasicSR; and the effect of srbench's precision.

Usage: python benchmarks/training.py DATA, where DATA holds T91 and BSDS500 under data/. All sides train the same
network at x4 on batches of 16 LR patches of 48 x 48, with Adam and L1, each in its own process. They take turns of
`--steps` steps; starting, loading and the first turn are not timed. Then the plain loop in float32 and srbench in its
default precision learn from equal weights and equal patches, for several seeds. `--quick` only checks that the script
runs.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from functools import partial
from pathlib import Path

import torch
from training_curves import curves
from training_sides import contenders, l1_job, srbench, write_pairs
from training_turns import Setup, race

from srbench import Budget, Schedule
from srbench.catalog import load_catalog
from srbench.data.datasets.finder import DatasetFinder
from srbench.data.training_set.training_set import load_training_set
from srbench.training.fabric import native_precision

SCALE, BATCH, PATCH = 4, 16, 48
SOURCES = ("T91", "BSDS500")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    add = parser.add_argument
    add("data", type=Path)
    add("--device", default="cpu", help="cpu or cuda")
    add("--threads", type=int, default=torch.get_num_threads(), help="of PyTorch, on the CPU")
    add("--workers", type=int, help="of the DataLoaders; 2, or up to 8 beside a GPU")
    add("--networks", nargs="+", default=["edsr-baseline", "pcarn-m"])
    add("--rounds", type=int, default=5)
    add("--steps", type=int, help="of a turn; 2, or 100 on a GPU")
    add("--curve-steps", type=int, default=300, help="0: no curves")
    add("--curve-batch", type=int, default=8)
    add("--curve-patch", type=int, default=24)
    add("--curve-rate", type=float, default=5e-4)
    add("--seeds", type=int, default=3)
    add("--ablate", action="store_true", help="measure srbench without its setting of malloc, too")
    add("--quick", action="store_true", help="one round of one step, two curves of two steps")
    options = parser.parse_args()
    cuda = options.device.startswith("cuda")
    if options.workers is None:
        options.workers = min(8, os.cpu_count() or 1) if cuda else 2
    options.steps = options.steps or (100 if cuda else 2)
    if options.quick:
        options.rounds, options.steps, options.seeds = 1, 1, 2
        options.curve_steps, options.curve_batch, options.curve_patch = min(2, options.curve_steps), 2, 16
    return options


def main():
    options = arguments()
    from training_tables import print_losses, print_psnr, print_rates  # imports timing.py, which sets one thread

    torch.set_num_threads(options.threads)  # timing.py has set one thread
    catalog = load_catalog()
    models = [catalog.models.get(name) for name in options.networks]
    precision = native_precision(options.device)
    loops = contenders(options.device)
    if options.ablate:
        loops[f"srbench, {precision}, default malloc"] = partial(srbench, precision=precision, kept=False)
    load = partial(
        load_training_set,
        SOURCES,
        DatasetFinder([options.data], catalog.datasets),
        scales=[SCALE],
        lr_mode="matlab-uint8",
    )
    images = load(patch=PATCH)
    print(
        f"{len(images)} images, {options.threads} threads, {options.workers} workers, rounds of {options.steps} steps"
    )
    turns = options.rounds + 3  # the first turn, the profiled one, and one that is never reached
    budget = Budget(turns * options.steps, BATCH, PATCH, 1e-4)
    curve = Budget(
        options.curve_steps, options.curve_batch, options.curve_patch, options.curve_rate, Schedule("one-cycle")
    )
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        write_pairs(images, SCALE, folder)
        for model in models:
            job, out = l1_job(model, budget, SOURCES, SCALE), folder / model.name
            setup = Setup(
                job, options.data, folder, out, options.device, options.threads, options.workers, options.steps
            )
            seconds, busy, left_out = race(loops, setup, options.rounds)
            for name, reason in left_out.items():
                print(f"{name}: left out: {reason}")
            print()
            print_rates(model.name, seconds, busy)
            if options.curve_steps:
                job, small = l1_job(model, curve, SOURCES, SCALE, hold_out=8), load(patch=options.curve_patch)
                sides = curves(job, options.seeds, small, catalog, options.data, out, options.device, precision)
                print(f"\n{curve.steps} steps of {curve.batch} patches of {curve.patch} x {curve.patch}:\n")
                print_losses(model.name, sides)
                print()
                print_psnr(model.name, sides)


if __name__ == "__main__":
    main()
