"""Overlap of a pass: while the network runs on an image, the metrics of the image before are computed."""

from __future__ import annotations

from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from threading import Event
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from srbench.metrics import Sample

    Part = Callable[[Sample], None]
    """Function that measures one metric on a sample."""

AHEAD = 2
"""Largest number of samples whose metrics are not finished while the next sample is produced."""


def measure_each(
    samples: Iterable[Sample], parts: Sequence[Part], on_image: Callable[[str], None], *, overlap: bool
) -> None:
    """Apply all `parts` to each of the `samples`, in order, and report the names of those that are done.

    With `overlap`, the parts run in a second thread, one after the other as without, while `samples` produces the next
    samples: NumPy, OpenCV and PyTorch release Python's lock while they compute. Errors of `samples`, `parts` and
    `on_image` are raised here; after an error, and at Ctrl-C, no further part begins.

    Args:
        samples: Samples to measure; always iterated over in this thread.
        parts: Functions that measure one metric on a sample.
        on_image: Function called with the name of each finished sample, in this thread.
        overlap: Whether to measure in a second thread.
    """
    stopped = Event()

    def measure(sample: Sample) -> str:
        for part in parts:
            if not stopped.is_set():
                part(sample)
        return sample.name

    if not overlap:
        for sample in samples:
            on_image(measure(sample))
        return
    waiting: deque[Future[str]] = deque()
    with ThreadPoolExecutor(1, "metrics") as pool:
        try:
            for sample in samples:
                while waiting and (len(waiting) == AHEAD or waiting[0].done()):
                    on_image(waiting.popleft().result())
                waiting.append(pool.submit(copy_context().run, measure, sample))
            for future in waiting:
                on_image(future.result())
        except BaseException:
            stopped.set()
            pool.shutdown(wait=False, cancel_futures=True)
            raise
