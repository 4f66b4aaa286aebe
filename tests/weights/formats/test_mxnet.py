import struct

import numpy as np
import pytest

from srbench.errors import WeightsError
from srbench.weights.formats import mxnet


@pytest.fixture
def named(arrays):
    return {"arg:weight": arrays["conv1"][0], "aux:mean": arrays["conv1"][1], "other": arrays["conv2"][0]}


def test_arrays_by_name(mxnet_file, named):
    state = mxnet.read(mxnet_file(named))
    assert list(state) == ["weight", "mean", "other"]
    for tensor, array in zip(state.values(), named.values(), strict=True):
        np.testing.assert_array_equal(tensor.numpy(), array)


@pytest.mark.parametrize(
    ("changed", "complaint"),
    [
        ({"version": 0xF993FAC8}, "array 0 is of another version"),
        ({"storage": 1}, "array 0 is sparse"),
        ({"kind": 1}, "array 0 is not float32"),
        ({"names": ["a", "b"]}, "3 arrays have 2 names"),
        ({"names": ["a", "arg:a", "b"]}, "two tensors are called 'a'"),
    ],
)
def test_what_is_not_read(mxnet_file, named, changed, complaint):
    with pytest.raises(WeightsError, match=complaint):
        mxnet.read(mxnet_file(named, **changed))


def test_another_file(mxnet_file, named):
    with pytest.raises(WeightsError, match=r"not a \.params file"):
        mxnet.read(b"\0" * 100)
    with pytest.raises(WeightsError, match="ends too early"):
        mxnet.read(mxnet_file(named)[:-1])


def test_sizes_larger_than_the_file():
    head = struct.pack("<QQQ", 0x112, 0, 1)
    array = struct.pack("<IiI2qiii", 0xF993FAC9, 0, 2, 2**40, 2**20, 1, 0, 0)
    with pytest.raises(WeightsError, match="bytes expected, 0 left"):
        mxnet.read(head + array)
    with pytest.raises(WeightsError, match=r"a list of \d+ entries in 0 bytes"):
        mxnet.read(struct.pack("<QQQ", 0x112, 0, 2**60))
    with pytest.raises(WeightsError, match="ends too early"):
        mxnet.read(head + struct.pack("<IiI", 0xF993FAC9, 0, 2**32 - 1))
