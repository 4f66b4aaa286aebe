"""Times that another machine has measured are that machine's, and fill the table of the run."""

from __future__ import annotations

import pytest

from srbench.bench.planning.options import Options
from srbench.bench.planning.plan import make_plan
from srbench.bench.planning.selection import Selection
from srbench.bench.run import run_plan
from srbench.bench.tasks import measure_task
from srbench.catalog import load_catalog
from srbench.cli.progress.silent import Silent
from srbench.execution.local import LocalExecutor
from srbench.records.store import Store
from srbench.specs.table import Column, Row, Table

COLUMNS = (Column("runtime_ms", scale=4.0),)
TABLE = Table("1", "times", (Row("Bicubic", method="bicubic"),), COLUMNS, protocol="standard")


@pytest.mark.slow
def test_a_time_has_the_key_of_the_machine_that_measured_it(tmp_path, monkeypatch):
    store = Store(tmp_path)
    store.prepare()
    options = Options(device="cpu")
    plan = make_plan(load_catalog(), None, TABLE, Selection(), options, (), store)
    (planned,) = [cell.key for slot in plan.slots for cell in slot.cells]
    monkeypatch.setattr(measure_task, "machine", lambda _device: "cpu: another machine, 64 threads")
    result = run_plan(plan, LocalExecutor(), Silent(), store, lambda _record: None)
    assert result.entries[0].measured is not None
    (record,) = list(store)
    assert record.cell.key != planned
    assert record.identity["machine"] == "cpu: another machine, 64 threads"
    assert store.done(planned) is None
