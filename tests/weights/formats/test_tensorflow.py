import numpy as np
import pytest

from srbench.errors import WeightsError
from srbench.weights.formats import tensorflow


@pytest.fixture
def variables(arrays):
    names = ("generator/Conv/biases", "generator/Conv/weights", "generator/Conv_1/weights")
    return dict(zip(names, (*reversed(arrays["conv1"]), *arrays["conv2"]), strict=True))


def test_variables_by_name(tensorflow_file, variables):
    state = tensorflow.read(tensorflow_file(variables))
    assert list(state) == list(variables)
    for tensor, array in zip(state.values(), variables.values(), strict=True):
        np.testing.assert_array_equal(tensor.numpy(), array)


@pytest.mark.parametrize(
    ("changed", "complaint"),
    [
        ({"kind": 1}, "compressed"),
        ({"type_": 9}, "'generator/Conv/biases' is not float32"),
        ({"start": 1}, "'generator/Conv/biases' is stored in parts"),
        ({"described": ["generator/Conv/biases"]}, "'generator/Conv/weights' is not described"),
    ],
)
def test_what_is_not_read(tensorflow_file, variables, changed, complaint):
    with pytest.raises(WeightsError, match=complaint):
        tensorflow.read(tensorflow_file(variables, **changed))


def test_a_variable_without_numbers(tensorflow_file, variables):
    with pytest.raises(WeightsError, match="1 variables have no numbers, the first is 'gone'"):
        tensorflow.read(tensorflow_file(variables, described=[*variables, "gone"]))


def test_another_file(tensorflow_file, variables):
    for content in (b"", b"\0" * 100, tensorflow_file(variables)[:-1]):
        with pytest.raises(WeightsError, match="not a V1 checkpoint of TensorFlow"):
            tensorflow.read(content)


def test_blocks_beyond_the_end(tensorflow_file, variables):
    content = tensorflow_file(variables)
    with pytest.raises(WeightsError, match="beyond its end"):
        tensorflow.read(content[-48:])
