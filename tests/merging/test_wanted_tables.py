"""Tables that several folders hold: which there are, and which of their cells are measured."""

from __future__ import annotations

import pytest

from srbench.bench.results.table_result import FIELDS
from srbench.merging.records import Source
from srbench.merging.tables import wanted_tables
from srbench.render.csv_tables import objects_to_csv


@pytest.fixture
def source(tmp_path):
    """``source("a", ("table-4", {"row": "Ours"}), ...)``: a folder with tables, each of the given lines."""

    def make(name, *tables):
        (tmp_path / name / "paper").mkdir(parents=True)
        known = {**dict.fromkeys(FIELDS, ""), "plugin": "paper", "table": "4", "metric": "psnr", "options": "paper"}
        for stem, *lines in tables:
            text = objects_to_csv({**known, "verdict": "differs", **line} for line in lines)
            (tmp_path / name / "paper" / f"{stem}.cells.csv").write_text(text, encoding="utf-8")
        return Source(name, tmp_path / name)

    return make


def test_a_cell_is_measured_where_any_folder_has_it(source):
    lines = {"row": "Ours", "measured": 1.0}, {"row": "Theirs", "measured": None}
    a = source("a", ("table-4", *lines))
    b = source("b", ("table-4", lines[1] | {"measured": 2.0}, lines[0] | {"measured": None}))
    for sources in ((a, b), (b, a)):
        found = wanted_tables(sources)
        (table,), damaged = found.tables, found.damaged
        assert {row: cell.measured for (row, _), cell in table.cells.items()} == {"Ours": 1.0, "Theirs": 2.0}
        assert damaged == ()


def test_options_and_added_rows_make_tables_of_their_own(source):
    ours = {"row": "Ours", "measured": 1.0}
    a = source("a", ("table-4", ours), ("table-4@quick", ours | {"options": "quick"}), ("table-4@partial", ours))
    b = source("b", ("table-4", ours | {"options": "quick"}), ("table-4@with-reference", ours))
    found = wanted_tables([a, b]).tables
    assert [(table.options, table.suffix) for table in found] == [
        ("paper", ""),
        ("quick", ""),
        ("paper", "with-reference"),
    ]


def test_a_table_of_an_older_version_names_its_profile(source):
    found = wanted_tables([source("a", ("table-4", {"row": "Ours", "options": "", "profile": "quick"}))]).tables
    assert [table.options for table in found] == ["quick"]


def test_a_damaged_table_costs_itself_alone(source):
    a = source("a", ("table-4", {"row": "Ours"}), ("table-5", {"row": "Ours", "table": "5"}))
    (a.folder / "paper" / "table-4.cells.csv").write_bytes(b"\xff\xff")
    wanted = wanted_tables([a])
    found, (problem,) = wanted.tables, wanted.damaged
    assert [table.table for table in found] == ["5"]
    assert wanted.unread == ("paper/table-4",)
    b = source("b", ("table-4", {"row": "Ours"}))
    for sources in ([a, b], [b, a]):
        assert wanted_tables(sources).unread == ()
    assert problem.startswith("a/paper/table-4.cells.csv, line 1: ")
