"""The mean of methods that the user names on the command line: ``carn-m+imdn``."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from srbench.errors import UnknownName, UsageError
from srbench.registry import Plugin
from srbench.specs.method import MethodSpec

if TYPE_CHECKING:
    from srbench.catalog import Catalog

ALIKE = 0.8
"""From which likeness on (difflib's ratio) a name with a ``+`` is taken for one of a single method, mistyped."""


def method_of_several(catalog: Catalog, name: str) -> str:
    """`name`, which becomes a method of the catalog where all that its ``+`` signs part are methods.

    Any other name stays as it is, for whoever looks it up to say what is wrong with it, but where some of its parts
    are methods and it resembles none that has a ``+`` itself. Raises `UnknownName` for the others of these parts, and
    `UsageError` for a method that is there twice.
    """
    parts = [part.strip() for part in name.split("+")]
    unknown = [part for part in parts if part not in catalog.methods]
    if name in catalog.methods or len(parts) < 2 or len(unknown) == len(parts):
        return name
    if unknown:
        known = [spec.name for spec in catalog.methods]
        if get_close_matches(name, [one for one in known if "+" in one], n=1, cutoff=ALIKE):
            return name
        raise UnknownName("method", unknown[0], known)
    members = tuple(catalog.methods.get(part).name for part in parts)
    if twice := next((one for one in members if members.count(one) > 1), ""):
        raise UsageError(f"method {name}: {twice} is there twice; a mean has each of its members once")
    spec = MethodSpec("+".join(members), members=members, summary=f"mean of {' and '.join(members)}")
    if spec.name not in catalog.methods:
        catalog.methods.add(spec, Plugin("command line"))
    return spec.name
