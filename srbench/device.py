"""The device that work runs on, and what it is called in records."""

from __future__ import annotations

import platform
from functools import cache

from srbench.errors import UsageError


def pick_device(wanted: str) -> str:
    """``auto`` becomes ``cuda`` where there is one, else ``cpu``. Raises `UsageError` for a device that isn't there.

    Convolutions on a GPU are kept in float32: with TF32, cuDNN's default, they would differ from the CPU's by 1e-3.
    """
    import torch

    if wanted == "auto":
        wanted = "cuda" if torch.cuda.is_available() else "cpu"
    try:
        device = torch.device(wanted)
    except RuntimeError:
        raise UsageError(f"--device {wanted}: no device of that name; use auto, cpu, cuda or cuda:N") from None
    if device.type == "cuda":
        if (device.index or 0) >= torch.cuda.device_count():
            raise UsageError(f"--device {wanted}: {torch.cuda.device_count()} CUDA devices here; use --device cpu")
        torch.backends.cudnn.allow_tf32 = False
        torch.backends.cuda.matmul.allow_tf32 = False
    return wanted


@cache
def device_name(device: str) -> str:
    """``cuda: NVIDIA H200``, ``cpu: x86_64, 2 threads``."""
    import torch

    if device.startswith("cuda"):
        return f"{device}: {torch.cuda.get_device_name(device)}"
    return f"{device}: {_processor()}, {torch.get_num_threads()} threads"


def machine(device: str) -> str:
    """What a time depends on: the processor and threads, or the GPU, that `device` (``auto`` too) stands for here."""
    from srbench.device import pick_device

    return device_name(pick_device(device))


def _processor() -> str:
    """The processor's model where Linux tells it, else its architecture."""
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:  # noqa: PTH123 - a pseudo-file
            return next(line.partition(":")[2].strip() for line in file if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.machine()
