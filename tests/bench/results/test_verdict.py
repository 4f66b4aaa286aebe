"""Verdicts, by the tolerances of docs/protocols.md."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from srbench.bench.results.verdict import ComparisonContext, Verdict, judge
from srbench.metrics.specs.fidelity import PARAMS, PSNR, SSIM
from srbench.published import Published


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


def test_without_print_there_is_nothing_to_reproduce():
    assert judge(PSNR, 30.0, None, ComparisonContext()) is Verdict.UNPUBLISHED


@given(st.floats(0, 60), st.floats(0, 60))
def test_reproduced_means_near_or_equal_in_print(measured, printed):
    published = Published(f"{printed:.2f}", round(printed, 2))
    verdict = judge(PSNR, measured, published, ComparisonContext())
    near = abs(measured - published.value) <= 0.01 + 1e-9 or f"{measured:.2f}" == published.text
    assert (verdict is Verdict.REPRODUCED) == near
