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
    """The work of one metric on one image."""

AHEAD = 2
"""Largest number of samples that wait for their metrics or have them computed, while the next one is made."""


def measure_each(
    samples: Iterable[Sample], parts: Sequence[Part], on_image: Callable[[str], None], *, overlap: bool
) -> None:
    """Apply all `parts` to each of the `samples`, in order, and report the names of those that are done.

    With `overlap`, the parts run in a thread of their own, one after the other as without, while `samples` makes the
    next ones: NumPy, OpenCV and PyTorch let go of Python's lock while they compute. Errors of `samples`, `parts` and
    `on_image` are raised here; then, and at Ctrl-C, no further part is begun.

    Args:
        samples: Makes the samples; always called from this thread.
        parts: The work of each metric.
        on_image: Receives the name of each finished sample, in this thread.
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
