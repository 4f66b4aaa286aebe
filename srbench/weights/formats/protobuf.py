"""Wire format of Protocol Buffers: the fields of a message, without its description.

See https://protobuf.dev/programming-guides/encoding. Nested messages are bytes until they are read in turn.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from srbench.errors import WeightsError
from srbench.weights.formats.bytes_reader import BytesReader, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

VARINT, FIXED_64, BYTES, FIXED_32 = 0, 1, 2, 5
"""Wire types."""


class Message:
    """The fields of a message by number, in the order of the file.

    Raises:
        WeightsError: if `content` is no message.
    """

    def __init__(self, content: bytes | memoryview) -> None:
        self._fields: dict[int, list[int | memoryview]] = defaultdict(list)
        reader = BytesReader(content)
        while reader.left:
            key = reader.varint()
            self._fields[key >> 3].append(_value(reader, key & 7))

    def numbers(self, field: int) -> list[int]:
        """Return the whole numbers of a repeated field, packed or not, without sign.

        Raises:
            WeightsError: if they are not whole numbers.
        """
        return [number for value in self._fields.get(field, []) for number in _numbers(value)]

    def number(self, field: int) -> int:
        """Return the last whole number of a field, which is 0 where there is none.

        Raises:
            WeightsError: if it is not a whole number.
        """
        return (self.numbers(field) or [0])[-1]

    def blocks(self, field: int) -> list[memoryview]:
        """Return the bytes of a repeated field: of messages, texts, or numbers of fixed size.

        Raises:
            WeightsError: if they are whole numbers of variable length.
        """
        values = self._fields.get(field, [])
        blocks = [value for value in values if not isinstance(value, int)]
        if len(blocks) != len(values):
            raise WeightsError(f"field {field} of a message is a number; the file is damaged or of another kind")
        return blocks

    def joined(self, field: int) -> bytes:
        """Return all bytes of a repeated field of numbers of fixed size, packed or not.

        Raises:
            WeightsError: as `blocks`.
        """
        return b"".join(self.blocks(field))

    def messages(self, field: int) -> list[Message]:
        """Return the messages of a repeated field.

        Raises:
            WeightsError: if they are no messages.
        """
        return [Message(block) for block in self.blocks(field)]

    def text(self, field: int) -> str:
        """Return the last text of a field, which is empty where there is none.

        Raises:
            WeightsError: if it is no text.
        """
        blocks = self.blocks(field)
        return text_of(blocks[-1]) if blocks else ""


def _value(reader: BytesReader, wire_type: int) -> int | memoryview:
    if wire_type == VARINT:
        return reader.varint()
    if wire_type == BYTES:
        return reader.take(reader.varint())
    if wire_type in {FIXED_32, FIXED_64}:
        return reader.take(4 if wire_type == FIXED_32 else 8)
    raise WeightsError(f"unknown wire type {wire_type}; the file is damaged or of another kind")


def _numbers(value: int | memoryview) -> Iterator[int]:
    if isinstance(value, int):
        yield value
        return
    packed = BytesReader(value)
    while packed.left:
        yield packed.varint()
