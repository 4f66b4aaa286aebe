"""MXNet's ``.params``: a list of arrays and a list of their names (``NDArray::Save`` in src/ndarray/ndarray.cc)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from srbench.errors import WeightsError
from srbench.weights.formats.bytes_reader import BytesReader, collect, float_tensor, text_of

if TYPE_CHECKING:
    from torch import Tensor

LIST_MAGIC = 0x112
"""First number of the file."""
ARRAY_MAGIC = 0xF993FAC9
"""First number of an array, in the second version of the format (MXNet 0.12 to 1.x)."""
DENSE, FLOAT_32 = 0, 0
"""Kind of storage and type of numbers that are read."""


def read(content: bytes) -> dict[str, Tensor]:
    """Return the arrays by name, without the ``arg:`` or ``aux:`` before it.

    Raises:
        WeightsError: if the content is damaged, or is not that of a ``.params`` file with dense float32 arrays.
    """
    reader = BytesReader(content)
    if reader.number("Q") != LIST_MAGIC:
        raise WeightsError("not a .params file of MXNet; get the file again")
    reader.number("Q")  # reserved
    arrays = [_array(reader, i) for i in range(_count(reader))]
    names = [text_of(reader.take(reader.number("Q"))) for _ in range(_count(reader))]
    if len(names) != len(arrays):
        raise WeightsError(f"{len(arrays)} arrays have {len(names)} names; the file is damaged")
    return collect(
        (name.removeprefix("arg:").removeprefix("aux:"), float_tensor(name, data, shape))
        for name, (shape, data) in zip(names, arrays, strict=True)
    )


def _count(reader: BytesReader) -> int:
    """Return the length of a list, each entry of which has at least a byte.

    Raises:
        WeightsError: if it is more than the file can hold.
    """
    count = reader.number("Q")
    if count > reader.left:
        raise WeightsError(f"a list of {count} entries in {reader.left} bytes; the file is damaged")
    return count


def _array(reader: BytesReader, index: int) -> tuple[list[int], memoryview]:
    """Return the shape and the numbers of the next array, which is the `index`-th."""
    if reader.number("I") != ARRAY_MAGIC:
        raise WeightsError(f"array {index} is of another version of the format; save the file with MXNet 1.x")
    if reader.number("i") != DENSE:
        raise WeightsError(f"array {index} is sparse; only dense arrays are read")
    shape = [reader.number("q") for _ in range(reader.number("I"))]
    reader.take(8)  # the device that it was on
    if reader.number("i") != FLOAT_32:
        raise WeightsError(f"array {index} is not float32; save it as float32")
    count = 1
    for side in shape:
        count *= max(side, 0)
    return shape, reader.take(4 * count)
