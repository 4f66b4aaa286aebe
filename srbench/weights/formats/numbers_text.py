"""Text with one array: its sizes on the first line, its numbers behind it, as MATLAB orders them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from srbench.errors import WeightsError
from srbench.weights.formats.bytes_reader import MOST_AXES

if TYPE_CHECKING:
    from torch import Tensor

NAME = "values"
"""Name of the array."""


def read(content: bytes) -> dict[str, Tensor]:
    """Return the array as ``values``, float32. In the file its first axis changes fastest.

    Raises:
        WeightsError: if the content is no text, or has not as many numbers as its first line says.
    """
    import numpy as np
    import torch

    first, _, rest = content.partition(b"\n")
    try:
        sizes = [int(size) for size in first.split()]
        numbers = np.array(rest.split(), dtype=np.float64)
    except ValueError as error:
        raise WeightsError("not a text of numbers with their sizes on the first line; get the file again") from error
    if not 1 <= len(sizes) <= MOST_AXES or min(sizes) < 1 or math.prod(sizes) != len(numbers):
        raise WeightsError(
            f"{len(numbers)} numbers for the sizes {' x '.join(map(str, sizes[:MOST_AXES])) or 'none'} on its first "
            "line; get the file again"
        )
    return {NAME: torch.from_numpy(np.ascontiguousarray(numbers.astype(np.float32).reshape(sizes, order="F")))}
