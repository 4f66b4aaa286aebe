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


def test_results_errors_and_reports_come_back(ray, tasks, tmp_path):
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


def test_a_killed_worker_is_lost_and_tried_again_when_asked(ray, tasks, tmp_path):
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


def test_a_killed_node_costs_nothing_but_time(ray, cluster, tasks, tmp_path):
    """What had ended isn't run again; what ran on the node is, on the other."""

    started = set()

    def kill(task):
        started.add(task.key)
        if started >= {"w0", "w1"} and not (tmp_path / "go").exists():
            cluster.second.kill()  # each node has one CPU, on which one of the two waits
            (tmp_path / "go").touch()

    both = [tasks.Note(f"w{number}", tmp_path, after=("first",), wait=True) for number in range(2)]
    later = [tasks.Note(f"l{number}", tmp_path, after=("first",), reports=("x",)) for number in range(4)]
    seen = run([tasks.Note("first", tmp_path), *both, *later], Seen(kill), retries=1)
    assert cluster.second.process.poll() is not None, "the node was never killed"
    assert not [outcome.reason for outcome in seen.outcomes.values() if outcome.error]
    assert len(seen.outcomes) == 7
    assert sum(event == "retried" for event, _ in seen.events) == 1
    assert {path.name: path.read_text() for path in tmp_path.glob("*.done")} == dict.fromkeys(
        [f"{key}.done" for key in seen.outcomes], "x"
    )


def test_reports_that_cannot_arrive_stop_nothing(ray, tasks, tmp_path):
    executor = executor_of()
    ray.kill(executor._inbox, no_restart=True)
    seen = Seen()
    with closing(executor):
        run_tasks([tasks.Note("mute", tmp_path, reports=("1", "2"))], executor, seen)
    assert seen.outcomes["mute"].error is None
    assert [event for event, _ in seen.events] == ["started", "ended"]


def test_a_folder_that_all_nodes_see_is_shared(ray, tmp_path):
    with closing(executor_of()) as executor:
        assert executor.shares(tmp_path / "new")
        assert not list((tmp_path / "new").iterdir())


def test_a_file_that_is_not_there_is_not_seen(tmp_path, monkeypatch):
    from srbench_ray import worker

    monkeypatch.setattr(worker.time, "sleep", lambda _seconds: None)
    assert worker.sees(str(tmp_path))
    assert not worker.sees(str(tmp_path / "absent"))


@pytest.mark.parametrize(
    ("needs", "options", "nodes", "expected"),
    [
        (("cpu",), {}, [{"CPU": 2.0}], (1, 0)),
        (("auto",), {}, [{"CPU": 2.0}], (1, 0)),
        (("auto",), {}, [{"CPU": 2.0}, {"CPU": 8.0, "GPU": 2.0}], (1, 1)),
        (("cuda",), {"gpus": 0.5, "cpus": 3}, [{"CPU": 8.0, "GPU": 2.0}], (3, 0.5)),
        (("cuda", True), {"gpus": 0.5}, [{"CPU": 8.0, "GPU": 2.0}], (1, 1)),
        (("cpu", True), {"gpus": 0.5}, [{"CPU": 4.0}, {"CPU": 8.0, "GPU": 2.0}], (8, 0)),
        (("cuda",), {"gpus": 1}, [{"CPU": 8.0}], None),
        (("cpu",), {"cpus": 4}, [{"CPU": 2.0}, {"CPU": 3.0, "GPU": 8.0}], None),
    ],
)
def test_what_a_task_takes_of_a_node(needs, options, nodes, expected):
    """A timed task has all CPUs of a node, or a whole GPU; what no node has is refused rather than waited for."""
    from srbench_ray.executor import RayExecutor

    executor = RayExecutor.__new__(RayExecutor)
    executor._cpus, executor._gpus = options.get("cpus", 1), options.get("gpus")
    if expected is None:
        with pytest.raises(srbench.UsageError, match="no node has"):
            executor._request(srbench.Needs(*needs), nodes)
        return
    request = executor._request(srbench.Needs(*needs), nodes)
    assert (request["CPU"], request["GPU"]) == expected


def test_a_task_that_no_node_can_take_says_so(ray, tasks, tmp_path):
    seen = run([tasks.Note("large", tmp_path), tasks.Note("other", tmp_path, after=("large",))], cpus=64)
    assert "no node has 64 CPU for a task" in seen.outcomes["large"].reason
    assert not list(tmp_path.iterdir())


def wait_for(folder, pattern, count):
    deadline = time.monotonic() + 120
    while len(found := list(folder.glob(pattern))) < count:
        assert time.monotonic() < deadline, pattern
        time.sleep(0.05)
    return found
