"""Tasks that leave a trace in a file, for the tests of executors."""

from __future__ import annotations

import os
import signal
import time
from dataclasses import dataclass, field
from pathlib import Path  # noqa: TC003 - pickled by name

from srbench import Needs, UnknownName


class Refused(Exception):
    """An exception that pickle can't rebuild, as it takes two arguments and passes on one."""

    def __init__(self, what, why):
        super().__init__(f"{what}: {why}")


@dataclass(frozen=True)
class Trace:
    """A task that appends its key, and what is asked for, to a file, sleeps, and then ends as `end` says."""

    key: str
    folder: Path
    after: tuple[str, ...] = ()
    end: str = "returns"
    seconds: float = 0.0
    meets: str = ""
    """Key of a task that must start before this one ends."""
    needs: Needs = field(default_factory=Needs)

    @property
    def label(self):
        return f"task {self.key}"

    def run(self, report):
        report(f"{self.key} works")
        began = time.monotonic()
        times = len(list(self.folder.glob(f"{self.key}.*")))
        (self.folder / f"{self.key}.{times}").touch()
        try:
            time.sleep(self.seconds)
        except KeyboardInterrupt:
            (self.folder / f"interrupted-{self.key}").touch()
            raise
        while self.meets and not list(self.folder.glob(f"{self.meets}.*")):
            if time.monotonic() - began > 60:
                raise TimeoutError(f"{self.meets} did not run at the same time as {self.key}")
            time.sleep(0.02)
        match self.end:
            case "raises":
                raise Refused(self.key, "no")
            case "refuses":
                raise UnknownName("dataset", self.key, ["Set5"])
            case "dies":
                os.kill(os.getpid(), signal.SIGKILL)
            case "dies once" if times == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            case "returns a lock":
                import threading

                return threading.Lock()
            case "exits":
                raise SystemExit(3)
        return self.key, os.getpid(), began, time.monotonic()


class Observer:
    """A receiver that keeps everything it is told."""

    def __init__(self):
        self.events, self.outcomes = [], {}

    def started(self, task):
        self.events.append(("started", task.key))

    def reported(self, task, value):
        self.events.append(("reported", task.key, value))

    def retried(self, task, outcome):
        self.events.append(("retried", task.key, outcome.reason))

    def ended(self, task, outcome):
        self.events.append(("ended", task.key))
        self.outcomes[task.key] = outcome
