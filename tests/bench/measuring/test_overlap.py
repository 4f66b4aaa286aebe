"""Metrics that are computed while the network runs on the next image: the same values, order, errors and progress."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from srbench.bench.measuring import run_job as module
from srbench.bench.measuring.overlap import AHEAD, measure_each
from srbench.bench.planning.job import Job
from srbench.bench.resolve.resolved import ResolvedMetric
from srbench.catalog import load_catalog
from srbench.data.datasets.finder import open_folder
from srbench.imaging.image_io import write_png
from srbench.inference.method import ResolvedMethod
from srbench.specs.metric import MetricSpec
from srbench.specs.protocol import STANDARD

NAMES = [f"image-{number}" for number in range(6)]


def named(names=NAMES):
    return (SimpleNamespace(name=name) for name in names)


def test_parts_run_in_order_in_one_other_thread_and_progress_in_this():
    measured, reported = [], []

    def part(letter):
        return lambda sample: measured.append((sample.name, letter, threading.get_ident()))

    measure_each(
        named(), [part("a"), part("b")], lambda name: reported.append((name, threading.get_ident())), overlap=True
    )
    assert [entry[:2] for entry in measured] == [(name, letter) for name in NAMES for letter in "ab"]
    assert len({thread for *_, thread in measured} - {threading.get_ident()}) == 1
    assert reported == [(name, threading.get_ident()) for name in NAMES]


def test_the_next_image_is_made_while_one_is_measured():
    made = threading.Event()

    def samples():
        yield from named(NAMES[:1])
        made.set()

    arrived = []
    measure_each(samples(), [lambda _sample: arrived.append(made.wait(10))], lambda _name: None, overlap=True)
    assert arrived == [True]


def test_few_images_wait_for_their_metrics():
    made, done, most = 0, 0, 0

    def samples():
        nonlocal made, most
        for sample in named([*NAMES, *NAMES]):
            made += 1
            most = max(most, made - done)
            yield sample

    def part(_sample):
        nonlocal done
        time.sleep(0.002)
        done += 1

    measure_each(samples(), [part], lambda _name: None, overlap=True)
    assert done == 12
    assert 1 < most <= AHEAD + 1


class Stop(BaseException):
    """An end that no metric's errors include, as Ctrl-C."""


@pytest.mark.parametrize("place", ["sample", "part", "progress"])
def test_an_error_ends_the_pass_and_no_further_part_begins(place):
    begun, measured = threading.Event(), []

    def samples():
        yield from named(NAMES[:1])
        begun.wait(10)
        if place == "sample":
            raise Stop(place)
        yield from named(NAMES[1:])

    def part(sample):
        begun.set()
        if place == "part":
            raise Stop(place)
        time.sleep(0.05)
        measured.append(sample.name)

    def progress(_name):
        if place == "progress":
            raise Stop(place)

    with pytest.raises(Stop, match=place):
        measure_each(samples(), [part, part], progress, overlap=True)
    ended = len(measured)
    assert ended < 2 + 2 * (place == "progress") * AHEAD
    assert not any(thread.name.startswith("metrics") for thread in threading.enumerate())


def fails(sample):
    """Return the number of the image, or fail at the fourth."""
    if sample.name == NAMES[3]:
        raise ValueError(sample.name)
    return float(sample.name[-1])


@pytest.fixture
def job(tmp_path):
    random = np.random.default_rng(0)
    for name in NAMES:
        write_png(tmp_path / "HR" / f"{name}.png", random.integers(0, 256, (32, 40, 3), dtype=np.uint8))
    metrics = load_catalog().metrics
    specs = [metrics.get("psnr"), metrics.get("ssim"), MetricSpec("fails", f"{__name__}:fails", "higher")]
    method = ResolvedMethod("bicubic", load_catalog().models.get("bicubic"))
    resolved = tuple(map(ResolvedMetric, specs))
    return Job(method, 2.0, STANDARD, resolved, open_folder(tmp_path), lr="made:matlab-uint8", device="cpu")


@pytest.mark.parametrize(("cores", "threads", "overlap"), [(1, 1, False), (2, 1, True), (2, 2, False), (8, 4, True)])
def test_metrics_have_a_thread_where_the_network_leaves_a_core_free(job, monkeypatch, cores, threads, overlap):
    import torch

    asked = []
    monkeypatch.setattr(module, "worker_cores", lambda: cores)
    monkeypatch.setattr(torch, "get_num_threads", lambda: threads)
    monkeypatch.setattr(module, "measure_each", lambda *_, overlap: asked.append(overlap))
    module.run_job(job)
    assert asked == [overlap]


def test_records_are_those_of_one_thread(job, monkeypatch):
    results = {}
    for cores in (1, 2):
        seen = []
        monkeypatch.setattr(module, "_has_free_core", lambda _device, cores=cores: cores > 1)
        records = module.run_job(job, seen.append)
        assert seen == NAMES
        results[cores] = [replace(record, seconds=0.0) for record in records]
    assert [record.status for record in results[2]] == ["ok", "ok", "failed"]
    assert results[1] == results[2]
