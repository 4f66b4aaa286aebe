"""A plugin from ``srbench new``: checked, and its table printed, from a folder on the path; and what is refused."""

from __future__ import annotations

import importlib
import json
import os
import sys

import pytest

from srbench import builtin
from srbench.catalog import Catalog
from srbench.registry import BUILTIN, Plugin
from srbench.testing.check import CHECKS
from srbench.testing.run import of_catalog, run_check

METADATA = "Metadata-Version: 2.4\nName: srbench-edge-six\nVersion: 0.1.0\nLicense-Expression: Apache-2.0\n"
CSV = "row,dataset,scale,metric,value\nBicubic,Set5,2,psnr,33.66\nOurs,Set5,2,psnr,34.00\nOurs,Set5,3,psnr,30.00\n"


def found_on_path(folder, name):
    """Metadata as of an installation, beside the package."""
    about = folder / f"srbench_{name.replace('-', '_')}-0.1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text(METADATA)
    (about / "entry_points.txt").write_text(f"[srbench]\n{name} = srbench_{name.replace('-', '_')}\n")
    return os.pathsep.join(filter(None, (str(folder), os.environ.get("PYTHONPATH", ""))))


@pytest.mark.slow
def test_a_new_plugin_passes_its_checks_and_its_table_has_a_printed_number(srbench, srbench_process, tmp_path):
    folder = tmp_path / "srbench-edge-six"
    done = srbench(
        "new", "edge-six", "--title", 'A "paper"', "--arxiv", "2001.01234", "--scales", "x3,2", "--out", folder
    )
    assert done.code == 0, done.err
    path = found_on_path(folder, "edge-six")
    checked = srbench_process("check", "edge-six", "--json", PYTHONPATH=path)
    assert checked.code == 0, checked.out + checked.err
    assert {line["status"] for line in checked.json} == {"ok", "skipped"}
    run = ("run", "--plugin", "edge-six", "--table", "1", "--rows", "Bicubic", "--json", "--out", tmp_path / "out")
    done = srbench_process(*run, PYTHONPATH=path)
    assert done.code == 0, done.err
    verdicts = {(line["metric"], line["scale"]): line["verdict"] for line in json.loads(done.out)}
    assert verdicts["psnr", 2.0] == verdicts["psnr", 3.0] == "reproduced"


def test_rows_and_columns_from_printed_numbers(srbench, tmp_path):
    table = tmp_path / "table.csv"
    table.write_text(CSV)
    done = srbench("new", "of-csv", "--from-csv", table, "--ours", "Ours", "--out", tmp_path / "new")
    assert done.code == 0, done.err
    text = (tmp_path / "new" / "srbench_of_csv" / "tables.py").read_text()
    assert 'Row("Bicubic", reason="not implemented yet"),\n    Row("Ours", method="of-csv-net")' in text
    assert 'Column("psnr", "Set5", 2.0),\n    Column("psnr", "Set5", 3.0)' in text
    printed = (tmp_path / "new" / "srbench_of_csv" / "published.csv").read_text().splitlines()
    assert printed[0] == "table,row,dataset,scale,metric,value,std,rank,note"
    assert printed[1] == "1,Bicubic,Set5,2,psnr,33.66,,,"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("Ours,Set5,four,psnr,34.00", "table.csv, line 3: scale is 'four'"),
        ("Ours,Set5,4,psnr,about 3", "table.csv, line 3: value is 'about 3'"),
        ("Bicubic,Set5,4,psnr,33.67", "table.csv, line 3: the value of line 2 again"),
        (",Set5,4,psnr,33.66", "table.csv, line 3: has a value and no row"),
    ],
)
def test_numbers_that_no_plugin_can_hold_are_refused_by_their_line(line, said, srbench, tmp_path):
    table = tmp_path / "table.csv"
    table.write_text(f"row,dataset,scale,metric,value\nBicubic,Set5,4,psnr,33.66\n{line}\n")
    done = srbench("new", "of-csv", "--from-csv", table, "--out", tmp_path / "new")
    assert done.code == 2
    assert said in done.err
    assert not (tmp_path / "new").exists()


def test_scales_are_those_of_the_printed_numbers(srbench, tmp_path):
    table = tmp_path / "table.csv"
    table.write_text("row,dataset,scale,metric,value\nOurs,Set5,x4,psnr,33.66\nOurs,Set5,3,psnr,34\n")
    assert srbench("new", "of-csv", "--from-csv", table, "--ours", "Ours", "--out", tmp_path / "new").code == 0
    assert "SCALES = (3.0, 4.0)" in (tmp_path / "new" / "srbench_of_csv" / "__init__.py").read_text()
    assert "1,Ours,Set5,4,psnr,33.66" in (tmp_path / "new" / "srbench_of_csv" / "published.csv").read_text()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("edge-x", "--arxiv", "foo"), "no number of arXiv"),
        (("Edge",), "no name of a plugin"),
        (("../edge",), "no name of a plugin"),
        (("pcarn",), "is installed"),
        (("edge-x", "--scales", "x5"), "--scales: 5 is none of 2, 3, 4, 8"),
        (("edge-x", "--ours", "Ours"), "give that too"),
        (("edge-x", "--from-csv", "missing.csv"), "can't be read"),
        (("edge-x", "--with", "tables"), "--with: 'tables' is no part"),
        (("edge-x", "--without", "optimizer"), "--without: 'optimizer' is no part"),
        (("edge-x", "--with", "loss", "--without", "loss"), "stands in both"),
        (("edge-x", "--without", "model"), "write --without model,recipe,figure"),
        (("edge-x", "--from-csv", "missing.csv", "--without", "table"), "belong to a table"),
        (("edge-x", "--out", "."), "exists already"),
    ],
)
def test_what_cannot_be_is_refused_in_a_line(arguments, said, srbench, tmp_path):
    done = srbench("new", *arguments, cwd=tmp_path)
    assert done.code == 2
    assert said in done.err
    assert len(done.err.splitlines()) == 1
    assert not list(tmp_path.iterdir())


PARTS = {
    "all": ("--with", "loss,protocol,dataset"),
    "model alone": ("--without", "recipe,table,figure,metric"),
    "recipe without table": ("--without", "table,metric", "--with", "loss"),
    "no network": ("--without", "model,recipe,figure", "--with", "protocol"),
    "metric alone": ("--without", "model,recipe,figure,table"),
    "dataset alone": ("--without", "model,recipe,figure,table,metric", "--with", "dataset"),
    "nothing": ("--without", "model,recipe,figure,table,metric"),
}


@pytest.mark.parametrize("number", range(len(PARTS)), ids=list(PARTS))
def test_a_plugin_of_some_parts_passes_its_checks(number, srbench, tmp_path, monkeypatch):
    folder, package = tmp_path / "new", f"srbench_parts{number}"
    done = srbench("new", f"parts{number}", *list(PARTS.values())[number], "--out", folder)
    assert done.code == 0, done.err
    assert done.out.splitlines()[:-1] == sorted(done.out.splitlines()[:-1], key=done.out.index)
    text = "".join(path.read_text() for path in folder.rglob("*") if path.is_file())
    assert "#:" not in text
    assert "\n\n\n\n" not in text
    monkeypatch.syspath_prepend(folder)
    catalog = Catalog()
    catalog.register(Plugin(BUILTIN), builtin)
    catalog.register(Plugin(f"parts{number}"), importlib.import_module(package))
    catalog.settle()
    plugin = of_catalog(catalog, f"parts{number}")
    # a model that is the template's own, in the same words, is checked by `test_faults.py`
    wanted = [
        check for check in CHECKS.values() if not check.name.startswith("model-") and check.name != "light-listing"
    ]
    assert [outcome.text for check in wanted if (outcome := run_check(plugin, check)).status == "failed"] == []
    for name in [name for name in sys.modules if name.split(".")[0] == package]:
        del sys.modules[name]


def test_unknown_names_of_printed_numbers_are_noted(srbench, tmp_path):
    table = tmp_path / "table.csv"
    table.write_text("row,dataset,scale,metric,value\nOurs,Set15,2,Edge Error,33.66\nOurs,Set5,2,psnr,30.00\n")
    done = srbench("new", "of-csv", "--from-csv", table, "--out", tmp_path / "new")
    assert done.code == 0
    assert [line.partition("; ")[0].partition(": ")[2] for line in done.err.splitlines()] == [
        f"{table}: unknown metric 'Edge Error'",
        f"{table}: unknown dataset 'Set15'",
    ]


def test_an_unknown_plugin_or_check_is_wrong_usage(srbench):
    assert srbench("check", "pcarm").code == 2
    done = srbench("check", "pcarn", "--check", "rowz")
    assert done.code == 2
    assert "rows" in done.err
