"""A file that is no checkpoint is refused by what it is, in one line; a checkpoint is read whatever it is called."""

from __future__ import annotations

import argparse
import collections
import gzip
import io
import os
import tarfile
import zipfile

import h5py
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from safetensors.torch import save as safetensors_bytes
from torch import nn

from srbench.errors import WeightsError
from srbench.weights.checkpoint_file import check_file, read_checkpoint
from srbench.weights.state_dict import load_network


def torch_bytes(content, **options):
    buffer = io.BytesIO()
    torch.save(content, buffer, **options)
    return buffer.getvalue()


def archive(*names):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        for name in names:
            file.writestr(name, b"x")
    return buffer.getvalue()


def script():
    buffer = io.BytesIO()
    with pytest.warns():
        torch.jit.save(torch.jit.script(nn.Conv2d(3, 3, 1)), buffer)
    return buffer.getvalue()


def numpy_archive():
    buffer = io.BytesIO()
    np.savez(buffer, weight=np.zeros(3), bias=np.zeros(3))
    return buffer.getvalue()


def numpy_array():
    buffer = io.BytesIO()
    np.save(buffer, np.zeros(3))
    return buffer.getvalue()


def hdf5():
    buffer = io.BytesIO()
    with h5py.File(buffer, "w") as file:
        file["conv/kernel"] = np.zeros(3)
    return buffer.getvalue()


def picture(kind):
    buffer = io.BytesIO()
    Image.new("RGB", (4, 4)).save(buffer, kind)
    return buffer.getvalue()


def tape():
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as file:
        file.addfile(tarfile.TarInfo("net.pth"))
    return buffer.getvalue()


def changed():
    """A file of ``torch.save`` in which a bit of a weight has flipped."""
    content = bytearray(torch_bytes({"a": torch.full((50,), 0.5), "b": torch.zeros(50)}))
    content[content.index(b"\x00\x00\x00\x3f" * 50) + 3] ^= 1
    return bytes(content)


POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:ab\nsize 123\n"
KINDS = {
    "empty": (lambda: b"", "empty: it has no bytes"),
    "lfs": (lambda: POINTER, "a Git LFS pointer, not the file itself; get it: git lfs pull"),
    "annex": (lambda: b"/annex/objects/SHA256E-s1--ab.pth\n", "a git-annex pointer"),
    "page": (lambda: b"\n<!DOCTYPE html><html><body>404</body></html>", "a web page"),
    "xhtml": (lambda: b"\xef\xbb\xbf<?xml version='1.0'?><html/>", "a web page"),
    "json": (lambda: b'{"message": "Not Found"}', 'a text (it begins with \'{"message": "Not Found"}\')'),
    "words": (lambda: b"Not found", "a text (it begins with 'Not found')"),
    "npy": (numpy_array, "a NumPy array (.npy)"),
    "npz": (numpy_archive, "a NumPy archive (.npz)"),
    "keras": (hdf5, "an HDF5 file, as Keras writes it"),
    "gzip": (lambda: gzip.compress(b"weights"), "a gzip archive; unpack it"),
    "tar": (tape, "a tar archive; unpack it"),
    "zip": (
        lambda: archive("release/net.pth", "readme", "x", "y"),
        "a ZIP archive of release/net.pth, readme, x and 1 more",
    ),
    "empty zip": (archive, "an empty ZIP archive"),
    "zip cut short": (lambda: torch_bytes({"a": torch.zeros(50)})[:-80], "damaged: a ZIP archive that ends too early"),
    "zip with a flipped bit": (changed, "damaged: a ZIP archive that ends too early or has been changed"),
    "script": (script, "a TorchScript archive"),
    "onnx": (lambda: b"\x08\x08\x12\x07pytorch\x1a\x052.0.0", "an ONNX network"),
    "tflite": (lambda: b"\x1c\x00\x00\x00TFL3" + bytes(30), "a network of TensorFlow Lite"),
    "png": (lambda: picture("PNG"), "a PNG image"),
    "jpeg": (lambda: picture("JPEG"), "a JPEG image"),
    "module": (lambda: torch_bytes(nn.Conv2d(3, 3, 1)), "holds more than tensors (torch.nn.modules.conv.Conv2d)"),
    "old module": (
        lambda: torch_bytes(nn.Conv2d(3, 3, 1), _use_new_zipfile_serialization=False),
        "holds more than tensors (torch.nn.modules.conv.Conv2d)",
    ),
    "arrays": (lambda: torch_bytes({"a": np.zeros(3)}), "holds NumPy arrays ("),
    "no data.pkl": (
        lambda: archive("net/version", "net/byteorder", "net/data/0"),
        "damaged: a file of torch.save without its list of tensors",
    ),
    "noise": (lambda: bytes(range(256)) * 4, "damaged or not a checkpoint"),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", ["file.pth", "file.safetensors", "file"])
@pytest.mark.filterwarnings("ignore")
def test_refused_by_what_it_is(kind, name, tmp_path):
    make, words = KINDS[kind]
    path = tmp_path / name
    path.write_bytes(make())
    with pytest.raises(WeightsError) as error:
        read_checkpoint(path)
    text = str(error.value)
    assert text.startswith(f"{path}: {words}"), text
    assert "; " in text
    assert "\n" not in text


def test_a_file_without_checksums_is_read(tmp_path):
    """`torch.serialization.set_crc32_options` writes such files: no part fits, so that no damage is known."""
    content = bytearray(torch_bytes({"a": torch.full((50,), 0.5)}))
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        sums = [part.CRC.to_bytes(4, "little") for part in file.infolist()]
    for crc in sums:
        content = content.replace(crc, bytes(4))
    (tmp_path / "a.pth").write_bytes(content)
    assert (read_checkpoint(tmp_path / "a.pth")["a"] == 0.5).all()


@pytest.mark.parametrize("name", ["a.pth", "a.safetensors", "a.txt", "a.mat", "a.caffemodel", "a", "a.onnx", "a.PTH"])
@pytest.mark.parametrize("write", [torch_bytes, safetensors_bytes])
def test_its_name_does_not_matter(name, write, tmp_path):
    (tmp_path / name).write_bytes(write({"w": torch.arange(3.0)}))
    assert read_checkpoint(tmp_path / name)["w"].tolist() == [0, 1, 2]


def test_plain_data_of_training_code_is_no_obstacle(tmp_path):
    """Numbers of NumPy and parsed arguments stand beside the weights in many checkpoints."""
    content = {
        "state_dict": collections.OrderedDict(w=torch.ones(2)),
        "best": np.float64(31.5),
        "step": np.int64(3),
        "half": np.float16(1),
        "good": np.bool_(True),
        "args": argparse.Namespace(scale=4, name="x"),
    }
    torch.save(content, tmp_path / "a.pth")
    read = read_checkpoint(tmp_path / "a.pth")
    assert read["best"] == 31.5
    assert read["args"].scale == 4


def test_a_folder_and_what_is_no_file(tmp_path):
    (tmp_path / "biases.txt").write_text("1\n")
    (tmp_path / "weights.txt").write_text("1\n")
    with pytest.raises(
        WeightsError, match=r"^--weights .*: a folder; name the checkpoint file in it, e\.g\. .*biases\.txt"
    ):
        check_file(tmp_path, "--weights")
    with pytest.raises(WeightsError, match=r"e\.g\. .*weights\.txt"):
        check_file(tmp_path, known={"weights.txt"})
    (tmp_path / "none").mkdir()
    with pytest.raises(WeightsError, match="a folder; name the checkpoint file in it; it has none"):
        check_file(tmp_path / "none")
    with pytest.raises(WeightsError, match="no such file"):
        read_checkpoint(tmp_path / "gone.pth")
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe.pth")
        with pytest.raises(WeightsError, match="not a regular file"):
            read_checkpoint(tmp_path / "pipe.pth")


NETWORK = nn.Sequential(nn.Conv2d(1, 2, 1), nn.BatchNorm2d(2))
TENSORS = st.sampled_from(
    [
        *NETWORK.state_dict().values(),
        torch.zeros(0),
        torch.tensor(1),
        torch.zeros(2, dtype=torch.int8),
        torch.zeros(2, dtype=torch.complex64),
        torch.zeros(2, device="meta"),
        torch.eye(2).to_sparse(),
    ]
)
ODD_KEYS = (
    "params",
    "params_ema",
    "state_dict",
    "model",
    "net",
    "n_averaged",
    ".",
    "",
    "a..b",
    "model.",
    "\udcff",
    "x\n",
)
KEYS = st.sampled_from([*NETWORK.state_dict(), *(f"module.{key}" for key in NETWORK.state_dict()), *ODD_KEYS])
LEAVES = TENSORS | st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3)
CONTENTS = st.recursive(
    LEAVES,
    lambda inside: (
        st.lists(inside, max_size=3)
        | st.dictionaries(KEYS | st.integers(0, 3), inside, max_size=12)
        | st.just(dict(NETWORK.state_dict()))
    ),
    max_leaves=12,
)


def read_or_refused(path):
    complaint, state, remark = f"{path}: ", NETWORK.state_dict(), ""
    try:
        state, remark = load_network(NETWORK, path)
    except WeightsError as error:
        complaint = str(error)
    assert complaint.startswith(f"{path}: ")
    assert len(f"{complaint}|{remark}".splitlines()) == 1
    assert state.keys() == NETWORK.state_dict().keys()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("fuzz")


@settings(max_examples=150, deadline=None)
@given(content=CONTENTS, itself=st.booleans(), name=st.sampled_from(["a.pth", "a.safetensors", "a"]))
def test_any_container_is_read_or_refused(content, itself, name, folder):
    if itself and isinstance(content, dict):
        content["model"] = {"net": content, "params_ema": content.get("params_ema")}
    torch.save(content, folder / name)
    read_or_refused(folder / name)


WHOLE = [
    torch_bytes({"params": NETWORK.state_dict()}),
    torch_bytes({"params": NETWORK.state_dict()}, _use_new_zipfile_serialization=False),
    safetensors_bytes(NETWORK.state_dict()),
    POINTER,
    archive("a/data.pkl", "b"),
    hdf5(),
]


@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_any_bytes_are_read_or_refused(data, folder):
    content = bytearray(data.draw(st.sampled_from(WHOLE) | st.binary(max_size=60)))
    for _ in range(data.draw(st.integers(0, 4)) if content else 0):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    content = content[: data.draw(st.integers(0, len(content)))] if data.draw(st.booleans()) else content
    path = folder / data.draw(st.sampled_from(["b.pth", "b.safetensors", "b.ckpt", "b.txt", "b.mat", "b.params"]))
    path.write_bytes(content)
    read_or_refused(path)
