"""The learning curve as CSV: reports with gaps, and names that a spreadsheet would take for formulas."""

from __future__ import annotations

import csv

import pytest

from srbench.errors import DataError, Unavailable
from srbench.escape import of_csv_field
from srbench.records.training_step import TrainingStep
from srbench.training.monitoring.curve import Curve, read_training_curve


def test_headings_are_escaped_like_other_csv(tmp_path):
    names = ("l1", "=cmd()", "+x", 'a,"b"')
    curve = Curve(tmp_path)
    curve.add(TrainingStep("r", "demo", 0, "p", 1, 2, dict.fromkeys(names, 0.5), 0.1, 1.0))
    curve.add(TrainingStep("r", "demo", 0, "p", 2, 2, {"l1": 0.25}, 0.1, 1.0, psnr=30.0))
    curve.write()
    curve.close()
    with (tmp_path / "curve.csv").open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    assert "'=cmd()" in lines[0]
    assert "'+x" in lines[0]
    first, second = ({of_csv_field(name): text for name, text in line.items()} for line in lines)
    assert first == {"step": "1", "learning_rate": "0.1", **dict.fromkeys(names, "0.5"), "psnr": ""}
    assert second == {"step": "2", "learning_rate": "0.1", "l1": "0.25", **dict.fromkeys(names[1:], ""), "psnr": "30.0"}
    assert read_training_curve(tmp_path, names, "a training") == [first, second]


def test_a_curve_that_is_missing_empty_or_of_another_training_is_refused(tmp_path):
    with pytest.raises(Unavailable, match=r"curve\.csv: no such file; train it first"):
        read_training_curve(tmp_path, ("l1",), "a training with l1")
    (tmp_path / "curve.csv").write_text("step,l2\n", encoding="utf-8")
    with pytest.raises(DataError, match="no column 'l1'; expected a training with l1"):
        read_training_curve(tmp_path, ("l1",), "a training with l1")
    with pytest.raises(Unavailable, match="no report yet"):
        read_training_curve(tmp_path, ("l2",), "a training with l2")


@pytest.mark.parametrize("content", [b"\xff\xfe", b"step,l1\n1,0.5,7\n", b"step,l1\n1\n", b'step,l1\n1,"0.5"7\n'])
def test_a_damaged_curve_is_refused_with_its_file(tmp_path, content):
    (tmp_path / "curve.csv").write_bytes(content)
    with pytest.raises(DataError, match=r"curve\.csv: "):
        read_training_curve(tmp_path, ("l1",), "a training with l1")
