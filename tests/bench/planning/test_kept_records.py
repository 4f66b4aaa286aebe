"""Records fill the slots of tables whose data and weights are no longer at hand."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from srbench.bench.planning.options import Options
from srbench.bench.planning.plan import make_plan
from srbench.bench.planning.selection import Selection, on_demo_data
from srbench.bench.results.gather import gather
from srbench.catalog import load_catalog
from srbench.errors import WeightsError
from srbench.escape import of_csv_field
from srbench.records.store import Store
from srbench.storage.canonical_hash import canonical_hash

RESULTS = Path(__file__).parents[3] / "results"
SOURCES = {("ode-ivp", "2"): "train"}
"""Tables that were printed with ``--source``."""


def committed() -> list[Path]:
    return sorted(RESULTS.glob("*/table-*.cells.csv"))


def lines_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return [{**line, "row": of_csv_field(line["row"])} for line in csv.DictReader(file)]


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
    entries = gather(plan, plan.cached).entries
    places = {
        (slot.row.label, slot.column.dataset, slot.column.scale, slot.column.metric): entry
        for slot, entry in zip(plan.slots, entries, strict=True)
    }
    for line in lines:
        scale = float(line["scale"]) if line["scale"] else None
        entry = places[line["row"], line["dataset"], scale, line["metric"]]
        if not line["measured"]:
            continue
        assert entry.measured == float(line["measured"]), line
        if "options" in line:  # printed since verdicts name other devices and weights
            assert str(entry.verdict) == line["verdict"], line


@pytest.fixture
def psnr_of(catalog, tmp_path):
    """``psnr_of(options)``: the slot of PCARN-M, PSNR on Set5 x4, where nothing is at hand, from changed records.

    `records` of it holds the committed record, as JSON, which `add` writes with changes.
    """

    class Records:
        store = Store(tmp_path)
        text = _pcarn_m_on_set5()

        def add(self, **changes):
            document = json.loads(self.text)
            for path, value in changes.items():
                *parents, last = path.split("__")
                place = document
                for parent in parents:
                    place = place[parent]
                place[last] = value
            key = document["cell"]["key"] = canonical_hash(document["identity"])
            path = self.store.path(key)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(document), encoding="utf-8")
            return key

        def slot(self, roots=(), **options):
            plugin = catalog.plugin("pcarn")
            narrowed = Selection(("PCARN-M",), ("Set5",), (), ("psnr",))
            table = plugin.table("4")
            plan = make_plan(catalog, plugin, table, narrowed, Options(**options), roots, Store(tmp_path), keep=True)
            return plan.slots[0], gather(plan, plan.cached).entries[0]

    return Records()


@cache
def _pcarn_m_on_set5() -> str:
    """The text of the committed record of PCARN-M, PSNR on Set5 x4."""
    wanted = {"method": "pcarn-m", "dataset": "Set5", "scale": 4.0, "protocol": "pcarn", "metric": "psnr"}
    for path in sorted((RESULTS / "records").glob("??/*.json")):
        text = path.read_text(encoding="utf-8")
        if wanted.items() <= json.loads(text)["cell"].items():
            return text
    raise AssertionError("there is no such record")


def test_a_record_fills_the_slot_and_is_judged_as_before(psnr_of):
    psnr_of.add()
    slot, entry = psnr_of.slot()
    assert (str(entry.verdict), round(entry.measured, 3)) == ("reproduced", 29.378)
    assert slot.kept.startswith(f"from the records of {psnr_of.store.root.name} (dataset Set5 not found: ")
    assert slot.kept in entry.remarks


@pytest.mark.parametrize(
    "change",
    [
        {"identity__weights__sha256": "f" * 64},
        {"identity__metric__version": 99},
        {"identity__model__version": 99},
        {"identity__protocol__quantise": "round"},
        {"identity__dataset__name": "Set14"},
        {"identity__scale": 3.0},
        {"identity__seed": 1},
        {"identity__profile": "demo"},
        {"identity__ensemble": ["self"]},
        {"identity__tile": 48},
        {"status": "failed"},
    ],
)
def test_a_record_of_something_else_does_not(psnr_of, change):
    psnr_of.add(**change)
    slot, entry = psnr_of.slot()
    assert not slot.cells
    assert entry.measured is None


def test_of_two_copies_of_a_dataset_the_known_one_is_taken(psnr_of):
    known = psnr_of.add()
    psnr_of.add(identity__dataset__pixels="other", value=1.0)
    slot, _ = psnr_of.slot()
    assert slot.cell.key == known


def test_two_unknown_copies_fill_nothing(psnr_of):
    for number in range(2):
        psnr_of.add(identity__dataset__pixels=f"other{number}")
    slot, entry = psnr_of.slot()
    assert not slot.cells
    assert "2 records" in entry.remarks
    assert "could fill it" in entry.remarks


def test_another_copy_is_judged_as_one(psnr_of):
    psnr_of.add(identity__dataset__pixels="other", dataset_fingerprint="other")
    _, entry = psnr_of.slot()
    assert str(entry.verdict) == "other data"


def test_a_damaged_record_is_left_out_with_a_warning(psnr_of):
    whole = psnr_of.add()
    damaged = psnr_of.add(identity__dataset__pixels="other")
    psnr_of.store.path(damaged).write_text("{", encoding="utf-8")
    with pytest.warns(UserWarning, match="1 records are left out"):
        slot, _ = psnr_of.slot()
    assert slot.cell.key == whole


def test_only_the_wanted_source_fills(psnr_of):
    psnr_of.add()
    assert psnr_of.slot(source="released")[0].cells
    assert not psnr_of.slot(source="bundled")[0].cells


def test_released_weights_are_not_replaced_by_lesser_ones(psnr_of, material):
    """Set5 is at hand, and of PCARN-M's weights only those that the plugin ships."""
    data = material("data/Set5")
    slot, _ = psnr_of.slot((data,))
    assert (slot.method.source, slot.kept) == ("bundled", "")
    psnr_of.add()
    slot, entry = psnr_of.slot((data,))
    assert slot.method.source == "released"
    assert "only bundled weights of PCARN-M are at hand" in slot.kept
    assert str(entry.verdict) == "reproduced"
    slot, _ = psnr_of.slot((data,), source="bundled")
    assert (slot.method.source, slot.kept) == ("bundled", "")


@pytest.mark.parametrize("measures", [True, False])
def test_times_of_another_machine_stay_where_none_will_be_measured(catalog, store, monkeypatch, measures):
    monkeypatch.setattr("srbench.bench.planning.jobs.machine", lambda _device: "cpu: of nobody")
    plugin = catalog.plugin("probabilistic-l1")
    wanted = Selection(rows=("IMDN",), scales=(4.0,), metrics=("runtime_ms",))
    options = Options(profile="quick")
    plan = make_plan(catalog, plugin, plugin.table("3"), wanted, options, (), store, keep=True, measures=measures)
    (slot,) = plan.slots
    assert (slot.cell.key in plan.cached) is not measures
    assert ("measured on another machine" in slot.kept) is not measures
    assert bool(plan.jobs) is measures


def test_damaged_weights_of_a_metric_cost_its_cells_alone_where_none_will_be_measured(catalog, store, tmp_path):
    """As of the columns that a narrowed run has not asked for."""
    (tmp_path / "weights").mkdir()
    (tmp_path / "weights" / "niqe_modelparameters.mat").write_bytes(b"damaged")
    plugin = catalog.plugin("pcarn")
    table = on_demo_data(plugin.table("4"), catalog)
    wanted = Selection(rows=("Bicubic",), scales=(4.0,), metrics=("psnr", "niqe"))

    def slots(**options):
        plan = make_plan(catalog, plugin, table, wanted, Options(), (tmp_path,), store, keep=True, **options)
        return {slot.column.metric: slot for slot in plan.slots}

    with pytest.raises(WeightsError, match="SHA-256"):
        slots()
    found = slots(measures=False)
    assert "SHA-256" in found["niqe"].reason
    assert found["psnr"].reason == ""


@pytest.mark.parametrize("lost", ["no record", "failed"])
def test_a_mean_without_one_of_its_seeds_is_no_number(catalog, store, lost):
    _, plan = without_data(catalog, RESULTS / "pcarn" / "table-3.cells.csv", store)
    place = next(number for number, slot in enumerate(plan.slots) if len(slot.cells) > 1)
    key = plan.slots[place].cells[-1].key
    assert gather(plan, plan.cached).entries[place].seeds == len(plan.slots[place].cells)
    records = {each: record for each, record in plan.cached.items() if each != key}
    if lost == "failed":
        records[key] = replace(plan.cached[key], status="failed", value=None, error="out of memory")
    entry = gather(plan, records).entries[place]
    assert entry.measured is None
    assert lost != "failed" or "out of memory" in entry.remarks
