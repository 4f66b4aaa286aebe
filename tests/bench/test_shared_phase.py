"""Two rows whose recipes begin alike: what one of them trains, the other finds."""

from __future__ import annotations

from dataclasses import replace

import pytest

from srbench import Column, MethodSpec, Row, Table
from srbench.bench.events import RunEvents
from srbench.bench.planning.options import Options
from srbench.bench.planning.plan import make_plan
from srbench.bench.planning.selection import Selection
from srbench.bench.run import run_plans
from srbench.execution.local import LocalExecutor
from srbench.records.store import Store
from srbench.registry import Plugin
from srbench.training.job import make_job


@pytest.mark.slow
def test_the_phase_is_trained_once_and_measured_for_both(tiny, photos, tmp_path, monkeypatch):
    def on_photos(*job):
        return make_job(*job, lambda recipe: replace(recipe, data=(str(photos),)))  # DIV2K isn't here

    monkeypatch.setattr("srbench.bench.resolve.method_weights.make_job", on_photos)
    monkeypatch.setattr("srbench.bench.planning.plan.on_demo_data", lambda table, _catalog: table)
    for name, recipe in (("one", "tiny"), ("other", "tiny-other")):
        method = MethodSpec(name, "tiny", source="trained", recipe=recipe, phase="l1")
        tiny.methods.add(method, Plugin("tiny"))
    rows = (Row("One", method="one"), Row("Other", method="other"))
    table = Table("1", "two names of one training", rows, (Column("psnr", str(photos), 2.0),))
    out, trained = tmp_path / "out", []

    class Trainings(RunEvents):
        def training_started(self, task):
            trained.append(task.job.recipe.name)

    options = Options(profile="demo", source="train", device="cpu")
    plan = make_plan(tiny, Plugin("tiny"), table, Selection(), options, [], Store(out))
    [result] = run_plans([plan], LocalExecutor(), Trainings(), Store(out), lambda _record: None, trains=True)
    assert not result.failed
    measured = {entry.row.label: entry.measured for entry in result.entries}
    assert measured["One"] is not None
    assert measured["One"] == measured["Other"]
    assert len(trained) == 1
