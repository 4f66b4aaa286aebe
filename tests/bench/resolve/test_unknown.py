"""Identities with unknown parts against those of records."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from srbench.bench.resolve.unknown import Unknown, as_known_copy, unknown_parts

plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


@given(plain)
def test_what_is_known_agrees_with_itself_as_a_record_holds_it(value):
    assert unknown_parts(value, json.loads(json.dumps(value))) == []


@given(plain, plain)
def test_known_values_agree_only_if_their_json_is_equal(one, other):
    agrees = unknown_parts(one, other) is not None
    if json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True):
        assert agrees
    elif agrees:  # 1 and 1.0
        assert one == other


@given(st.dictionaries(st.text(), st.text(), min_size=1), st.data())
def test_an_unknown_part_is_found_wherever_it_is(record, data):
    key = data.draw(st.sampled_from(sorted(record)))
    unknown = Unknown()
    assert unknown_parts({"in": [record | {key: unknown}]}, {"in": [record]}) == [(unknown, record[key])]


def test_an_unknown_part_has_one_of_its_choices():
    sha256 = Unknown("a", ("a", "b"))
    assert unknown_parts({"sha256": sha256}, {"sha256": "b"}) == [(sha256, "b")]
    assert unknown_parts({"sha256": sha256}, {"sha256": "c"}) is None
    assert unknown_parts({"sha256": Unknown()}, {"sha256": {"a": 1}}) is None
    assert unknown_parts({"sha256": sha256}, {}) is None
    assert unknown_parts([sha256], []) is None


def test_the_known_copy_has_all_likely_values():
    pixels, lr = Unknown("hr+lr"), Unknown()
    assert as_known_copy([(pixels, "hr+lr"), (lr, "file")])
    assert not as_known_copy([(pixels, "hr"), (lr, "made:matlab-uint8")])


def test_an_unknown_part_is_never_empty():
    """An identity leaves out empty parts, and must not leave out this one."""
    assert Unknown()
