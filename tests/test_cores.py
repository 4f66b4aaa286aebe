"""The cores of a process are shared out among the workers of a run, and kept to what `OMP_NUM_THREADS` allows."""

from __future__ import annotations

import pytest

from srbench import cores


@pytest.mark.parametrize(
    ("machine", "workers", "variable", "own"),
    [
        (8, 1, None, 8),
        (8, 3, None, 2),
        (2, 2, None, 1),
        (2, 4, None, 1),
        (8, 1, "1", 1),
        (8, 2, "3", 3),
        (8, 4, "3", 2),
        (4, 1, "0", 1),
        (4, 1, "4,2", 4),
    ],
)
def test_own_cores(monkeypatch, machine, workers, variable, own):
    monkeypatch.setattr(cores, "cores", lambda: machine)
    monkeypatch.setattr(cores, "_WORKERS", 1)
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    if variable is not None:
        monkeypatch.setenv("OMP_NUM_THREADS", variable)
    cores.share_machine(workers)
    assert cores.worker_cores() == own
