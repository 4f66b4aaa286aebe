"""Numbers of things as text."""

from __future__ import annotations


def counted(number: object, noun: str, plural: str = "") -> str:
    """Return a number of things: ``1 record``, ``2 records``; `plural` if it isn't the noun with an s."""
    return f"{number} {noun}" if number == 1 else f"{number} {plural or f'{noun}s'}"
