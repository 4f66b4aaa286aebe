"""Records fill the slots of tables whose data and weights are no longer at hand."""

from __future__ import annotations

import csv
import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from srbench.bench.planning.plan import Options, make_plan
from srbench.bench.planning.selection import Selection
from srbench.bench.results.table_result import gather
from srbench.catalog import load_catalog
from srbench.records.store import Store

RESULTS = Path(__file__).parents[3] / "results"
SOURCES = {("ode-ivp", "2"): "train"}
"""Tables that were printed with ``--source``."""


def committed() -> list[Path]:
    return sorted(RESULTS.glob("*/table-*.cells.csv"))


def lines_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def catalog():
    return load_catalog()


@pytest.fixture(scope="module")
def store():
    return Store(RESULTS)


def without_data(catalog, path: Path, store: Store):
    """The table of the committed file, planned with the same options where nothing is at hand."""
    lines = lines_of(path)
    plugin = catalog.plugin(lines[0]["plugin"])
    table = plugin.table(lines[0]["table"])
    seeds = max(int(line["seeds"] or 1) for line in lines)
    source = SOURCES.get((plugin.name, table.id), "auto")
    options = Options(profile=lines[0]["profile"], source=source, seeds=seeds)
    return lines, make_plan(catalog, plugin, table, Selection(), options, (), store, keep=True)


@pytest.mark.parametrize("path", committed(), ids=lambda path: f"{path.parent.name}-{path.name.split('.')[0]}")
def test_no_measured_cell_is_lost_without_data(catalog, store, path):
    """Every committed table comes out with all its measured cells, the same values and the same verdicts."""
    lines, plan = without_data(catalog, path, store)
    entries = {(e.row.label, e.column.dataset, e.column.scale, e.column.metric): e for e in gather(plan, plan.cached).entries}
    for line in lines:
        metric = catalog.metrics.get(line["metric"])
        if not line["measured"] or not metric.repeatable:  # times are measured anew on another machine
            continue
        entry = entries[line["row"], line["dataset"], float(line["scale"]) if line["scale"] else None, line["metric"]]
        assert entry.measured == float(line["measured"]), line
        assert str(entry.verdict) == line["verdict"], line
