"""Names of folders and files that are made from names which may hold any character."""

from __future__ import annotations

import re

from srbench.errors import printable
from srbench.storage.canonical_hash import canonical_hash

FORBIDDEN = re.compile(r'[<>"/\\|?*\x00-\x1f\x7f]')
"""Characters, beside the colon, that separate folders or that a file system refuses in a name."""


def folder_name(name: str) -> str:
    """Return `name` as the name of one folder, with ``_`` for colons.

    Of a name with other characters that no folder can have, it is the last part with a part of its hash:
    ``/home/me/net.py:Net`` becomes ``net.py_Net-<8 digits>``, so that networks of two folders do not share one.
    """
    plain = name.replace(":", "_")
    clean = FORBIDDEN.sub("_", re.split(r"[/\\]", plain)[-1]).strip(" .")
    return plain if clean == plain else f"{clean or 'unnamed'}-{canonical_hash(printable(name))[:8]}"
