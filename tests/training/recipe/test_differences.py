from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from srbench.training.recipe.differences import differences

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.text("ab", max_size=2),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("xyz", min_size=1, max_size=1), inner),
    max_leaves=8,
)


def test_leaves_are_named_by_their_path():
    old = {"phases": [{"budget": {"learning_rate": 1e-4, "steps": 10}, "clip": 1}], "seed": 0}
    new = {"phases": [{"budget": {"learning_rate": 2e-4, "steps": 10}, "ema": 0.9}], "seed": 0}
    assert differences(old, new) == [
        "phases.0.budget.learning_rate: 0.0001 -> 0.0002",
        "phases.0.clip: 1 -> not there",
        "phases.0.ema: not there -> 0.9",
    ]


def test_lists_of_other_lengths_are_shown_whole():
    assert differences({"data": ["T91"]}, {"data": ["T91", "BSDS500"]}) == ["data: ['T91'] -> ['T91', 'BSDS500']"]


@given(VALUES)
def test_nothing_differs_from_itself(value):
    assert differences(value, value) == []


@given(VALUES, VALUES)
def test_what_differs_is_said_in_both_directions(old, new):
    assert bool(differences(old, new)) == (old != new) == bool(differences(new, old))
