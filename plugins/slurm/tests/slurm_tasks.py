"""Tasks of the tests, in a module that jobs can import."""

import os
import time
from dataclasses import dataclass
from pathlib import Path

from srbench import Needs, TrainingStep

CPU = Needs("cpu")


@dataclass(frozen=True)
class Note:
    """Writes a line into a file for each start, waits, and returns its name."""

    key: str
    folder: Path
    seconds: float = 0.0
    then: str = ""
    """How it ends: "" well, ``fail`` with an error, ``die`` by a signal, ``die once``."""
    needs: Needs = CPU
    after: tuple = ()

    @property
    def label(self):
        return f"task {self.key}"

    def run(self, report):
        log = self.folder / f"{self.key}.log"
        with log.open("a") as file:
            file.write(f"begin {time.time()} {os.getpid()} {os.environ.get('OMP_NUM_THREADS')}\n")
        print("said by", self.key, flush=True)  # noqa: T201 - for the log
        report(f"image of {self.key}")
        deadline = time.time() + self.seconds
        while time.time() < deadline:
            time.sleep(0.05)
        if self.then == "fail":
            raise ValueError("no such luck")
        if self.then == "die" or (self.then == "die once" and len(log.read_text().splitlines()) == 1):
            os.kill(os.getpid(), 9)
        with log.open("a") as file:
            file.write(f"end {time.time()}\n")
        return self.key


@dataclass(frozen=True)
class Steps(Note):
    """Takes steps, of which each is kept, as a training does; the first time it comes only to the sixth."""

    def run(self, report):
        kept, attempts = self.folder / f"{self.key}.log", self.folder / f"{self.key}.attempts"
        with attempts.open("a") as file:
            file.write("begin\n")
        first = len(attempts.read_text().split()) == 1
        while (step := len(kept.read_text().split()) if kept.exists() else 0) < 20:
            report(TrainingStep("r", "demo", 0, "l1", step, 20, {}, 1e-3, 1.0))
            if first and step == 5:
                time.sleep(self.seconds)
            with kept.open("a") as file:
                file.write(f"{step}\n")
        return self.key
