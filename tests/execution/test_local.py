"""The tasks of a graph run in order, in one process and in several, and a failure costs those that wait for it."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest
from counting import Observer, Refused, Trace
from hypothesis import given, settings
from hypothesis import strategies as st

from srbench import DataError, ExecutorSetup, Needs, PluginError, Unavailable, UsageError
from srbench.errors import OtherError, one_line, with_place
from srbench.execution.graph import closing, run_tasks
from srbench.execution.local import LocalExecutor
from srbench.execution.task import Outcome, portable
from srbench.execution.worker import visible_device

HERE = Path(__file__).parent


def run(tasks, jobs=1, retries=0):
    observer = Observer()
    with closing(LocalExecutor(ExecutorSetup(jobs))) as executor:
        run_tasks(tasks, executor, observer, retries=retries)
    return observer


def times_run(folder, key):
    return len(list(folder.glob(f"{key}.*")))


class Instant:
    """An executor that ends the tasks it holds in the order that a test draws."""

    def __init__(self, draw, fails):
        self.held, self.draw, self.fails, self.order = [], draw, fails, []

    def submit(self, tasks, observer):
        self.held += tasks

    def wait(self):
        task = self.held.pop(self.draw(st.integers(0, len(self.held) - 1)))
        self.order.append(task.key)
        return [(task, Outcome(error=ValueError(task.key)) if task.key in self.fails else Outcome(task.key))]


@dataclass(frozen=True)
class Node:
    key: str
    after: tuple[str, ...]


@given(st.data())
@settings(deadline=None, max_examples=60)
def test_every_task_ends_once_after_those_it_waits_for(data):
    """For any graph, any order in which tasks end, and any that fail."""
    count = data.draw(st.integers(1, 12))
    nodes = [
        Node(str(index), tuple(str(before) for before in data.draw(st.sets(st.integers(0, index - 1))) if index))
        if index
        else Node("0", ())
        for index in range(count)
    ]
    fails = {node.key for node in nodes if data.draw(st.integers(0, 4)) == 0}
    executor, observer = Instant(data.draw, fails), Observer()
    run_tasks(data.draw(st.permutations(nodes)), executor, observer)
    assert observer.outcomes.keys() == {node.key for node in nodes}
    lost = set(fails)
    for node in nodes:  # their order is one in which they can run
        if lost & {*node.after}:
            lost.add(node.key)
    assert {key for key, outcome in observer.outcomes.items() if outcome.error} == lost
    assert set(executor.order) == {node.key for node in nodes if node.key in fails - _waiting(nodes, fails)} | (
        observer.outcomes.keys() - lost
    )
    for node in nodes:
        if node.key in executor.order:
            assert all(executor.order.index(before) < executor.order.index(node.key) for before in node.after)


def _waiting(nodes, fails):
    """The tasks that wait for one that fails, however far away."""
    lost, waiting = set(fails), set()
    for node in nodes:
        if lost & {*node.after}:
            lost.add(node.key)
            waiting.add(node.key)
    return waiting


def test_tasks_that_wait_for_each_other_are_refused(tmp_path):
    with pytest.raises(PluginError, match="tasks wait for each other: task a -> task b -> task a"):
        run([Trace("a", tmp_path, after=("b",)), Trace("b", tmp_path, after=("a",))])


def test_of_two_tasks_with_one_key_one_runs(tmp_path):
    run([Trace("a", tmp_path), Trace("a", tmp_path)])
    assert times_run(tmp_path, "a") == 1


def test_what_is_finished_already_is_not_waited_for(tmp_path):
    assert run([Trace("a", tmp_path, after=("earlier run",))]).outcomes["a"].error is None


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_failure_costs_those_that_wait_for_it(tmp_path, jobs):
    """Every way of failing, each with its reason, in this process and in another."""
    ends = ("raises", "refuses", "exits") if jobs == 1 else ("raises", "refuses", "exits", "dies", "returns a lock")
    tasks = [Trace(end, tmp_path, end=end) for end in ends]
    tasks += [Trace(f"after {end}", tmp_path, after=(end,)) for end in ends]
    tasks += [Trace("other", tmp_path), Trace("after other", tmp_path, after=("other",))]
    observer = run(tasks, jobs)
    assert {key for key, outcome in observer.outcomes.items() if outcome.error is None} == {"other", "after other"}
    assert not any(times_run(tmp_path, f"after {end}") for end in ends)
    reasons = {end: observer.outcomes[end].reason for end in ends}
    assert "raises: no" in reasons["raises"]
    assert reasons["refuses"] == "unknown dataset 'refuses'; choose from Set5"
    assert isinstance(observer.outcomes["refuses"].error, UsageError)
    if jobs > 1:
        assert reasons["dies"].startswith("RuntimeError: the worker process died (signal 9, out of memory?)")
        assert observer.outcomes["dies"].lost
        assert "lock" in reasons["returns a lock"]
        assert "counting.py" in observer.outcomes["raises"].error.__notes__[0]
    assert all(observer.outcomes[f"after {end}"].reason == reasons[end] for end in ends)


def test_failed_tasks_are_tried_again_only_when_asked(tmp_path):
    ends = ("dies once", "raises", "refuses")
    for retries, runs in ((0, (1, 1, 1)), (2, (2, 3, 1))):
        folder = tmp_path / str(retries)
        folder.mkdir()
        observer = run([Trace(end, folder, end=end) for end in ends], 2, retries)
        assert tuple(times_run(folder, end) for end in ends) == runs
        assert (observer.outcomes["dies once"].error is None) == bool(retries)
        assert sum(event[0] == "retried" for event in observer.events) == sum(runs) - 3


def test_several_run_at_a_time_and_a_timed_one_runs_alone(tmp_path):
    tasks = [Trace("t0", tmp_path, meets="t1"), Trace("t1", tmp_path, meets="t0")]
    timed = Trace("timed", tmp_path, seconds=0.2, needs=Needs(timed=True))
    observer = run([timed, *tasks], jobs=2)
    spans = {key: outcome.result for key, outcome in observer.outcomes.items()}
    assert len({pid for _, pid, _, _ in spans.values()}) == 2
    assert os.getpid() not in {pid for _, pid, _, _ in spans.values()}

    def overlaps(one, other):
        return spans[one][2] < spans[other][3] and spans[other][2] < spans[one][3]

    assert overlaps("t0", "t1")
    assert not any(overlaps("timed", task.key) for task in tasks)


@pytest.mark.parametrize("calls", [(), ("started", "started"), ("reported",), ("reported", "started")])
def test_each_attempt_has_one_start_however_an_executor_announces_it(calls):
    class Announcing:
        def __init__(self):
            self.outcomes = [Outcome("result"), Outcome(error=ValueError("no"))]

        def submit(self, tasks, observer):
            (self.task,) = tasks
            for call in calls:
                getattr(observer, call)(self.task, *(["an image"] if call == "reported" else []))

        def wait(self):
            return [(self.task, self.outcomes.pop())]

    observer = Observer()
    run_tasks([Node("a", ())], Announcing(), observer, retries=1)
    attempt = ["started", *["reported"] * calls.count("reported")]
    assert [event[0] for event in observer.events] == [*attempt, "retried", *attempt, "ended"]


def test_reports_come_back_before_the_end(tmp_path):
    events = run([Trace("a", tmp_path), Trace("b", tmp_path)], jobs=2).events
    for key in "ab":
        assert [event[0] for event in events if event[1] == key] == ["started", "reported", "ended"]
    assert ("reported", "a", "a works") in events


def test_a_task_that_can_t_be_pickled_fails_alone(tmp_path):
    @dataclass(frozen=True)
    class Inner(Trace):
        """A class that no other process can import."""

    observer = run([Inner("inner", tmp_path), Trace("b", tmp_path)], jobs=2)
    assert "Inner" in observer.outcomes["inner"].reason
    assert observer.outcomes["b"].error is None


MAIN = """
import signal, sys
from srbench.cli.process.termination import sigterm_as_interrupt
signal.signal(signal.SIGINT, signal.default_int_handler)  # a background shell starts its programs deaf to Ctrl-C
sys.path.insert(0, {here!r})
from pathlib import Path
from counting import Observer, Trace
from multiprocessing import context, forkserver
# of what trainings need, which takes seconds to import, these tasks need PyTorch alone
context.ForkServerContext.set_forkserver_preload = lambda *_: forkserver.set_forkserver_preload(["torch"])
from srbench import ExecutorSetup
from srbench.execution.graph import closing, run_tasks
from srbench.execution.local import LocalExecutor
if __name__ == "__main__":
    with sigterm_as_interrupt(), closing(LocalExecutor(ExecutorSetup(2))) as executor:
        run_tasks([Trace(key, Path({folder!r}), seconds=600) for key in "ab"], executor, Observer())
"""


@pytest.mark.slow
@pytest.mark.parametrize("signal", ["SIGKILL", "SIGTERM", pytest.param("SIGINT", marks=pytest.mark.long)])
def test_nothing_runs_on_after_the_main_process_was_killed(tmp_path, signal):
    """Workers would else hold the locks of trainings, and the next run would wait for them.

    After SIGKILL nothing but its end tells them; of SIGTERM and SIGINT, the lesser case, it tells them itself.
    """
    import psutil

    script = tmp_path / "main.py"
    script.write_text(MAIN.format(here=str(HERE), folder=str(tmp_path)))
    main = subprocess.Popen([sys.executable, script], stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while not (times_run(tmp_path, "a") and times_run(tmp_path, "b")):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    workers = psutil.Process(main.pid).children(recursive=True)
    main.send_signal(getattr(__import__("signal"), signal))
    main.wait(30)
    _, alive = psutil.wait_procs(workers, timeout=20)
    assert len(workers) >= 2
    assert not alive
    interrupted = {path.name for path in tmp_path.glob("interrupted-*")}
    assert interrupted == (set() if signal == "SIGKILL" else {"interrupted-a", "interrupted-b"})


def test_errors_survive_the_way_between_processes():
    error = portable(Refused("a", "no"))
    assert type(error) is OtherError
    assert str(error).endswith("a: no")
    assert isinstance(pickle.loads(pickle.dumps(error)), OtherError)  # noqa: S301 - made here


@pytest.mark.parametrize("error", [ValueError("no"), Refused("a", "no"), Unavailable("no"), DataError("no")])
def test_the_place_in_the_users_code_survives_the_way_between_processes(error):
    with pytest.raises(type(error)) as raised:
        raise error
    here = one_line(raised.value)
    arrived = pickle.loads(pickle.dumps(portable(raised.value)))  # noqa: S301 - made here
    assert one_line(arrived) == here
    assert f"test_local.py:{raised.traceback[-1].lineno + 1}, in " in with_place(arrived)
    assert "test_the_place_in_the_users_code" in arrived.__notes__[0]


def test_a_worker_sees_its_gpu_alone():
    assert visible_device("cuda:1", "") == "1"
    assert visible_device("cuda:1", "4, 6") == "6"
    assert visible_device("cuda:0", "GPU-8f2e,GPU-77aa") == "GPU-8f2e"


def test_a_flawed_result_is_tried_again_and_the_last_counts(tmp_path):
    class Flawed(Trace):
        def run(self, report):
            super().run(report)
            return len(list(self.folder.glob(f"{self.key}.*")))

    for retries, result in ((0, 1), (1, 2), (5, 3)):
        folder = tmp_path / str(retries)
        folder.mkdir()
        observer = Observer()
        with closing(LocalExecutor()) as executor:
            run_tasks(
                [Flawed("a", folder)],
                executor,
                observer,
                retries=retries,
                flaw=lambda result: "" if result == 3 else f"only {result}",
            )
        assert observer.outcomes["a"].result == result
        assert observer.outcomes["a"].error is None
        again = [event for event in observer.events if event[0] == "retried"]
        assert len(again) == result - 1


@pytest.mark.skipif(sys.platform != "linux", reason="workers are forked from a server on Linux alone")
def test_a_worker_starts_although_its_server_is_killed_meanwhile(tmp_path, monkeypatch):
    """Its start waits for the server, which may die before it answers."""
    from multiprocessing import popen_forkserver

    answers = []

    def read(fd):
        answers.append(fd)
        if len(answers) == 1:
            raise EOFError("unexpected EOF")
        return real(fd)

    real = popen_forkserver.forkserver.read_signed
    monkeypatch.setattr(popen_forkserver.forkserver, "read_signed", read)
    assert run([Trace("a", tmp_path)], jobs=2).outcomes["a"].error is None
    assert times_run(tmp_path, "a") == 1
