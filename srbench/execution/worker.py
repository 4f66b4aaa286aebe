"""A worker process that runs one task at a time, and sends reports and outcomes to the main process."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
import sys
import threading
import time
from contextlib import suppress
from functools import cache
from multiprocessing.connection import wait
from pathlib import Path
from typing import TYPE_CHECKING, Any

from srbench.cores import share_machine
from srbench.errors import CODE_ERRORS
from srbench.execution.task import Outcome, portable, run_task

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from multiprocessing.connection import Connection
    from multiprocessing.context import ForkServerContext, SpawnContext
    from multiprocessing.process import BaseProcess

    from srbench.execution.executor import TaskObserver
    from srbench.execution.task import Task

GRACE = 5.0
"""Seconds that a task has to end after an interruption, before its process is killed."""
MOMENT = 0.5
"""Seconds that workers have to end by themselves, since Ctrl-C has interrupted them too, before they are asked to."""
STARTS = 3
"""Number of attempts to start a worker process."""
VISIBLE = "CUDA_VISIBLE_DEVICES"
GPU_FILES = ("/dev/nvidiactl", "/dev/nvidia0", "/dev/kfd", "/dev/dxg")
"""Device files of Linux for GPUs of NVIDIA, of AMD, and of the Windows that WSL runs on."""


def new_processes() -> ForkServerContext | SpawnContext:
    """Return the way to start worker processes.

    Where only CPUs compute, workers are forked from a process that has imported the modules of tasks (`preload`), so
    that they begin at once and share memory. This process itself, with its threads, is never forked. On a machine with
    a GPU, each worker imports them itself: a library that used the GPU in the common process would make it unusable in
    all workers.
    """
    if sys.platform != "linux" or any(Path(file).exists() for file in GPU_FILES):
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["srbench.execution.preload"])
    return context


class Worker:
    """A process that runs tasks; it starts with the first task, and anew after it died.

    Args:
        device: The only GPU that the process sees, such as ``cuda:1``; empty: all GPUs that this process sees.
        workers: Number of workers that share the memory and the cores of this machine.
    """

    def __init__(self, device: str = "", workers: int = 1) -> None:
        self._workers = workers
        self._visible = visible_device(device, os.environ.get(VISIBLE, "")) if device else None
        self._process: BaseProcess | None = None
        self._observer: TaskObserver | None = None
        self.connection: Connection[Any, Any] | None = None
        self.task: Task[Any] | None = None
        """The task that is running; None: the worker is free."""

    def send(self, task: Task[Any], observer: TaskObserver, threads: int) -> BaseException | None:
        """Start `task`, and return None; if it can't be pickled, or no process starts, return the error.

        Args:
            task: The task.
            observer: Receiver of its start and its reports.
            threads: Number of threads of PyTorch; 0: as many as it chooses.
        """
        try:
            data = pickle.dumps(task)
        except Exception as error:  # noqa: BLE001 - the code of a plugin that is pickled here may raise any
            return error
        for _ in range(STARTS):
            try:
                self._started().send((data, threads))
            except (OSError, EOFError):  # the free process died, or the fork server did
                cause = self._stop()
                continue
            self.task, self._observer = task, observer
            observer.started(task)
            return None
        return RuntimeError(f"no worker process starts, after {STARTS} attempts ({cause})")

    def receive(self) -> tuple[Task[Any], Outcome[Any]] | None:
        """Receive one message; return the task and its outcome if the message says that it has ended."""
        task, observer = self.task, self._observer
        if task is None or observer is None or self.connection is None:
            raise AssertionError("a free worker sends no messages")
        try:
            ended, value = self.connection.recv()
        except (EOFError, OSError):
            cause = self._stop()
            advice = "; use fewer --jobs, or --tile" if "memory" in cause else ""
            error = RuntimeError(f"the worker process died ({cause}){advice}")
            self.task = None
            return task, Outcome(error=error, lost=True)
        if not ended:
            observer.reported(task, value)
            return None
        self.task = None
        return task, value

    def close(self, *, cancel: bool) -> None:
        """End the process, which stops a running task only with `cancel`."""
        self.disconnect()
        if self._process is None:  # it was never started, or its start was interrupted
            return
        if cancel:
            self._process.kill()
        self._process.join()
        self._process, self.task = None, None

    def is_alive(self) -> bool:
        """Return whether the process runs."""
        return self._process is not None and self._process.is_alive()

    def interrupt(self) -> None:
        """Interrupt the process as Ctrl-C does."""
        if self._process is not None and self._process.pid is not None:
            with suppress(ProcessLookupError):
                os.kill(self._process.pid, signal.SIGINT)

    def disconnect(self) -> None:
        """Close the connection to the process, which ends it once it waits for a task."""
        if self.connection:
            self.connection.close()

    def _started(self) -> Connection[Any, Any]:
        """Return the connection to the process, which is started if it does not run."""
        if self._process and self._process.is_alive() and self.connection:
            return self.connection
        context = new_processes()
        self.connection, worker_end = context.Pipe()
        environment = dict(os.environ)  # as it is now; the fork server has the environment of its start
        if self._visible is not None:
            environment[VISIBLE] = self._visible
        process = context.Process(target=serve, args=(worker_end, environment, self._workers))
        process.start()
        self._process = process
        worker_end.close()  # so that the death of the process ends the connection
        return self.connection

    def _stop(self) -> str:
        """Release the process that died, and return the cause of its death in words."""
        process, self._process = self._process, None
        if self.connection:
            self.connection.close()
        if process is None:
            return "out of memory?"
        process.join(GRACE)
        code = process.exitcode
        if code is not None and code < 0:
            return f"signal {-code}, out of memory?"
        return f"exit code {code}"


def serve(connection: Connection[Any, Any], environment: Mapping[str, str], workers: int) -> None:
    """Run tasks in the worker process until the main process closes the connection or dies.

    Args:
        connection: Connection to the main process.
        environment: Environment variables of the main process, with the GPU that this one may see.
        workers: Number of workers that share the memory and the cores.
    """
    os.environ.clear()
    os.environ.update(environment)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    sending = threading.Lock()

    def send(message: tuple[bool, object]) -> None:
        with sending:  # a task may report from several threads
            connection.send(message)

    while True:
        try:
            data, threads = connection.recv()
        except (EOFError, OSError, KeyboardInterrupt):
            return
        try:
            task = pickle.loads(data)  # noqa: S301 - from the main process
            share_machine(workers)
            use_threads(threads)
            outcome = run_task(task, lambda value: send((False, value)), apart=True)
        except KeyboardInterrupt:
            return
        except CODE_ERRORS as error:  # a module of a plugin that can't be imported here
            outcome = Outcome(error=portable(error))
        try:
            send((True, outcome))
        except (OSError, KeyboardInterrupt):
            return
        except Exception as error:  # noqa: BLE001 - a result of a plugin's class that can't be pickled
            send((True, Outcome(error=portable(error))))


def interrupt(workers: Sequence[Worker]) -> None:
    """End the processes of `workers` that end within `GRACE` seconds if they are asked to.

    On Ctrl-C the terminal has interrupted them already. Where only the main process was told to end, by SIGTERM, those
    that still have a task after a moment are interrupted here.
    """
    for worker in workers:
        worker.disconnect()
    _wait_for_end(workers, MOMENT)
    for worker in workers:
        if worker.task and worker.is_alive():
            worker.interrupt()
    _wait_for_end([worker for worker in workers if worker.task], GRACE)


def _wait_for_end(workers: Sequence[Worker], seconds: float) -> None:
    """Wait until all processes have ended, but at most `seconds`."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and any(worker.is_alive() for worker in workers):
        time.sleep(0.01)


def visible_device(device: str, visible: str) -> str:
    """Return the value of ``CUDA_VISIBLE_DEVICES`` with which a process sees `device` alone, as ``cuda:0``.

    Args:
        device: The device, such as ``cuda:1``.
        visible: Value of the variable in this process; empty: all GPUs are seen.
    """
    index = int(device.partition(":")[2] or 0)
    names = [name.strip() for name in visible.split(",") if name.strip()]
    return names[index] if names else str(index)


def _end_with_parent() -> None:
    """End this process when the main process dies, however it dies, so that its locks become free."""
    parent = multiprocessing.parent_process()
    if parent:
        wait([parent.sentinel])
        os._exit(1)


@cache
def default_threads() -> int:
    """Return the number of threads that PyTorch chose when it was imported; later calls return the same."""
    import torch

    return torch.get_num_threads()


def use_threads(threads: int) -> None:
    """Set the number of threads of PyTorch, at most as many as it chose by itself (``OMP_NUM_THREADS``).

    Args:
        threads: The number; 0: as PyTorch chose.
    """
    import torch

    default = default_threads()
    torch.set_num_threads(min(threads, default) if threads else default)
