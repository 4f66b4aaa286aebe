"""Verdicts, by the tolerances of docs/protocols.md."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from srbench import Column, Row
from srbench.bench.results.gather import _context
from srbench.bench.results.verdict import ComparisonContext, Verdict, judge
from srbench.bench.results.weights_remark import papers_training_data
from srbench.metrics.specs import perceptual
from srbench.metrics.specs.fidelity import MACS, PARAMS, PEAK_MEMORY, PSNR, RUNTIME, SSIM
from srbench.published import Published

LPIPS = perceptual.METRICS[0]


@pytest.mark.parametrize(
    ("metric", "measured", "printed", "under", "verdict"),
    [
        (PSNR, 29.378, "29.38", ComparisonContext(), Verdict.REPRODUCED),
        (PSNR, 31.91, "31.92", ComparisonContext(), Verdict.REPRODUCED),
        (PSNR, 29.459, "29.38", ComparisonContext(), Verdict.DIFFERS),
        (PSNR, 25.4615, "25.48", ComparisonContext(exact_dataset=False), Verdict.REPRODUCED),
        (PSNR, 25.4615, "25.48", ComparisonContext(), Verdict.DIFFERS),
        (SSIM, 0.8369, "0.837", ComparisonContext(), Verdict.REPRODUCED),
        (SSIM, 0.8345, "0.837", ComparisonContext(), Verdict.DIFFERS),
        (SSIM, 0.8361, "0.837", ComparisonContext(), Verdict.REPRODUCED),  # one unit of the last digit, .001
        (PSNR, 30.12, "30.2", ComparisonContext(), Verdict.REPRODUCED),  # likewise: one unit is .1
        (PSNR, 30.08, "30.2", ComparisonContext(), Verdict.DIFFERS),
        (LPIPS, 0.0809, "0.080", ComparisonContext(), Verdict.REPRODUCED),
        (LPIPS, 0.0812, "0.080", ComparisonContext(), Verdict.DIFFERS),
        (PSNR, 37.53, "37.53", ComparisonContext(uses_foreign_weights=True), Verdict.OTHER_WEIGHTS),
        (PSNR, 37.53, "37.53", ComparisonContext(rule_inferred=True), Verdict.RULE_INFERRED),
        (PSNR, 37.43, "37.53", ComparisonContext(rule_inferred=True), Verdict.DIFFERS),
        (RUNTIME, 5.0, "5.0", ComparisonContext(device="cpu: x86_64, 2 threads"), Verdict.OTHER_DEVICE),
        (RUNTIME, 5.0, "5.0", ComparisonContext(device="cuda:0: NVIDIA TITAN RTX"), Verdict.OTHER_DEVICE),
        (RUNTIME, 5.0, "5.0", ComparisonContext(device="cpu: x86_64", printed_on="TITAN RTX"), Verdict.OTHER_DEVICE),
        (
            RUNTIME,
            5.0,
            "5.0",
            ComparisonContext(device="cuda:0: NVIDIA TITAN RTX", printed_on="Titan RTX"),
            Verdict.REPRODUCED,
        ),
        (PEAK_MEMORY, 5.0, "5.0", ComparisonContext(device="cpu: x86_64"), Verdict.OTHER_DEVICE),
        (PSNR, 28.41, "28.50", ComparisonContext(trained_here=True), Verdict.REPRODUCED),
        (PSNR, 28.50, "28.50", ComparisonContext(trained_here=True, full_budget=False), Verdict.CUT_BUDGET),
        (PSNR, 28.50, "28.50", ComparisonContext(own_protocol=False), Verdict.OTHER_PROTOCOL),
        (PSNR, 28.50, "28.50", ComparisonContext(demo=True), Verdict.DEMO_DATA),
        (PSNR, 28.50, "28.50", ComparisonContext(incomparable="unknown weights"), Verdict.OTHER_WEIGHTS),
        (PARAMS, 414_787, "414787", ComparisonContext(demo=True, own_protocol=False), Verdict.REPRODUCED),
    ],
)
def test_verdicts(metric, measured, printed, under, verdict):
    assert judge(metric, measured, Published(printed, float(printed)), under) is verdict


def test_a_letter_s_unit_is_that_of_its_last_digit():
    params = Published("400000", 400_000, note='printed "0.4M"')
    assert params.unit == 100_000
    assert judge(PARAMS, 414_787, params, ComparisonContext()) is Verdict.REPRODUCED
    assert judge(PARAMS, 500_001, params, ComparisonContext()) is Verdict.DIFFERS
    assert Published("37.53", 37.53).unit == pytest.approx(0.01)


def test_a_number_by_another_convention_says_so():
    printed = Published("223400000000", 223.4e9, note='printed "223.4G"')
    assert judge(MACS, 222.82e9, printed, ComparisonContext(), [223.35e9]) is Verdict.OTHER_CONVENTION
    assert judge(MACS, 222.82e9, printed, ComparisonContext(), [223.0e9]) is Verdict.DIFFERS
    assert judge(MACS, 223.35e9, printed, ComparisonContext(), [222.82e9]) is Verdict.REPRODUCED


def test_without_print_there_is_nothing_to_reproduce():
    assert judge(PSNR, 30.0, None, ComparisonContext()) is Verdict.UNPUBLISHED


@given(st.floats(0, 60), st.floats(0, 60))
def test_reproduced_means_near_or_equal_in_print(measured, printed):
    published = Published(f"{printed:.2f}", round(printed, 2))
    verdict = judge(PSNR, measured, published, ComparisonContext())
    near = abs(measured - published.value) <= 0.01 + 1e-9 or f"{measured:.2f}" == published.text
    assert (verdict is Verdict.REPRODUCED) == near


def test_a_method_trained_on_other_images_than_the_papers_is_found():
    def trained(paper_data, *members):
        training = SimpleNamespace(recipe=SimpleNamespace(paper_data=paper_data))
        return SimpleNamespace(training=training, members=members)

    assert papers_training_data(None) == ""
    assert papers_training_data(SimpleNamespace(training=None, members=())) == ""
    assert papers_training_data(trained("")) == ""
    assert papers_training_data(trained("ImageNet")) == "ImageNet"
    assert papers_training_data(trained("", trained("MSCOCO"), trained(""))) == "MSCOCO"


@pytest.mark.parametrize(("profile", "verdict"), [("paper", Verdict.OTHER_DATA), ("short", Verdict.CUT_BUDGET)])
@pytest.mark.parametrize("paper_data", ["ImageNet", ""])
def test_its_numbers_are_of_other_data_at_the_papers_budget(profile, verdict, paper_data):
    training = SimpleNamespace(recipe=SimpleNamespace(paper_data=paper_data))
    method = SimpleNamespace(source="trained", training=training, members=(), uses_foreign_weights=False)
    table = SimpleNamespace(printed_on={}, incomparable={})
    plan = SimpleNamespace(demo=False, table=table, options=SimpleNamespace(profile=profile))
    place = SimpleNamespace(
        method=method, copy=None, own_protocol=True, row=Row("Row", method="m"), column=Column("psnr", "Set5", 4.0)
    )
    under = _context(plan, place, SimpleNamespace(device="cpu"))
    expected = verdict if paper_data or profile != "paper" else Verdict.REPRODUCED
    assert judge(PSNR, 28.50, Published("28.50", 28.5), under) is expected


OBSTACLES = [
    (Verdict.OTHER_PROTOCOL, {"own_protocol": False}),
    (Verdict.OTHER_DATA, {"other_data": True}),
    (Verdict.OTHER_WEIGHTS, {"uses_foreign_weights": True}),
    (Verdict.CUT_BUDGET, {"trained_here": True, "full_budget": False}),
]


@pytest.mark.parametrize("first", range(4))
def test_the_most_severe_obstacle_is_named(first):
    both = {key: value for _, context in OBSTACLES[first:] for key, value in context.items()}
    assert judge(PSNR, 28.5, Published("28.50", 28.5), ComparisonContext(**both)) is OBSTACLES[first][0]
