"""`srbench export`: every format holds the frame that it was made of."""

from __future__ import annotations

import re
import shutil
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pandas as pd
import pytest

from srbench import read_published, read_records, read_results
from srbench.escape import of_csv_field
from srbench.frames import columns
from srbench.frames.export import FORMATS

ROOT = Path(__file__).parents[3]
COMMITTED = ROOT / "results"
KINDS = {
    "results": (("results",), columns.RESULTS),
    "images": (("results", "--per-image"), columns.RECORDS),
    "published": (("--published",), columns.PUBLISHED),
}
EACH = 8


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with all committed tables in `results`, and each eighth record, which are many images still."""
    folder = tmp_path_factory.mktemp("committed")
    for path in [*COMMITTED.glob("*/*.cells.csv"), *sorted(COMMITTED.glob("records/??/*.json"))[::EACH]]:
        copy = folder / "results" / path.relative_to(COMMITTED)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, copy)
    return folder


@pytest.fixture(scope="module")
def frames(folder):
    results = folder / "results"
    return {"results": read_results(results), "images": read_records(results), "published": read_published()}


def read(path, form, kind):
    """Return the frame in a file, as a user would read it with pandas and the types of docs/data-frames.md."""
    schema = KINDS[kind][1]
    types = {name: pd.CategoricalDtype(each) if isinstance(each, tuple) else each for name, each in schema.items()}
    if form == "csv":
        empty = {name: [""] for name, each in schema.items() if each in {"Float64", "Int64"}}
        frame = pd.read_csv(path, dtype=types, keep_default_na=False, na_values=empty)
        texts = [name for name, each in schema.items() if each == columns.TEXT]
        return frame.assign(**{name: frame[name].map(of_csv_field).astype("string") for name in texts})
    if form == "parquet":
        return pd.read_parquet(path)
    with closing(sqlite3.connect(path)) as database:
        return pd.read_sql(f'SELECT * FROM "{kind}"', database).astype(types)  # noqa: S608 - a name of this test


FRAMES_OF_ALL = [
    *((kind, form) for kind in KINDS for form in FORMATS if kind != "images" or form == "csv"),
    *(pytest.param("images", form, marks=pytest.mark.long) for form in FORMATS if form != "csv"),
]
"""The frame of images, which is the largest and has no type of its own, is in one format among the fast tests."""


@pytest.mark.parametrize(("kind", "form"), FRAMES_OF_ALL)
def test_the_committed_results_in_every_format(srbench, folder, frames, tmp_path, kind, form):
    path = tmp_path / "new" / f"numbers.{form}"
    done = srbench("export", *KINDS[kind][0], "--format", form, "--out", path, cwd=folder)
    assert (done.code, done.err) == (0, "")
    frame = frames[kind]
    assert done.out == f"{path}: {len(frame)} lines, {len(frame.columns)} columns\n"
    pd.testing.assert_frame_equal(read(path, form, kind), frame, check_exact=True)


def test_a_database_holds_results_images_and_printed_numbers(srbench, folder, frames, tmp_path):
    path = tmp_path / "srbench.sqlite"
    for kind in [*KINDS, "results"]:
        assert srbench("export", *KINDS[kind][0], "--format", "sqlite", "--out", path, cwd=folder).code == 0
    with closing(sqlite3.connect(path)) as database:
        counts = {kind: database.execute(f'SELECT count(*) FROM "{kind}"').fetchone()[0] for kind in KINDS}  # noqa: S608
        types = {name: kind for _, name, kind, *_ in database.execute("PRAGMA table_info(results)")}
    assert counts == {kind: len(frame) for kind, frame in frames.items()}
    assert (types["measured"], types["seeds"], types["verdict"]) == ("REAL", "INTEGER", "TEXT")


def test_results_folder_and_file_have_defaults(srbench, tmp_path):
    (tmp_path / "results").symlink_to(COMMITTED)
    done = srbench("export", "--plugin", "pcarn", "--json", cwd=tmp_path)
    frame = pd.read_csv(tmp_path / "results.csv")
    assert set(frame["plugin"]) == {"pcarn"}
    assert done.json["file"] == "results.csv"
    assert done.json["lines"] == len(frame) > 400
    assert done.json["columns"]["measured"] == "Float64"
    assert done.json["columns"]["verdict"] == "category"
    assert srbench("export", "--published", "--plugin", "pcarn", cwd=tmp_path).out.startswith(
        "published.csv: 444 lines"
    )


def test_parquet_without_pyarrow(srbench, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    done = srbench("export", COMMITTED / "pcarn", "--format", "parquet", "--out", tmp_path / "x.parquet")
    assert done.code == 2
    assert re.fullmatch(r"error: format parquet: pyarrow is not available .*'srbench\[export\]'.*\n", done.err)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nowhere"], "nowhere: not a folder"),
        ([COMMITTED, "--plugin", "pcran"], "unknown plugin 'pcran' in .*did you mean 'pcarn'"),
        (["--published", "--plugin", "pcran"], "unknown plugin 'pcran'.*did you mean 'pcarn'"),
        (["--published", COMMITTED], "--published: printed numbers come from the plugins; leave out FOLDER"),
        (["--published", "--per-image"], "--published: printed numbers come from the plugins"),
        ([COMMITTED, "--per-image", "--plugin", "pcarn"], "--per-image: records name methods"),
        ([COMMITTED, "--out", "x.docx"], r"--out x.docx: end it with .csv, .parquet, .sqlite, or add --format"),
        ([COMMITTED, "--format", "xlsx"], "'xlsx' is not one of 'csv', 'parquet', 'sqlite'"),
    ],
)
def test_refused(srbench, tmp_path, arguments, message):
    done = srbench("export", *arguments, cwd=tmp_path)
    assert done.code == 2
    assert re.search(message, done.err)
    assert not done.out
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_no_database_is_kept(srbench, tmp_path):
    path = tmp_path / "notes.sqlite"
    path.write_text("these are my notes, and no database at all " * 9)
    before = path.read_bytes()
    done = srbench("export", COMMITTED / "pcarn", "--format", "sqlite", "--out", path)
    assert done.code == 2
    assert "notes.sqlite: can't be written" in done.err
    assert done.err.count("\n") == 1
    assert path.read_bytes() == before


def test_the_reference_describes_every_column():
    text = (ROOT / "docs" / "data-frames.md").read_text(encoding="utf-8")
    for function, schema in (
        ("read_results", columns.RESULTS),
        ("read_records", columns.RECORDS),
        ("read_published", columns.PUBLISHED),
    ):
        section = text[text.index(f"\n## `{function}") :].split("\n## ")[1]
        listed = re.findall(r"^\| `(\w+)` \| (\w+) \|", section, re.MULTILINE)
        assert listed == [(name, "category" if isinstance(kind, tuple) else kind) for name, kind in schema.items()]
    described = text[text.index("The categories of `verdict`") : text.index("\n## `read_records")]
    assert tuple(re.findall("`([^`]+)`", described)[1:]) == columns.VERDICTS
