"""Size of an RRDB and of a network of RRDBs, apart from the networks themselves, which need PyTorch."""

from __future__ import annotations

CONVOLUTIONS = 5
"""Number of convolutions of a dense block."""
DENSE_BLOCKS = 3
"""Number of dense blocks of an RRDB."""


def receptive_radius(blocks: int) -> int:
    """Return the radius of the receptive field of a network with `blocks` RRDBs in LR pixels, at x4.

    Each convolution at LR size adds one pixel, 15 of them in an RRDB. The three convolutions at HR size reach one pixel
    at x2, and the convolution at x2 then reaches two pixels at LR size.
    """
    return CONVOLUTIONS * DENSE_BLOCKS * blocks + 4
