"""Claims as a table: a line per claim, a column per scale or dataset, whatever their texts are."""

from __future__ import annotations

import pytest

from srbench.bench.power.printed_effect import PrintedEffect
from srbench.bench.power.prospects import Prospect
from srbench.bench.results.claims import ClaimAnswer
from srbench.render.answer import claims, outlook
from srbench.render.markup.claim_table import MOST_PLACES, answer_lines, claim_table
from srbench.specs.metric import MetricSpec
from srbench.specs.table import Claim, Column
from srbench.stats.crossed import CrossedTest, Noise

METRICS = {
    "psnr": MetricSpec("psnr", "m:psnr", better="higher", title="PSNR", decimals=2),
    "lpips": MetricSpec("lpips", "m:lpips", better="lower", title="LPIPS", decimals=3),
}


NOISE = Noise(0.01, 0.01, 0.0)


def prospect(
    text,
    dataset="Set14",
    scale=2.0,
    metric="psnr",
    *,
    rows=("A", "B"),
    by_seed=(0.1, 0.12, 0.11),
    trained=True,
    p=0.01,
    printed=None,
    noise=NOISE,
):
    claim = Claim(text, *rows, Column(metric, dataset, scale))
    test = CrossedTest(len(by_seed), 14, 0.1, 0.02, 4.0, (0.05, 0.15), p, noise)
    answer = ClaimAnswer(claim, METRICS[metric], test, by_seed, trained, reduced=False, p_holm=2 * p)
    return Prospect(answer, printed, noise, borrowed=False, level=0.05)


def test_scales_are_columns():
    found = claim_table([prospect(text, scale=scale) for text in ("a", "b") for scale in (3.0, 2.0, 4.0)])
    assert found.header == ("Claim", "Metric", "Set14 x2", "Set14 x3", "Set14 x4")
    assert found.lines == (("a", "PSNR ↑"), ("b", "PSNR ↑"))
    assert [[entry.answer.claim.column.scale for entry in line] for line in found.answers] == [[2.0, 3.0, 4.0]] * 2


def test_a_claim_without_a_scale_has_a_line_without_one():
    """About a cost, which `srbench check` refuses: it doesn't end a run that has measured everything."""
    (line,) = claims([prospect("A is smaller", "", None)])
    assert line.startswith("A is smaller: yes. PSNR: ")


def test_datasets_are_columns_where_there_is_one_scale():
    found = claim_table([prospect("a", dataset) for dataset in ("Set14", "B100")])
    assert found.header == ("Claim", "Metric", "Set14 x2", "B100 x2")


def test_datasets_are_lines_beside_several_scales():
    found = claim_table([prospect("a", dataset, scale) for dataset in ("Set14", "B100") for scale in (2.0, 3.0)])
    assert found.header == ("Claim", "Metric", "Dataset", "x2", "x3")
    assert [line[2] for line in found.lines] == ["Set14", "B100"]


def test_a_place_without_an_answer_is_empty():
    found = claim_table([prospect("a"), prospect("a", scale=3.0), prospect("b", scale=3.0)])
    assert [[entry is not None for entry in line] for line in found.answers] == [[True, True], [False, True]]


def test_metrics_and_rows_of_one_text_are_lines_of_their_own():
    found = claim_table([prospect("a"), prospect("a", metric="lpips"), prospect("a", rows=("C", "D"))])
    assert [line[1] for line in found.lines] == ["PSNR ↑", "LPIPS ↓", "PSNR ↑"]
    assert sum(entry is not None for line in found.answers for entry in line) == 3


def test_many_places_are_lines():
    scales = [2.0 + number / 10 for number in range(MOST_PLACES + 1)]
    found = claim_table([prospect("a", scale=scale) for scale in scales])
    assert found.header == ("Claim", "Metric", "Scale", "Set14")
    assert [line[2] for line in found.lines] == [f"x{scale:g}" for scale in scales]


def test_an_answer_in_lines():
    assert answer_lines(prospect("a")) == [
        "yes",
        "+0.100 [+0.050, +0.150]",
        "p = 0.010, corrected p = 0.020",
        "3 seeds (+0.100, +0.120, +0.110), 14 images",
    ]
    alone = answer_lines(prospect("a", by_seed=(0.1,), noise=None))
    assert alone == ["undecided", "+0.100 [+0.050, +0.150]", "1 of the 3 seeds that decide, 14 images"]
    assert answer_lines(prospect("a", by_seed=(0.1,), trained=False))[-1] == "14 images"


@pytest.mark.parametrize(
    ("printed", "noise", "remark"),
    [
        (PrintedEffect(0.14, 0.14), NOISE, "about 8 seeds would show +0.140, as printed (power 80 %)"),
        (PrintedEffect(0.3, 0.3), NOISE, "the printed +0.300 is excluded"),
        (PrintedEffect(0.01, 0.01), NOISE, "about 22 seeds would show +0.100, as measured (power 80 %)"),
        (None, NOISE, "about 22 seeds would show +0.100, as measured (power 80 %)"),
        (None, Noise(0.01, 1.0, 0.0), "no number of seeds would show +0.100, as measured, on 14 images"),
        (None, Noise(1e-6, 1e-6, 0.0), "3 seeds would mostly have shown +0.100, as measured"),
        (None, None, ""),
    ],
)
def test_what_an_undecided_claim_needs(printed, noise, remark):
    assert outlook(prospect("a", p=0.2, printed=printed, noise=noise)) == remark


def test_an_answered_claim_needs_nothing():
    assert outlook(prospect("a", printed=PrintedEffect(0.3, 0.3))) == ""


@pytest.mark.parametrize("name", ["gpnas-ensemble-1", "gpnas-ensemble-1-real"])
def test_sixteen_claims_of_gpnas_at_three_scales(unmeasured, name):
    claims = unmeasured[name].table.claims
    measured = [claim for claim in claims if claim.column.dataset == claims[-1].column.dataset]
    found = claim_table(
        [
            prospect(entry.text, entry.column.dataset, entry.column.scale, rows=(entry.better, entry.worse))
            for entry in measured
        ]
    )
    assert len(measured) == 48
    assert (len(found.lines), len(found.header)) == (16, 5)
    assert all(entry is not None for line in found.answers for entry in line)
