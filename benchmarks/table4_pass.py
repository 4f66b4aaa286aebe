"""Time of one pass over B100 for a row of pcarn's Table 4: all forwards, all metrics, one after the other, overlapped.

Usage: python benchmarks/table4_pass.py DATA [--row PCARN-M] [--images 100] [--threads 1,2] [--rounds 7], where DATA
holds data/ and weights/. The four take turns; decoding and making LR count with the forwards. "1" thread is the network
on one core and the metrics on another; with more, both sides have that many threads, as `srbench run` gives them.
"""

from __future__ import annotations

import argparse
import tempfile
from dataclasses import replace
from functools import partial
from pathlib import Path
from statistics import median
from time import perf_counter, process_time

import torch
from timing import print_table

from srbench.bench.measuring.overlap import measure_each
from srbench.bench.measuring.run_job import prepare, samples, upscaler_of
from srbench.bench.planning.options import Options
from srbench.bench.planning.plan import make_plan
from srbench.bench.planning.selection import Selection
from srbench.catalog import load_catalog
from srbench.cores import cores
from srbench.memory import keep_freed_memory
from srbench.records.store import Store

SCALE = 4
METRICS = ("psnr", "ssim", "lpips", "niqe")


def job_of(data: Path, row: str, images: int):
    """Return the job that `srbench run` makes of the row's image metrics, cut to the first images."""
    catalog = load_catalog()
    plugin = catalog.plugin("pcarn")
    selection = Selection((row,), ("B100",), (SCALE,), METRICS)
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder))
        store.prepare()
        plan = make_plan(catalog, plugin, plugin.table("4"), selection, Options(device="cpu"), (data,), store)
    (job,) = (job for job in plan.jobs if job.dataset)
    return replace(job, dataset=replace(job.dataset, images=job.dataset.images[:images]))


def sides(job):
    """Return the four passes by name; those that measure return the values."""
    upscaler = upscaler_of(job)
    measures = [prepare(metric, job.device)[0] for metric in job.metrics]
    prepared = list(samples(job, job.dataset, upscaler))

    def measured(samples_to_measure, *, overlap):
        values = []
        parts = [lambda sample, measure=measure: values.append(measure(sample)) for measure in measures]
        measure_each(samples_to_measure, parts, lambda _name: None, overlap=overlap)
        return values

    def run(*, overlap):
        return measured(samples(job, job.dataset, upscaler), overlap=overlap)

    return {
        "all forwards": lambda: sum(1 for _ in samples(job, job.dataset, upscaler)),
        "all metrics": lambda: measured(map(replace, prepared), overlap=False),  # copies, which have nothing prepared
        "one after the other": partial(run, overlap=False),
        "overlapped": partial(run, overlap=True),
    }


def table(job, threads, rounds):
    torch.set_num_threads(threads)
    passes = sides(job)
    wall, cpu = {name: [] for name in passes}, {name: [] for name in passes}
    for turn in range(rounds + 1):
        values = {}
        for name, run in passes.items():
            start, used = perf_counter(), process_time()
            values[name] = run()
            if turn:  # the first round fills caches
                wall[name].append(perf_counter() - start)
                cpu[name].append(process_time() - used)
        if not values["all metrics"] == values["one after the other"] == values["overlapped"]:
            raise AssertionError("the overlapped pass measured other values")
    best, middle = ({name: pick(taken) for name, taken in wall.items()} for pick in (min, median))

    def larger(times):
        return max(times["all forwards"], times["all metrics"])

    return [
        [
            f"{threads}: {name}",
            *(f"{times[name]:.2f}" for times in (best, middle)),
            *(f"{times[name] / larger(times):.2f}" for times in (best, middle)),
            f"{min(cpu[name]):.2f}",
        ]
        for name in passes
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--row", default="PCARN-M")
    parser.add_argument("--images", type=int, default=100)
    parser.add_argument("--threads", default=f"1,{cores()}")
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    job = job_of(options.data, options.row, options.images)
    keep_freed_memory()  # as `srbench run` does on a CPU
    rows = [row for threads in options.threads.split(",") for row in table(job, int(threads), options.rounds)]
    heading = f"{options.row}, {len(job.dataset.images)} images of B100, {cores()} cores; threads"
    print_table([heading, "best s", "median s", "best / larger", "median / larger", "CPU s"], rows)


if __name__ == "__main__":
    main()
