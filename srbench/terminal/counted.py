"""Numbers of things as text."""

from __future__ import annotations


def counted(number: object, noun: str) -> str:
    """Return a number of things: ``1 record``, ``2 records``; the plural takes an s."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
