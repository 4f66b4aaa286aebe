"""The hash of plain data: SHA-256 over canonical JSON."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

LEAVES = frozenset({str, int, float, bool, type(None)})
"""Types of plain values that hold no others."""


def canonical_json(value: Any) -> str:
    """Return `value` as JSON text that is equal for equal data: keys sorted, tuples as lists.

    Raises:
        TypeError: for anything but strings, numbers, booleans, None, lists, tuples and mappings with string keys, since
            the text of any other object may change with its code.
        ValueError: for NaN and infinities.
    """
    return json.dumps(_plain(value), sort_keys=True, allow_nan=False)


def canonical_hash(value: Any, length: int = 64) -> str:
    """Return the first `length` hex digits of the SHA-256 of `canonical_json`; errors are the same."""
    return hashlib.sha256(canonical_json(value).encode()).hexdigest()[:length]


def _plain(value: Any) -> Any:
    if type(value) in LEAVES:  # most values, so that keys of thousands of cells take no time
        return value
    if isinstance(value, Mapping):
        if wrong := [key for key in value if not isinstance(key, str)]:
            raise TypeError(f"key {wrong[0]!r} is a {type(wrong[0]).__name__}, expected a string")
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value
