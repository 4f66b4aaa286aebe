"""Under which versions and on which device a number was measured."""

from __future__ import annotations

import platform
from functools import cache
from importlib.metadata import entry_points, version

from srbench.hookspecs import GROUP

LIBRARIES = ("torch", "numpy", "scipy", "pillow", "opencv-python-headless")


@cache
def versions() -> dict[str, str]:
    """Python, srbench with its plugins, and the libraries that touch the numbers."""
    found = {"python": platform.python_version()}
    for point in entry_points(group=GROUP):
        if point.dist:
            found[point.dist.name] = point.dist.version
    return found | {name: version(name) for name in LIBRARIES}


@cache
def device_name(device: str) -> str:
    """``cuda: NVIDIA H200``, ``cpu: x86_64, 2 threads``."""
    import torch

    if device.startswith("cuda"):
        return f"{device}: {torch.cuda.get_device_name(device)}"
    return f"{device}: {_processor()}, {torch.get_num_threads()} threads"


def _processor() -> str:
    """The processor's model where Linux tells it, else its architecture."""
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:  # noqa: PTH123 - a pseudo-file
            return next(line.partition(":")[2].strip() for line in file if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.machine()
