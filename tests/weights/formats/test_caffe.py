import numpy as np
import pytest

from srbench.errors import WeightsError
from srbench.weights.formats import caffe


def test_parameters_of_each_layer(caffe_net, arrays):
    state = caffe.read(caffe_net(arrays).SerializeToString())
    assert list(state) == ["conv1.0", "conv1.1", "conv2.0"]
    for key, tensor in state.items():
        layer, i = key.split(".")
        np.testing.assert_array_equal(tensor.numpy(), arrays[layer][int(i)])


def test_sizes_as_older_caffe_writes_them(caffe_net, arrays):
    net = caffe_net(arrays)
    blob = net.layer[1].blobs[0]
    blob.ClearField("shape")
    blob.num, blob.channels, blob.height, blob.width = 4, 3, 3, 2
    assert caffe.read(net.SerializeToString())["conv1.0"].shape == (4, 3, 3, 2)


def refused(net, complaint):
    with pytest.raises(WeightsError, match=complaint):
        caffe.read(net.SerializeToString())


def test_what_is_not_read(caffe_net, arrays):
    old = caffe_net(arrays)
    old.layers.add(name="conv")
    refused(old, "before 2014")
    double = caffe_net(arrays)
    double.layer[1].blobs[1].double_data.append(1.0)
    refused(double, "'conv1.1' is not float32")
    refused(caffe_net({}), "no tensors")


@pytest.mark.parametrize("sizes", [[5], [2, 3], [-1, -4], [2**62, 4], [1] * 9 + [4], []])
def test_sizes_that_are_not_those_of_the_numbers(caffe_net, arrays, sizes):
    net = caffe_net(arrays)
    shape = net.layer[1].blobs[1].shape
    shape.ClearField("dim")
    shape.dim.extend(sizes)
    refused(net, "'conv1.1' of the sizes .* has 16 bytes")


def test_two_layers_of_one_name(caffe_net, arrays):
    net = caffe_net(arrays)
    net.layer[2].name = "conv1"
    refused(net, "two tensors are called 'conv1.0'")
