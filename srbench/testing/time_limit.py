"""Checks in a process of their own, which is ended when a check takes too long: code of a plugin may hang, or crash.

Python's faulthandler ends that process, from a thread that needs no lock of Python's, and writes down where it was.
Where that thread does not come to its turn either, this process kills it. The process is forked where that is safe, and
then has nothing to import again. It leads a process group of its own, with which end all processes that the plugin's
code has started.
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
"""Seconds in which a process has to end by itself."""
IMPORT_LIMIT = 600.0
"""Seconds in which a process has to import PyTorch, which count for no check."""
FRAME = re.compile(r'^  File "(?P<file>.*)", line (?P<line>\d+) in (?P<function>.*)$', re.MULTILINE)
FIX = "mend the code that hangs; if it is slow and no more, allow more with --time-limit"
CRASH = "mend the code that ends the program, or that a library crashes in; python -X faulthandler shows where"


def run_within(plugin: str, checks: Iterable[Check], limit: float | None = None) -> Iterator[Outcome]:
    """Yield the outcome of each of `checks` as it comes; a check that takes longer than the limit has failed.

    Checks that share what the failed check was about are skipped.

    Args:
        plugin: Name of an installed plugin.
        checks: The checks.
        limit: Seconds that a check may take; None: `LIMIT`, and `SLOW_LIMIT` of a slow check.
    """
    left = list(checks)
    failed: dict[str, str] = {}
    while left:
        with tempfile.TemporaryDirectory() as folder:
            places = Path(folder) / "places"
            for outcome in _until_failure(plugin, left, limit, places):
                entry = left.pop(0)
                if outcome.fix in {FIX, CRASH} and entry.shares:
                    failed[entry.shares] = entry.name
                yield outcome
        while left and left[0].shares in failed:
            reason = f"needs what {failed[left[0].shares]} did not come to the end of"
            yield Outcome(left.pop(0).name, "skipped", reason=reason)


def _until_failure(plugin: str, checks: list[Check], limit: float | None, places: Path) -> Iterator[Outcome]:
    """Yield outcomes of `checks` from a process of their own, to the first that ends it, or to the last."""
    context = _context()
    receiver, sender = context.Pipe(duplex=False)
    names = [(entry.name, _limit(entry, limit)) for entry in checks]
    process = context.Process(target=_serve, args=(sender, plugin, names, str(places)))  # type: ignore[attr-defined]
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
            yield outcome or _failed(plugin, name, seconds, process.exitcode, places)
            if not outcome:
                return
        process.join(GRACE)
    finally:
        if hasattr(os, "killpg"):
            with suppress(OSError):  # it has ended, and nothing that it started is left
                os.killpg(process.pid, signal.SIGKILL)
        process.kill()
        process.join()


def _limit(entry: Check, limit: float | None) -> float:
    return limit if limit is not None else SLOW_LIMIT if entry.slow else LIMIT


def _context() -> BaseContext:
    """Return how a process is started: forked from this one if this has no threads, whose locks would be copied."""
    threads = Path("/proc/self/task")
    if threads.is_dir() and len(list(threads.iterdir())) == 1:
        return multiprocessing.get_context("fork")
    return multiprocessing.get_context("spawn")


def _serve(sender: Connection, plugin: str, names: list[tuple[str, float]], places: str) -> None:
    """Run checks; send None where the time of one begins, and then its outcome.

    Temporary files lie beside `places`, where they are removed.
    """
    tempfile.tempdir = str(Path(places).parent)
    if hasattr(os, "setpgid"):
        os.setpgid(0, 0)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    checked = checked_plugin(plugin)
    with Path(places).open("w", encoding="utf-8") as file:
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
    """End this process, and those that it started, when the process dies that waits for it."""
    parent = multiprocessing.parent_process()
    if parent:
        wait([parent.sentinel])
        if hasattr(os, "killpg"):
            os.killpg(os.getpid(), signal.SIGKILL)
        os._exit(1)


def _failed(plugin: str, name: str, seconds: float, code: int | None, places: Path) -> Outcome:
    """Return the outcome of a check whose process has ended with `code`, or does nothing (None)."""
    written = places.read_text(encoding="utf-8", errors="replace") if places.is_file() else ""
    if code is not None and not written:
        how = f"signal {-code}" if code < 0 else f"exit code {code}"
        return Outcome(name, "failed", (f"ended its process ({how})",), fix=CRASH)
    place = _place(plugin, written)
    return Outcome(
        name, "failed", (f"took longer than {seconds:g} s{f'; it was at {place}' if place else ''}",), fix=FIX
    )


def _place(plugin: str, written: str) -> str:
    """Return the innermost line of the plugin that was running, or of other code; empty: it is not known."""
    frames = list(FRAME.finditer(written.rpartition("(most recent call first)")[2]))
    folder = checked_plugin(plugin).folder
    inside = [frame for frame in frames if Path(frame["file"]).is_relative_to(folder)]
    for frame in inside or frames:
        return f"{Path(frame['file']).name}:{frame['line']}, in {frame['function']}"
    return ""
