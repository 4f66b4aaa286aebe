"""Narrowing and widening a table."""

from __future__ import annotations

import pytest

from srbench.bench.planning.selection import Selection, on_demo_data, select
from srbench.catalog import load_catalog
from srbench.errors import UnknownName
from srbench.specs.table import Column


@pytest.fixture
def table():
    return load_catalog().plugin("pcarn").table("4")


def test_nothing_asked_is_everything(table):
    assert select(table, Selection(), load_catalog()) == table


def test_rows_datasets_and_metrics_are_narrowed_in_the_papers_order(table):
    wanted = Selection(rows=("pcarn-m", "PCARN"), datasets=("Set14", "set5"), metrics=("ssim", "psnr", "params"))
    narrow = select(table, wanted, load_catalog())
    assert [row.label for row in narrow.rows] == ["PCARN-M", "PCARN"]
    assert narrow.columns == (
        Column("params", "", 4.0),
        *(Column(metric, dataset, 4.0) for dataset in ("Set5", "Set14") for metric in ("psnr", "ssim")),
    )


def test_a_label_may_have_a_comma_in_it():
    catalog = load_catalog()
    one = catalog.plugin("pcarn").table("1")
    wanted = Selection(rows=("Baseline", "reduced", "+ Residual", "+ local", "reduced", "Baseline"))
    labels = [row.label for row in select(one, wanted, catalog).rows]
    assert labels == ["Baseline, reduced", "+ Residual", "+ Local, reduced", "Baseline"]
    with pytest.raises(UnknownName, match="unknown row 'reduced'"):
        select(one, Selection(rows=("Baseline", "reduced", "reduced")), catalog)


def test_what_the_paper_did_not_measure_is_added(table, tmp_path):
    wanted = Selection(datasets=("Set5", str(tmp_path)), scales=(2.0, 4.0), metrics=("psnr", "runtime_ms"))
    columns = select(table, wanted, load_catalog()).columns
    assert Column("psnr", "Set5", 4.0) in columns
    assert Column("psnr", str(tmp_path), 2.0) in columns
    assert Column("runtime_ms", "", 2.0) in columns
    assert len(columns) == len(set(columns)) == 6


def test_reference_rows_are_appended_once(table):
    catalog = load_catalog()
    once = select(table, Selection(reference=True), catalog)
    assert [row.label for row in once.rows[-3:]] == ["Nearest", "Bilinear", "Bicubic"]
    assert select(once, Selection(reference=True), catalog).rows == once.rows


def test_demo_data_replaces_every_dataset(table):
    columns = on_demo_data(table, load_catalog()).columns
    assert {column.dataset for column in columns} == {"", "demo"}
    assert len(columns) == len(set(columns)) == 6


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        (Selection(rows=("PCARN-N",)), "unknown row 'PCARN-N'; did you mean 'PCARN-M' or 'PCARN'"),
        (Selection(datasets=("Set6",)), "unknown dataset 'Set6'; did you mean 'Set5'"),
        (Selection(metrics=("ssmi",)), "unknown metric 'ssmi'; did you mean 'ssim'"),
    ],
)
def test_unknown_names(table, wanted, message):
    with pytest.raises(UnknownName) as error:
        select(table, wanted, load_catalog())
    assert str(error.value).startswith(message)
