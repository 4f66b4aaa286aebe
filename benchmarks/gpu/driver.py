"""The deciding side: starts each stage in a process of its own, keeps what arrives, and ends what hangs."""

from __future__ import annotations

import os
import signal
import time
from dataclasses import dataclass, field, replace
from multiprocessing import get_context
from typing import TYPE_CHECKING, Any

from benchmarks.gpu.process import measure, serve
from benchmarks.gpu.stage import WHOLE
from srbench.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from multiprocessing.connection import Connection

    from benchmarks.gpu.stage import Settings, Stage, Values
    from benchmarks.gpu.store import Results

START = 180.0
"""Seconds that a process has to import torch, to start CUDA, and to list its items."""
PATIENCE = 4.0
"""Factor on the time of an item that no GPU measures."""
RESTARTS = 4
"""Number of times that a stage is taken up again after its process died or was killed."""


@dataclass
class Course:
    """The course of a stage: handles what its process tells."""

    results: Results
    stage: Stage
    failed: dict[str, Values] = field(default_factory=dict)
    """Items that failed in this call; they are not tried twice."""
    current: str = ""
    """Name of the item that is being measured; empty: none is."""
    ended: bool = False

    def tell(self, event: str, key: str, values: Values) -> None:
        """Handle a message of the measuring side.

        Raises:
            UsageError: if nothing can be measured as the user wants it, or if another card has measured before.
        """
        if event == "card":
            self.results.check_card(key)
        elif event == "begun":
            self.current = key
            print(f"{self.stage.name}: {key} ...", flush=True)
        elif event == "item":
            self.current = ""
            self.results.add(self.stage.name, key, values)
            if "error" in values:
                self.failed[key] = values
                print(f"{self.stage.name}: {key}: {values['error']}", flush=True)
        elif event == "left out":
            self.results.stage(self.stage.name)["left_out"].append(key)
        elif event == "refused":
            raise UsageError(values["error"])
        elif event == "failed":
            self.results.stage(self.stage.name)["error"] = values["error"]
            print(f"{self.stage.name}: {values['error']}", flush=True)
        self.ended = self.ended or event == "end"

    def lost(self, reason: str) -> None:
        """Note that the process died, or was killed, while it measured the current item."""
        if self.current:
            self.tell("item", self.current, {"error": reason})
        else:
            self.tell("failed", "", {"error": reason})
            self.ended = True  # it would die again

    def done(self) -> dict[str, Values]:
        """Return the items that need not be measured in this call."""
        return self.results.done(self.stage.name) | self.failed


def failures(results: Results) -> bool:
    """Return whether a stage or an item has failed, or a stage has not begun."""
    stages = results.document["stages"].values()
    return any(stage["error"] or any("error" in item for item in stage["items"].values()) for stage in stages)


def run_stages(
    stages: Iterable[Stage],
    settings: Settings,
    results: Results,
    minutes: float,
    *,
    apart: bool = True,
    after_each: Callable[[], None] = lambda: None,
) -> None:
    """Run the stages, in their order, until the budget is used up.

    Args:
        stages: The stages.
        settings: What they get.
        results: Where their results are kept.
        minutes: The budget.
        apart: Whether each runs in a process of its own.
        after_each: Called when a stage has ended.

    Raises:
        UsageError: if the device is missing, or is another card than that of the results.
    """
    ends = time.monotonic() + 60 * minutes
    for stage in stages:
        left = ends - time.monotonic()
        share = stage.seconds * minutes / WHOLE if stage.seconds else left
        entry = results.stage(stage.name)
        entry["left_out"], entry["error"] = [], ""
        if left <= 0:
            entry["error"] = "not begun: the budget of time was used up; call again"
            results.save()
            after_each()
            continue
        started = time.monotonic()
        ready = replace(settings, seconds=min(share, left))
        course = Course(results, stage)
        if apart:
            run_apart(course, ready, started + left)
        else:
            measure(stage, ready, course.done(), course.tell)
        entry["seconds"] = round(entry["seconds"] + time.monotonic() - started, 1)
        results.save()
        after_each()


def run_apart(course: Course, settings: Settings, ends: float) -> None:
    """Run a stage in a process of its own, and in a new one where that dies or hangs.

    Args:
        course: The course of the stage.
        settings: What it gets.
        ends: Time on the monotonic clock at which it is stopped.
    """
    began = time.monotonic()
    patience = 1.0 if settings.device.startswith("cuda") else PATIENCE
    for _ in range(RESTARTS + 1):
        left = replace(settings, seconds=max(0.0, settings.seconds - (time.monotonic() - began)))
        ours, theirs = get_context("spawn").Pipe()  # a fork of a process that has used CUDA can't use it
        process = get_context("spawn").Process(target=serve, args=(course.stage, left, course.done(), theirs))
        process.start()
        theirs.close()
        try:
            _follow(course, ours, ends, patience * course.stage.item_seconds)
        finally:
            _end(process)
            ours.close()
        if course.ended or time.monotonic() >= ends:
            return
    course.lost(f"its process died or was ended {RESTARTS + 1} times; the rest is left to the next call")


def _follow(course: Course, pipe: Connection[Any, Any], ends: float, item_seconds: float) -> None:
    """Handle the messages of a process until it ends, dies, or takes too long.

    Raises:
        UsageError: as `Course.tell`.
    """
    while not course.ended:
        limit = item_seconds if course.current else START
        left = ends - time.monotonic()
        if not pipe.poll(max(0.0, min(limit, left))):
            late = "the budget of time ended meanwhile" if left <= limit else f"took longer than {limit:g} s"
            return course.lost(f"stopped: {late}")
        try:
            event, key, values = pipe.recv()
        except (EOFError, OSError):
            return course.lost("its process died")
        if event == "broken":  # a new process goes on
            return None
        course.tell(event, key, values)
    return None


def _end(process: Any) -> None:
    """End a process and those that it has started."""
    process.join(0.5)
    if process.is_alive():
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):  # it has not become the leader of a group yet
            process.kill()
    process.join()
