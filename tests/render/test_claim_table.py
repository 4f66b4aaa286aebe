"""Claims as a table: a line per claim, a column per scale or dataset, whatever their texts are."""

from __future__ import annotations

import pytest

from srbench.bench.results.claims import ClaimAnswer
from srbench.records.statistics import PairedTest
from srbench.render.markup.claim_table import MOST_PLACES, answer_lines, claim_table
from srbench.specs.metric import MetricSpec
from srbench.specs.table import Claim, Column

METRICS = {
    "psnr": MetricSpec("psnr", "m:psnr", better="higher", title="PSNR", decimals=2),
    "lpips": MetricSpec("lpips", "m:lpips", better="lower", title="LPIPS", decimals=3),
}


def answer(
    text, dataset="Set14", scale=2.0, metric="psnr", *, rows=("A", "B"), by_seed=(0.1, 0.12, 0.11), trained=True
):
    claim = Claim(text, *rows, Column(metric, dataset, scale))
    test = PairedTest(14, 30.1, 30.0, 0.1, (0.05, 0.15), 0.0004, "better")
    return ClaimAnswer(claim, METRICS[metric], test, by_seed, trained, reduced=False)


def test_scales_are_columns():
    found = claim_table([answer(text, scale=scale) for text in ("a", "b") for scale in (3.0, 2.0, 4.0)])
    assert found.header == ("Claim", "Metric", "Set14 x2", "Set14 x3", "Set14 x4")
    assert found.lines == (("a", "PSNR ↑"), ("b", "PSNR ↑"))
    assert [[one.claim.column.scale for one in line] for line in found.answers] == [[2.0, 3.0, 4.0]] * 2


def test_datasets_are_columns_where_there_is_one_scale():
    found = claim_table([answer("a", dataset) for dataset in ("Set14", "B100")])
    assert found.header == ("Claim", "Metric", "Set14 x2", "B100 x2")


def test_datasets_are_lines_beside_several_scales():
    found = claim_table([answer("a", dataset, scale) for dataset in ("Set14", "B100") for scale in (2.0, 3.0)])
    assert found.header == ("Claim", "Metric", "Dataset", "x2", "x3")
    assert [line[2] for line in found.lines] == ["Set14", "B100"]


def test_a_place_without_an_answer_is_empty():
    found = claim_table([answer("a"), answer("a", scale=3.0), answer("b", scale=3.0)])
    assert [[one is not None for one in line] for line in found.answers] == [[True, True], [False, True]]


def test_metrics_and_rows_of_one_text_are_lines_of_their_own():
    found = claim_table([answer("a"), answer("a", metric="lpips"), answer("a", rows=("C", "D"))])
    assert [line[1] for line in found.lines] == ["PSNR ↑", "LPIPS ↓", "PSNR ↑"]
    assert sum(one is not None for line in found.answers for one in line) == 3


def test_many_places_are_lines():
    scales = [2.0 + number / 10 for number in range(MOST_PLACES + 1)]
    found = claim_table([answer("a", scale=scale) for scale in scales])
    assert found.header == ("Claim", "Metric", "Scale", "Set14")
    assert [line[2] for line in found.lines] == [f"x{scale:g}" for scale in scales]


def test_an_answer_in_lines():
    assert answer_lines(answer("a")) == [
        "yes",
        "+0.100 [+0.050, +0.150]",
        "p < 0.001, 14 images",
        "p = 0.003, 3 seeds (+0.100, +0.120, +0.110)",
    ]
    assert answer_lines(answer("a", by_seed=(0.1,)))[0] == "undecided"
    assert answer_lines(answer("a", by_seed=(0.1,)))[-1] == "1 of 3 seeds"
    assert len(answer_lines(answer("a", by_seed=(0.1,), trained=False))) == 3


@pytest.mark.parametrize("name", ["gpnas-ensemble-1", "gpnas-ensemble-1-real"])
def test_eleven_claims_of_gpnas_at_three_scales(unmeasured, name):
    claims = unmeasured[name].table.claims
    measured = [claim for claim in claims if claim.column.dataset == claims[-1].column.dataset]
    found = claim_table(
        [answer(one.text, one.column.dataset, one.column.scale, rows=(one.better, one.worse)) for one in measured]
    )
    assert len(measured) == 33
    assert (len(found.lines), len(found.header)) == (11, 5)
    assert all(one is not None for line in found.answers for one in line)
