"""Runtime of a forward pass."""

from __future__ import annotations

from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING

import torch

from srbench.errors import Unavailable
from srbench.metrics.macs import macs

if TYPE_CHECKING:
    from torch import Tensor

    from srbench.metrics.subject import Subject

WARM_UP, RUNS = 2, 11
"""Numbers of forward passes before the measurement, and measured."""
LARGEST = 1e12
"""Number of mult-adds above which the runtime is not measured on a CPU."""
BUDGET = 15.0
"""Total time in seconds after which no further run starts; a slow network gets fewer than `RUNS` runs, at least one."""


def runtime_ms(subject: Subject) -> float:
    """Measure the median time of a forward pass to a 1280 x 720 image on the subject's device, in milliseconds.

    File access is not included.

    Raises:
        Unavailable: if the network would take minutes on a CPU, that is, has over `LARGEST` mult-adds.
    """
    if subject.device == "cpu" and not subject.runs_in and (cost := macs(subject)) > LARGEST:
        raise Unavailable(f"{cost / 1e9:.0f} G mult-adds take minutes on a CPU; use --device cuda")
    lr = torch.rand(1, subject.channels, *subject.lr_size(), device=subject.device)
    with torch.inference_mode():
        for _ in range(WARM_UP):
            _seconds(subject, lr)
        times = [_seconds(subject, lr)]
        while len(times) < RUNS and sum(times) < BUDGET:
            times.append(_seconds(subject, lr))
    return 1000 * median(times)


def _seconds(subject: Subject, lr: Tensor) -> float:
    start = perf_counter()
    subject.forward(lr)
    if lr.is_cuda:  # CUDA kernels run asynchronously
        torch.cuda.synchronize(lr.device)
    return perf_counter() - start
