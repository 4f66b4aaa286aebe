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
