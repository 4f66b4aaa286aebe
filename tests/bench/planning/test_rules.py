"""Rows whose printed numbers were measured by a rule of their own."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from srbench.bench.events import RunEvents
from srbench.bench.one_off import measure_methods
from srbench.bench.planning.options import Options
from srbench.bench.planning.plan import make_plan
from srbench.bench.planning.selection import Selection
from srbench.bench.results.verdict import Verdict
from srbench.catalog import load_catalog
from srbench.execution.local import LocalExecutor
from srbench.imaging.image_io import write_png
from srbench.published import Published, PublishedTable
from srbench.render.markdown import to_markdown
from srbench.render.numbers import delta_text
from srbench.specs.table import Column, Row, Rule, Table

FIT = Rule("pcarn", "the fit alone", inferred=True, others=("standard",))


@pytest.fixture
def folder(tmp_path):
    pixels = np.random.default_rng(0).integers(0, 256, (60, 64, 3), dtype=np.uint8)
    write_png(tmp_path / "HR" / "a.png", pixels)
    return tmp_path


def plan_of(folder, monkeypatch, printed, rule, **options):
    column = Column("psnr", str(folder), 2.0)
    table = Table(
        "9",
        "rules",
        (Row("plain", "bicubic"), Row("ruled", "bicubic", rule=rule)),
        (column,),
        published="some:file.csv",
    )
    values = {("ruled", column): Published(printed, float(printed))}
    monkeypatch.setattr("srbench.bench.planning.planner.published_table", lambda *_: PublishedTable(values))
    monkeypatch.setattr("srbench.bench.results.gather.published_table", lambda *_: PublishedTable(values))
    return make_plan(load_catalog(), None, table, Selection(), Options(device="cpu", **options), (), None)


def measured(plan):
    return measure_methods(plan, LocalExecutor(), RunEvents())


def test_a_row_s_rule_is_its_protocol(folder, monkeypatch):
    plan = plan_of(folder, monkeypatch, "20.00", Rule("pcarn", "the authors' code"))
    assert [slot.protocol.name for slot in plan.slots] == ["standard", "pcarn"]
    assert all(slot.own_protocol for slot in plan.slots)
    result = measured(plan)
    plain, ruled = result.entries
    assert plain.measured != ruled.measured
    assert [line["protocol"] for line in result.as_objects()] == ["standard", "pcarn"]
    assert "ruled: protocol `pcarn`: the authors' code" in to_markdown(result)


def test_the_user_s_protocol_replaces_every_rule(folder, monkeypatch):
    plan = plan_of(folder, monkeypatch, "20.00", FIT, protocol="standard")
    assert [slot.protocol.name for slot in plan.slots] == ["standard", "standard"]
    assert [slot.own_protocol for slot in plan.slots] == [True, False]
    assert not any(slot.alternatives for slot in plan.slots)
    assert measured(plan).entries[1].verdict is Verdict.OTHER_PROTOCOL


def test_an_inferred_rule_says_so_and_shows_the_others(folder, monkeypatch):
    first = measured(plan_of(folder, monkeypatch, "0.00", FIT))
    plain, ruled = first.entries
    assert ruled.verdict is Verdict.DIFFERS
    assert f"{plain.measured:.3f} under standard" in ruled.remarks
    second = measured(plan_of(folder, monkeypatch, f"{ruled.measured:.2f}", FIT))
    assert second.entries[1].verdict is Verdict.RULE_INFERRED
    assert str(second.entries[1].verdict) == "reproduced, rule inferred"


def test_a_difference_is_never_printed_as_zero(folder, monkeypatch):
    """Params and mult-adds are printed so coarsely that one digit of a percentage can hide a difference."""
    result = measured(plan_of(folder, monkeypatch, "0.00", FIT))
    entry = replace(
        result.entries[1],
        measured=1_000_100.0,
        published=Published("1000000", 1e6, note='printed "1000.000K"'),
        verdict=Verdict.DIFFERS,
    )
    assert delta_text(entry) == "+0.01%"
    assert delta_text(replace(entry, measured=999_999.9)) == "-0.00001%"
