import pytest

from srbench.errors import WeightsError
from srbench.weights.formats import numbers_text


def test_the_first_axis_changes_fastest():
    assert numbers_text.read(b"2 3 \n1 2.5 -3e-1 4\n5 6 ")["values"].tolist() == [
        [1, pytest.approx(-0.3), 5],
        [2.5, 4, 6],
    ]


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"2 2\n1 2 3", "3 numbers for the sizes 2 x 2"),
        (b"\n1", "1 numbers for the sizes none"),
        (b"-1 -2\n1 2", "2 numbers for the sizes -1 x -2"),
        (b"1 " * 9 + b"\n1", "1 numbers for the sizes"),
        (b"1 x\n1", "not a text of numbers"),
        (b"1\nyes", "not a text of numbers"),
        (b"\xff\n\xfe", "not a text of numbers"),
        (b"9" * 5000 + b"\n1", "not a text of numbers"),
        (b"", "0 numbers for the sizes none"),
        (b"0", "0 numbers for the sizes 0"),
    ],
)
def test_what_is_not_read(content, complaint):
    with pytest.raises(WeightsError, match=complaint):
        numbers_text.read(content)
