"""Places of cells in words: they name the cells that are meant, and no others."""

from __future__ import annotations

import re
from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from srbench.render.remarks import missing

PART = re.compile(r"(?P<places>[^()]+) \((?P<rows>[^()]+)\)(?:; |$)")


def cell_of(entry):
    return (entry.row.label, entry.column.dataset, entry.column.scale, entry.column.metric)


def cells_of(text, result):
    """The cells that the text names, as row, dataset, scale and metric."""
    names = {entry.metric.title or entry.metric.name: entry.metric.name for entry in result.entries}
    all_scales = {entry.column.scale for entry in result.entries}
    cells = set()
    for part in PART.finditer(text):
        for place in part["places"].split("; "):
            words = place.replace(",", "").split()
            scales = {float(word[1:]) for word in words if re.fullmatch(r"x[\d.]+", word)} or all_scales
            metrics = {names[word] for word in words if word in names}
            datasets = [word for word in words if word not in names and not re.fullmatch(r"x[\d.]+", word)]
            rows = {entry.row.label for entry in result.entries} if part["rows"] == "all rows" else None
            cells |= {
                (row, dataset, scale, metric)
                for row in rows or part["rows"].split(", ")
                for dataset in datasets
                for scale in scales
                for metric in metrics
            }
    return cells


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_reason_names_its_cells_and_no_others(unmeasured, data):
    """Table 6 of pcarn: two rows, four datasets, three scales."""
    result = unmeasured["pcarn-6"]
    assert not any("," in entry.row.label or "(" in entry.row.label for entry in result.entries)
    metrics = ("lpips", "niqe")
    shown = [entry for entry in result.entries if entry.metric and entry.column.metric in metrics]
    chosen = data.draw(st.sets(st.sampled_from(range(len(shown))), min_size=1))
    entries = tuple(
        replace(entry, remarks="lost" if number in chosen else "", measured=None if number in chosen else 1.0)
        for number, entry in enumerate(shown)
    )
    (line,) = missing(replace(result, entries=entries))
    text = line.removesuffix(": lost")
    lost = {cell_of(entry) for entry in entries if entry.remarks}
    rows = {entry.row.label for entry in entries}
    if set(text.split(", ")) <= rows:  # all cells of these rows
        assert lost == {cell for cell in map(cell_of, entries) if cell[0] in text.split(", ")}
    else:
        assert cells_of(text, replace(result, entries=entries)) == lost
