"""Scales in the names of folders: ``X4``, ``4x``, ``image_SRF_4``, ``scale_4``, ``4``."""

from __future__ import annotations

import re

_FORM = re.compile(
    r"(?:image_)?(?:x(?P<a>\d+(?:\.\d+)?)|(?P<b>\d+(?:\.\d+)?)x|(?:srf|scale)[_-]?(?P<c>\d+)|(?P<d>\d+))",
    re.IGNORECASE,
)


def folder_scale(name: str, *, bare: bool = True) -> float | None:
    """Return the scale that a folder's name states; None if it states none.

    Args:
        name: Name of the folder, without its parents.
        bare: Whether a number alone (``4``) is a scale.
    """
    match = _FORM.fullmatch(name)
    if match is None or (match["d"] and not bare):
        return None
    return float(match["a"] or match["b"] or match["c"] or match["d"])
