"""A table of a paper, trained and measured on Slurm, is that of this machine; also if what runs is killed."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time

import pytest

RUN = (
    *(sys.executable, "-m", "srbench", "-q", "run", "--plugin", "pcarn", "--table", "1", "--profile", "demo"),
    *("--rows", "Baseline, reduced", "--metrics", "psnr", "--threads", "1"),
)
KILLS = 6


def records(out):
    """The records without their times, by the names of their files."""
    found = {}
    for path in (out / "records").rglob("*.json"):
        record = json.loads(path.read_text(encoding="utf-8"))
        found[path.name] = {name: value for name, value in record.items() if name not in ("seconds", "training")}
    return found


def weights(out):
    return {path.parent.name: path.read_bytes() for path in out.glob("training/*/weights.safetensors")}


def finished(out):
    """The time at which each finished training wrote its card, by folder."""
    return {path.parent.name: path.stat().st_mtime_ns for path in out.glob("training/*/card.json")}


@pytest.mark.long
@pytest.mark.slow
@pytest.mark.parametrize("kills", [0, KILLS])
def test_the_table_is_that_of_this_machine(slurm, tmp_path, kills):
    here, out = tmp_path / "here", tmp_path / "out"
    seeds = ("--seeds", "2")
    subprocess.run([*RUN, *seeds, "--out", here], check=True)
    command = [*RUN, *seeds, "--out", out, "--executor", "slurm", "--retries", "9"]
    chance = random.Random(0)  # noqa: S311 - moments of a test
    seen = {}
    while True:
        main = subprocess.Popen(command)
        while kills and main.poll() is None:
            time.sleep(chance.uniform(1, 15))
            jobs = slurm("squeue", "-h", "--array", "-o", "%i").split()
            victim = chance.choice(["main", "process", "job"])
            kills -= 1
            if victim == "main" or not jobs:
                main.kill()
                main.wait()
            elif victim == "process":
                slurm("scancel", "--full", "--signal=KILL", chance.choice(jobs))
            else:
                slurm("scancel", chance.choice(jobs))
        code = main.wait()
        now = finished(out)
        assert {name: now[name] for name in seen} == seen, "a finished training ran again"
        seen = now
        if code == 0:
            break
        assert code == -9
    assert records(out) == records(here)
    assert weights(out) == weights(here)
    assert len(weights(out)) == 2
