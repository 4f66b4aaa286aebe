"""Differences between implementations of Ma's features, as data."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Conventions:
    """Choices on which the authors' MATLAB code and pyiqa disagree; the defaults are the authors'."""

    more_lowest: int = 0
    """Blocks averaged beyond the lowest tenth of the shapes."""
    fewer_highest: int = 0
    """Blocks left out of the highest tenth of the other two statistics."""
    centred_blocks: bool = False
    """Whether a side of 3 n + 1 pixels is padded equally on both ends, which moves all blocks by a pixel; otherwise
    blocks begin at the first pixel, as MATLAB's ``blkproc`` places them."""
    parentless: int = 1
    """Number of orientations, counted from the last, whose fine bands have no parent: `nband < Nband - Nor` in the
    authors' code leaves out the sixth."""
    resize_to_size: bool = False
    """Whether a parent is resized to the size of its child, not by 2 and cropped; the two differ for odd sides."""
    clip_structure: bool = False
    """Whether negative local structure counts as 0."""


AUTHORS = Conventions()
"""Conventions of the authors' MATLAB code (github.com/chaoma99/sr-metric), which the forests were trained with."""
PYIQA = Conventions(
    more_lowest=1, fewer_highest=1, centred_blocks=True, parentless=0, resize_to_size=True, clip_structure=True
)
"""Conventions of pyiqa 0.1.13 to 0.1.16."""
