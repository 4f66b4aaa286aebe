"""MATLAB's ``.mat`` up to version 7: numbers in structs and cells, read by SciPy."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

from srbench.errors import WeightsError
from srbench.weights.formats.bytes_reader import collect

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray
    from torch import Tensor

DEEPEST = 12
"""Most structs and cells around each other that are read."""
NETWORK = "net"
"""Variable that MatConvNet stores a network in."""
HDF5 = b"MATLAB 7.3"
"""First bytes of a file of version 7.3, which is another format."""


def read(content: bytes) -> dict[str, Tensor]:
    """Return the arrays of floating-point numbers under the path to each, as MATLAB has them: the first axis the rows.

    ``model.weight{2}`` is ``model.weight.1``, the third entry of a struct array ``model.layers.2``. Of a network of
    MatConvNet, which is called ``net``, only the parameters are returned, under their names. Texts, whole numbers and
    truth values are left out.

    Raises:
        WeightsError: if the content is damaged, is not that of a ``.mat`` file up to version 7, or holds functions or
            objects.
    """
    from scipy.io import loadmat, whosmat

    if content.startswith(HDF5):
        raise WeightsError("a MATLAB file of version 7.3; save it as an older version: save -v7")
    try:
        file: Any = BytesIO(content)  # SciPy's stubs know paths alone
        names = [name for name, *_ in whosmat(file)]
        variables = loadmat(file, variable_names=[NETWORK] if NETWORK in names else names)
    except Exception as error:  # SciPy raises anything on damaged files
        raise WeightsError(f"damaged or not a MATLAB file ({type(error).__name__}); get the file again") from error
    if NETWORK in names and (parameters := _parameters(variables.get(NETWORK))):
        return collect(entry for name, value in parameters for entry in _floats(name, value, 0))
    return collect(entry for name in names for entry in _floats(name, variables.get(name), 0))


def _parameters(network: Any) -> list[tuple[str, Any]]:
    """Return name and value of each parameter of a network of MatConvNet (``dagnn.DagNN``); empty if it is none."""
    if "params" not in _field_names(network) or not network.size:
        return []
    parameters = network["params"].ravel()[0]
    if not {"name", "value"} <= set(_field_names(parameters)):
        return []
    return [(_text(entry["name"]), entry["value"]) for entry in parameters.ravel(order="F")]


def _field_names(value: Any) -> tuple[str, ...]:
    """Return the names of the fields of a struct; empty if it is none."""
    return getattr(getattr(value, "dtype", None), "names", None) or ()


def _floats(path: str, value: Any, depth: int) -> Iterator[tuple[str, Tensor]]:
    import numpy as np
    from scipy.io.matlab import MatlabFunction, MatlabObject, MatlabOpaque

    if value is None:  # SciPy's entry of a struct without fields
        return
    if not isinstance(value, np.ndarray) or isinstance(value, (MatlabFunction, MatlabObject, MatlabOpaque)):
        raise WeightsError(f"{path} is a {type(value).__name__}, not an array, struct or cell; save the numbers alone")
    if depth > DEEPEST:
        raise WeightsError(f"{path}: more than {DEEPEST} structs around each other; save the numbers alone")
    if _field_names(value):
        for name, inside in _fields(path, value):
            yield from _floats(name, inside, depth + 1)
    elif value.dtype == object:
        for i, inside in enumerate(value.ravel(order="F")):
            yield from _floats(f"{path}.{i}", inside, depth + 1)
    elif value.dtype.kind == "f":
        yield path, _tensor(value)


def _fields(path: str, struct: NDArray[Any]) -> Iterator[tuple[str, Any]]:
    """Yield the path and the value of each field of each entry."""
    for i, entry in enumerate(struct.ravel(order="F")):
        inside = path if struct.size == 1 else f"{path}.{i}"
        yield from ((f"{inside}.{field}", entry[field]) for field in _field_names(struct))


def _text(value: Any) -> str:
    """Return a MATLAB text, which SciPy makes an array with one entry; empty if it is none."""
    return str(value[0]) if getattr(value, "dtype", None) is not None and value.dtype.kind == "U" and value.size else ""


def _tensor(value: NDArray[Any]) -> Tensor:
    """Return an array in the order and byte order of torch."""
    import numpy as np
    import torch

    return torch.from_numpy(np.ascontiguousarray(value, dtype=value.dtype.newbyteorder("=")))
