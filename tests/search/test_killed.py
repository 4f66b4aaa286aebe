"""A search that is killed goes on, and loses the evaluation in flight at most."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time

import pytest


@pytest.mark.usefixtures("with_searched")
def test_kill_9_loses_the_evaluation_in_flight_only(environment, tmp_path):
    command = [sys.executable, "-m", "srbench", "search", "--space", "sizes", "--budget", "4", "--profile", "demo"]
    command += ["--strategy", "random", "--seed", "3", "--batch", "2", "--device", "cpu", "--json"]
    settings = environment() | {"PYTHONPATH": os.environ["PYTHONPATH"], "OMP_NUM_THREADS": "1"}

    def finished(out):
        return sorted((tmp_path / out).glob("records/??/*.json"))

    run = subprocess.Popen([*command, "--out", "killed"], env=settings | {"SEARCHED_SLOW": "0.1"}, cwd=tmp_path)
    deadline = time.monotonic() + 300
    while not finished("killed"):
        assert run.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.01)
    run.send_signal(signal.SIGKILL)
    assert run.wait(timeout=60) == -signal.SIGKILL
    kept = {path: path.read_bytes() for path in finished("killed")}
    assert 1 <= len(kept) < 4

    def whole(out, *more):
        done = subprocess.run(
            [*command, "--out", out],
            env=settings,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=500,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    assert whole("killed") == whole("undisturbed", "--jobs", "2")
    assert all(path.read_bytes() == content for path, content in kept.items())
    assert len(finished("killed")) == 4
