"""A plugin from ``srbench new``: checked, and its table printed, from a folder on the path; and what is refused."""

from __future__ import annotations

import json
import os

import pytest

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
        "new", "edge-six", "--title", 'A "paper"', "--arxiv", "2001.01234", "--scales", "3,2", "--out", folder
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
    assert "SCALES = (3.0, 4.0)" in (tmp_path / "new" / "srbench_of_csv" / "tables.py").read_text()
    assert "1,Ours,Set5,4,psnr,33.66" in (tmp_path / "new" / "srbench_of_csv" / "published.csv").read_text()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("edge-x", "--arxiv", "foo"), "no number of arXiv"),
        (("Edge",), "no name of a plugin"),
        (("../edge",), "no name of a plugin"),
        (("pcarn",), "is installed"),
        (("edge-x", "--scales", "5"), "is none of 2, 3, 4, 8"),
        (("edge-x", "--ours", "Ours"), "give that too"),
        (("edge-x", "--from-csv", "missing.csv"), "can't be read"),
        (("edge-x", "--out", "."), "exists already"),
    ],
)
def test_what_cannot_be_is_refused_in_a_line(arguments, said, srbench, tmp_path):
    done = srbench("new", *arguments, cwd=tmp_path)
    assert done.code == 2
    assert said in done.err
    assert len(done.err.splitlines()) == 1
    assert not list(tmp_path.iterdir())


def test_an_unknown_plugin_or_check_is_wrong_usage(srbench):
    assert srbench("check", "pcarm").code == 2
    done = srbench("check", "pcarn", "--check", "rowz")
    assert done.code == 2
    assert "rows" in done.err
