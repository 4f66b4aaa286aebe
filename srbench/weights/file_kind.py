"""Recognition of checkpoint files by their bytes: the reader of a file, or why it is refused."""

from __future__ import annotations

import struct
import zipfile
from os import SEEK_END
from typing import TYPE_CHECKING

from srbench.errors import WeightsError
from srbench.weights.formats import tensorflow

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

HEAD = 1024
"""Bytes at the start of a file that are looked at."""
FORMATS = {
    ".caffemodel": "srbench.weights.formats.caffe:read",
    ".mat": "srbench.weights.formats.matlab:read",
    ".params": "srbench.weights.formats.mxnet:read",
    ".txt": "srbench.weights.formats.numbers_text:read",
}
"""Readers of other frameworks' files by suffix."""
TENSORFLOW = "srbench.weights.formats.tensorflow:read"
READERS = {
    b"MATLAB 5.0 MAT-file": FORMATS[".mat"],
    b"MATLAB 7.3 MAT-file": FORMATS[".mat"],
    struct.pack("<QQ", 0x112, 0): FORMATS[".params"],
}
"""Readers of other frameworks' files by their first bytes, whatever the file's name."""
ZIP = b"PK\x03\x04"
EMPTY_ZIP = b"PK\x05\x06"
TORCH_MEMBERS = frozenset({"byteorder", ".format_version", ".storage_alignment"})
"""Members that ``torch.save`` writes into an archive beside ``data.pkl``, the list of tensors."""
LARGEST_HEADER = 100_000_000
"""Bytes that the header of a safetensors file may have (its format's description)."""

STATE_DICT = "save its state dict: torch.save(model.state_dict(), FILE)"
UNPACK = "unpack it and name the checkpoint in it"
GET_AGAIN = "get the file again"
REFUSED = {
    b"version https://git-lfs": ("a Git LFS pointer, not the file itself", "get it: git lfs pull"),
    b"/annex/objects/": ("a git-annex pointer, not the file itself", "get it: git annex get"),
    b"\x93NUMPY": ("a NumPy array (.npy)", "save the tensors as safetensors"),
    b"\x89HDF\r\n\x1a\n": ("an HDF5 file, as Keras writes it", "convert it, and save the tensors as safetensors"),
    b"GGUF": ("a GGUF file, of language models", STATE_DICT),
    b"\x1f\x8b": ("a gzip archive", UNPACK),
    b"BZh": ("a bzip2 archive", UNPACK),
    b"\xfd7zXZ\x00": ("an xz archive", UNPACK),
    b"\x28\xb5\x2f\xfd": ("a zstd archive", UNPACK),
    b"7z\xbc\xaf\x27\x1c": ("a 7z archive", UNPACK),
    b"Rar!": ("a RAR archive", UNPACK),
    b"\x89PNG": ("a PNG image", "name a checkpoint file"),
    b"\xff\xd8\xff": ("a JPEG image", "name a checkpoint file"),
    b"%PDF": ("a PDF document", "name a checkpoint file"),
    b"\x7fELF": ("a program", "name a checkpoint file"),
}
"""Kind of file by first bytes, and what to do with it."""
REFUSED_SUFFIXES = {
    ".onnx": ("an ONNX network", f"from its PyTorch original {STATE_DICT}"),
    ".pb": ("a network of TensorFlow or ONNX", "convert it, and save the tensors as safetensors"),
    ".tflite": ("a network of TensorFlow Lite", "convert its original, and save the tensors as safetensors"),
    ".index": ("the index of a TensorFlow 2 checkpoint", "convert it, and save the tensors as safetensors"),
    ".ckpt-meta": ("the graph of a TensorFlow checkpoint", "convert it, and save the tensors as safetensors"),
    ".h5": ("a file of Keras", "convert it, and save the tensors as safetensors"),
    ".keras": ("a file of Keras", "convert it, and save the tensors as safetensors"),
    ".pdparams": ("a file of PaddlePaddle", "convert it, and save the tensors as safetensors"),
    ".engine": ("a TensorRT engine", STATE_DICT),
    ".mlmodel": ("a Core ML network", STATE_DICT),
}
"""Kind of file by suffix where nothing can read it, and what to do with it."""
TORCHSCRIPT = (
    "a TorchScript archive: a network with its code, which is not run; save its state dict: "
    "torch.save(torch.jit.load(FILE).state_dict(), NEW)"
)
WEB_PAGE = (b"<!doctype", b"<html", b"<head", b"<?xml", b"<!--")
ONNX_FIRST, ONNX_SECOND = 0x08, (0x12, 0x1A, 0x22, 0x3A, 0x42)
"""Tag of ``ModelProto.ir_version``, and tags of the fields that follow it (onnx.proto)."""
NEWEST_ONNX = 20
"""Greatest ``ir_version`` by which a file counts as ONNX; it is 13 today."""
TEXT = frozenset(range(0x20, 0x7F)) | {0x09, 0x0A, 0x0D} | frozenset(range(0x80, 0x100))


def head_of(path: Path) -> bytes:
    """Return the first bytes of a file."""
    with path.open("rb") as file:
        return file.read(HEAD)


def reader_of(path: Path, head: bytes) -> str:
    """Return the reader of a file of another framework; empty if it is none. Its first bytes count before its name."""
    known = next((reader for start, reader in READERS.items() if head.startswith(start)), "")
    if known or head.startswith(ZIP) or is_safetensors(head):
        return known
    if reader := FORMATS.get(path.suffix.lower(), ""):
        return reader
    with path.open("rb") as file:
        file.seek(-min(len(tensorflow.MAGIC), path.stat().st_size), SEEK_END)
        return TENSORFLOW if file.read() == tensorflow.MAGIC and path.suffix != ".index" else ""


def is_safetensors(head: bytes) -> bool:
    """Return whether a file starts as safetensors does: the size of a JSON object, and the object."""
    return len(head) > 8 and head[8:9] == b"{" and 2 <= struct.unpack("<Q", head[:8])[0] <= LARGEST_HEADER


def refuse(path: Path, head: bytes) -> None:
    """Refuse a file of which the bytes say without doubt that it is no checkpoint.

    Raises:
        WeightsError: what the file is, and what to do; without its name.
    """
    if not head:
        raise WeightsError(f"empty: it has no bytes; {GET_AGAIN}")
    if head.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(WEB_PAGE):
        raise WeightsError("a web page, not a checkpoint; download the file itself (the link of its download button)")
    if found := _by_magic(head):
        raise WeightsError("{}; {}".format(*found))
    if head.startswith((ZIP, EMPTY_ZIP)) and (problem := _of_zip(path)):
        raise WeightsError(problem)


def _by_magic(head: bytes) -> tuple[str, str] | None:
    """Return what a file is by the bytes that all files of its format share, and what to do; None if not known."""
    if head[4:8] == b"TFL3":
        return REFUSED_SUFFIXES[".tflite"]
    if head[257:262] == b"ustar":
        return "a tar archive", UNPACK
    if head[0] == ONNX_FIRST and len(head) > 2 and 1 <= head[1] <= NEWEST_ONNX and head[2] in ONNX_SECOND:
        return REFUSED_SUFFIXES[".onnx"]
    return next((found for magic, found in REFUSED.items() if head.startswith(magic)), None)


def unreadable(path: Path, head: bytes) -> str:
    """Return what a file is that no reader could read, in words, and what to do; empty if nothing is known."""
    if found := REFUSED_SUFFIXES.get(path.suffix.lower()):
        return "{}; {}".format(*found)
    if head.startswith(ZIP):
        return f"damaged: a ZIP archive that ends too early or has been changed; {GET_AGAIN}"
    if set(head) <= TEXT:
        line = head.decode("utf-8", "replace").strip().splitlines()
        begins = f" (it begins with {line[0][:40]!r})" if line else ""
        return f"a text{begins}, not a checkpoint; name a checkpoint file"
    return ""


def _of_zip(path: Path) -> str:
    """Return what a ZIP archive is that `torch.save` has not made; empty if it has, or if the archive is damaged."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, UnicodeError):
        return ""
    inner = {name.partition("/")[2] for name in names}
    exported = {"archive_format", "serialized_exported_program.json", "models/model.json"}
    kinds = (
        (not names, f"an empty ZIP archive; {GET_AGAIN}"),
        ("constants.pkl" in inner or any(name.startswith("code/") for name in inner), TORCHSCRIPT),
        ("data.pkl" in inner, ""),
        (bool(exported & {*inner, *names}), f"a program of torch.export, which is not run; {STATE_DICT}"),
        (TORCH_MEMBERS & inner != set(), f"damaged: a file of torch.save without its list of tensors; {GET_AGAIN}"),
        (all(name.endswith(".npy") for name in names), "a NumPy archive (.npz); save the tensors as safetensors"),
    )
    return next((text for is_so, text in kinds if is_so), f"a ZIP archive of {_listed(names)}; {UNPACK}")


def _listed(names: Sequence[str], shown: int = 3) -> str:
    """Return the first names of members on one line."""
    listed = ", ".join(ascii(name)[1:-1][:40] for name in names[:shown])
    return listed + (f" and {len(names) - shown} more" if len(names) > shown else "")
