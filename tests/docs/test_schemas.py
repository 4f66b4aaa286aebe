"""The JSON schemas of the documentation hold for every file of the kind in this repository, and refuse others."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import jsonschema
import pytest

ROOT = Path(__file__).parents[2]
SCHEMAS = ROOT / "docs" / "reference" / "schemas"
RECORDS = sorted((ROOT / "results" / "records").glob("*/*.json"))
CELLS = sorted((ROOT / "results").glob("*/*.cells.csv"))
PUBLISHED = sorted((ROOT / "plugins").glob("*/srbench_*/published.csv"))


def validator(kind):
    schema = json.loads((SCHEMAS / f"{kind}.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


@pytest.mark.parametrize("step", [5, pytest.param(1, marks=pytest.mark.long)])
def test_every_record(step):
    """Every fifth among the fast tests."""
    check = validator("record")
    assert len(RECORDS) > 1000
    for path in RECORDS[::step]:
        check.validate(json.loads(path.read_text(encoding="utf-8")))


def test_a_new_record_has_the_entries_of_the_schema():
    from srbench.records.cell import Cell
    from srbench.records.record import Record

    cell = Cell("a", "Set5", 4.0, "standard", "psnr", "paper", None, key="0" * 64)
    document = json.loads(Record(cell, "ok", {"baby": float("nan")}).to_json())
    check = validator("record")
    check.validate(document)
    assert set(document) == set(check.schema["properties"])


@pytest.mark.parametrize(("kind", "paths"), [("cells", CELLS), ("published", PUBLISHED)])
def test_every_line_of_the_csv_files(kind, paths):
    check = validator(kind)
    assert len(paths) >= 5
    for path in paths:
        with path.open(encoding="utf-8", newline="") as file:
            for line in csv.DictReader(file):
                check.validate(line)


def test_the_card_of_a_training(training):
    job = training.job("tiny", "l1.budget.steps=2", phase="l1")
    training(job)
    (card,) = training.root.glob("training/*/card.json")
    check = validator("card")
    document = json.loads(card.read_text(encoding="utf-8"))
    check.validate(document)
    assert set(document) <= set(check.schema["properties"])


@pytest.mark.parametrize(
    ("kind", "document"),
    [
        ("record", {"schema": 1}),
        ("cells", {"plugin": "pcarn"}),
        ("published", {"table": "1", "row": "a", "dataset": "", "scale": "", "metric": "psnr", "value": "29,4"}),
        ("card", {"recipe": "x"}),
    ],
)
def test_something_else_is_refused(kind, document):
    with pytest.raises(jsonschema.ValidationError):
        validator(kind).validate(document)
