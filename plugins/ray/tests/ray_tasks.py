"""Tasks of the tests, in a module that the nodes of the cluster import."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path

from srbench import Needs, UsageError

CPU = Needs("cpu")


@dataclass(frozen=True)
class Note:
    """A task that notes in `folder` that it ran, once it may end, and returns what it saw."""

    name: str
    folder: Path
    after: tuple[str, ...] = ()
    needs: Needs = CPU
    fails: str = ""
    reports: tuple[object, ...] = ()
    wait: bool = False
    """Whether it runs until the file `go` is there."""

    @property
    def key(self) -> str:
        return self.name

    @property
    def label(self) -> str:
        return f"note {self.name}"

    def run(self, report) -> dict[str, object]:
        for value in self.reports:
            report(value)
        (self.folder / f"{self.name}.{os.getpid()}.begun").touch()
        while self.wait and not (self.folder / "go").exists():
            time.sleep(0.05)
        if self.fails == "usage":
            raise UsageError("a wrong option")
        if self.fails == "lambda":
            return {"unpicklable": (print for _ in ())}
        if self.fails:
            raise RuntimeError(self.fails)
        with (self.folder / f"{self.name}.done").open("a") as file:
            file.write("x")
        return {"pid": os.getpid(), "threads": os.environ["OMP_NUM_THREADS"], "cwd": str(Path.cwd())}
