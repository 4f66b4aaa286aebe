from __future__ import annotations

import csv
from pathlib import Path

import pytest

from srbench.metrics.pi import perceptual_index

PUBLISHED = Path(__file__).parents[2] / "plugins/pcarn/srbench_pcarn/published.csv"


def printed_triples():
    """(Ma, NIQE, PI) wherever the tables of pcarn print all three of one image set: Tables 4 and 5, and Table 6."""
    values: dict[tuple[str, ...], dict[str, float]] = {}
    with PUBLISHED.open(newline="") as file:
        for row in csv.DictReader(file):
            if row["table"] in {"4", "5", "6"} and row["metric"] in {"ma", "niqe", "pi"}:
                tables = "6" if row["table"] == "6" else "4 and 5"
                place = (tables, row["row"], row["dataset"], row["scale"])
                values.setdefault(place, {})[row["metric"]] = float(row["value"])
    return {place: found for place, found in values.items() if len(found) == 3}


def test_all_sixty_printed_triples():
    triples = printed_triples()
    assert len(triples) == 60
    for place, printed in triples.items():
        # three values of three digits, each rounded
        assert perceptual_index(printed["ma"], printed["niqe"]) == pytest.approx(printed["pi"], abs=0.00101), place


@pytest.mark.parametrize(("ma", "niqe", "expected"), [(10, 0, 0), (0, 10, 10), (8.5, 2.5, 2)])
def test_by_hand(ma, niqe, expected):
    assert perceptual_index(ma, niqe) == expected
