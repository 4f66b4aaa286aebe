"""Executors, which run tasks in this process or in several."""

from __future__ import annotations

from srbench.execution.executor import Events, Executor, Work
from srbench.execution.local import Local

__all__ = ["Events", "Executor", "Local", "Work"]
