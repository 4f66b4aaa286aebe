"""Remarks on trainings here: the precision, which depends on the machine, by seed."""

from __future__ import annotations

import pytest

from srbench.bench.results.weights_remark import precision_remark
from srbench.records.cell import Cell
from srbench.records.record import Record

FLOAT, BFLOAT = {"precision": "32-true"}, {"precision": "bf16-mixed"}


def record(seed, card):
    return Record(Cell("m", "Set5", 4.0, "pcarn", "psnr", "quick", seed, f"key{seed}"), "ok", {}, training=card)


@pytest.mark.parametrize(
    ("cards", "remark"),
    [
        ((FLOAT,), "precision 32-true"),
        ((BFLOAT, BFLOAT), "precision bf16-mixed"),
        ((BFLOAT, BFLOAT, FLOAT), "precision bf16-mixed (seeds 0, 1), 32-true (seed 2)"),
        (({"drn": FLOAT, "rcan": FLOAT},), "precision 32-true"),
        (({"drn": FLOAT, "rcan": BFLOAT},), "precision 32-true and bf16-mixed"),
        ((FLOAT | {"started_from": {"file": "cnn", "trained": BFLOAT}},), "precision 32-true and bf16-mixed"),
        ((FLOAT | {"started_from": None, "phases": []},), "precision 32-true"),
        (({},), ""),
        ((), ""),
    ],
)
def test_seeds_of_another_precision_are_named(cards, remark):
    assert precision_remark([record(seed, card) for seed, card in enumerate(cards)]) == remark
