"""A solver that gives up costs its own cell, and no other."""

from __future__ import annotations

from dataclasses import replace

import pytest
from srbench_ode_ivp.models import MODELS, VDSR

from srbench import Column, Row, Table
from srbench.bench.events import RunEvents
from srbench.bench.planning.options import Options
from srbench.bench.planning.plan import make_plan
from srbench.bench.planning.selection import Selection
from srbench.bench.results.verdict import Verdict
from srbench.bench.run import run_plans
from srbench.catalog import load_catalog
from srbench.execution.local import LocalExecutor
from srbench.inference.method import ResolvedMethod

SMALL = {"build": VDSR, "kwargs": {"depth": 2, "features": 2}}
HOPELESS = {"scheme": "dopri5", "rtol": 1e-9, "atol": 1e-9, "most_steps": 1}
TABLE = Table(
    "1",
    "One that can't be solved, and one that needn't",
    (Row("hopeless", method="hopeless"), Row("bicubic", method="bicubic")),
    (Column("psnr", "demo", 4.0),),
    protocol="ode-ivp",
)


@pytest.fixture(scope="module")
def result():
    catalog = load_catalog()
    model = next(model for model in MODELS if model.name == "vdsr-ivp-reduced")
    hopeless = ResolvedMethod("hopeless", replace(model, name="hopeless", kwargs={**SMALL, "solver": HOPELESS}))
    options = Options(profile="demo", device="cpu")
    given = {hopeless.name: hopeless}
    plan = make_plan(catalog, catalog.plugin("ode-ivp"), TABLE, Selection(), options, (), None, given)
    return run_plans([plan], LocalExecutor(), RunEvents(), None, lambda _record: None)[0]


@pytest.mark.slow
def test_its_cell_is_failed_and_says_why(result):
    (entry,) = [entry for entry in result.entries if entry.row.label == "hopeless"]
    assert entry.verdict is Verdict.FAILED
    assert entry.measured is None
    assert entry.remarks.startswith("dopri5 from t = 4 to 1 with rtol 1e-09 and atol 1e-09 did not converge")
    assert "fixed scheme (rk4)" in entry.remarks


def test_the_others_are_measured(result):
    measured = {entry.row.label: entry.measured for entry in result.entries if entry.row.label != "hopeless"}
    assert "bicubic" in measured
    assert all(20 < value < 40 for value in measured.values())
