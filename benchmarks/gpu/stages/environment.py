"""The machine: card, driver, libraries, memory, and what a plain copy and a plain matrix product reach."""

from __future__ import annotations

import os
import platform
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import torch

from benchmarks.gpu.clock import milliseconds
from benchmarks.gpu.material import sources
from srbench.device import device_name, free_cuda_memory
from srbench.provenance import versions

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from benchmarks.gpu.stage import Item, Settings, Values

ROOT = Path(__file__).parents[3]
BYTES, SIDE = 2**30, 8192
"""Bytes of the copy, and side of the matrices."""
SMALL = 64


def items(settings: Settings, _found: Mapping[str, Values]) -> Iterable[Item]:
    """List what is measured of the machine."""
    yield "machine", lambda: machine(settings)
    yield "copy", lambda: copy(settings)
    for dtype in (torch.float32, torch.bfloat16):
        yield f"matrix product, {str(dtype).partition('.')[2]}", lambda dtype=dtype: product(settings, dtype)


def machine(settings: Settings) -> Values:
    """Return the names and sizes of what measures."""
    device = settings.device
    facts: Values = {
        "device": device_name(device),
        "processor": platform.processor() or platform.machine(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "main memory": psutil.virtual_memory().total,
        "images": ", ".join(sources(settings)),
        "commit": answer("git", "-C", str(ROOT), "rev-parse", "--short=12", "HEAD"),
        "versions": versions(),
    }
    if device.startswith("cuda"):
        card = torch.cuda.get_device_properties(device)
        facts |= {
            "memory": card.total_memory,
            "free memory": free_cuda_memory(device),
            "multiprocessors": card.multi_processor_count,
            "compute capability": f"{card.major}.{card.minor}",
            "driver": answer("nvidia-smi", "--query-gpu=driver_version", "--format=csv,noheader").partition("\n")[0],
            "cuda": torch.version.cuda,
            "cudnn": torch.backends.cudnn.version(),
            "tf32": torch.backends.cudnn.allow_tf32 or torch.backends.cuda.matmul.allow_tf32,
        }
    return facts


def answer(*command: str) -> str:
    """Return what a command prints; empty where it is not installed or fails."""
    try:
        return subprocess.run(command, capture_output=True, text=True, timeout=20, check=True).stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return ""


def copy(settings: Settings) -> Values:
    """Return the rate of a copy within the memory of the device, bytes read and written."""
    size = SMALL**2 if settings.quick else BYTES
    source, target = (torch.ones(size, dtype=torch.uint8, device=settings.device) for _ in range(2))
    taken = milliseconds(lambda: target.copy_(source), settings.device, calls=3)
    return {"gigabytes a second": 2 * size / taken / 1e6}


def product(settings: Settings, dtype: torch.dtype) -> Values:
    """Return the rate of a matrix product."""
    side = SMALL if settings.quick else SIDE if settings.device.startswith("cuda") else 1024
    first, second = (torch.rand(side, side, device=settings.device).to(dtype) for _ in range(2))
    taken = milliseconds(lambda: first @ second, settings.device, calls=3)
    return {"teraflops a second": 2 * side**3 / taken / 1e9}
