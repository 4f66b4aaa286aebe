"""Output folders with tables and records, made for a test."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from srbench.bench.results.table_result import FIELDS
from srbench.render.csv_tables import objects_to_csv
from srbench.storage.canonical_hash import canonical_hash


def a_line(row="Ours", metric="psnr", dataset="Set5", measured=29.378, verdict="reproduced", **other):
    """Return a line of a ``cells.csv``, as `Result.as_objects` has it."""
    known = {
        **dict.fromkeys(FIELDS, ""),
        "plugin": "paper",
        "table": "4",
        "row": row,
        "dataset": dataset,
        "scale": 4.0,
        "metric": metric,
        "measured": measured,
        "published": 29.38,
        "verdict": verdict,
        "protocol": "standard",
        "profile": "paper",
        "seeds": 1,
        "n_images": 5,
        "options": "paper",
    }
    return known | other


def a_table(folder, lines, name="table-4"):
    """Write the ``cells.csv`` of a table into an output folder, as `srbench run` does."""
    lines = list(lines)
    path = Path(folder) / (lines[0]["plugin"] if lines else "paper") / f"{name}.cells.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(objects_to_csv(lines), encoding="utf-8", newline="")
    return path


def a_record(folder, value, method="ours", metric="psnr", dataset="Set5", seed=0, identity=None, **other):
    """Write a record into an output folder, under the key of its identity."""
    identity = {"method": method, "metric": metric, "dataset": dataset, "seed": seed} | (identity or {})
    key = canonical_hash(identity)
    document = {
        "schema": 2,
        "cell": {
            "method": method,
            "dataset": dataset,
            "scale": 4.0,
            "protocol": "standard",
            "metric": metric,
            "profile": "paper",
            "seed": seed,
            "key": key,
        },
        "status": "ok",
        "values": {"baby": value},
        "value": value,
        "std": None,
        "warnings": [],
        "identity": identity,
    }
    path = Path(folder) / "records" / key[:2] / f"{key}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document | other), encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def line():
    """``line(row, metric, ...)``: a line of a ``cells.csv``."""
    return a_line


@pytest.fixture(scope="session")
def write_table():
    """``write_table(folder, lines, name)``: a table in an output folder."""
    return a_table


@pytest.fixture(scope="session")
def write_record():
    """``write_record(folder, value, ...)``: a record in an output folder."""
    return a_record


@pytest.fixture
def results(tmp_path):
    """``results("a", line(), ...)``: an output folder with one table."""

    def make(name, *lines):
        a_table(tmp_path / name, lines)
        return tmp_path / name

    return make
