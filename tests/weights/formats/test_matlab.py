import numpy as np
import pytest

from srbench.errors import WeightsError
from srbench.weights.formats import matlab


def cell(*entries):
    content = np.empty((1, len(entries)), dtype=object)
    content[0, :] = entries
    return content


def same(state, expected):
    assert list(state) == list(expected)
    for key, array in expected.items():
        np.testing.assert_array_equal(state[key].numpy(), array)
        assert state[key].numpy().dtype == array.dtype


def test_arrays_in_structs_and_cells(matlab_file, arrays):
    weight, bias = arrays["conv1"]
    content = matlab_file(
        {
            "model": {"weight": cell(weight, weight + 1), "bias": cell(bias[:, None])},
            "name": "net",
            "count": np.int32([[3]]),
        }
    )
    same(
        matlab.read(content),
        {"model.weight.0": weight, "model.weight.1": weight + 1, "model.bias.0": bias[:, None]},
    )


def test_a_struct_array_is_numbered(matlab_file):
    layers = np.empty((1, 2), dtype=[("rate", object), ("name", object)])
    layers[0, 0], layers[0, 1] = (np.float64([[0.5]]), "a"), (np.float64([[2.0]]), "b")
    same(
        matlab.read(matlab_file({"layers": layers})),
        {"layers.0.rate": np.float64([[0.5]]), "layers.1.rate": np.float64([[2.0]])},
    )


def network(*parameters):
    params = np.empty((1, len(parameters)), dtype=[("name", object), ("value", object)])
    for i, parameter in enumerate(parameters):
        params[0, i] = parameter
    return {"net": {"params": params, "layers": cell(np.float32([[1]]))}, "stats": np.float64([[0.1, 0.2]])}


def test_of_a_network_of_matconvnet_the_parameters_alone(matlab_file, arrays):
    weight, bias = arrays["conv1"]
    content = matlab_file(network(("conv_f", weight), ("conv_b", bias[None])))
    same(matlab.read(content), {"conv_f": weight, "conv_b": bias[None]})


def test_two_parameters_of_one_name(matlab_file, arrays):
    with pytest.raises(WeightsError, match="two tensors are called 'f'"):
        matlab.read(matlab_file(network(("f", arrays["conv2"][0]), ("f", arrays["conv2"][0]))))


def test_matlab_orders_by_columns(matlab_file):
    matrix = np.asfortranarray(np.arange(6, dtype=np.float32).reshape(2, 3))
    assert matlab.read(matlab_file({"a": matrix}))["a"].tolist() == [[0, 1, 2], [3, 4, 5]]


def test_what_is_not_read(matlab_file):
    deep = np.float32([[1]])
    for _ in range(20):
        deep = {"in": deep}
    with pytest.raises(WeightsError, match="more than 12 structs"):
        matlab.read(matlab_file({"deep": deep}))
    from scipy.sparse import csc_array

    with pytest.raises(WeightsError, match="sparse is a csc"):
        matlab.read(matlab_file({"sparse": csc_array(np.eye(2))}))
    with pytest.raises(WeightsError, match="no tensors"):
        matlab.read(matlab_file({"text": "only"}))
    with pytest.raises(WeightsError, match=r"version 7\.3"):
        matlab.read(b"MATLAB 7.3 MAT-file, Platform: GLNXA64" + bytes(600))


def test_another_file(matlab_file):
    for content in (b"", b"<html>404</html>" * 40, matlab_file({"a": np.eye(9)})[:160]):
        with pytest.raises(WeightsError, match="damaged or not a MATLAB file"):
            matlab.read(content)
