"""Modules of tasks, imported once in the process that the workers are forked from (`multiprocessing`'s fork server).

The fork server imports this module, and so them; in another process that does nothing. Nothing may use a GPU meanwhile,
since CUDA can't be used in a process that is forked from one that has: on a machine with a GPU, workers are not forked
(`srbench.execution.worker`).
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
"""Modules that take seconds to import, by name: this floor knows nothing of them."""


def _import() -> None:
    handler = signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the main process, which ends this one
    for name in MODULES:
        with suppress(Exception):  # the task that needs it says what is wrong
            importlib.import_module(name)
    gc.collect()
    gc.freeze()  # what all workers share is left out of their garbage collections
    atexit.register(os._exit, 0)  # the server has nothing to tidy up, and libraries would complain of what is frozen
    signal.signal(signal.SIGINT, handler)


if any("multiprocessing.forkserver" in argument for argument in sys.orig_argv):
    _import()
