"""Narrowing and widening a table."""

from __future__ import annotations

from dataclasses import replace

import pytest

from srbench.bench.planning.selection import Selection, on_demo_data, select, unnarrowed
from srbench.catalog import load_catalog
from srbench.errors import UnknownName
from srbench.specs.table import Column, Row


@pytest.fixture
def table():
    return load_catalog().plugin("pcarn").table("4")


def test_an_empty_selection_selects_the_whole_table(table):
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
    wanted = Selection(rows=("Baseline, reduced,+ Residual", "+ local,reduced,Baseline"))
    labels = [row.label for row in select(one, wanted, catalog).rows]
    assert labels == ["Baseline, reduced", "+ Residual", "+ Local, reduced", "Baseline"]
    with pytest.raises(UnknownName, match="unknown row 'reduced'"):
        select(one, Selection(rows=("Baseline, reduced, reduced",)), catalog)
    with pytest.raises(UnknownName, match=r"choose from .*'Baseline', 'Baseline, reduced'"):
        select(one, Selection(rows=("none of them",)), catalog)


def test_patterns_take_the_tables_own_rows_and_columns_first(table):
    narrow = select(table, Selection(rows=("pcarn*",), datasets=("Set*",), metrics=("ps*", "ss*")), load_catalog())
    assert [row.label for row in narrow.rows] == ["PCARN", "PCARN-M", "PCARN-M (L1)"]
    assert {(column.dataset, column.metric) for column in narrow.columns} == {
        (dataset, metric) for dataset in ("Set5", "Set14") for metric in ("psnr", "ssim")
    }
    with pytest.raises(UnknownName, match="unknown row 'PCARM\\*'"):
        select(table, Selection(rows=("PCARM*",)), load_catalog())
    with pytest.raises(UnknownName, match="unknown dataset 'Sed\\*'"):
        select(table, Selection(datasets=("Sed*",)), load_catalog())


def test_a_reference_row_can_be_named_alone(table):
    """The table shows it with --reference, so it has a name."""
    catalog = load_catalog()
    for reference in (False, True):
        rows = select(table, Selection(rows=("PCARN-M", "bicubic"), reference=reference), catalog).rows
        assert [row.label for row in rows] == ["PCARN-M", "Bicubic"]
    whole = unnarrowed(table, Selection(rows=("Bicubic",), reference=True), catalog).rows
    assert [row.label for row in whole[-3:]] == ["Nearest", "Bilinear", "Bicubic"]


def test_a_row_of_the_paper_comes_before_a_reference_row_of_its_name():
    """Table 1 of ode-ivp has a row ``bicubic``, whose grey images stay grey as in print."""
    catalog = load_catalog()
    one = catalog.plugin("ode-ivp").table("1")
    for label, name in (("bicubic", "bicubic"), ("BICUBIC", "bicubic"), ("Bicubic", "Bicubic")):
        (row,) = select(one, Selection(rows=(label,)), catalog).rows
        assert (row.label, row.reference) == (name, name == "Bicubic")


def test_one_folder_in_several_spellings_is_one_dataset(table, tmp_path):
    folder = tmp_path / "photos"
    folder.mkdir()
    spellings = (str(folder), f"{folder}/", f"{tmp_path}/./photos", f"{folder}/../photos")
    columns = select(table, Selection(datasets=spellings, metrics=("psnr",)), load_catalog()).columns
    assert columns == (Column("psnr", str(folder), 4.0),)


def test_a_folder_matches_a_pattern_that_no_dataset_does(table, tmp_path):
    for name in ("zz1", "zz2", "other"):
        (tmp_path / name).mkdir()
    columns = select(table, Selection(datasets=(f"{tmp_path}/zz*",), metrics=("psnr",)), load_catalog()).columns
    assert [column.dataset for column in columns] == [f"{tmp_path}/zz1", f"{tmp_path}/zz2"]


@pytest.mark.parametrize("typed", [(2.0, 3.0, 4.0), (4.0, 3.0, 2.0), (3.0, 2.0, 4.0)])
def test_scales_are_ascending_however_they_are_typed(table, typed):
    wanted = Selection(datasets=("Set5",), scales=typed, metrics=("psnr",))
    assert [column.scale for column in select(table, wanted, load_catalog()).columns] == [2.0, 3.0, 4.0]


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


def test_a_reference_row_does_not_take_the_place_of_a_row_of_the_paper(table):
    own = replace(table, rows=(Row("Bicubic", method="imdn"),))
    rows = select(own, Selection(reference=True), load_catalog()).rows
    assert [(row.label, row.method) for row in rows] == [
        ("Bicubic", "imdn"),
        ("Nearest", "nearest"),
        ("Bilinear", "bilinear"),
    ]


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
