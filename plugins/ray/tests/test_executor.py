"""Tasks on a cluster of two nodes: outcomes, reports, deaths, folders that the nodes don't see."""

from __future__ import annotations

import importlib
import os
import signal
import time
from pathlib import Path

import pytest

import srbench
from srbench.execution.graph import closing, run_tasks


@pytest.fixture(scope="module")
def tasks(task_site):
    """Return the module of the tasks, under the name that the nodes import it by."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(task_site)
        yield importlib.import_module("ray_tasks")


@pytest.fixture(scope="module")
def connected(cluster):
    """Return Ray, connected once for all tests of this module, since that takes seconds."""
    from srbench_ray.connection import connect

    ray, first = connect(cluster.address)
    assert first
    yield ray
    ray.shutdown()


class Seen:
    """An observer that keeps what it is told, and does something when a task starts."""

    def __init__(self, on_start=lambda _task: None):
        self.events, self.outcomes, self.on_start = [], {}, on_start

    def started(self, task):
        self.events.append(("started", task.key))
        self.on_start(task)

    def reported(self, task, value):
        self.events.append((value, task.key))

    def retried(self, task, outcome):
        assert outcome.lost
        self.events.append(("retried", task.key))

    def ended(self, task, outcome):
        self.events.append(("ended", task.key))
        self.outcomes[task.key] = outcome


def executor_of(**options):
    from srbench_ray.executor import RayExecutor

    return RayExecutor(srbench.ExecutorSetup(options=options))


def run(tasks, seen=None, retries=0, **options):
    seen = seen or Seen()
    with closing(executor_of(**options)) as executor:
        run_tasks(tasks, executor, seen, retries=retries)
    return seen


def test_results_errors_and_reports_come_back(connected, tasks, tmp_path):
    """A result that can't travel, and an error of a plugin, cost one task; reports come in order, before the end."""
    seen = run(
        [
            tasks.Note("first", tmp_path, reports=("1", "2")),
            tasks.Note("second", tmp_path, after=("first",)),
            tasks.Note("usage", tmp_path, fails="usage"),
            tasks.Note("broken", tmp_path, fails="out of luck"),
            tasks.Note("lambda", tmp_path, fails="lambda"),
            tasks.Note("vain", tmp_path, after=("broken",)),
        ],
    )
    first = [event for event, key in seen.events if key == "first"]
    assert first == ["started", "1", "2", "ended"]
    assert seen.events.index(("ended", "first")) < seen.events.index(("started", "second"))
    for name in ("first", "second"):
        outcome = seen.outcomes[name]
        assert (outcome.error, outcome.lost) == (None, False)
        assert outcome.result["threads"] == "1"
        assert outcome.result["pid"] != os.getpid()
        assert outcome.result["cwd"] == str(Path.cwd())
    assert isinstance(seen.outcomes["usage"].error, srbench.UsageError)
    assert "out of luck" in seen.outcomes["broken"].reason
    assert seen.outcomes["vain"].error is seen.outcomes["broken"].error
    assert "pickle" in seen.outcomes["lambda"].reason
    assert not any(outcome.lost for outcome in seen.outcomes.values())


def test_a_killed_worker_is_lost_and_tried_again_when_asked(connected, tasks, tmp_path):
    def kill(task):
        if task.key == "victim" and not (tmp_path / "go").exists():
            (begun,) = wait_for(tmp_path, "victim.*.begun", 1)
            os.kill(int(begun.name.split(".")[1]), signal.SIGKILL)
            (tmp_path / "go").touch()

    victim = tasks.Note("victim", tmp_path, wait=True)
    seen = run([victim, tasks.Note("other", tmp_path)], Seen(kill))
    assert (seen.outcomes["victim"].lost, seen.outcomes["other"].lost) == (True, False)
    assert "the process died on" in seen.outcomes["victim"].reason
    assert not list(tmp_path.glob("victim.done"))
    (tmp_path / "go").unlink()
    for old in tmp_path.glob("victim.*"):
        old.unlink()
    seen = run([victim], Seen(kill), retries=1)
    assert seen.events.count(("retried", "victim")) == 1
    assert not seen.outcomes["victim"].lost
    assert (tmp_path / "victim.done").read_text() == "x"


def wait_for(folder, pattern, count):
    deadline = time.monotonic() + 120
    while len(found := list(folder.glob(pattern))) < count:
        assert time.monotonic() < deadline, pattern
        time.sleep(0.05)
    return found
