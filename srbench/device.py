"""Selection of the device for computations, and its description for records."""

from __future__ import annotations

import platform
import re
from functools import cache

from srbench.errors import UsageError, one_line


def pick_device(name: str) -> str:
    """Return the device to use: ``cuda`` if available, else ``cpu``, for ``auto``; otherwise `name` itself.

    Convolutions on a GPU stay in float32: with TF32, the default of cuDNN, results would differ from the CPU's by 1e-3.

    Raises:
        UsageError: if the device does not exist, or nothing can be computed on it.
    """
    import torch

    if name == "auto":
        name = "cuda" if torch.cuda.is_available() else "cpu"
    try:
        device = torch.device(name)
    except RuntimeError:
        raise UsageError(f"--device {name}: unknown device; use auto, cpu, cuda or cuda:N") from None
    if device.type == "cuda":
        if (device.index or 0) >= torch.cuda.device_count():
            raise UsageError(f"--device {name}: {torch.cuda.device_count()} CUDA devices here; use --device cpu")
        torch.backends.cudnn.allow_tf32 = False
        torch.backends.cuda.matmul.allow_tf32 = False
    elif device.type != "cpu":
        try:
            (torch.zeros(2, device=device) + 1).cpu()
        except Exception as error:  # a kind of device that PyTorch is built without raises anything
            reason = "it holds no values" if device.type == "meta" else one_line(error).partition(". ")[0]
            raise UsageError(
                f"--device {name}: nothing can be computed on it here ({reason}); use --device cpu"
            ) from error
    return name


def free_cuda_memory(device: str) -> int:
    """Return the number of bytes that PyTorch can still allocate on a GPU.

    These are the bytes that the driver has left, and those that PyTorch has kept of freed tensors for the next ones.
    """
    import torch

    kept = torch.cuda.memory_reserved(device) - torch.cuda.memory_allocated(device)
    return int(torch.cuda.mem_get_info(device)[0]) + kept


def device_name(device: str) -> str:
    """Return the description of a device: ``cuda: NVIDIA H200``, ``cpu: x86_64, 2 threads``."""
    import torch

    if device.startswith("cuda"):
        return f"{device}: {torch.cuda.get_device_name(device)}"
    return f"{device}: {_processor()}, {torch.get_num_threads()} threads"


def device_words(description: str) -> str:
    """Return the description of a device for people; records keep ``1 threads``, as it is part of the keys of times."""
    return re.sub(r"\b1 threads$", "1 thread", description)


def machine(device: str) -> str:
    """Return the description of the device that `device` (``auto`` too) selects; measured times depend on it."""
    return device_name(pick_device(device))


@cache
def _processor() -> str:
    """Return the model of the processor if Linux reports it, else its architecture."""
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:  # noqa: PTH123 - a pseudo-file
            return next(line.partition(":")[2].strip() for line in file if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.machine()
