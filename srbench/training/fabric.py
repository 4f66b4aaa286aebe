"""Set-up of Lightning Fabric: device, precision and processes."""

from __future__ import annotations

import logging
import os
from typing import TYPE_CHECKING, Literal

from srbench.errors import UsageError
from srbench.memory import keep_freed_memory

if TYPE_CHECKING:
    from lightning_fabric import Fabric

Native = Literal["32-true", "bf16-mixed"]
Precision = Literal["auto", Native]
AMPERE = (8, 0)
"""Compute capability from which on NVIDIA's GPUs multiply bfloat16."""


def make_fabric(device: str = "auto", precision: Precision = "auto", devices: int = 1) -> Fabric:
    """Return a launched Fabric.

    Args:
        device: ``auto``, ``cpu``, ``cuda`` or ``cuda:N``.
        precision: precision; ``auto`` is bfloat16 autocast where the hardware multiplies bfloat16 natively, else
            float32.
        devices: number of processes; ignored under torchrun, whose processes are used.

    Raises:
        UsageError: if the device is not available, or if there are more processes than GPUs.
    """
    import torch
    from lightning_fabric import Fabric
    from lightning_fabric.plugins.environments.lightning import LightningEnvironment
    from lightning_fabric.strategies.ddp import DDPStrategy

    from srbench.device import pick_device

    logging.getLogger("lightning_fabric").setLevel(logging.WARNING)  # silences the message about the precision
    device = pick_device(device)
    kind, _, index = device.partition(":")
    processes, nodes = _processes(devices)
    if processes * nodes > 1 and index:
        raise UsageError(
            f"--device {device}: one GPU, but {processes * nodes} processes are to train; leave out --device"
        )
    if kind == "cuda" and not index and processes > (count := torch.cuda.device_count()):
        raise UsageError(
            f"--devices {processes}: {count} CUDA devices here, one for each process; use --devices {count}"
        )
    # a batch has one scale: the upsamplers of the other scales get no gradient
    strategy = DDPStrategy(find_unused_parameters=True) if processes * nodes > 1 else "auto"
    # in a job of Slurm, Fabric would else expect one process for each of its tasks, and warn where srun is installed
    environment = None if "TORCHELASTIC_RUN_ID" in os.environ else LightningEnvironment()
    fabric = Fabric(
        accelerator=kind,
        plugins=environment,
        devices=[int(index)] if index else processes,
        num_nodes=nodes,
        strategy=strategy,
        precision=native_precision(device) if precision == "auto" else precision,
    )
    fabric.launch()
    if kind == "cpu":
        keep_freed_memory()
    return fabric


def native_precision(device: str) -> Native:
    """Return ``bf16-mixed`` if the hardware of a device multiplies bfloat16 natively, else ``32-true``."""
    import torch

    if device.startswith("cuda"):
        # not `is_bf16_supported`, which looks at the current GPU, and before torch 2.4 counts emulation
        native = torch.version.hip is not None or torch.cuda.get_device_capability(device) >= AMPERE
        return "bf16-mixed" if native else "32-true"
    return "bf16-mixed" if torch.ops.mkldnn._is_mkldnn_bf16_supported() else "32-true"  # noqa: SLF001 - no public way


def _processes(devices: int) -> tuple[int, int]:
    """Return the number of processes per node, and the number of nodes."""
    if "TORCHELASTIC_RUN_ID" in os.environ:
        local = from_environment("LOCAL_WORLD_SIZE", 1, least=1)
        return local, from_environment("WORLD_SIZE", local, least=1) // local
    return devices, 1


def from_environment(name: str, default: int, *, least: int = 0) -> int:
    """Return a whole number that torchrun sets as an environment variable.

    Args:
        name: Name of the variable.
        default: Value if it is not set.
        least: Smallest possible value.

    Raises:
        UsageError: if it is no such number.
    """
    text = os.environ.get(name, str(default))
    if not (text.isascii() and text.isdigit() and len(text) < 10 and int(text) >= least):
        raise UsageError(
            f"environment variable {name} is {text!r}: not a whole number of {least} or more; torchrun sets it, so "
            "unset it without torchrun"
        )
    return int(text)
