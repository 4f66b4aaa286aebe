"""A search that is killed goes on, and loses the evaluation in flight at most."""

from __future__ import annotations

import os
import signal
import time

import pytest


@pytest.mark.slow
@pytest.mark.usefixtures("with_searched")
def test_kill_9_loses_the_evaluation_in_flight_only(started, tmp_path):
    command = ("search", "--space", "sizes", "--budget", "4", "--profile", "demo")
    command += ("--strategy", "random", "--seed", "3", "--batch", "2", "--device", "cpu", "--json")
    settings = {"PYTHONPATH": os.environ["PYTHONPATH"], "OMP_NUM_THREADS": "1"}

    def finished(out):
        return sorted((tmp_path / out).glob("records/??/*.json"))

    run = started(*command, "--out", "killed", cwd=tmp_path, SEARCHED_SLOW="0.1", **settings)
    deadline = time.monotonic() + 300
    while not finished("killed"):
        assert run.running
        assert time.monotonic() < deadline
        time.sleep(0.01)
    run.send(signal.SIGKILL)
    assert run.ended(60).code == -signal.SIGKILL
    kept = {path: path.read_bytes() for path in finished("killed")}
    assert 1 <= len(kept) < 4

    def whole(out, *more):
        done = started(*command, "--out", out, *more, cwd=tmp_path, **settings).ended(500)
        assert done.code == 0, done.err
        return done.json

    assert whole("killed") == whole("undisturbed", "--jobs", "2")
    assert all(path.read_bytes() == content for path, content in kept.items())
    assert len(finished("killed")) == 4
