"""A method of the catalog at another alpha than its own, as the command line asks for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from srbench.errors import UsageError
from srbench.registry import Plugin

if TYPE_CHECKING:
    from srbench.catalog import Catalog


def interpolated(catalog: Catalog, name: str, alpha: float | None) -> str:
    """The name of method `name` at `alpha`, registered on the way; None: as it is.

    Raises `UnknownName`, and `UsageError` for an alpha outside [0, 1], for a method that has no other network to
    interpolate with, and for one that is interpolated already.
    """
    spec = catalog.methods.get(name)
    if alpha is None:
        return spec.name
    if not spec.blend_with or spec.alpha != 1:
        able = ", ".join(one.name for one in catalog.methods if one.blend_with and one.alpha == 1)
        lacks = "is interpolated already" if spec.blend_with else "has no PSNR-oriented network beside"
        raise UsageError(f"--alpha: method {spec.name} {lacks}; those that can be: {able or 'none'}")
    if not 0 <= alpha <= 1:
        raise UsageError(f"--alpha {alpha:g}: give a number from 0 ({spec.blend_with} alone) to 1 ({spec.name} alone)")
    blended = spec.at_alpha(alpha)
    if blended.name not in catalog.methods:  # a plugin may have it as a row
        catalog.methods.add(blended, Plugin("command line"))
    return blended.name
