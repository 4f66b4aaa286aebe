"""Execution of checks in a process of their own with a time limit, since the code of a plugin may hang or crash.

At the limit, Python's faulthandler writes a traceback and ends the process, from a thread that needs no lock of
Python's. If that thread does not get to run either, this process kills it. The process is forked where that is safe,
and then has nothing to import again. It leads a process group of its own, so that all processes that the plugin's code
has started end with it.
"""

from __future__ import annotations

import faulthandler
import multiprocessing
import os
import re
import signal
import tempfile
import threading
from contextlib import suppress
from multiprocessing.connection import wait
from pathlib import Path
from typing import TYPE_CHECKING

from srbench.testing.check import CHECKS, Outcome
from srbench.testing.run import checked_plugin, run_check

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from multiprocessing.connection import Connection
    from multiprocessing.context import BaseContext

    from srbench.testing.check import Check

LIMIT, SLOW_LIMIT = 600.0, 3600.0
"""Seconds that a check may take unless the user says otherwise, and those of a slow check."""
GRACE = 10.0
"""Seconds that a process has to end by itself."""
IMPORT_LIMIT = 600.0
"""Seconds that a process has to import PyTorch, which no check's time includes."""
FRAME = re.compile(r'^  File "(?P<file>.*)", line (?P<line>\d+) in (?P<function>.*)$', re.MULTILINE)
"""Line of faulthandler's traceback."""
FIX = "mend the code that hangs; if it is slow and no more, allow more with --time-limit"
CRASH = "mend the code that ends the program, or that a library crashes in; python -X faulthandler shows where"


def run_within(plugin: str, checks: Iterable[Check], limit: float | None = None) -> Iterator[Outcome]:
    """Yield the outcome of each check as soon as it ends; a check that takes longer than the limit has failed.

    Checks that share a result with a check that crashed or took too long (`Check.shares`) are skipped.

    Args:
        plugin: Name of an installed plugin.
        checks: The checks.
        limit: Seconds that a check may take; None: `LIMIT`, and `SLOW_LIMIT` of a slow check.
    """
    left = list(checks)
    failed: dict[str, str] = {}
    while left:
        with tempfile.TemporaryDirectory() as folder:
            trace_file = Path(folder) / "trace"
            for outcome in _until_failure(plugin, left, limit, trace_file):
                entry = left.pop(0)
                if outcome.fix in {FIX, CRASH} and entry.shares:
                    failed[entry.shares] = entry.name
                yield outcome
        while left and left[0].shares in failed:
            reason = f"shares a result with {failed[left[0].shares]}, which did not come to its end"
            yield Outcome(left.pop(0).name, "skipped", reason=reason)


def _until_failure(plugin: str, checks: list[Check], limit: float | None, trace_file: Path) -> Iterator[Outcome]:
    """Yield the outcomes of checks from a process of their own, up to the first that ends it.

    Args:
        plugin: Name of the plugin.
        checks: The checks.
        limit: Seconds that a check may take; None: the default.
        trace_file: File that receives the traceback of a check that takes too long.
    """
    context = _context()
    receiver, sender = context.Pipe(duplex=False)
    names = [(entry.name, _limit(entry, limit)) for entry in checks]
    process = context.Process(target=_serve, args=(sender, plugin, names, str(trace_file)))  # type: ignore[attr-defined]
    process.start()
    sender.close()
    try:
        for name, seconds in names:
            try:
                if receiver.poll(IMPORT_LIMIT):
                    receiver.recv()  # the check's time begins
                outcome = receiver.recv() if receiver.poll(seconds + GRACE) else None
            except EOFError:
                process.join(GRACE)
                outcome = None
            yield outcome or _failed(plugin, name, seconds, process.exitcode, trace_file)
            if not outcome:
                return
        process.join(GRACE)
    finally:
        if hasattr(os, "killpg"):
            with suppress(OSError):  # the whole group has ended
                os.killpg(process.pid, signal.SIGKILL)
        process.kill()
        process.join()


def _limit(entry: Check, limit: float | None) -> float:
    return limit if limit is not None else SLOW_LIMIT if entry.slow else LIMIT


def _context() -> BaseContext:
    """Return the way to start a process: forked if this process has no threads, whose locks would be copied."""
    threads = Path("/proc/self/task")
    if threads.is_dir() and len(list(threads.iterdir())) == 1:
        return multiprocessing.get_context("fork")
    return multiprocessing.get_context("spawn")


def _serve(sender: Connection, plugin: str, names: list[tuple[str, float]], trace_file: str) -> None:
    """Run checks in the new process; for each, send None when its time begins, and then its outcome.

    Args:
        sender: Connection to the process that waits.
        plugin: Name of the plugin.
        names: Names of the checks, with their limits in seconds.
        trace_file: File for the traceback of a check that takes too long. Temporary files lie in its folder, which the
            waiting process removes.
    """
    tempfile.tempdir = str(Path(trace_file).parent)
    if hasattr(os, "setpgid"):
        os.setpgid(0, 0)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    checked = checked_plugin(plugin)
    with Path(trace_file).open("w", encoding="utf-8") as file:
        for name, seconds in names:
            if not CHECKS[name].light:
                _import_torch()
            sender.send(None)
            faulthandler.dump_traceback_later(seconds, exit=True, file=file)
            try:
                outcome = run_check(checked, CHECKS[name])
            except KeyboardInterrupt:
                os._exit(130)  # the process that waits for this one says so
            faulthandler.cancel_dump_traceback_later()
            sender.send(outcome)


def _import_torch() -> None:
    with suppress(Exception):  # the check that needs it says what is wrong
        import torch  # noqa: F401


def _end_with_parent() -> None:
    """End this process, and those that it started, when the process that waits for it dies."""
    parent = multiprocessing.parent_process()
    if parent:
        wait([parent.sentinel])
        if hasattr(os, "killpg"):
            os.killpg(os.getpid(), signal.SIGKILL)
        os._exit(1)


def _failed(plugin: str, name: str, seconds: float, code: int | None, trace_file: Path) -> Outcome:
    """Return the outcome of a check that crashed or took too long.

    Args:
        plugin: Name of the plugin.
        name: Name of the check.
        seconds: Its limit.
        code: Exit code of its process; None: the process had not ended.
        trace_file: File with the traceback, if the process ended at the limit.
    """
    trace = trace_file.read_text(encoding="utf-8", errors="replace") if trace_file.is_file() else ""
    if code is not None and not trace:
        how = f"signal {-code}" if code < 0 else f"exit code {code}"
        return Outcome(name, "failed", (f"ended its process ({how})",), fix=CRASH)
    place = _place(plugin, trace)
    at_place = f"; it was at {place}" if place else ""
    return Outcome(name, "failed", (f"took longer than {seconds:g} s{at_place}",), fix=FIX)


def _place(plugin: str, trace: str) -> str:
    """Return the innermost line of the plugin in a traceback, else of other code; empty if there is none."""
    frames = list(FRAME.finditer(trace.rpartition("(most recent call first)")[2]))
    folder = checked_plugin(plugin).folder
    inside = [frame for frame in frames if Path(frame["file"]).is_relative_to(folder)]
    for frame in inside or frames:
        return f"{Path(frame['file']).name}:{frame['line']}, in {frame['function']}"
    return ""
