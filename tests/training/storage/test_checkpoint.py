"""Checkpoints: two files that belong together, whatever happened while they were written."""

from __future__ import annotations

import random
import resource
from contextlib import contextmanager

import numpy as np
import pytest
import torch

from srbench.errors import StoreError, TrainingError, WeightsError
from srbench.training.storage.checkpoint import Checkpoints, rng_state, set_rng_state, write_json, write_network
from srbench.training.storage.names import STATE
from srbench.weights.state_dict import load_state_dict


def network(value, size=3):
    return {"weight": torch.full((size,), float(value)), "steps": torch.tensor(int(value))}


def test_what_was_saved_is_loaded(tmp_path):
    first = Checkpoints(tmp_path)
    assert first.load() is None
    assert first.last() is None
    path = first.save(7, network(7), {"optimizer": {"lr": 0.5}})
    tensors, state = Checkpoints(tmp_path).load()
    assert torch.equal(tensors["weight"], network(7)["weight"])
    assert (state["step"], state["network"], state["optimizer"]) == (7, path.name, {"lr": 0.5})
    assert Checkpoints(tmp_path).last() == path


def test_only_the_last_is_kept(tmp_path):
    checkpoints = Checkpoints(tmp_path)
    for step in (1, 2, 3):
        checkpoints.save(step, network(step), {})
    assert sorted(path.name for path in tmp_path.iterdir()) == [STATE, "step-00000003.safetensors"]


def test_a_network_without_its_state_is_not_the_last(tmp_path):
    """Killed between the two files: the pair before it is found."""
    checkpoints = Checkpoints(tmp_path)
    checkpoints.save(1, network(1), {})
    write_network(tmp_path / "step-00000002.safetensors", network(2))
    tensors, state = Checkpoints(tmp_path).load()
    assert (state["step"], int(tensors["steps"])) == (1, 1)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 cut off", b"no zip at all"])
def test_a_damaged_state_is_named(tmp_path, content):
    Checkpoints(tmp_path).save(1, network(1), {})
    (tmp_path / STATE).write_bytes(content)
    with pytest.raises(TrainingError, match=rf"{STATE}: damaged .*--restart"):
        Checkpoints(tmp_path).load()


def test_a_missing_network_is_named(tmp_path):
    path = Checkpoints(tmp_path).save(1, network(1), {})
    path.unlink()
    with pytest.raises(WeightsError, match=r"step-00000001.safetensors: no such file"):
        Checkpoints(tmp_path).load()


@contextmanager
def files_of_at_most(size):
    """As a full disk: the kernel refuses to write on in this process's files."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize(("size", "failing"), [(20_000, "step-00000002.safetensors"), (10, STATE)])
def test_a_full_disk_costs_the_new_checkpoint_alone(tmp_path, size, failing):
    """The kernel refuses to write on, once within the network's file, once within the state."""
    checkpoints = Checkpoints(tmp_path)
    checkpoints.save(1, {"weight": torch.ones(20_000)}, {})
    with files_of_at_most(50_000), pytest.raises(StoreError) as refused:
        checkpoints.save(2, {"weight": torch.ones(size)}, {"optimizer": torch.ones(20_000)})
    (line,) = str(refused.value).splitlines()
    assert f"{tmp_path / failing}: not written: File too large" in line
    assert f"the checkpoint before it is kept: {tmp_path / 'step-00000001.safetensors'}" in line
    assert "--resume" in line
    tensors, state = Checkpoints(tmp_path).load()
    assert (state["step"], len(tensors["weight"])) == (1, 20_000)
    assert not list(tmp_path.glob(".*")), "no half of a file is left"
    Checkpoints(tmp_path).save(3, network(3), {})
    assert Checkpoints(tmp_path).load()[1]["step"] == 3


def test_a_folder_that_is_a_file(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match=r"card.json: not written: (File exists|Not a directory)"):
        write_json(tmp_path / "file" / "card.json", {})


def test_views_and_other_memory_formats_are_written_as_they_look(tmp_path):
    tensors = {"image": torch.rand(2, 3, 4, 5).to(memory_format=torch.channels_last), "part": torch.arange(9)[::2]}
    write_network(tmp_path / "a.safetensors", tensors)
    for name, value in load_state_dict(tmp_path / "a.safetensors").items():
        assert torch.equal(value, tensors[name])


def test_the_generators_go_on_where_they_were(tmp_path):
    def draw():
        normal = np.random.standard_normal(3)  # noqa: NPY002 - an odd number leaves one behind in the generator
        return random.random(), random.gauss(0, 1), normal.tolist(), torch.rand(3).tolist()  # noqa: S311

    draw()
    torch.save(rng_state(), tmp_path / "state")
    expected = draw()
    assert draw() != expected
    set_rng_state(torch.load(tmp_path / "state", weights_only=True))
    assert draw() == expected


@pytest.fixture
def gpus(monkeypatch):
    """A machine with two GPUs, of which this process trains on the second; gives what is set there."""
    given = []
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "current_device", lambda: 1)
    monkeypatch.setattr(torch.cuda, "get_rng_state", lambda: torch.tensor([1, 2], dtype=torch.uint8))
    monkeypatch.setattr(torch.cuda, "get_rng_state_all", lambda: pytest.fail("this takes memory on every GPU"))
    monkeypatch.setattr(torch.cuda, "set_rng_state", lambda state: given.append(state.tolist()))
    return given


def test_the_generator_of_the_gpu_that_trains_goes_on(tmp_path, gpus):
    torch.save(rng_state(), tmp_path / "state")
    set_rng_state(torch.load(tmp_path / "state", weights_only=True))
    assert gpus == [[1, 2]]


@pytest.mark.parametrize(("states", "taken"), [([[1], [2], [3]], [2]), ([[7]], [7])])
def test_a_checkpoint_of_a_machine_with_other_gpus_is_resumed(states, taken, gpus):
    """Older checkpoints hold the states of all GPUs."""
    older = [torch.tensor(state, dtype=torch.uint8) for state in states]
    set_rng_state(rng_state() | {"cuda": older})
    assert gpus == [taken]
