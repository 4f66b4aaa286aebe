"""Printed numbers as a data frame, against the plugins' CSV files and the company's transcription of the papers."""

from __future__ import annotations

import csv

import pandas as pd
import pytest

import srbench
from srbench.errors import UnknownName
from srbench.frames.columns import PUBLISHED


def test_columns_have_their_types():
    frame = srbench.read_published("pcarn")
    assert list(frame.columns) == list(PUBLISHED)
    types = {name: str(dtype) for name, dtype in frame.dtypes.items()}
    assert types == {name: kind for name, kind in PUBLISHED.items() if isinstance(kind, str)}


def test_all_printed_numbers_of_the_papers(shared):
    with (shared / "published" / "published.csv").open(encoding="utf-8") as file:
        lines = [line for line in csv.DictReader(file) if line["value"]]
    frame = srbench.read_published()
    found = frame[frame["plugin"].isin({line["plugin"] for line in lines})]
    keys = ["plugin", "table", "row", "metric", "value"]
    expected = sorted((*(line[name] for name in keys[:-1]), float(line["value"])) for line in lines)
    assert sorted(found[keys].itertuples(index=False, name=None)) == expected
    assert found["rank"].notna().sum() == sum(bool(line["rank"]) for line in lines) > 0
    assert found["std"].notna().sum() == sum(bool(line["std"]) for line in lines) > 0


def test_a_number_as_the_paper_prints_it():
    frame = srbench.read_published("pcarn").set_index(["table", "row", "metric", "dataset"])
    assert frame.loc[("4", "PCARN-M", "psnr", "Set5"), ["printed", "value"]].tolist() == ["29.38", 29.38]
    assert frame.loc[("4", "PCARN-M", "params", ""), ["printed", "value"]].tolist() == ["0.4M", 4e5]
    assert frame.loc[("1", "Baseline", "psnr", "Set14"), "std"] == 0.02
    assert pd.isna(frame.loc[("4", "PCARN-M", "psnr", "Set5"), "rank"])


def test_unknown_plugin():
    with pytest.raises(UnknownName, match="pcarn"):
        srbench.read_published("pcran")
