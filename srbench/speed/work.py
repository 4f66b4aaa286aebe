"""The pieces of work that are timed: metrics, a forward, a training step, image files and the disk."""

from __future__ import annotations

import os
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, Literal

import numpy as np

from srbench.data.datasets.demo import images
from srbench.imaging.image_io import read_image, write_png
from srbench.imaging.resize import imresize

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from numpy.typing import NDArray
    from torch import Tensor, nn

    from srbench.bench.resolve.resolver import Resolver

Kind = Literal["array", "tensor", "disk"]
"""Resource that a piece of work depends on: NumPy and OpenCV, PyTorch, or the disk."""
HEIGHT, WIDTH = 720, 1280
"""Size of the HR image in pixels."""
SCALE = 4
MODEL = "pcarn-m"
BATCH, PATCH = 16, 48
"""Number of LR patches of a training step, and their side in pixels."""
DISK_MIB = 64
"""Size of the file that is written and read, in MiB."""
MOST_ROUNDS = 15
"""Largest number of times that a piece of work is timed."""


@dataclass(frozen=True)
class Place:
    """Circumstances of the work: files, device and output folder."""

    resolver: Resolver
    device: str
    """Device that networks run on, such as ``cpu``."""
    folder: Path
    """Folder on the disk that is measured, for temporary files."""


@dataclass(frozen=True)
class Work:
    """A piece of work that is timed."""

    name: str
    title: str
    kind: Kind
    prepare: Callable[[Place], Iterator[Callable[[], object]]]
    """Generator function that yields the function which does the work once, and cleans up afterwards."""


@dataclass(frozen=True)
class Timing:
    """Wall-clock seconds of a piece of work."""

    median_s: float
    fastest_s: float
    rounds: int
    """Number of times that the work was timed."""


def timed(work: Work, place: Place, budget_s: float) -> Timing:
    """Return the time of a piece of work, which is done once to warm up and then timed at least once.

    Args:
        work: The piece of work.
        place: Circumstances of the work.
        budget_s: Seconds after which no further round begins.

    Raises:
        Unavailable: if something that it needs is not at hand.
        UnknownName: if the plugin that has its network is not installed.
    """
    seconds: list[float] = []
    with contextmanager(work.prepare)(place) as run:
        run()
        end = time.perf_counter() + budget_s
        while not seconds or (len(seconds) < MOST_ROUNDS and time.perf_counter() < end):
            start = time.perf_counter()
            run()
            seconds.append(time.perf_counter() - start)
    return Timing(median(seconds), min(seconds), len(seconds))


def _photograph() -> NDArray[np.uint8]:
    """Return an RGB image of 720p: photographs that ship with scikit-image, side by side and repeated."""
    photographs = [read_image(path) for _, path in images()]
    height = min(len(image) for image in photographs)
    row = np.concatenate([image[:height] for image in photographs], axis=1)
    return np.tile(row, (-(-HEIGHT // height), -(-WIDTH // row.shape[1]), 1))[:HEIGHT, :WIDTH]


def _metrics(*names: str) -> Callable[[Place], Iterator[Callable[[], object]]]:
    """Return the `Work.prepare` of measuring these metrics on a bicubic upscale of `_photograph`."""

    def prepare(place: Place) -> Iterator[Callable[[], object]]:
        from srbench.bench.measuring.metric_values import metric_function
        from srbench.metrics import Sample

        catalog = place.resolver.catalog
        metrics = [metric_function(place.resolver.metric(catalog.metrics.get(name)), place.device) for name in names]
        protocol = catalog.protocols.get("standard")
        hr = _photograph()
        sr = imresize(imresize(hr, 1 / SCALE), SCALE)

        def run() -> list[float]:
            sample = Sample("photographs", sr, hr, SCALE, protocol)  # anew each time: it caches what metrics share
            return [metric(sample) for metric in metrics]

        yield run

    return prepare


def _resize(_place: Place) -> Iterator[Callable[[], object]]:
    hr = _photograph()
    yield lambda: imresize(imresize(hr, 1 / SCALE), SCALE)


def _network(place: Place) -> nn.Module:
    """Return the network `MODEL` with random weights, as training and inference place it."""
    import torch

    from srbench.models.build import builder

    torch.manual_seed(0)
    spec = place.resolver.catalog.models.get(MODEL)
    return builder(spec, SCALE, "matlab-uint8")().to(place.device).to(memory_format=torch.channels_last)


def _forward(place: Place) -> Iterator[Callable[[], object]]:
    import torch

    from srbench.training.learner import Learner

    network = Learner(_network(place)).eval()
    lr = torch.rand(1, 3, HEIGHT // SCALE, WIDTH // SCALE, device=place.device)

    def run() -> None:
        with torch.inference_mode():
            _synchronize(network.predict(lr, SCALE).sr)

    yield run


def _training_step(place: Place) -> Iterator[Callable[[], object]]:
    import torch

    from srbench.training.learner import Learner

    network = Learner(_network(place)).train()
    lr = torch.rand(BATCH, 3, PATCH, PATCH, device=place.device)
    hr = torch.rand(BATCH, 3, PATCH * SCALE, PATCH * SCALE, device=place.device)
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-4)

    def run() -> None:
        optimizer.zero_grad()
        loss = torch.nn.functional.l1_loss(network.predict(lr, SCALE).sr, hr)
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        _synchronize(loss)

    yield run


def _synchronize(tensor: Tensor) -> None:
    """Wait until a tensor is computed: on a GPU, calls return before that."""
    import torch

    if tensor.is_cuda:
        torch.cuda.synchronize(tensor.device)


def _decode(place: Place) -> Iterator[Callable[[], object]]:
    path = place.folder / f".srbench-bench-{os.getpid()}.png"
    try:
        write_png(path, _photograph())
        yield lambda: read_image(path)
    finally:
        path.unlink(missing_ok=True)


def _write(place: Place) -> Iterator[Callable[[], object]]:
    path = place.folder / f".srbench-bench-{os.getpid()}.bin"
    content = np.random.default_rng(0).bytes(DISK_MIB * 2**20)
    try:
        yield lambda: _write_to_disk(path, content)
    finally:
        path.unlink(missing_ok=True)


def _read(place: Place) -> Iterator[Callable[[], object]]:
    path = place.folder / f".srbench-bench-{os.getpid()}.bin"

    def run() -> None:
        with path.open("rb", buffering=0) as file:
            if hasattr(os, "posix_fadvise"):
                # drop the system's copy in memory, so that the file is read from the disk
                os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
            while file.read(2**20):
                pass

    try:
        _write_to_disk(path, np.random.default_rng(0).bytes(DISK_MIB * 2**20))
        yield run
    finally:
        path.unlink(missing_ok=True)


def _write_to_disk(path: Path, content: bytes) -> None:
    """Write a file, and wait until its content is on the disk."""
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        with suppress(OSError):  # some file systems have no fsync
            os.fsync(file.fileno())


WORK = (
    Work("psnr-ssim", "PSNR and SSIM on Y, 720p", "array", _metrics("psnr", "ssim")),
    Work("imresize", "imresize, 720p to 1/4 and back", "array", _resize),
    Work("niqe", "NIQE, 720p", "array", _metrics("niqe")),
    Work("lpips", "LPIPS (AlexNet), 720p", "tensor", _metrics("lpips")),
    Work("forward", "PCARN-M x4, forward to 720p", "tensor", _forward),
    Work("training-step", f"PCARN-M x4, training step, {BATCH} x {PATCH}²", "tensor", _training_step),
    Work("png-decode", "a PNG of 720p decoded", "array", _decode),
    Work("disk-write", f"{DISK_MIB} MiB written to the disk", "disk", _write),
    Work("disk-read", f"{DISK_MIB} MiB read from the disk", "disk", _read),
)
"""All pieces of work, in the order in which they are done."""
