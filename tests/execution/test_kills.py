"""Processes are killed at random moments of a real run: nothing is lost, and nothing finished is done again."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "benchmarks" / "fleet" / "kills.py"
KILLS = 6


@pytest.mark.long
@pytest.mark.slow
@pytest.mark.parametrize("executor", ["local", "slurm", "ray"])
def test_kills_lose_nothing(executor):
    if executor == "slurm" and (os.geteuid() or not all(map(shutil.which, ("slurmctld", "slurmd", "munged")))):
        pytest.skip("starting Slurm needs root, slurm-wlm and munge")
    if executor == "ray":
        pytest.importorskip("ray", reason="needs Ray: pip install 'srbench-ray[ray]'")
    counts = [f"--{name}={KILLS if name == executor else 0}" for name in ("local", "slurm", "ray")]
    done = subprocess.run([sys.executable, SCRIPT, *counts], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{executor}: {KILLS} kills" in done.stdout
