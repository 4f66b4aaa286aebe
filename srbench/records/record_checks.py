"""Types of the entries of a record's JSON document, so that a damaged record is found when it is read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

NOT_FINITE = frozenset({"nan", "inf", "-inf"})
"""Texts that stand for numbers which JSON lacks (`srbench.storage.plain_json`)."""
LARGEST_SEED = 2**64
LARGEST_SCALE = 1e6


def number(value: Any) -> float:
    """Return a number of the document, which may be one of `NOT_FINITE`.

    Raises:
        TypeError: if it is not a number.
        OverflowError: if it is a whole number too large for a float.
    """
    if isinstance(value, str) and value in NOT_FINITE:
        return float(value)
    if not _is_number(value):
        raise TypeError(f"{str(value)[:40]!r} is not a number")
    return float(value)


def check_types(document: Mapping[str, Any]) -> None:
    """Check the entries of a record that are there, apart from those that `number` converts.

    Raises:
        TypeError: if an entry has another type than in any record that srbench writes; the message names it.
    """
    for where, checks in ((document, RECORD), (document["cell"], CELL)):
        for name, (fits, expected) in checks.items():
            if name in where and not fits(where[name]):
                raise TypeError(f"{name} is not {expected}")


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_mapping(value: Any) -> bool:
    return isinstance(value, dict)


def _maps_to_text(value: Any) -> bool:
    return isinstance(value, dict) and all(isinstance(text, str) for text in value.values())


def _is_list_of_text(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(text, str) for text in value)


def _is_scale(value: Any) -> bool:
    return _is_number(value) and 0 < value < LARGEST_SCALE


def _is_seed(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < LARGEST_SEED


Check = tuple["Callable[[Any], bool]", str]
_TEXT: Check = (_is_text, "a text")
_TEXTS: Check = (_maps_to_text, "a mapping to texts")
_MAPPING: Check = (_is_mapping, "a mapping")

CELL: Mapping[str, Check] = {
    **dict.fromkeys(("method", "dataset", "protocol", "metric", "profile", "key"), _TEXT),
    "scale": (_is_scale, "a scale"),
    "seed": (_is_seed, "a seed"),
}
"""Checks of the entries of `Cell`."""
RECORD: Mapping[str, Check] = {
    **dict.fromkeys(("error", "traceback", "device", "dataset_fingerprint", "dataset_made", "lr", "source"), _TEXT),
    **dict.fromkeys(("missing", "versions", "weights"), _TEXTS),
    **dict.fromkeys(("cell", "values", "protocol", "training", "identity"), _MAPPING),
    "status": (lambda value: value in {"ok", "unavailable", "failed"}, "a status"),
    "warnings": (_is_list_of_text, "a list of texts"),
    "bad_input": (lambda value: isinstance(value, bool), "true or false"),
    "seconds": (_is_number, "a number"),
}
"""Checks of the entries of `Record`."""
