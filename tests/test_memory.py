"""The memory left is that of the machine, or that below the limits of the control groups."""

from __future__ import annotations

import ctypes
import subprocess
import sys

import psutil
import pytest

from srbench import cores, memory
from srbench.memory import _left_in_groups, free_memory

GB = 2**30


def group(folder, limit, usage, cache, version):
    names = ("memory.max", "memory.current", "inactive_file")
    if version == 1:
        names = ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / names[0]).write_text(f"{limit}\n")
    (folder / names[1]).write_text(f"{usage}\n")
    (folder / "memory.stat").write_text(f"anon 5\n{names[2]} {cache}\n")


@pytest.mark.parametrize("version", [1, 2])
def test_every_group_s_limit_counts(tmp_path, version):
    """A job of Slurm in a container: the job's limit and the container's, with the file cache as free."""
    process, root = tmp_path / "cgroup", tmp_path / "fs"
    process.write_text("0::/box/job\n" if version == 2 else "5:cpu,cpuacct:/box/job\n4:memory:/box/job\n")
    mount = root if version == 2 else root / "memory"
    group(mount / "box" / "job", 4 * GB, 3 * GB, 1 * GB, version)
    group(mount / "box", 9 * GB, 8 * GB, 0, version)
    assert _left_in_groups(process, root) == [2 * GB, 1 * GB]


def test_no_limit_and_no_groups(tmp_path):
    process, root = tmp_path / "cgroup", tmp_path / "fs"
    process.write_text("0::/job\n")
    group(root / "job", "max", GB, 0, 2)
    assert _left_in_groups(process, root) == []
    assert _left_in_groups(tmp_path / "none", root) == []


def test_workers_share_what_is_left(monkeypatch):
    monkeypatch.setattr(memory, "_left_in_groups", lambda: [3 * GB])
    monkeypatch.setattr(psutil, "virtual_memory", lambda: type("Memory", (), {"available": 8 * GB}))
    monkeypatch.setattr(cores, "_WORKERS", 1)
    monkeypatch.setattr(memory, "_KEEPS_FREED", False)
    assert free_memory() == 3 * GB
    cores.share_machine(2)
    assert free_memory() == 3 * GB // 2


IN_ITS_OWN_PROCESS = """
import ctypes
from srbench import memory
libc = ctypes.CDLL(None)
libc.malloc.restype, libc.malloc.argtypes, libc.free.argtypes = ctypes.c_void_p, [ctypes.c_size_t], [ctypes.c_void_p]
memory.keep_freed_memory()
block, top = libc.malloc(2**28), libc.malloc(2**20)
before = memory._freed_and_kept()
libc.free(block)
kept = memory._freed_and_kept() - before
print(abs(kept - 2**28) < 2**16)
"""


@pytest.mark.skipif(sys.platform != "linux" or not hasattr(ctypes.CDLL(None), "mallinfo2"), reason="needs glibc 2.33")
def test_freed_memory_that_is_kept_is_free_memory():
    run = subprocess.run([sys.executable, "-c", IN_ITS_OWN_PROCESS], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "True"
