"""Under which versions and on which device a number was measured."""

from __future__ import annotations

import platform
from contextlib import suppress
from functools import cache
from importlib.metadata import PackageNotFoundError, entry_points, version

from srbench.hookspecs import GROUP

LIBRARIES = (
    *("torch", "numpy", "scipy", "pillow", "opencv-python-headless", "opencv-python"),
    *("lpips", "pytorch-msssim", "h5py", "pyiqa"),
)


@cache
def versions() -> dict[str, str]:
    """Python, srbench with its plugins, and those of the libraries that touch the numbers that are installed."""
    found = {"python": platform.python_version()}
    for point in entry_points(group=GROUP):
        if point.dist:
            found[point.dist.name] = point.dist.version
    for name in LIBRARIES:
        with suppress(PackageNotFoundError):
            found[name] = version(name)
    return found


@cache
def device_name(device: str) -> str:
    """``cuda: NVIDIA H200``, ``cpu: x86_64, 2 threads``."""
    import torch

    if device.startswith("cuda"):
        return f"{device}: {torch.cuda.get_device_name(device)}"
    return f"{device}: {_processor()}, {torch.get_num_threads()} threads"


def machine(device: str) -> str:
    """What a time depends on: the processor and threads, or the GPU, that `device` (``auto`` too) stands for here."""
    from srbench.inference.upscaler import pick_device

    return device_name(pick_device(device))


def _processor() -> str:
    """The processor's model where Linux tells it, else its architecture."""
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:  # noqa: PTH123 - a pseudo-file
            return next(line.partition(":")[2].strip() for line in file if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.machine()
