"""Times that another machine has measured are that machine's, and fill the table of the run."""

from __future__ import annotations

import pytest

from srbench.bench.events import RunEvents
from srbench.bench.planning.options import Options
from srbench.bench.planning.plan import make_plan
from srbench.bench.planning.selection import Selection
from srbench.bench.run import run_plans
from srbench.bench.tasks import measure_task
from srbench.bench.tasks.measure_task import MeasureTask
from srbench.catalog import load_catalog
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
    [result] = run_plans([plan], LocalExecutor(), RunEvents(), store, lambda _record: None)
    assert result.entries[0].measured is not None
    (record,) = list(store)
    assert record.cell.key != planned
    assert record.identity["machine"] == "cpu: another machine, 64 threads"
    assert store.done(planned) is None


def test_a_device_that_is_missing_here_makes_failed_records_and_no_error(tmp_path):
    """A task for a GPU elsewhere ends with an error, and the main process, without a GPU, stores the reason."""
    options = Options(device="cuda:9")
    table = Table("1", "costs", TABLE.rows, (Column("params", scale=4.0),), protocol="standard")
    [job] = make_plan(load_catalog(), None, table, Selection(), options, (), Store(tmp_path)).jobs
    [lost] = MeasureTask(job, tmp_path).failed(RuntimeError("the node went down"))
    assert (lost.status, lost.error, lost.device) == ("failed", "RuntimeError: the node went down", "")
    [unusable] = MeasureTask(job, tmp_path).run(lambda _name: None)
    assert unusable.status == "failed"
    assert "--device cuda:9" in unusable.error
