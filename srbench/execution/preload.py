"""Import of the modules that tasks need, once, in the process that workers are forked from (the fork server).

Importing this module imports them, but only in the fork server of `multiprocessing`. The modules must not use a GPU
while they are imported, since CUDA can't be used in a process whose parent has used it; on a machine with a GPU,
workers are not forked (`srbench.execution.worker`).
"""

from __future__ import annotations

import atexit
import gc
import importlib
import os
import signal
import sys
from contextlib import suppress

MODULES = (
    "srbench.bench.measuring.run_job",
    "srbench.training.run",
    "lightning_fabric.strategies.ddp",
    "torch.utils.tensorboard",
)
"""Modules that take seconds to import, as names, since this package may not import from them (tests/test_layers.py)."""


def _import() -> None:
    """Import the modules, and set the fork server up for its workers."""
    handler = signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the main process, which ends this one
    for name in MODULES:
        with suppress(Exception):  # the task that needs it will raise the error
            importlib.import_module(name)
    gc.collect()
    gc.freeze()  # the garbage collections of workers skip the objects that all of them share
    atexit.register(os._exit, 0)  # the server has nothing to clean up, and libraries would complain of frozen objects
    signal.signal(signal.SIGINT, handler)


if any("multiprocessing.forkserver" in argument for argument in sys.orig_argv):
    _import()
