"""SelfExSR layout: HR and LR images side by side, distinguished by their names."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from srbench.data.image_files import ImageFiles, index_by_stem
from srbench.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_FILE = re.compile(r"(?P<name>.+)_SRF_(?P<scale>\d+)_(?P<role>.+)")
"""File names: ``img_001_SRF_4_HR``, ``img_001_SRF_4_LR``, and results of methods (``img_001_SRF_4_SRCNN``)."""


def is_selfexsr(files: Iterable[Path]) -> bool:
    """Return whether any of `files` has a name in SelfExSR's form."""
    return any(_FILE.fullmatch(file.stem) for file in files)


def selfexsr_images(files: Iterable[Path]) -> tuple[ImageFiles, ...]:
    """Return the images of ``image_SRF_4/img_001_SRF_4_{HR,LR}.png``, without the results of other methods.

    HR is cropped to a multiple of the scale, and therefore differs between scales.

    Raises:
        DataError: if an image lacks its partner.
    """
    named: dict[str, dict[str, dict[float, Path]]] = {}
    for stem, file in index_by_stem(files).items():
        if (match := _FILE.fullmatch(stem)) and match["role"] in {"HR", "LR"}:
            roles = named.setdefault(match["name"], {"HR": {}, "LR": {}})
            roles[match["role"]][float(match["scale"])] = file
    for roles in named.values():
        for role, other in (("HR", "LR"), ("LR", "HR")):
            for scale in roles[role].keys() - roles[other].keys():
                alone = roles[role][scale]
                raise DataError(f"{alone}: no {other} image; expected {alone.stem.removesuffix(role)}{other} beside it")
    # The HR image cropped for the smallest scale has lost the fewest pixels.
    return tuple(
        ImageFiles(name, roles["HR"][min(roles["HR"])], dict(sorted(roles["LR"].items())), roles["HR"])
        for name, roles in named.items()
    )
