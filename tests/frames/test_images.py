"""Values per image as a data frame, from the committed records and from records made here."""

from __future__ import annotations

from pathlib import Path

import pytest

import srbench
from srbench.errors import StoreError
from srbench.frames.columns import RECORDS
from srbench.records.cell import Cell
from srbench.records.record import Record
from srbench.records.store import Store

COMMITTED = Path(__file__).parents[2] / "results"


@pytest.fixture(scope="module")
def frame():
    return srbench.read_records(COMMITTED)


@pytest.fixture
def written(tmp_path):
    """Return a function that stores records and reads them as a data frame."""

    def write(*records):
        store = Store(tmp_path)
        store.prepare()
        for record in records:
            store.put(record)
        return srbench.read_records(tmp_path)

    return write


def cell(key="ab" * 32, **changes):
    facts = {"method": "bicubic", "dataset": "Set5", "scale": 2.5, "protocol": "standard", "metric": "psnr"}
    return Cell(**{**facts, "profile": "paper", "seed": 3, **changes, "key": key})


def test_columns_have_their_types(frame):
    assert list(frame.columns) == list(RECORDS)
    assert str(frame.dtypes["value"]) == str(frame.dtypes["scale"]) == "Float64"
    assert str(frame.dtypes["seed"]) == "Int64"
    assert list(frame["status"].cat.categories) == ["ok", "unavailable", "failed"]
    assert {str(frame.dtypes[name]) for name in ("method", "image", "note", "key")} == {"string"}


def test_the_means_over_the_images_are_the_values_of_the_records(frame):
    """The protocol may pool instead of averaging; PSNR of these records is averaged."""
    records = {record.cell.key: record for record in Store(COMMITTED)}
    means = frame[frame["metric"] == "psnr"].groupby("key")["value"].mean()
    assert len(means) > 200
    assert means.to_dict() == pytest.approx({key: records[key].value for key in means.index}, rel=1e-12)
    assert set(frame["key"]) == set(records)


def test_the_table_s_number_is_in_the_mean_of_its_images(frame):
    """PCARN-M on Set5, whose PSNR Table 4 of pcarn has."""
    chosen = frame.query("method == 'pcarn-m' and dataset == 'Set5' and scale == 4 and metric == 'psnr'")
    assert sorted(chosen["image"]) == ["baby", "bird", "butterfly", "head", "woman"]
    table = srbench.read_results(COMMITTED / "pcarn").query(
        "table == '4' and row == 'PCARN-M' and dataset == 'Set5' and metric == 'psnr'"
    )
    assert chosen["value"].mean() == pytest.approx(table["measured"].item())


def test_one_line_an_image_with_the_reason_where_there_is_no_value(written):
    values = {"baby": 31.5, "bird": float("inf"), "head": float("nan")}
    frame = written(Record(cell(), "ok", values, 31.5, missing={"woman": "too small"}, device="cpu"))
    assert frame[["image", "note"]].to_numpy().tolist() == [
        ["baby", ""],
        ["bird", "value inf"],
        ["head", "value nan"],
        ["woman", "too small"],
    ]
    assert frame["value"].isna().tolist() == [False, True, True, True]
    first = frame.iloc[0].to_dict()
    assert first == {
        "method": "bicubic",
        "dataset": "Set5",
        "scale": 2.5,
        "protocol": "standard",
        "metric": "psnr",
        "profile": "paper",
        "seed": 3,
        "image": "baby",
        "value": 31.5,
        "status": "ok",
        "device": "cpu",
        "note": "",
        "key": "ab" * 32,
    }


def test_costs_and_failures_have_a_line_without_image(written):
    frame = written(
        Record(cell("aa" * 32, metric="params", dataset=""), "ok", {"": 57281.0}, 57281.0),
        Record(cell("bb" * 32), "failed", {}, error="ValueError: no"),
    )
    assert frame["image"].tolist() == ["", ""]
    assert frame["value"].isna().tolist() == [False, True]
    assert frame["status"].tolist() == ["ok", "failed"]
    assert frame["note"].tolist() == ["", "ValueError: no"]


def test_a_damaged_record_is_named_and_costs_itself_alone(written, tmp_path):
    written(Record(cell(), "ok", {"baby": 1.0}, 1.0), Record(cell("cd" * 32), "ok", {"baby": 2.0}, 2.0))
    path = Store(tmp_path).path("ab" * 32)
    path.write_bytes(b"\xff\xfe")
    with pytest.warns(UserWarning, match="damaged, or not a record of srbench") as warned:
        frame = srbench.read_records(tmp_path)
    assert str(path) in str(warned[0].message)
    assert frame["value"].tolist() == [2.0]


def test_no_records(tmp_path):
    with pytest.raises(StoreError, match="there is no record"):
        srbench.read_records(tmp_path)
    with pytest.raises(StoreError, match="not a folder"):
        srbench.read_records(tmp_path / "nowhere")
