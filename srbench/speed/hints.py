"""Causes of slow work that the state of the machine shows, each with what to do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from srbench.speed.machine import Machine
    from srbench.speed.work import Kind

SLOW = 1.25
"""Ratio to the reference above which work is slow."""
NETWORK_DISKS = ("nfs", "cifs", "smb", "sshfs", "9p", "ceph", "glusterfs", "lustre", "fuse.")
"""Beginnings of the names of file systems that lie on another machine, or behind a program; `fuseblk` is a disk's."""


def hints(machine: Machine, kind: Kind, *, swapped: int) -> list[str]:
    """Return possible causes of slow work, the most likely first; empty: nothing suspicious is seen.

    Args:
        machine: State of the machine.
        kind: Kind of the work.
        swapped: Number of pages that were moved between memory and swap during the work.
    """
    if kind == "disk":
        return list(_disk_hints(machine))
    causes = []
    if swapped:
        causes.append(f"memory is being swapped ({swapped} pages); end other programs, or use fewer --jobs")
    if kind == "tensor" and machine.device.startswith("cpu"):
        causes += _torch_hints(machine)
    return [*causes, *_processor_hints(machine)]


def _torch_hints(machine: Machine) -> Iterator[str]:
    available = min(machine.cores, machine.quota or machine.cores)
    if not machine.openmp:
        yield "this PyTorch has no OpenMP and computes on a single core; install an official wheel"
    elif machine.omp_num_threads and machine.threads < int(available):  # unset, PyTorch may count physical cores
        yield (
            f"PyTorch uses {machine.threads} of {available:g} cores (OMP_NUM_THREADS={machine.omp_num_threads}); unset "
            "it, or raise it"
        )
    elif machine.threads > max(1, available):
        yield (
            f"PyTorch has {machine.threads} threads for {available:g} cores, which wait for each other; set "
            f"OMP_NUM_THREADS={max(1, int(available))}"
        )
    if not machine.onednn:
        yield "this PyTorch has no oneDNN, whose convolutions are the fast ones; install an official wheel"
    if machine.instructions.upper() in {"DEFAULT", "NO AVX"}:
        yield "PyTorch finds no AVX2 or AVX512 here; in a virtual machine, let it see the host's processor"


def _processor_hints(machine: Machine) -> Iterator[str]:
    if machine.load is not None and machine.load >= machine.cores / 2:
        yield f"other programs compute (load {machine.load:.1f} on {machine.cores} cores); measure again when they end"
    if machine.quota is not None and machine.quota < machine.cores:
        yield f"the container may use {machine.quota:g} of {machine.cores} cores; raise its limit"
    if machine.governor == "powersave":
        yield "the processor saves power; choose the governor `performance`, or plug the laptop in"


def _disk_hints(machine: Machine) -> Iterator[str]:
    name = machine.filesystem or ""
    if name == "fuse" or name.startswith(NETWORK_DISKS):
        yield f"the folder lies on {name}, not on a disk of this machine; name another one with --out"
    if machine.load is not None and machine.load >= machine.cores:
        yield f"other programs are busy (load {machine.load:.1f} on {machine.cores} cores); measure again when they end"
