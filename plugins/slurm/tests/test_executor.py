"""The executor without a Slurm: its jobs are processes that submitit starts here."""

from __future__ import annotations

import pickle
import time
import types
import warnings
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from srbench import ExecutorSetup, Needs, TrainingStep

submitit = pytest.importorskip("submitit")
from submitit.core.utils import JobPaths, UncompletedJobError  # noqa: E402 - submitit may be missing


@dataclass
class Processes:
    """A cluster whose jobs are processes of submitit's local executor."""

    limit: int = 0
    minutes: int = 60
    jobs: dict = field(default_factory=dict)
    arrays: list = field(default_factory=list)
    """Number of jobs, whether a node for itself, whether a GPU, of each array."""

    def submit(self, folder, work, *, exclusive, gpu):
        executor = submitit.LocalExecutor(folder)
        executor.update_parameters(stderr_to_stdout=True)
        self.arrays.append((len(work), exclusive, gpu))
        made = {job.job_id: job for job in executor.submit_array(work)}
        self.jobs |= made
        return list(made)

    def states(self):
        return {name: "COMPLETED" if job.done() else "RUNNING" for name, job in self.jobs.items()}

    def cancel(self, jobs):
        for name in jobs:
            self.jobs[name].cancel()


def test_tasks_run_wait_and_fail(run, note):
    cluster = Processes()
    gpu = Needs("auto")
    tasks = [note("first"), note("second", needs=gpu), note("fails", 0.0, "fail"), note("last", after=("first",))]
    seen = run(*tasks, note("waits", after=("fails",)), cluster=cluster)
    assert {key: outcome.result for key, outcome in seen.outcomes.items()} == {
        "first": "first", "second": "second", "fails": None, "last": "last", "waits": None
    }  # fmt: skip
    assert seen.outcomes["waits"].reason == seen.outcomes["fails"].reason
    assert "said by fails" in Path(seen.outcomes["fails"].log).read_text()
    assert cluster.arrays == [(2, False, False), (1, False, True), (1, False, False)]


def test_results_of_an_earlier_main_process_are_found_and_only_one_job_does_a_task(run, note, starts, tmp_path):
    """As after a kill of the main process: right after the submission, and later."""
    from srbench_slurm.executor import SlurmExecutor
    from srbench_slurm.job import TaskFiles

    cluster = Processes()
    setup = ExecutorSetup(out=tmp_path / "out")
    task = note("task", 0.5)
    first = SlurmExecutor(setup, cluster)
    first.submit([task], None)
    files = TaskFiles.of(tmp_path / "out" / "slurm", task)
    (noted,) = cluster.jobs
    assert files.job() == noted
    with pytest.warns(
        UserWarning, match="^1 Slurm jobs go on, and the same srbench run finds them; to stop them: scancel"
    ):
        first.close(cancel=True)
    files.job_link.unlink()  # the main process was killed before it wrote this file, and the job has not begun either
    second = SlurmExecutor(setup, cluster)
    second.submit([task], None)
    for job in cluster.jobs.values():
        job.wait()
    assert len(cluster.jobs) == 2
    assert len(starts("task")) == 1
    seen = run(task, cluster=cluster)
    assert seen.kinds == [("started", "task"), ("reported", "task"), ("ended", "task")]
    assert seen.outcomes["task"].result == "task"
    assert len(cluster.jobs) == 2
    assert not files.job_link.is_symlink()


def test_a_job_at_its_time_limit_goes_on_if_it_trains(tmp_path, note):
    from srbench_slurm.job import SlurmJob, TaskFiles

    def job(began, *reports):
        running = SlurmJob(note("task"), TaskFiles(tmp_path, "task"), tmp_path, 10)
        running._began = began
        for value in reports:
            running._report(value)
        return running

    step = TrainingStep("r", "demo", 0, "l1", 1, 20, {}, 1e-3, 1.0)
    now = time.monotonic()
    assert job(now - 9 * 60, "an image").checkpoint() is None
    assert job(now - 7 * 60, "an image").checkpoint() is not None  # stopped for another job
    again = pickle.loads(pickle.dumps(job(now - 9 * 60, step).checkpoint()))  # noqa: S301 - made here
    assert again.function.task.key == "task"
    assert (again.function._trains, again.function._requeued) == (False, False)


@pytest.mark.parametrize(
    ("error", "exits"),
    [(UncompletedJobError("timed-out too many times"), False), (SystemExit(-1), True)],
    ids=["no requeue is left", "requeued"],
)
def test_a_training_that_may_not_go_on_names_the_time_limit(error, exits, tmp_path, note, monkeypatch):
    """Submitit asks for a checkpoint first, and then sees whether the job may be requeued once more."""
    from srbench_slurm import job as module

    environment = types.SimpleNamespace(job_id="7", hostname="n", paths=JobPaths(tmp_path, "7", 0))
    monkeypatch.setattr(module, "JobEnvironment", lambda: environment)
    codes = []
    monkeypatch.setattr(module.os, "_exit", codes.append)
    monkeypatch.chdir(tmp_path)

    def run(report):
        report(TrainingStep("r", "demo", 0, "l1", 1, 20, {}, 1e-3, 1.0))
        assert job.checkpoint() is not None
        raise error

    job = module.SlurmJob(types.SimpleNamespace(run=run), module.TaskFiles(tmp_path, "task"), tmp_path, 10)
    outcome = job()
    assert codes == [1] * exits
    assert ("stopped at the time limit of 10 minutes" in outcome.reason) is not exits


def test_the_user_is_told_once_that_squeue_is_silent(monkeypatch, tmp_path):
    from srbench_slurm import executor as module

    times = iter(range(1000, 9000, 10))
    monkeypatch.setattr(module, "time", types.SimpleNamespace(monotonic=lambda: float(next(times))))

    class Silent:
        limit, minutes = 0, 60

        def states(self):
            return None

    executor = module.SlurmExecutor(ExecutorSetup(out=tmp_path), Silent())
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        for _ in range(20):
            executor._ask()
    assert [str(warning.message) for warning in caught] == [
        "squeue doesn't answer; running jobs go on, and their results are waited for"
    ]


def test_a_result_that_another_main_process_took_is_made_again(run, note, starts, tmp_path):
    """Both wait for one job; the other has stored its result, and cleared its files away."""
    taken = []

    def react(kind, task, value, executor):
        if kind == "started" and not taken:
            (item,) = executor._running.values()
            deadline = time.monotonic() + 60
            while not item.paths.result_pickle.exists():
                assert time.monotonic() < deadline
                time.sleep(0.02)
            item.clear(failed=False)
            taken.append(task.key)

    seen = run(note("first"), cluster=Processes(), react=react)
    assert taken == ["first"]
    assert (seen.outcomes["first"].result, seen.outcomes["first"].error) == ("first", None)
    assert len(starts("first")) == 2


def test_a_machine_without_slurm_conf_gets_advice_about_it():
    from srbench_slurm.cluster import _failure

    message = _failure(
        "sinfo", "sinfo: error: resolve_ctls\nsinfo: fatal: Could not establish a configuration source\n"
    )
    assert "SLURM_CONF" in message
    assert "options" not in message
