"""Identities with unknown parts, for files that are not at hand, and their comparison with identities of records."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Iterable


class Unknown(str):
    """A part of an identity that cannot be computed here, since a file is not at hand.

    It is a text in the place of a hash or a name, so that the same code makes identities with and without it.
    """

    __slots__ = ("choices", "likely")

    choices: frozenset[str]
    """Values that the part can have; empty: any value."""
    likely: str
    """Value of the part with the known copy of the file; empty: not known."""

    def __new__(cls, likely: str = "", choices: Iterable[str] = ()) -> Self:
        """Return an unknown part, whose text is ``?``."""
        unknown = super().__new__(cls, "?")
        unknown.likely = likely
        unknown.choices = frozenset(choices)
        return unknown


def unknown_parts(identity: Any, recorded: Any) -> list[tuple[Unknown, Any]] | None:
    """Return the unknown parts of `identity`, each with the value that `recorded` has there.

    Args:
        identity: Identity as plain data, in which parts may be `Unknown`.
        recorded: Identity of a record, as it is read from JSON.

    Returns:
        The unknown parts; None if the two differ in a part that is known, or if an unknown part cannot have the value.
    """
    if isinstance(identity, Unknown):
        possible = isinstance(recorded, str) and (not identity.choices or recorded in identity.choices)
        return [(identity, recorded)] if possible else None
    if isinstance(identity, Mapping):
        if not isinstance(recorded, Mapping) or identity.keys() != recorded.keys():
            return None
        pairs = [(value, recorded[key]) for key, value in identity.items()]
    elif isinstance(identity, list | tuple):
        if not isinstance(recorded, list | tuple) or len(identity) != len(recorded):
            return None
        pairs = list(zip(identity, recorded, strict=True))
    else:
        return [] if identity == recorded and isinstance(identity, bool) == isinstance(recorded, bool) else None
    parts: list[tuple[Unknown, Any]] = []
    for known, value in pairs:
        inner = unknown_parts(known, value)
        if inner is None:
            return None
        parts += inner
    return parts


def as_known_copy(parts: Iterable[tuple[Unknown, Any]]) -> bool:
    """Return whether every unknown part has its likely value, as far as that is known."""
    return all(value == unknown.likely for unknown, value in parts if unknown.likely)
