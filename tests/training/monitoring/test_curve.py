"""The learning curve as CSV: reports with gaps, and names that a spreadsheet would take for formulas."""

from __future__ import annotations

import csv

from srbench.escape import of_csv_field
from srbench.records.training_step import TrainingStep
from srbench.training.monitoring.curve import Curve


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
