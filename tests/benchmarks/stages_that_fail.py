"""Items of stages as the tests of the GPU benchmark need them; imported in processes of their own, without torch."""

from __future__ import annotations

import os
import time


def items(settings, _found):
    """An item that ends its process, one that hangs, one that raises, and good ones around them."""
    yield "good", lambda: {"process": os.getpid()}
    yield "dies", lambda: os._exit(3)
    yield "hangs", lambda: time.sleep(60)
    yield "raises", lambda: {}["nothing"]
    yield "last", lambda: {"process": os.getpid(), "set": os.environ.get("SET_BY_STAGE"), "time": settings.seconds}


def none(_settings, _found):
    """A stage that can't even list its items."""
    raise RuntimeError("no list")


def slow(_settings, _found):
    """Two items, the first of which takes all the time."""
    yield "first", lambda: time.sleep(0.3) or {}
    yield "second", dict


def lasting(settings, _found):
    """An item that says which process it is, and lasts longer than the test."""

    def last():
        (settings.work / "process").write_text(str(os.getpid()))
        time.sleep(60)

    yield "lasts", last
