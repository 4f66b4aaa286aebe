"""The journal of a run: states of tasks, whether the run lives, and the time left."""

from __future__ import annotations

import json
import os
import socket
import time

import pytest

from srbench import Needs
from srbench.bench import journal as module
from srbench.bench.journal import KEPT, SILENT, RunJournal, RunState, TaskState, read_runs
from srbench.errors import StoreError
from srbench.execution.task import Outcome
from srbench.records.training_step import TrainingStep


class Task:
    """A measurement by name."""

    after, needs = (), Needs()

    def __init__(self, key):
        self.key = self.label = key

    def run(self, report):
        raise NotImplementedError


class Nobody:
    """An observer that ignores everything."""

    def __getattr__(self, name):
        return lambda *_args: None


def journal_of(out, keys="abcd"):
    journal = RunJournal(Nobody(), out, "local")
    journal.begin(map(Task, keys))
    return journal


def state_of(out):
    return read_runs(out)[0][1]


def test_states_are_those_of_the_tasks(tmp_path):
    journal = journal_of(tmp_path)
    journal.started(Task("a"))
    journal.ended(Task("a"), Outcome([]))
    journal.started(Task("b"))
    journal.ended(Task("b"), Outcome(error=ValueError("no"), log="job.log"))
    journal.started(Task("c"))
    assert {key: task.state for key, task in journal.state.tasks.items()} == {
        "a": "done", "b": "failed", "c": "running", "d": "waiting"
    }  # fmt: skip
    assert state_of(tmp_path).alive
    journal.end()
    ended = state_of(tmp_path)
    assert (ended.alive, ended.ended) == (False, True)
    assert ended.tasks["b"].reason == "ValueError: no (log: job.log)"


def test_a_run_whose_process_is_gone_was_interrupted(tmp_path):
    path = journal_of(tmp_path).path
    document = json.loads(path.read_text())
    path.write_text(json.dumps({**document, "started": document["started"] - 1e6}))
    assert state_of(tmp_path).alive is False, "another process has the number by now"
    path.write_text(json.dumps({**document, "host": "elsewhere"}))
    assert state_of(tmp_path).alive is None
    for wrong in ({"started": None}, {"updated": "x"}, {"pid": float("inf")}, {"tasks": {"a": {"seconds": []}}}):
        path.write_text(json.dumps({**document, **wrong}))
        assert read_runs(tmp_path) == []
    path.write_text("{")
    assert read_runs(tmp_path) == []
    with pytest.raises(StoreError, match="remove it"):
        RunState.read(path)


def test_a_second_run_hears_of_the_first_and_old_journals_go(tmp_path, monkeypatch):
    first = journal_of(tmp_path)
    clock = [time.time()]
    monkeypatch.setattr(time, "time", lambda: clock[0])
    for _ in range(KEPT + 3):
        clock[0] += 1
        second = RunJournal(Nobody(), tmp_path, "local")
        assert [state.pid for state in second.begin([Task("a")])] == [os.getpid()]
        second.end()
    assert first.path.exists()
    assert len(read_runs(tmp_path)) == KEPT + 1


def test_time_left_is_by_what_is_done():
    """Ten tasks of 6 s on two places, of which two are done and two are running: eight remain, 24 s."""
    state = RunState(1, socket.gethostname(), "local", 0, 0)
    states = ["done"] * 2 + ["running"] * 2 + ["waiting"] * 6
    for index, name in enumerate(states):
        seconds = 6.0 if name == "done" else 0.0
        state.tasks[str(index)] = TaskState("x", "measurement", name, 0.0 if name == "waiting" else 100.0, seconds)
    assert state.seconds_left() == pytest.approx(24.0)
    state.tasks["t"] = TaskState("t", "training", "waiting")
    assert state.seconds_left() is None
    state.tasks["t"] = TaskState("t", "training", "running", 70.0, step=30, steps=100, steps_per_second=1.0)
    assert state.seconds_left() == pytest.approx((48 + 70) / 3)


def test_a_resumed_training_counts_only_the_steps_that_it_makes_itself(tmp_path):
    """Of 100,000 steps an earlier run made 50,000: at 10 a second the rest takes 5,000 s."""
    task = Task("a")
    journal = journal_of(tmp_path, "a")
    journal.started(task)
    journal.reported(task, TrainingStep("net", "quick", 0, "l1", 50_000, 100_000, {}, 1e-4, steps_per_second=10.0))
    assert journal.state.seconds_left() == pytest.approx(5000)
    journal.retried(task, Outcome(error=ValueError("no")))
    assert journal.state.seconds_left() is None, "it begins anew, at a speed that is not known"


def test_a_start_right_after_an_end_is_written_though_no_event_follows(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "PAUSE", 0.05)
    journal = journal_of(tmp_path)
    with journal.beating():
        journal.started(Task("a"))
        deadline = time.monotonic() + 20
        while state_of(tmp_path).tasks["a"].state != "running":
            assert time.monotonic() < deadline, "never written"
            time.sleep(0.02)


def test_a_run_elsewhere_that_has_long_written_nothing_is_silent(tmp_path):
    path = journal_of(tmp_path).path
    document = json.loads(path.read_text())
    path.write_text(json.dumps({**document, "host": "elsewhere"}))
    state, written = state_of(tmp_path), document["updated"]
    assert [state.silent(written + seconds) for seconds in (0, SILENT - 1, SILENT + 1)] == [False, False, True]
    assert [run.host for run in RunJournal(Nobody(), tmp_path, "local").begin([])] == ["elsewhere"]
    path.write_text(json.dumps({**document, "host": "elsewhere", "updated": written - 2 * SILENT}))
    hosts = [run.host for run in RunJournal(Nobody(), tmp_path, "local").begin([])]
    assert "elsewhere" not in hosts
