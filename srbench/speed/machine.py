"""Facts about this machine that make it fast or slow; a fact that the system does not tell is None."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from srbench.cores import cores

GOVERNOR = Path("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor")
QUOTA = Path("/sys/fs/cgroup/cpu.max")
SWAPPED = Path("/proc/vmstat")
MOUNTS = Path("/proc/self/mounts")


@dataclass(frozen=True)
class Machine:
    """The state of this machine as the measurements begin."""

    processor: str
    cores: int
    """Cores that this process may use."""
    quota: float | None
    """Cores' worth of time that the control group allows; None: no limit is known."""
    threads: int
    """Threads of PyTorch."""
    omp_num_threads: str
    """Value of the variable OMP_NUM_THREADS; empty: not set."""
    openmp: bool
    """Whether PyTorch is built with OpenMP."""
    onednn: bool
    """Whether PyTorch is built with oneDNN, which has its fast convolutions."""
    instructions: str
    """Widest vector instructions that PyTorch uses: AVX512, AVX2, ... or DEFAULT for none of them."""
    governor: str | None
    """Frequency governor of the processor."""
    load: float | None
    """Load average of the last minute: number of programs that computed or waited to."""
    filesystem: str | None
    """Kind of the file system that the output folder lies on."""
    device: str
    """Device that networks run on, with its name."""
    versions: dict[str, str]
    """Versions of Python and of the libraries that do the work, by name."""


def this_machine(device: str, folder: Path) -> Machine:
    """Return the state of this machine.

    Args:
        device: Device that networks run on.
        folder: Folder on the disk that is measured.
    """
    import torch

    from srbench.device import device_name, device_words
    from srbench.provenance import versions

    known = versions()
    return Machine(
        processor=device_name("cpu").partition(": ")[2].rpartition(", ")[0],
        cores=cores(),
        quota=_quota(),
        threads=torch.get_num_threads(),
        omp_num_threads=os.environ.get("OMP_NUM_THREADS", ""),
        openmp=torch.backends.openmp.is_available(),  # type: ignore[no-untyped-call]
        onednn=torch.backends.mkldnn.is_available(),  # type: ignore[no-untyped-call]
        instructions=torch.backends.cpu.get_cpu_capability(),
        governor=_first_line(GOVERNOR),
        load=_load(),
        filesystem=_filesystem(folder),
        device=device_words(device_name(device)),
        versions={name: known[name] for name in ("python", "torch", "numpy", "srbench") if name in known},
    )


def swapped_pages() -> int:
    """Return the pages that the system has moved between memory and swap since it started; 0 if it does not tell."""
    with suppress(OSError, ValueError):
        counts = dict(line.split() for line in SWAPPED.read_text(encoding="utf-8").splitlines())
        return int(counts.get("pswpin", 0)) + int(counts.get("pswpout", 0))
    return 0


def _quota() -> float | None:
    with suppress(ValueError):
        quota, period = (_first_line(QUOTA) or "").split()
        return float(quota) / float(period)
    return None


def _load() -> float | None:
    with suppress(OSError, AttributeError):
        return os.getloadavg()[0]
    return None


def _first_line(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8").strip().partition("\n")[0]
    except (OSError, UnicodeDecodeError):
        return None


def _filesystem(folder: Path) -> str | None:
    """Return the kind of the file system of a folder: that of the innermost mount point above it."""
    try:
        mounts = [line.split() for line in MOUNTS.read_text(encoding="utf-8", errors="replace").splitlines()]
    except OSError:
        return None
    place = folder.resolve()
    above = [(len(point), kind) for _, point, kind, *_ in mounts if place.is_relative_to(point)]
    return max(above)[1] if above else None
