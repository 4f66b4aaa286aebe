"""Reading of numbers and blocks from bytes, never beyond their end."""

from __future__ import annotations

import math
import struct
from typing import TYPE_CHECKING

from srbench.errors import WeightsError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from torch import Tensor

LARGEST_VARINT = 10
"""Bytes of the longest varint, which holds 64 bits."""
MOST_AXES = 8
"""Most axes of a tensor; those of networks have four."""


class BytesReader:
    """A position in bytes that moves forward as they are read. All numbers are little-endian."""

    def __init__(self, content: bytes | memoryview) -> None:
        self._content = memoryview(content)
        self._position = 0

    @property
    def left(self) -> int:
        """Number of bytes that are not read yet."""
        return len(self._content) - self._position

    def take(self, count: int) -> memoryview:
        """Return the next `count` bytes.

        Raises:
            WeightsError: if fewer are left.
        """
        if count > self.left:
            raise WeightsError(f"it ends too early: {count} bytes expected, {self.left} left; get the file again")
        start, self._position = self._position, self._position + count
        return self._content[start : self._position]

    def number(self, kind: str) -> int:
        """Return the next whole number, of a type that `struct` calls `kind`.

        Raises:
            WeightsError: if fewer bytes are left than it has.
        """
        value: int = struct.unpack(f"<{kind}", self.take(struct.calcsize(f"<{kind}")))[0]
        return value

    def varint(self) -> int:
        """Return the next whole number of variable length: seven bits a byte, the lowest first.

        Raises:
            WeightsError: if it does not end, within ten bytes or at all.
        """
        value = 0
        for i in range(LARGEST_VARINT):
            byte = self.take(1)[0]
            value |= (byte & 0x7F) << (7 * i)
            if not byte & 0x80:
                return value
        raise WeightsError("a number in it is too long; the file is damaged or of another kind")


def float_tensor(name: str, data: bytes | memoryview, shape: Sequence[int]) -> Tensor:
    """Return float32 numbers, little-endian, as a tensor.

    Args:
        name: Name of the tensor, for error messages.
        data: The numbers.
        shape: Size of each axis, the outermost first.

    Raises:
        WeightsError: if there are not as many numbers as `shape` says.
    """
    import numpy as np
    import torch

    if len(shape) > MOST_AXES or min(shape, default=1) < 0 or 4 * math.prod(shape) != len(data):
        raise WeightsError(
            f"tensor {name!r} of the sizes {_text(shape)} has {len(data)} bytes; the file is damaged or of another kind"
        )
    return torch.from_numpy(np.frombuffer(data, dtype="<f4").astype(np.float32).reshape(tuple(shape)))


def collect(tensors: Iterator[tuple[str, Tensor]]) -> dict[str, Tensor]:
    """Return the tensors by name.

    Raises:
        WeightsError: if two have the same name, or if there are none.
    """
    state: dict[str, Tensor] = {}
    for name, tensor in tensors:
        if name in state:
            raise WeightsError(f"two tensors are called {name!r}; the file is damaged or of another kind")
        state[name] = tensor
    if not state:
        raise WeightsError("no tensors in it; the file is damaged or of another kind")
    return state


def text_of(content: memoryview) -> str:
    """Return UTF-8 bytes as text.

    Raises:
        WeightsError: if they are not UTF-8.
    """
    try:
        return str(content, "utf-8")
    except UnicodeDecodeError as error:
        raise WeightsError("a name in it is not text; the file is damaged or of another kind") from error


def _text(shape: Sequence[int]) -> str:
    return "x".join(map(str, shape[:MOST_AXES])) or "none"
