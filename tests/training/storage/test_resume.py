"""A training that is killed and taken up again is the training that was never disturbed, bit for bit."""

from __future__ import annotations

import os
import resource
import signal
import time

import pytest
import torch

from srbench.training.storage.checkpoint import Checkpoints
from srbench.training.storage.names import CURVE, STATE
from srbench.training.trainer import ReportSchedule


@pytest.fixture(autouse=True)
def one_thread():
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture
def stopped(training, photos, with_tiny, started):
    """Starts ``srbench train`` on a job, waits for its checkpoint of `step` steps, and does something to the process.

    Gives its exit code and what it wrote to stderr.
    """

    def start(job, changes, every, step, act):
        command = ["train", "--recipe", job.recipe.name, "--phase", job.phase.name]
        command += [f"--set={change}" for change in changes]
        command += ["--train-data", photos, "--device", "cpu", "--precision", "32-true", "--save-every", every]
        settings = {"TINY_SLOW": "0.01", "OMP_NUM_THREADS": "1", "PYTHONPATH": os.environ["PYTHONPATH"]}
        run = started(*command, "--out", training.root, **settings)
        deadline = time.monotonic() + 60
        while not saved(job.folder(training.root), step):
            assert run.running, run.ended().err
            assert time.monotonic() < deadline
            time.sleep(0.005)
        act(run)
        outcome = run.ended(60)
        assert not job.done(training.root)
        return outcome.code, outcome.err

    return start


def kill_9(run):
    run.send(signal.SIGKILL)


def fill_the_disk(run):
    """From now on its files may have 20 kB: enough for the network, not for the state."""
    resource.prlimit(run.pid, resource.RLIMIT_FSIZE, (20_000, resource.RLIM_INFINITY))


def saved(folder, step):
    return any(int(path.stem.partition("-")[2]) >= step for path in folder.glob("step-*.safetensors"))


def is_the_same(training, job, every, steps):
    """The killed training resumed, against one that ran through elsewhere."""
    found = Checkpoints(job.folder(training.root)).load()
    assert found is not None
    begun = found[1]["step"]
    assert 0 < begun < steps
    seen = []
    resumed = training(
        job, schedule=ReportSchedule(save_steps=every), observe=lambda state: seen.append((state.phase, state.step))
    )
    assert seen[0][1] > begun, "it went on, and did not begin anew"
    straight = training(job, root=training.root / "undisturbed", schedule=ReportSchedule(save_steps=every))
    assert resumed.read_bytes() == straight.read_bytes()
    assert (resumed.parent / CURVE).read_bytes() == (straight.parent / CURVE).read_bytes()
    assert len((straight.parent / CURVE).read_text().splitlines()) > 20


@pytest.mark.slow
@pytest.mark.parametrize(("every", "step"), [(35, 105), pytest.param(50, 100, marks=pytest.mark.long)])
def test_200_steps_are_100_steps_kill_9_and_resume(training, stopped, every, step):
    """With checkpoints of which some fall between two reports; with all of them at reports, among the long tests."""
    job = training.job("tiny-slow", phase="l1")
    code, _ = stopped(job, (), every, step, kill_9)
    assert code == -signal.SIGKILL
    is_the_same(training, job, every, 200)


@pytest.mark.slow
def test_so_where_lr_is_made_online_at_real_scales(training, stopped):
    changes = ("l1.budget.steps=60",)
    job = training.job("tiny-real", *changes)
    code, _ = stopped(job, changes, 7, 21, kill_9)
    assert code == -signal.SIGKILL
    is_the_same(training, job, 7, 60)


@pytest.mark.slow
def test_so_with_an_adversary_an_average_and_clipping(training, stopped):
    changes = ("l1.budget.steps=4", "gan.budget.steps=60")
    job = training.job("tiny-slow", *changes)
    code, _ = stopped(job, changes, 5, 30, kill_9)
    assert code == -signal.SIGKILL
    is_the_same(training, job, 5, 60)


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="needs Linux")
def test_a_full_disk_costs_what_was_learnt_since_the_last_checkpoint(training, stopped):
    job = training.job("tiny-slow", phase="l1")
    code, said = stopped(job, (), 10, 50, fill_the_disk)
    folder = job.folder(training.root)
    assert code == 2
    (line,) = [line for line in said.splitlines() if line.startswith("error: ")]
    assert line.startswith(f"error: {folder / STATE}: not written: File too large; ")
    assert f"the checkpoint before it is kept: {Checkpoints(folder).last()}" in line
    assert "--resume" in line
    is_the_same(training, job, 10, 200)
