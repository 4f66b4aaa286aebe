"""Processes are killed at random moments of a real run: nothing is lost, and no finished training runs again."""

from __future__ import annotations

import csv
import random
import subprocess
import sys
import time

import psutil
import pytest

RUN = (
    *(sys.executable, "-m", "srbench", "-q", "run", "--plugin", "pcarn", "--table", "1", "--profile", "demo"),
    *("--rows", "Baseline, reduced", "--rows", "+ Local, reduced", "--seeds", "2", "--metrics", "psnr"),
)
KILLS = 10
TRAININGS = 4


def start(out, *options):
    return subprocess.Popen([*RUN, "--out", str(out), *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def cells(out):
    with (out / "pcarn" / "table-1.cells.csv").open(encoding="utf-8", newline="") as file:
        return [[line["row"], line["metric"], line["measured"]] for line in csv.DictReader(file)]


def finished(out):
    """The time at which each finished training wrote its card, by folder."""
    return {path.parent.name: path.stat().st_mtime_ns for path in out.glob("training/*/card.json")}


@pytest.mark.long
@pytest.mark.slow
def test_ten_kills_lose_nothing(tmp_path):
    whole, out = tmp_path / "whole", tmp_path / "out"
    began = time.monotonic()
    assert start(whole, "--threads", "1").wait() == 0
    took = time.monotonic() - began
    chance = random.Random(0)  # noqa: S311 - moments of a test
    seen, kills = {}, 0
    while True:
        main = start(out, "--jobs", "2", "--threads", "1", "--retries", "5")
        while kills < KILLS and main.poll() is None:
            time.sleep(chance.uniform(0.02, 0.3) * took)
            workers = psutil.Process(main.pid).children(recursive=True) if main.poll() is None else []
            workers = [worker for worker in workers if "spawn_main" in " ".join(worker.cmdline())]
            victim = chance.choice([main, *workers])
            victim.kill()
            kills += 1
            if victim is main:
                main.wait()
        code = main.wait()
        now = finished(out)
        assert {name: now[name] for name in seen} == seen, "a finished training ran again"
        seen = now
        if code == 0:
            break
    assert kills == KILLS
    assert len(seen) == TRAININGS
    assert cells(out) == cells(whole)
