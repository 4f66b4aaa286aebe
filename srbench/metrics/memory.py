"""Peak memory of a forward pass."""

from __future__ import annotations

import json
from itertools import accumulate, chain
from operator import itemgetter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import torch
from torch.profiler import ProfilerActivity, profile

from srbench.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import Tensor

    from srbench.metrics.subject import Subject


def peak_memory(subject: Subject) -> float:
    """Measure the peak memory of one forward pass to a 1280 x 720 image, in bytes.

    Counts the weights, the LR image and the allocations of the pass. Only PyTorch's allocators on the subject's device
    are observed, not memory that libraries allocate themselves (oneDNN's scratch space on the CPU).

    Raises:
        Unavailable: if another library than PyTorch runs the network.
    """
    if library := subject.runs_in:
        raise Unavailable(f"not known: the network runs in {library}, whose memory PyTorch can't observe")
    lr = torch.rand(1, subject.channels, *subject.lr_size(), device=subject.device)
    weights = chain(subject.model.parameters(), subject.model.buffers())
    with torch.inference_mode():
        subject.forward(lr)  # buffers that the first call allocates and keeps must not count for the measured call
    return float(forward_peak(subject.forward, lr) + sum(tensor.nbytes for tensor in (*weights, lr)))


def forward_peak(forward: Callable[[Tensor], Tensor], lr: Tensor) -> int:
    """Measure the peak memory of ``forward(lr)`` in bytes, beyond the memory allocated before the call."""
    with torch.inference_mode():
        return _cuda_peak(forward, lr) if lr.is_cuda else _cpu_peak(forward, lr)


def _cuda_peak(forward: Callable[[Tensor], Tensor], lr: Tensor) -> int:
    torch.cuda.reset_peak_memory_stats(lr.device)
    before = torch.cuda.memory_allocated(lr.device)
    forward(lr)
    torch.cuda.synchronize(lr.device)
    return torch.cuda.max_memory_allocated(lr.device) - before


def _cpu_peak(forward: Callable[[Tensor], Tensor], lr: Tensor) -> int:
    with profile(activities=[ProfilerActivity.CPU], profile_memory=True) as profiler:
        forward(lr)
    with TemporaryDirectory() as folder:
        # Only the trace lists every allocation (positive) and release (negative) with its time.
        trace = Path(folder) / "trace.json"
        profiler.export_chrome_trace(str(trace))
        events = json.loads(trace.read_bytes())["traceEvents"]
    changes = sorted((event for event in events if event["name"] == "[memory]"), key=itemgetter("ts"))
    return max(accumulate((int(change["args"]["Bytes"]) for change in changes), initial=0))
