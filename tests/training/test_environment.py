"""Numbers that torchrun sets in the environment, anything else of which is one line; and more processes than GPUs."""

from __future__ import annotations

import pytest
import torch

from srbench.errors import UsageError
from srbench.training.fabric import from_environment, make_fabric


@pytest.mark.parametrize("text", ["abc", "-1", "", "1.0", "9" * 30, "١"])
def test_what_is_no_rank(monkeypatch, text):
    monkeypatch.setenv("RANK", text)
    with pytest.raises(UsageError, match=r"^environment variable RANK is .*: not a whole number of 0 or more"):
        from_environment("RANK", 0)


def test_a_rank(monkeypatch):
    monkeypatch.setenv("RANK", "3")
    assert from_environment("RANK", 0) == 3
    monkeypatch.delenv("RANK")
    assert from_environment("RANK", 7) == 7
    monkeypatch.setenv("LOCAL_WORLD_SIZE", "0")
    with pytest.raises(UsageError, match="LOCAL_WORLD_SIZE is '0'"):
        from_environment("LOCAL_WORLD_SIZE", 1, least=1)


def test_more_processes_than_gpus_are_refused(monkeypatch):
    monkeypatch.setattr("srbench.device.pick_device", lambda name: name)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    monkeypatch.delenv("TORCHELASTIC_RUN_ID", raising=False)
    with pytest.raises(UsageError, match=r"--devices 4: 2 CUDA devices here.*--devices 2"):
        make_fabric("cuda", "32-true", 4)
