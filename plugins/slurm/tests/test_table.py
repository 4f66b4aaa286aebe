"""A table of a paper, trained and measured on Slurm, is that of this machine."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

RUN = (
    *(sys.executable, "-m", "srbench", "-q", "run", "--plugin", "pcarn", "--table", "1", "--profile", "demo"),
    *("--rows", "Baseline, reduced", "--metrics", "psnr", "--threads", "1"),
)


def records(out):
    """The records without their times, by the names of their files."""
    found = {}
    for path in (out / "records").rglob("*.json"):
        record = json.loads(path.read_text(encoding="utf-8"))
        found[path.name] = {name: value for name, value in record.items() if name not in ("seconds", "training")}
    return found


def differences(one, other):
    return [(name, one[name], other[name]) for name in one if one[name] != other[name]]


def weights(out):
    return {path.parent.name: path.read_bytes() for path in out.glob("training/*/weights.safetensors")}


@pytest.mark.long
@pytest.mark.slow
def test_the_table_is_that_of_this_machine(slurm, tmp_path):
    """Under kills too: `benchmarks/fleet/kills.py`."""
    here, out = tmp_path / "here", tmp_path / "out"
    seeds = ("--seeds", "2")
    subprocess.run([*RUN, *seeds, "--out", here], check=True)
    subprocess.run([*RUN, *seeds, "--out", out, "--executor", "slurm"], check=True)
    assert len(weights(here)) == 2
    assert weights(out) == weights(here)
    there = records(out)
    differ = {name: differences(record, there[name]) for name, record in records(here).items()}
    assert differ == {name: [] for name in there}
