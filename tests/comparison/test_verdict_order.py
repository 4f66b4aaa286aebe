"""The order of verdicts: total, and a number that is lost is always worse."""

from __future__ import annotations

from itertools import product

import pytest

from srbench.bench.results.verdict import Verdict
from srbench.comparison.verdict_order import LEVELS, direction

WITHOUT_NUMBER = {Verdict.UNMEASURED, Verdict.UNAVAILABLE, Verdict.FAILED}
MIRRORED = {"worse": {"better", "no longer comparable"}, "better": {"worse"}, "same": {"same"}}
MIRRORED["no longer comparable"] = {"worse"}


def test_every_verdict_has_one_level():
    assert sorted(verdict for level in LEVELS for verdict in level) == sorted(Verdict)


@pytest.mark.parametrize(("before", "after"), list(product(Verdict, Verdict)))
def test_both_ways(before, after):
    assert direction(after, before) in MIRRORED[direction(before, after)]
    assert direction(before, before) == "same"


@pytest.mark.parametrize("before", sorted(set(Verdict) - WITHOUT_NUMBER))
@pytest.mark.parametrize("after", sorted(WITHOUT_NUMBER))
def test_a_lost_number_is_worse(before, after):
    assert direction(before, after) == "worse"
    assert direction(after, before) == "better"


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("reproduced", "differs", "worse"),
        ("reproduced", "other weights", "worse"),
        ("reproduced", "reproduced, rule inferred", "worse"),
        ("reproduced, rule inferred", "reproduced, other convention", "same"),
        ("cut budget", "differs", "worse"),
        ("differs", "cut budget", "no longer comparable"),
        ("differs", "reproduced", "better"),
        ("other data", "demo data", "same"),
        ("not measured", "failed", "worse"),
        ("not available", "not measured", "same"),
    ],
)
def test_examples(before, after, expected):
    assert direction(Verdict(before), Verdict(after)) == expected
