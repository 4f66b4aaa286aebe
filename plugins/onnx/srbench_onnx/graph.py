"""Weights, files and licence of an ONNX file, read without running it."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING, Any

from srbench import WeightsError

if TYPE_CHECKING:
    from collections.abc import Iterator

LICENCE_KEYS = ("license", "licence", "License", "LICENSE")
"""Keys of the metadata under which files state a licence."""
QUANTISED = ("QLinearConv", "ConvInteger", "DequantizeLinear", "MatMulInteger", "QLinearMatMul")
"""Operators of networks whose weights are integers."""


@dataclass(frozen=True)
class Graph:
    """Facts about an ONNX file that onnxruntime does not show."""

    parameters: int | None
    """Number of floating-point weights; None: not known, as they are quantised or the package onnx is missing."""
    files: tuple[Path, ...] = ()
    """Files beside it that hold its weights."""
    licence: str = ""
    """Licence that the file states in its metadata; empty: none."""


def read_graph(path: Path) -> Graph:
    """Return the weights, files and licence that the ONNX file `path` states.

    Raises:
        WeightsError: if the file is damaged, or if it names a file of weights that is missing or lies elsewhere.
    """
    if find_spec("onnx") is None:
        return Graph(None)
    import onnx

    try:
        model = onnx.load(str(path), load_external_data=False)
    except Exception as error:  # protobuf raises its own errors
        raise WeightsError(
            f"{path}: damaged or no ONNX file ({type(error).__name__}); get the file again, or export it anew"
        ) from error
    tensors = list(_tensors(model.graph))
    operators = {node.op_type for node in model.graph.node}
    floating = {onnx.TensorProto.FLOAT, onnx.TensorProto.FLOAT16, onnx.TensorProto.BFLOAT16, onnx.TensorProto.DOUBLE}
    # scalars are constants of the code, such as an exponent, not weights
    weights = sum(prod(tensor.dims) for tensor in tensors if tensor.data_type in floating and tensor.dims)
    metadata = {entry.key: entry.value for entry in model.metadata_props}
    return Graph(
        None if operators & set(QUANTISED) else weights,
        _files(path, tensors),
        next((metadata[key] for key in LICENCE_KEYS if key in metadata), ""),
    )


def _tensors(graph: Any) -> Iterator[Any]:
    """Yield the tensors that a graph holds: initialisers, and the values of its constants."""
    yield from graph.initializer
    for node in graph.node:
        for attribute in node.attribute:
            if node.op_type == "Constant" and attribute.HasField("t"):
                yield attribute.t
            if attribute.HasField("g"):
                yield from _tensors(attribute.g)


def _files(path: Path, tensors: list[Any]) -> tuple[Path, ...]:
    """Return the files of weights that the tensors name.

    Raises:
        WeightsError: if one is missing or lies outside the folder of `path`.
    """
    names = dict.fromkeys(
        entry.value for tensor in tensors for entry in tensor.external_data if entry.key == "location"
    )
    files = []
    for name in names:
        file = path.parent / name
        if Path(name).is_absolute() or ".." in Path(name).parts:
            raise WeightsError(f"{path}: its weights lie outside its folder ({name}); export it anew, in one file")
        if not file.is_file():
            raise WeightsError(f"{path}: its weights are in {name}, which is missing; put that file beside it")
        files.append(file)
    return tuple(files)
