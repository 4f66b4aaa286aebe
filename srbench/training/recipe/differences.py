"""Differences between two recipes, field by field."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

NOWHERE = object()


def differences(old: Any, new: Any) -> list[str]:
    """List the leaves that differ between two JSON values, e.g. ``phases.0.budget.learning_rate: 0.0001 -> 0.0002``."""
    return list(_walk(old, new, ""))


def _walk(old: Any, new: Any, where: str) -> Iterator[str]:
    if isinstance(old, dict) and isinstance(new, dict):
        for key in [*old, *(key for key in new if key not in old)]:
            yield from _walk(old.get(key, NOWHERE), new.get(key, NOWHERE), f"{where}.{key}".lstrip("."))
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for index, pair in enumerate(zip(old, new, strict=True)):
            yield from _walk(*pair, f"{where}.{index}")
    elif old != new:
        yield f"{where}: {_shown(old)} -> {_shown(new)}"


def _shown(value: Any) -> str:
    return "not there" if value is NOWHERE else str(value)
