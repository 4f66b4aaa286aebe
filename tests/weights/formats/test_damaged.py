"""A damaged file gives tensors or a `WeightsError`, in every format: no other error, and none without its path."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from srbench.errors import WeightsError
from srbench.weights.checkpoint_file import FORMATS, read_checkpoint
from srbench.weights.state_dict import load_state_dict

SUFFIXES = (*FORMATS, ".tf1")


@pytest.fixture(scope="module")
def samples(caffe_net, mxnet_file, tensorflow_file, matlab_file, arrays):
    named = {f"{layer}.{i}": array for layer, group in arrays.items() for i, array in enumerate(group)}
    return {
        ".caffemodel": caffe_net(arrays).SerializeToString(),
        ".mat": matlab_file({"model": {name.replace(".", "_"): array for name, array in named.items()}}),
        ".params": mxnet_file(named),
        ".txt": b"2 4\n" + " ".join(map(str, np.arange(8.0))).encode(),
        ".tf1": tensorflow_file(named),
    }


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("damaged")


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_whole_files_are_read_by_their_suffix(suffix, samples, folder):
    path = folder / f"whole{suffix}"
    path.write_bytes(samples[suffix])
    assert load_state_dict(path)


@pytest.mark.parametrize("suffix", SUFFIXES)
@given(data=st.data())
def test_damaged_files(suffix, samples, folder, data):
    content = bytearray(samples[suffix])
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(content) - 1))
        content[place] = data.draw(st.integers(0, 255))
    content = content[: data.draw(st.integers(0, len(content)))] if data.draw(st.booleans()) else content
    if suffix == ".tf1":  # its last bytes are by what it is known
        content[-8:] = samples[suffix][-8:]
    path = folder / f"damaged{suffix}"
    path.write_bytes(content)
    complaint, state = "", {}
    try:
        state = read_checkpoint(path)
    except WeightsError as error:
        complaint = str(error)
    assert complaint.startswith(f"{path}: ") != bool(state)
    assert "\n" not in complaint
    assert all(tensor.numel() < 1000 for tensor in state.values())


@pytest.mark.parametrize("suffix", SUFFIXES)
@given(content=st.binary(max_size=300))
def test_other_bytes(suffix, folder, content):
    path = folder / f"other{suffix}"
    path.write_bytes(content + (bytes.fromhex("57fb808b247547db") if suffix == ".tf1" else b""))
    with pytest.raises(WeightsError):
        read_checkpoint(path)
