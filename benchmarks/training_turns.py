"""Training loops that take turns, each in its own process, so that settings (TF32, malloc) affect only one loop."""

from __future__ import annotations

import logging
import sys
from dataclasses import dataclass
from multiprocessing import get_context, set_start_method
from time import perf_counter
from typing import TYPE_CHECKING

import torch
from torch.autograd import DeviceType
from torch.profiler import ProfilerActivity, profile

if TYPE_CHECKING:
    from pathlib import Path

    from srbench.training.job import TrainingJob

GO, PROFILE, STOP = "go", "profile", "stop"


@dataclass(frozen=True)
class Setup:
    """What a training loop works on, and how long a turn is."""

    job: TrainingJob
    data: Path
    """Data root with the training images, for srbench."""
    files: Path
    """Folder with the same images as PNG files, in HR and LR."""
    out: Path
    device: str
    threads: int
    workers: int
    """Number of worker processes of a DataLoader."""
    steps: int
    """Steps per turn."""


class LeftOut(Exception):
    """A side that cannot be measured; the message gives the reason."""


class Turns:
    """A callback of a loop, called after every `steps` steps: sends their duration and waits for the next turn."""

    def __init__(self, pipe, device):
        self.pipe, self.device, self.began, self.profiler = pipe, device, perf_counter(), None

    def __call__(self):
        if self.device.startswith("cuda"):
            torch.cuda.synchronize(self.device)
        seconds = perf_counter() - self.began
        if self.profiler:
            self.profiler.stop()
            self.pipe.send(busy(self.profiler.events()) / seconds)
            self.profiler = None
        else:
            self.pipe.send(seconds)
        command = self.pipe.recv()
        if command == STOP:
            sys.exit()
        if command == PROFILE:
            self.profiler = profile(activities=[ProfilerActivity.CUDA])
            self.profiler.start()
        self.began = perf_counter()


def busy(events):
    """Return the seconds in which the GPU worked on at least one of the profiler's `events`."""
    on_gpu = [event for event in events if event.device_type == DeviceType.CUDA and not event.is_user_annotation]
    return covered((event.time_range.start, event.time_range.end) for event in on_gpu) / 1e6


def covered(spans):
    """Return the length of the union of (begin, end) spans."""
    total, reached = 0.0, float("-inf")
    for begin, end in sorted(spans):
        total += max(0.0, end - max(begin, reached))
        reached = max(reached, end)
    return total


def serve(side, setup, pipe):
    logging.disable(logging.WARNING)
    set_start_method("fork", force=True)  # start method of DataLoader workers, the default on Linux
    torch.set_num_threads(setup.threads)
    try:
        side(setup, Turns(pipe, setup.device))
    except LeftOut as reason:
        pipe.send(str(reason))


def race(contenders, setup, rounds):
    """Let the contenders train in turns, each in a process of its own.

    Args:
        contenders: Loop by name.
        setup: What they work on.
        rounds: Number of turns of each.

    Returns:
        The seconds per step of each round, by name; the share of time that a GPU was busy, by name; and the reason why
        a contender was left out, by name.
    """
    sides = {name: Side(contender, setup) for name, contender in contenders.items()}
    left_out = {name: side.left_out for name, side in sides.items() if side.left_out}
    for name in left_out:
        sides.pop(name).stop()
    seconds = {name: [] for name in sides}
    for _ in range(rounds):
        for name, side in sides.items():
            seconds[name].append(side.turn() / setup.steps)
    cuda = setup.device.startswith("cuda")
    busy_shares = {name: side.turn(PROFILE) for name, side in sides.items()} if cuda else {}
    for side in sides.values():
        side.stop()
    return seconds, busy_shares, left_out


class Side:
    """A loop in its own process; when it is constructed, the first turn and all preparation are complete."""

    def __init__(self, side, setup):
        context = get_context("spawn")
        self.pipe, theirs = context.Pipe()
        self.process = context.Process(target=serve, args=(side, setup, theirs))
        self.process.start()
        theirs.close()
        first = self.pipe.recv()
        self.left_out = first if isinstance(first, str) else ""

    def turn(self, command=GO):
        self.pipe.send(command)
        return self.pipe.recv()

    def stop(self):
        if not self.left_out:
            self.pipe.send(STOP)
        self.process.join()
