import pytest
from hypothesis import given
from hypothesis import strategies as st
from tensorboard.compat.proto.tensor_shape_pb2 import TensorShapeProto

from srbench.errors import WeightsError
from srbench.weights.formats.protobuf import Message


@given(st.lists(st.integers(0, 2**63 - 1), max_size=5), st.text(max_size=10))
def test_fields_are_those_that_google_encoded(sizes, name):
    shape = TensorShapeProto()
    for size in sizes:
        shape.dim.add(size=size, name=name)
    axes = Message(shape.SerializeToString()).messages(2)
    assert [axis.number(1) for axis in axes] == sizes
    assert [axis.text(2) for axis in axes] == [name] * len(sizes)


def test_absent_fields():
    message = Message(b"")
    assert (message.number(3), message.numbers(3), message.text(3), message.messages(3)) == (0, [], "", [])


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"\x0a\x05abc", "5 bytes expected, 3 left"),
        (b"\x08" + b"\xff" * 11, "too long"),
        (b"\x08\xff", "ends too early"),
        (b"\x0b", "wire type 3"),
    ],
)
def test_what_is_no_message(content, complaint):
    with pytest.raises(WeightsError, match=complaint):
        Message(content)


def test_a_number_where_bytes_are_expected():
    with pytest.raises(WeightsError, match="field 1 of a message is a number"):
        Message(b"\x08\x01").blocks(1)


def test_a_name_that_is_not_text():
    with pytest.raises(WeightsError, match="not text"):
        Message(b"\x0a\x01\xff").text(1)
