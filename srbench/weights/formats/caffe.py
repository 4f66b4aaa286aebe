"""Caffe's ``.caffemodel``: the parameters of each layer, in a ``NetParameter`` message (caffe.proto)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from srbench.errors import WeightsError
from srbench.weights.formats.bytes_reader import collect, float_tensor
from srbench.weights.formats.protobuf import Message

if TYPE_CHECKING:
    from collections.abc import Iterator

    from torch import Tensor

NET_LAYER, NET_OLD_LAYERS = 100, 2
"""Fields of ``NetParameter``: the layers, and those of networks older than 2014, which are not read."""
LAYER_NAME, LAYER_BLOBS = 1, 7
"""Fields of ``LayerParameter``."""
BLOB_SIZES, BLOB_DATA, BLOB_DOUBLES, BLOB_SHAPE = (1, 2, 3, 4), 5, 8, 7
"""Fields of ``BlobProto``: its four sizes as older Caffe writes them, its numbers, and its shape."""
SHAPE_SIZES = 1
"""Field of ``BlobShape``."""


def read(content: bytes) -> dict[str, Tensor]:
    """Return the parameters of each layer as ``<layer>.0`` (weights), ``<layer>.1`` (biases), and so on.

    A convolution's weights are (out, in, height, width), a transposed convolution's (in, out, height, width).

    Raises:
        WeightsError: if the content is damaged, or is not that of a ``.caffemodel`` with float32 parameters.
    """
    net = Message(content)
    if net.blocks(NET_OLD_LAYERS):
        raise WeightsError("written by Caffe before 2014; convert it with Caffe's upgrade_net_proto_binary")
    return collect(_parameters(net))


def _parameters(net: Message) -> Iterator[tuple[str, Tensor]]:
    for layer in net.messages(NET_LAYER):
        for i, blob in enumerate(layer.messages(LAYER_BLOBS)):
            name = f"{layer.text(LAYER_NAME)}.{i}"
            if blob.blocks(BLOB_DOUBLES):
                raise WeightsError(f"tensor {name!r} is not float32; save it as float32")
            yield name, float_tensor(name, blob.joined(BLOB_DATA), _sizes(blob))


def _sizes(blob: Message) -> list[int]:
    shapes = blob.messages(BLOB_SHAPE)
    return shapes[-1].numbers(SHAPE_SIZES) if shapes else [blob.number(field) for field in BLOB_SIZES]
