"""TensorFlow 1's first checkpoint format (``tf.train.Saver``, V1): a sorted table of ``SavedTensorSlices`` messages.

The table is LevelDB's (table_format.md there): blocks of entries, an index block with the place of each, and a footer.
The first entry describes all tensors; each of the others holds one (tensorflow/core/util/saved_tensor_slice.proto).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from srbench.errors import WeightsError
from srbench.weights.formats.bytes_reader import BytesReader, collect, float_tensor
from srbench.weights.formats.protobuf import Message

if TYPE_CHECKING:
    from collections.abc import Iterator

    from torch import Tensor

MAGIC = bytes.fromhex("57fb808b247547db")
"""Last eight bytes of the file, by which it is recognised: it may have any name."""
FOOTER = 48
"""Bytes of the footer."""
UNCOMPRESSED, TRAILER = 0, 5
"""Kind of blocks that are read, and bytes after a block: its kind and a checksum."""
SLICES_META, SLICES_DATA = 1, 2
"""Fields of ``SavedTensorSlices``."""
META_TENSOR, META_NAME, META_SHAPE, META_TYPE, FLOAT_32 = 1, 1, 2, 3, 1
"""Field of ``SavedTensorSliceMeta``, fields of its ``SavedSliceMeta``, and the type of numbers that is read."""
SHAPE_AXIS, AXIS_SIZE = 2, 1
"""Field of ``TensorShapeProto``, and field of its axes."""
SLICE_NAME, SLICE_PLACE, SLICE_TENSOR = 1, 2, 3
"""Fields of ``SavedSlice``."""
PLACE_AXIS, AXIS_START, AXIS_LENGTH = 1, 1, 2
"""Field of ``TensorSliceProto``, and fields of its axes, both absent for a whole axis."""
TENSOR_BYTES, TENSOR_FLOATS = 4, 5
"""Fields of ``TensorProto``."""


def read(content: bytes) -> dict[str, Tensor]:
    """Return the variables by name; a convolution's weights are (height, width, in, out).

    Raises:
        WeightsError: if the content is damaged, or is not that of an uncompressed V1 checkpoint with whole float32
            variables.
    """
    shapes: dict[str, list[int]] = {}
    slices: list[Message] = []
    for value in _values(content):
        message = Message(value)
        for meta in message.messages(SLICES_META):
            shapes |= dict(map(_described, meta.messages(META_TENSOR)))
        slices += message.messages(SLICES_DATA)
    state = collect(_variables(shapes, slices))
    if missing := sorted(shapes.keys() - state.keys()):
        raise WeightsError(f"{len(missing)} variables have no numbers, the first is {missing[0]!r}; get the file again")
    return state


def _described(tensor: Message) -> tuple[str, list[int]]:
    """Return the name and the sizes of a variable."""
    name = tensor.text(META_NAME)
    if tensor.number(META_TYPE) != FLOAT_32:
        raise WeightsError(f"variable {name!r} is not float32; save the network's weights alone")
    return name, [
        axis.number(AXIS_SIZE) for shape in tensor.messages(META_SHAPE) for axis in shape.messages(SHAPE_AXIS)
    ]


def _variables(shapes: dict[str, list[int]], slices: list[Message]) -> Iterator[tuple[str, Tensor]]:
    for part in slices:
        name = part.text(SLICE_NAME)
        if name not in shapes:
            raise WeightsError(f"variable {name!r} is not described; the file is damaged or of another kind")
        axes = [axis for place in part.messages(SLICE_PLACE) for axis in place.messages(PLACE_AXIS)]
        if any(axis.numbers(AXIS_START) or axis.numbers(AXIS_LENGTH) for axis in axes):
            raise WeightsError(f"variable {name!r} is stored in parts; save it whole")
        for tensor in part.messages(SLICE_TENSOR):
            data = tensor.joined(TENSOR_FLOATS) or tensor.joined(TENSOR_BYTES)
            yield name, float_tensor(name, data, shapes[name])


def _values(content: bytes) -> Iterator[memoryview]:
    """Yield the value of each entry of the table, in its order."""
    if len(content) < FOOTER or not content.endswith(MAGIC):
        raise WeightsError("not a V1 checkpoint of TensorFlow, or not all of it; get the file again")
    footer = BytesReader(memoryview(content)[-FOOTER:])
    _place(footer)  # of a block about the table itself
    end = 0
    for handle in _entries(_block(content, *_place(footer))):
        offset, size = _place(BytesReader(handle))
        if offset < end:  # a table's blocks follow each other; so none is read twice
            raise WeightsError("its blocks overlap; the file is damaged")
        end = offset + size
        yield from _entries(_block(content, offset, size))


def _place(reader: BytesReader) -> tuple[int, int]:
    """Return the offset and size of a block."""
    return reader.varint(), reader.varint()


def _block(content: bytes, offset: int, size: int) -> memoryview:
    """Return a block without its trailer."""
    if offset + size + TRAILER > len(content):
        raise WeightsError("a block lies beyond its end; get the file again")
    if content[offset + size] != UNCOMPRESSED:
        raise WeightsError("its blocks are compressed; save it uncompressed")
    return memoryview(content)[offset : offset + size]


def _entries(block: memoryview) -> Iterator[memoryview]:
    """Yield the values in a block; what follows them is a list of places and its length, four bytes each."""
    restarts = BytesReader(block[-4:]).number("I")
    if 4 * (restarts + 1) > len(block):
        raise WeightsError("a block is too short; the file is damaged")
    reader = BytesReader(block[: len(block) - 4 * (restarts + 1)])
    while reader.left:
        reader.varint()  # how much of the key is that of the entry before
        key, value = reader.varint(), reader.varint()
        reader.take(key)
        yield reader.take(value)
