"""Reading of a checkpoint file in any format that needs no other framework; code in it is never executed."""

from __future__ import annotations

import errno
import pickle
import re
import warnings
import zipfile
from typing import TYPE_CHECKING, Any

from srbench.errors import WeightsError
from srbench.loading import load
from srbench.weights.file_kind import FORMATS, STATE_DICT, head_of, is_safetensors, reader_of, refuse, unreadable

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

__all__ = ["FORMATS", "check_file", "read_checkpoint"]
PICKLES = (b"\x80\x03", b"\x80\x04", b"\x80\x05")
"""First bytes of pickles that ``torch.save`` has not written: its protocol is 2, in an archive or behind a number."""
SUFFIXES = {".pth", ".pt", ".ckpt", ".bin", ".safetensors", *FORMATS}
"""Suffixes by which files of a folder are named as checkpoints in it."""


def check_file(path: Path, what: str = "", known: Collection[str] = ()) -> None:
    """Check that `path` is a file.

    Args:
        path: Path of a checkpoint.
        what: Option that it was given by, for the message.
        known: Names of released files, of which one in a folder is suggested first.

    Raises:
        WeightsError: if it is missing, a folder or a device; the message names a checkpoint in the folder.
    """
    if path.is_file():
        return
    named = f"{what} {path}" if what else str(path)
    if not path.is_dir():
        problem = "not a regular file" if path.exists() else "no such file"
        raise WeightsError(f"{named}: {problem}; name a checkpoint file")
    try:
        inside = sorted(file.name for file in path.iterdir() if file.suffix.lower() in SUFFIXES and file.is_file())
    except OSError:
        inside = []
    inside.sort(key=lambda name: name not in known)
    example = f", e.g. {path / inside[0]}" if inside else "; it has none that is known by its suffix"
    raise WeightsError(f"{named}: a folder; name the checkpoint file in it{example}")


def read_checkpoint(path: Path) -> Any:
    """Return the content of a checkpoint: tensors by name, or what ``torch.save`` was given, if that is plain data.

    What the file is counts, not how it is called.

    Raises:
        WeightsError: if the file is missing, damaged or of another kind, or holds code.
    """
    check_file(path)
    try:
        head = head_of(path)
        refuse(path, head)
        if is_safetensors(head):
            from safetensors.torch import load_file

            return load_file(path)
        if reader := reader_of(path, head):
            return load(reader)(path.read_bytes())
        _check_sums(path)
        return _unpickled(path)
    except WeightsError as error:  # a reader's message does not name the file
        raise WeightsError(f"{path}: {error}") from error
    except pickle.UnpicklingError as error:
        raise WeightsError(f"{path}: {_refused_pickle(str(error), head) or _damaged(path, head, error)}") from error
    except OSError as error:
        if error.errno == errno.EINVAL:  # torch's message about an end that is missing
            raise WeightsError(f"{path}: {_damaged(path, head_of(path), error)}") from error
        raise WeightsError(f"{path}: not readable: {error.strerror or error}; name a checkpoint file") from error
    except Exception as error:  # a damaged file can raise anything
        raise WeightsError(f"{path}: {_damaged(path, head, error)}") from error


def _check_sums(path: Path) -> None:
    """Compare the parts of a file of ``torch.save`` with their checksums, which torch itself doesn't look at.

    Where none fits, they were never computed (``torch.serialization.set_crc32_options``).

    Raises:
        BadZipFile: if some parts differ from their checksums.
    """
    if not zipfile.is_zipfile(path):  # the format before torch 1.6 has no checksums
        return
    with zipfile.ZipFile(path) as archive:
        parts = [part for part in archive.namelist() if archive.getinfo(part).file_size]
        damaged = [part for part in parts if not _fits_checksum(archive, part)]
    if damaged and len(damaged) < len(parts):
        raise zipfile.BadZipFile(f"{damaged[0]} differs from its checksum")


def _fits_checksum(archive: zipfile.ZipFile, part: str) -> bool:
    with archive.open(part) as file:
        try:
            while file.read(1 << 20):
                pass
        except zipfile.BadZipFile:
            return False
    return True


def _unpickled(path: Path) -> Any:
    """Return what ``torch.save`` was given: tensors, plain data, NumPy's numbers and parsed arguments, without code."""
    import argparse

    import numpy as np
    import torch
    from numpy._core import multiarray

    numbers = [
        type(np.dtype(kind)) for kind in (bool, "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8")
    ]
    harmless: list[Any] = [argparse.Namespace, np.dtype, *numbers]
    scalar: Any = multiarray.scalar
    harmless += [(scalar, f"numpy.{core}.multiarray.scalar") for core in ("core", "_core")]
    safe = torch.serialization.safe_globals(harmless)
    with warnings.catch_warnings(), safe, path.open("rb") as file:  # by the path, torch would go by its suffix
        warnings.simplefilter("ignore")  # about an unusual pickle protocol; errors are raised
        return torch.load(file, map_location="cpu", weights_only=True)


def _refused_pickle(message: str, head: bytes) -> str:
    """Return why a pickle was refused; empty if it is damaged."""
    reason = " ".join((message.partition("WeightsUnpickler error:")[2] or message).split())
    if "nsupported operand" in reason and not head.startswith(PICKLES):  # no pickle at all, or a damaged one
        return ""
    what = re.search(r"GLOBAL (\S+)|class:? (\S+)|function (\S+)|find (\S+)", reason)
    if not what and not re.search("nsupported|allow|blocklisted|Can only", reason):
        return ""
    name = next(filter(None, what.groups()), "") if what else reason[:80]
    if "multiarray" in name or "ndarray" in name:
        return f"holds NumPy arrays ({name[:120]}) where tensors are expected; save torch.from_numpy of each"
    return (
        f"holds more than tensors ({name[:120]}): a pickled network or object, not loaded, as it may run code; "
        f"where it was made, save its state dict alone: {STATE_DICT.partition(': ')[2]}, or safetensors"
    )


def _damaged(path: Path, head: bytes, error: Exception) -> str:
    return unreadable(path, head) or f"damaged or not a checkpoint ({type(error).__name__}); get the file again"
