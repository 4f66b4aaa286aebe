"""The main memory that this process may still use, in containers and beside other workers too."""

from __future__ import annotations

import ctypes
import sys
from contextlib import suppress
from pathlib import Path

from srbench.cores import workers

M_TRIM_THRESHOLD, M_MMAP_MAX = -1, -4
_KEEPS_FREED = False
"""Whether glibc keeps freed memory in this process."""


class _Mallinfo2(ctypes.Structure):
    """The structure that glibc's ``mallinfo2`` returns; ``fordblks`` is the memory that is free in its heaps.

    The fields before it are not read, and have letters for names.
    """

    _fields_ = tuple((name, ctypes.c_size_t) for name in (*"abcdefgh", "fordblks", "keepcost"))


def keep_freed_memory() -> None:
    """Make glibc keep freed memory, instead of returning each activation's pages and zeroing new ones in every pass.

    The time saved is given in ``benchmarks/README.md`` (training, forward). With other C libraries this does nothing.
    """
    global _KEEPS_FREED  # noqa: PLW0603 - a fact about the process
    if sys.platform == "linux" and hasattr(libc := ctypes.CDLL(None), "mallopt"):
        libc.mallopt(M_MMAP_MAX, 0)
        libc.mallopt(M_TRIM_THRESHOLD, 2**31 - 1)
        _KEEPS_FREED = True


def _freed_and_kept() -> int:
    """Return the number of freed bytes that this process keeps, which it can allocate again."""
    if not _KEEPS_FREED or not hasattr(libc := ctypes.CDLL(None), "mallinfo2"):
        return 0
    libc.mallinfo2.restype = _Mallinfo2
    return int(libc.mallinfo2().fordblks)


def free_memory() -> int:
    """Return the number of bytes that this process can still allocate.

    It is what the machine has left, or what is left below the limit of the control group (of a container, or of a job
    of Slurm), shared out among the workers of the run, and what the process has freed and kept.
    """
    import psutil

    return int(min([psutil.virtual_memory().available, *_left_in_groups()]) // workers()) + _freed_and_kept()


def _left_in_groups(process: Path = Path("/proc/self/cgroup"), root: Path = Path("/sys/fs/cgroup")) -> list[int]:
    """Return the bytes left below the limit of each control group that the process is in, outermost last.

    Args:
        process: File that names the groups of the process (cgroups(7)).
        root: Mount point of the groups.
    """
    left = []
    with suppress(OSError):
        for line in process.read_text(encoding="utf-8").splitlines():
            _, controllers, group = line.split(":", 2)
            if controllers == "":
                mount, files = root, ("memory.max", "memory.current", "inactive_file")
            elif "memory" in controllers.split(","):
                mount = root / "memory"
                files = ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file")
            else:
                continue
            folder = mount / group.strip("/")
            for parent in (folder, *folder.parents):
                if parent == mount.parent:
                    break
                # no limit: the word ``max``, or no such file in the outermost group
                with suppress(OSError, ValueError):
                    left.append(_bytes_left(parent, *files))
    return left


def _bytes_left(group: Path, limit: str, usage: str, reclaimable: str) -> int:
    """Return the bytes left below the limit of a control group; the file cache counts as free.

    Args:
        group: Folder of the group.
        limit: Name of the file with its limit.
        usage: Name of the file with its usage.
        reclaimable: Entry of ``memory.stat`` with the size of the file cache that can be dropped.
    """
    most = int((group / limit).read_text(encoding="utf-8"))
    used = int((group / usage).read_text(encoding="utf-8"))
    entries = dict(line.split() for line in (group / "memory.stat").read_text(encoding="utf-8").splitlines())
    return max(0, most - used + int(entries.get(reclaimable, 0)))
