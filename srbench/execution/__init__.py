"""Executors, which run the tasks of a plan in this process, in several, or on other machines."""

from __future__ import annotations
