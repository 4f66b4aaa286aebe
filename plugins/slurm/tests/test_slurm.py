"""The executor on a real Slurm of one node with two CPUs."""

from __future__ import annotations

import itertools

import pytest

from srbench import ExecutorSetup, Needs
from srbench.execution.graph import closing, run_tasks


class Seen:
    """An observer that notes what it is told."""

    def __init__(self):
        self.events, self.outcomes = [], {}

    def started(self, task):
        self.events.append(("started", task.key))

    def reported(self, task, value):
        self.events.append(("reported", task.key, value))

    def retried(self, task, outcome):
        self.events.append(("retried", task.key, outcome.reason))

    def ended(self, task, outcome):
        self.events.append(("ended", task.key))
        self.outcomes[task.key] = outcome


@pytest.fixture
def note(jobs_import, tmp_path):
    from slurm_tasks import Note

    return lambda key, *words, **fields: Note(key, tmp_path, *words, **fields)


@pytest.fixture
def run(slurm, tmp_path):
    from srbench_slurm.executor import SlurmExecutor

    def call(*tasks, retries=0, **options):
        seen = Seen()
        setup = ExecutorSetup(out=tmp_path / "out", options={name.replace("_", "-"): v for name, v in options.items()})
        with closing(SlurmExecutor(setup)) as executor:
            run_tasks(tasks, executor, seen, retries=retries)
        return seen

    return call


def test_tasks_run_in_the_order_in_which_they_wait(run, note, tmp_path):
    first, second = note("first"), note("second")
    seen = run(first, second, note("third", after=("first", "second")))
    print(seen.events, seen.outcomes)
    import subprocess
    print(subprocess.run(["ls", "-la", tmp_path/"out"/"slurm"], capture_output=True, text=True).stdout)
    assert 0
