"""The mean of methods that the user names on the command line: ``carn-m+imdn``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from srbench.catalog import Plugin
from srbench.specs import MethodSpec

if TYPE_CHECKING:
    from srbench.catalog import Catalog


def method_of_several(catalog: Catalog, name: str) -> str:
    """`name`, which becomes a method of the catalog where all that its ``+`` signs part are methods.

    Any other name stays as it is, for whoever looks it up to say what is wrong with it.
    """
    parts = [part.strip() for part in name.split("+")]
    if name in catalog.methods or len(parts) < 2 or not all(part in catalog.methods for part in parts):
        return name
    members = tuple(catalog.methods.get(part).name for part in parts)
    spec = MethodSpec("+".join(members), members=members, summary=f"mean of {' and '.join(members)}")
    if spec.name not in catalog.methods:
        catalog.methods.add(spec, Plugin("command line"))
    return spec.name
