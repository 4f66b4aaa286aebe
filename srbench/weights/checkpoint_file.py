"""Reading of a checkpoint file in any format that needs no other framework; code in it is never executed."""

from __future__ import annotations

import pickle
import warnings
from os import SEEK_END
from typing import TYPE_CHECKING, Any

from srbench.errors import WeightsError
from srbench.loading import load
from srbench.weights.formats import tensorflow

if TYPE_CHECKING:
    from pathlib import Path

FORMATS = {
    ".caffemodel": "srbench.weights.formats.caffe:read",
    ".mat": "srbench.weights.formats.matlab:read",
    ".params": "srbench.weights.formats.mxnet:read",
    ".txt": "srbench.weights.formats.numbers_text:read",
}
"""Readers of other frameworks' files by suffix."""


def read_checkpoint(path: Path) -> Any:
    """Return the content of a checkpoint: tensors by name, or what ``torch.save`` was given, if that is plain data.

    Raises:
        WeightsError: if the file is missing or damaged, or holds code.
    """
    if not path.is_file():
        raise WeightsError(f"{path}: no such file")
    try:
        if path.suffix == ".safetensors":
            from safetensors.torch import load_file

            return load_file(path)
        if reader := _reader(path):
            return load(reader)(path.read_bytes())
        import torch

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about an unusual pickle protocol; errors are raised
            return torch.load(path, map_location="cpu", weights_only=True)
    except WeightsError as error:  # a reader's message does not name the file
        raise WeightsError(f"{path}: {error}") from error
    except pickle.UnpicklingError as error:
        reason = str(error).partition("WeightsUnpickler error:")[2] or str(error)
        raise WeightsError(
            f"{path}: holds more than tensors ({' '.join(reason.split())[:120]}); not loaded, as it may run code; "
            "save its state dict alone: torch.save(model.state_dict(), ...) or safetensors"
        ) from error
    except Exception as error:  # a damaged file can raise anything
        raise WeightsError(
            f"{path}: damaged or not a checkpoint ({type(error).__name__}); get the file again"
        ) from error


def _reader(path: Path) -> str:
    """Return the reader of a file of another framework; empty if it is none."""
    if reader := FORMATS.get(path.suffix.lower(), ""):
        return reader
    with path.open("rb") as file:
        file.seek(-min(len(tensorflow.MAGIC), path.stat().st_size), SEEK_END)
        return "srbench.weights.formats.tensorflow:read" if file.read() == tensorflow.MAGIC else ""
