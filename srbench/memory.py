"""The main memory that this process may still use, in containers and beside other workers too."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

_WORKERS = 1


def share_memory(workers: int) -> None:
    """Note that `workers` processes of a run share the memory of this machine."""
    global _WORKERS  # noqa: PLW0603 - a fact about the process
    _WORKERS = workers


def free_memory() -> int:
    """Return the number of bytes that this process can still allocate.

    It is what the machine has left, or what is left below the limit of the control group (of a container, or of a job
    of Slurm), shared out among the workers of the run.
    """
    import psutil

    return int(min([psutil.virtual_memory().available, *_left_in_groups()]) // _WORKERS)


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
                mount, files = (
                    root / "memory",
                    ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"),
                )
            else:
                continue
            folder = mount / group.strip("/")
            for parent in (folder, *folder.parents):
                if parent == mount.parent:
                    break
                with suppress(
                    OSError, ValueError
                ):  # no limit: the word ``max``, or no such file in the outermost group
                    left.append(_left(parent, *files))
    return left


def _left(group: Path, limit: str, usage: str, reclaimable: str) -> int:
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
