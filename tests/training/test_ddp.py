"""Two processes learn as one does from the whole batch."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys

import pytest
import torch

from srbench.training.storage.names import CARD
from srbench.training.trainer import ReportSchedule
from srbench.weights.state_dict import load_state_dict

L1, GAN = ("l1.budget.steps=30", "l1.budget.batch=8"), ("gan.budget.steps=6",)

RANK = """
import hashlib, json, os, sys
os.environ.update(environment)
sys.path[:0] = path
from dataclasses import replace
from pathlib import Path
from srbench.catalog import load_catalog
from srbench.training.job import make_job
from srbench.training.recipe.override import override
from srbench.training.run import Hardware, TrainingRun
from srbench.training.trainer import PhaseTrainer, ReportSchedule

def change(recipe):
    for one in changes:
        recipe = override(recipe, one)
    return replace(recipe, data=(photos,))

hashes = {}
run = PhaseTrainer.run

def spy(self):
    path = run(self)
    modules = {"network": self.network.network, "average": self.average, "judge": self.objective.adversary}
    for name, module in modules.items():
        if module is not None:
            # a discriminator's running statistics are of each process's share; DDP hands the first one's on
            tensors = b"".join(one.detach().numpy().tobytes() for one in module.parameters())
            hashes[f"{self.phase.name} {name}"] = hashlib.sha256(tensors).hexdigest()
    (Path(out) / f"rank{self.fabric.global_rank}.json").write_text(json.dumps(hashes))
    return path

PhaseTrainer.run = spy
catalog = load_catalog()
job = make_job(catalog, "tiny", "paper", change=change)
TrainingRun(catalog, [], Path(out), Hardware("cpu", "32-true"), ReportSchedule(save_steps=10)).train(job)
"""


def finished(command, environment):
    """(stdout, stderr) of a command that ends well; one that hangs is asked to end, and takes its processes along."""
    run = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        out, err = run.communicate(timeout=120)
    except subprocess.TimeoutExpired:
        run.terminate()
        raise AssertionError("it hangs", run.communicate()) from None
    assert run.returncode == 0, err
    return out, err


@pytest.fixture
def environment(with_tiny):
    return os.environ | {"OMP_NUM_THREADS": "1"}


def ranks(fork, arguments):
    """Run `RANK` in two processes with the environment that torchrun gives them."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    world = {"WORLD_SIZE": "2", "LOCAL_WORLD_SIZE": "2", "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port)}
    world |= {"GROUP_RANK": "0", "TORCHELASTIC_RUN_ID": "none", "OMP_NUM_THREADS": "1"}
    processes = [
        fork(RANK, arguments | {"environment": world | {"RANK": str(rank), "LOCAL_RANK": str(rank)}}) for rank in (0, 1)
    ]
    for process in processes:
        process.join(120)
    for process in processes:
        process.kill()
    assert [process.exitcode for process in processes] == [0, 0]


@pytest.mark.slow
def test_two_processes_are_one_with_the_whole_batch(training, photos, forked, tiny_site, tmp_path):
    """At one scale of two a batch, so that the other's upsampler has no gradient; then with an adversary."""
    two = tmp_path / "two"
    two.mkdir()
    ranks(forked, {"out": str(two), "photos": str(photos), "changes": [*L1, *GAN], "path": [str(tiny_site)]})
    first, second = (json.loads((two / f"rank{rank}.json").read_text()) for rank in (0, 1))
    assert first == second
    assert set(first) == {"l1 network", "gan network", "gan average", "gan judge"}

    whole = training.job("tiny", *L1, *GAN, phase="l1")
    losses = []
    alone = training(
        whole, schedule=ReportSchedule(save_steps=10), observe=lambda state: losses.append(state.losses["loss"])
    )
    together = whole.weights(two)
    assert json.loads((together.parent / CARD).read_text())["processes"] == 2
    lines = (together.parent / "curve.csv").read_text().splitlines()
    column = lines[0].split(",").index("loss")
    assert [float(line.split(",")[column]) for line in lines[1:]] == pytest.approx(losses, abs=1e-5)
    one, other = load_state_dict(alone), load_state_dict(together)
    for name, value in one.items():
        torch.testing.assert_close(other[name], value, rtol=0, atol=1e-4)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("start", "devices"),
    [
        ([], ["--devices", "2"]),
        pytest.param(["torch.distributed.run", "--standalone", "--nproc-per-node=2", "-m"], [], marks=pytest.mark.long),
    ],
    ids=["srbench", "torchrun"],
)
def test_the_command_line_starts_them_and_speaks_once(start, devices, photos, environment, tmp_path):
    command = [sys.executable, "-m", *start, "srbench", "train", "--recipe", "tiny", "--phase", "l1", *devices]
    command += ["--set=l1.budget.steps=4", "--train-data", str(photos), "--device", "cpu", "--json"]
    card = json.loads(finished([*command, "--out", str(tmp_path / "out")], environment)[0])
    assert (card["processes"], card["validation"]["last"]["step"]) == (2, 4)
