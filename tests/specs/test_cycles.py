"""Cycles among names, against networkx."""

from __future__ import annotations

import networkx as nx
from hypothesis import given
from hypothesis import strategies as st

from srbench.specs.cycles import cycles

NAMES = "abcdef"


@given(st.dictionaries(st.sampled_from(NAMES), st.lists(st.sampled_from(NAMES.upper()), max_size=4)))
def test_each_is_a_cycle_and_without_their_names_none_remains(needs):
    """Names are compared in any case, and those that need nothing aren't listed."""
    graph = nx.DiGraph((name, other.lower()) for name, others in needs.items() for other in others)
    found = cycles(needs)
    for cycle in found:
        assert len(set(cycle)) == len(cycle)
        assert all(graph.has_edge(name, other) for name, other in zip(cycle, (*cycle[1:], cycle[0]), strict=True))
    graph.remove_nodes_from({name for cycle in found for name in cycle})
    assert nx.is_directed_acyclic_graph(graph)


def test_a_name_may_be_in_several_cycles():
    assert cycles({"A": ["b"], "B": ["a", "C"], "C": ["B", "x"], "D": ["D"]}) == [("A", "B"), ("B", "C"), ("D",)]
