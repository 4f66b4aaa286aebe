"""The measuring side: lists the items of a stage and measures one after the other; errors become values."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import threading
import time
from importlib import import_module
from multiprocessing.connection import wait
from typing import TYPE_CHECKING, Any

from srbench.errors import Unavailable, UsageError, one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from multiprocessing.connection import Connection

    from benchmarks.gpu.stage import Items, Settings, Stage, Values

    Tell = Callable[[str, str, Values], None]
    """Receives an event, the name of the item, and its values. Events are ``card``, ``begun``, ``item``, ``left out``,
    ``refused``, ``failed``, ``broken`` and ``end``."""


def serve(stage: Stage, settings: Settings, done: Mapping[str, Values], pipe: Connection[Any, Any]) -> None:
    """Measure the items of a stage in a process of its own, which leads a group: its children end with it."""
    os.setsid()
    threading.Thread(target=_end_with_parent, daemon=True).start()
    os.environ.update(stage.environment)  # before torch is imported
    measure(stage, settings, done, lambda event, key, values: pipe.send((event, key, values)))


def _end_with_parent() -> None:
    """End this group of processes when the deciding side dies, however it dies: else it would keep the GPU busy."""
    if parent := multiprocessing.parent_process():
        wait([parent.sentinel])
        os.killpg(os.getpid(), signal.SIGKILL)


def measure(stage: Stage, settings: Settings, done: Mapping[str, Values], tell: Tell) -> None:
    """Measure the items of a stage that are not in `done`, one at least, until the time is up.

    Importing torch may take all of a short stage's time where the disk is slow or the machine busy.
    """
    ends = time.monotonic() + settings.seconds
    found = dict(done)
    try:
        if settings.device.startswith("cuda"):
            from srbench.device import device_name, pick_device

            pick_device(settings.device)  # TF32 off
            tell("card", device_name(settings.device), {})
        items = load(stage.items)
        gc.freeze()  # what has been imported by now stays: else each collection would look at all of it
        for key, function in items(settings, found):
            if key in done:
                continue
            if found.keys() > done.keys() and time.monotonic() >= ends:
                tell("left out", key, {})
                continue
            tell("begun", key, {})
            started = time.perf_counter()
            values, broken = outcome(function, settings.device)
            found[key] = values
            tell("item", key, {**values, "seconds": round(time.perf_counter() - started, 2)})
            if broken:
                tell("broken", "", {})
                return
    except UsageError as error:  # of the device, or of another card: no stage could measure
        tell("refused", "", {"error": one_line(error)})
    except Exception as error:  # noqa: BLE001 - whatever a stage raises costs this stage alone
        tell("failed", "", {"error": text_of(error)})
    tell("end", "", {})


def load(target: str) -> Items:
    module, _, attribute = target.partition(":")
    items: Items = getattr(import_module(module), attribute)
    return items


def outcome(function: Callable[[], Values], device: str) -> tuple[Values, bool]:
    """Return the values of an item, or its error, and whether CUDA can't be used any more in this process."""
    broken = False
    try:
        values = function()
    except Unavailable as reason:
        values = {"absent": one_line(reason)}
    except Exception as error:  # noqa: BLE001 - a measurement that fails costs itself alone
        values = {"error": text_of(error)}
        del error
        broken = not usable(device)
    if device.startswith("cuda") and not broken:
        import torch

        gc.collect()  # networks may refer to themselves
        torch.cuda.empty_cache()
    return values, broken


def usable(device: str) -> bool:
    """Return whether the device still works: after some errors of CUDA every further call fails."""
    if not device.startswith("cuda"):
        return True
    import torch

    try:
        torch.cuda.synchronize(device)
    except RuntimeError:
        return False
    return True


def text_of(error: BaseException) -> str:
    return one_line(error)[:300]
