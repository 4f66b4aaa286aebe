"""Writers of other frameworks' files, as their documentation has them, with messages encoded by Google's protobuf."""

from __future__ import annotations

import io
import struct

import numpy as np
import pytest
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

VARINT_64, FLOAT, DOUBLE, TEXT, MESSAGE, WHOLE = 3, 2, 1, 9, 11, 5


def messages(package, **types):
    """Classes of messages: name -> {field: (number, type, repeated or name of the message's class)}."""
    file = descriptor_pb2.FileDescriptorProto(name=f"{package}.proto", package=package, syntax="proto2")
    for name, fields in types.items():
        message = file.message_type.add(name=name)
        for field, (number, kind, repeated, *of) in fields.items():
            entry = message.field.add(name=field, number=number, type=kind, label=3 if repeated else 1)
            if of:
                entry.type_name = f".{package}.{of[0]}"
            if repeated and kind in {VARINT_64, FLOAT, DOUBLE}:
                entry.options.packed = True
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return {name: message_factory.GetMessageClass(pool.FindMessageTypeByName(f"{package}.{name}")) for name in types}


CAFFE = messages(
    "caffe",
    Shape={"dim": (1, VARINT_64, True)},
    Blob={
        **{side: (i + 1, WHOLE, False) for i, side in enumerate(("num", "channels", "height", "width"))},
        "data": (5, FLOAT, True),
        "double_data": (8, DOUBLE, True),
        "shape": (7, MESSAGE, False, "Shape"),
    },
    Layer={"name": (1, TEXT, False), "type": (2, TEXT, False), "blobs": (7, MESSAGE, True, "Blob")},
    Net={
        "name": (1, TEXT, False),
        "layers": (2, MESSAGE, True, "Layer"),
        "layer": (100, MESSAGE, True, "Layer"),
    },
)
TENSORFLOW = messages(
    "tensorflow_checkpoint",
    Axis={"size": (1, VARINT_64, False)},
    Shape={"dim": (2, MESSAGE, True, "Axis")},
    Extent={"start": (1, VARINT_64, False), "length": (2, VARINT_64, False)},
    Place={"extent": (1, MESSAGE, True, "Extent")},
    Described={
        "name": (1, TEXT, False),
        "shape": (2, MESSAGE, False, "Shape"),
        "type": (3, WHOLE, False),
        "slice": (4, MESSAGE, True, "Place"),
    },
    Meta={"tensor": (1, MESSAGE, True, "Described")},
    Tensor={"float_val": (5, FLOAT, True)},
    Slice={"name": (1, TEXT, False), "slice": (2, MESSAGE, False, "Place"), "data": (3, MESSAGE, False, "Tensor")},
    Slices={"meta": (1, MESSAGE, False, "Meta"), "data": (2, MESSAGE, False, "Slice")},
)


@pytest.fixture(scope="session")
def caffe_net():
    """``caffe_net({layer: [array]})`` -> a ``NetParameter``, to be changed and serialised."""

    def make(layers):
        net = CAFFE["Net"](name="net")
        net.layer.add(name="data", type="HDF5Data")
        for name, arrays in layers.items():
            layer = net.layer.add(name=name, type="Convolution")
            for array in arrays:
                blob = layer.blobs.add(data=array.ravel().tolist())
                blob.shape.dim.extend(array.shape)
        return net

    return make


@pytest.fixture(scope="session")
def mxnet_file():
    """``mxnet_file({name: array})`` -> the bytes of a ``.params`` file."""

    def make(arrays, *, version=0xF993FAC9, storage=0, kind=0, names=None):
        parts = [struct.pack("<QQQ", 0x112, 0, len(arrays))]
        for array in arrays.values():
            parts.append(struct.pack(f"<IiI{array.ndim}q", version, storage, array.ndim, *array.shape))
            parts.append(struct.pack("<iii", 1, 0, kind) + array.astype("<f4").tobytes())
        names = list(arrays) if names is None else names
        parts.append(struct.pack("<Q", len(names)))
        parts += [struct.pack("<Q", len(name)) + name.encode() for name in names]
        return b"".join(parts)

    return make


def varint(number):
    content = bytearray()
    while number > 0x7F:
        content.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*content, number])


def block(entries):
    """A block of LevelDB's table, its keys without what they share with the key before."""
    content, before = b"", b""
    for key, value in entries:
        shared = next(
            (i for i, (a, b) in enumerate(zip(key, before, strict=False)) if a != b), min(len(key), len(before))
        )
        content += varint(shared) + varint(len(key) - shared) + varint(len(value)) + key[shared:] + value
        before = key
    return content + struct.pack("<II", 0, 1)


def table(blocks, kind=0):
    """A table of blocks of (key, value), all of a kind: 0 is uncompressed."""
    content, handles = b"", []
    for entries in blocks:
        inside = block(entries)
        handles.append((entries[-1][0] + b"~", varint(len(content)) + varint(len(inside))))
        content += inside + bytes([kind]) + bytes(4)
    places = []
    for inside in (block([]), block(handles)):
        places.append(varint(len(content)) + varint(len(inside)))
        content += inside + bytes(5)
    return content + b"".join(places).ljust(40, b"\0") + bytes.fromhex("57fb808b247547db")


@pytest.fixture(scope="session")
def tensorflow_file():
    """``tensorflow_file({name: array})`` -> the bytes of a V1 checkpoint."""

    def make(variables, *, kind=0, type_=1, start=None, described=None):
        head = TENSORFLOW["Slices"]()
        for name in variables if described is None else described:
            tensor = head.meta.tensor.add(name=name, type=type_)
            for side in variables.get(name, np.zeros(1)).shape:
                tensor.shape.dim.add(size=side)
                tensor.slice.add().extent.add()
        entries = [(b"", head.SerializeToString())]
        for name, array in variables.items():
            data = TENSORFLOW["Slices"]()
            data.data.name = name
            for _ in array.shape:
                extent = data.data.slice.extent.add()
                if start is not None:
                    extent.start = start
            data.data.data.float_val.extend(array.ravel().tolist())
            entries.append((b"\0" + name.encode(), data.SerializeToString()))
        return table([group for group in (entries[:2], entries[2:]) if group], kind)

    return make


@pytest.fixture(scope="session")
def matlab_file():
    """``matlab_file({name: value})`` -> the bytes of a ``.mat`` file, compressed as MATLAB's are."""

    def make(variables):
        from scipy.io import savemat

        file = io.BytesIO()
        savemat(file, variables, do_compression=True)
        return file.getvalue()

    return make


@pytest.fixture(scope="session")
def arrays():
    generator = np.random.default_rng(0)
    return {
        "conv1": [generator.normal(size=(4, 3, 3, 2)).astype(np.float32), np.float32([1, -2, 0.5, 0])],
        "conv2": [generator.normal(size=(2, 4, 1, 1)).astype(np.float32)],
    }
