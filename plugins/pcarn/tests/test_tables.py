from __future__ import annotations

import csv
from importlib.resources import files

import pytest
from srbench_pcarn.tables import TABLES

from srbench.published import published_table
from srbench.specs.protocol import PCARN

BY_ID = {table.id: table for table in TABLES}


def own_rows() -> list[dict[str, str]]:
    return list(csv.DictReader(files("srbench_pcarn").joinpath("published.csv").read_text().splitlines()))


def papers_rows(table):
    return [row for row in table.rows if not row.reduced and not row.reference]


@pytest.mark.parametrize("table_id", ["1", "2", "3"])
def test_every_row_of_the_paper_is_asked_again_by_a_reduced_one(table_id):
    """Never under the paper's name, and with a network and a recipe of its own."""
    paper, reduced = papers_rows(BY_ID[table_id]), [row for row in BY_ID[table_id].rows if row.reduced]
    assert [row.reduced for row in reduced] == [row.label for row in paper]
    assert not {row.label for row in reduced} & {row.label for row in paper}
    assert not {row.method for row in reduced} & {row.method for row in paper}
    assert all(row.group == "Reduced" and row.method.endswith("-reduced") for row in reduced)


def test_all_six_tables_with_all_their_values():
    assert {table.protocol for table in TABLES} == {PCARN.name}
    sizes = {id_: len(papers_rows(table)) * len(table.columns) for id_, table in BY_ID.items()}
    assert sizes == {id_: len(published_table(table.published, id_).values) for id_, table in BY_ID.items()}
    assert sizes == {"1": 15, "2": 9, "3": 12, "4": 162, "5": 126, "6": 120}


@pytest.mark.parametrize("table_id", ["4", "5"])
def test_groups_as_printed(table_id):
    groups = [row.group for row in papers_rows(BY_ID[table_id])]
    assert groups == ["Distortion-based"] * 4 + ["Perception-based"] * 3 + ["Ours"] * 2


def test_published_values_are_the_transcription_digit_for_digit(shared):
    with (shared / "published/published.csv").open(newline="") as file:
        transcribed = [row for row in csv.DictReader(file) if row["plugin"] == "pcarn"]
    rows = own_rows()
    assert len(rows) == len(transcribed) == 444
    for own, source in zip(rows, transcribed, strict=True):
        if source["table"] in {"1", "2", "3"}:  # the data set that the paper leaves out
            source["scale"] = "4"
            source["dataset"] = "" if source["metric"] == "params" else "Set14"
        assert own == {key: value for key, value in source.items() if key != "plugin"}


def test_table_6_at_x4_equals_tables_4_and_5():
    by_cell: dict[tuple[str, ...], set[str]] = {}
    for row in own_rows():
        if row["table"] in {"4", "5", "6"} and row["scale"] == "4" and row["row"].startswith("PCARN"):
            key = (row["row"], row["dataset"], row["metric"])
            by_cell.setdefault(key, set()).add(row["value"])
    assert all(len(values) == 1 for values in by_cell.values())
