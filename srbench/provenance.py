"""Versions of the software that a number was measured with."""

from __future__ import annotations

import platform
from contextlib import suppress
from functools import cache
from importlib.metadata import PackageNotFoundError, entry_points, version

from srbench.hookspecs import GROUP

LIBRARIES = (
    *("torch", "numpy", "scipy", "pillow", "opencv-python-headless", "opencv-python"),
    *("lpips", "pytorch-msssim", "h5py", "pyiqa"),
    *("spandrel", "onnxruntime", "onnxruntime-gpu"),
)
"""Distributions that affect measured numbers."""


@cache
def versions() -> dict[str, str]:
    """Return the versions of Python, of srbench and its plugins, and of the installed `LIBRARIES`."""
    installed = {"python": platform.python_version()}
    for point in entry_points(group=GROUP):
        if point.dist:
            installed[point.dist.name] = point.dist.version
    for name in LIBRARIES:
        with suppress(PackageNotFoundError):
            installed[name] = version(name)
    return installed
