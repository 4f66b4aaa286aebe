"""What a run shows of its records: the finished one of a cell, whichever try or process has measured it."""

from __future__ import annotations

from unittest.mock import Mock

import pytest

from srbench.records.cell import Cell
from srbench.records.record import Record
from srbench.records.recorder import Recorder
from srbench.records.store import Store


def record(metric: str, status: str, value: float | None = None) -> Record:
    cell = Cell("bicubic", "Set5", 4.0, "standard", metric, "paper", 0, metric * 16)
    return Record(cell, status, {"baby": value} if value else {}, value, error="" if value else "RuntimeError: lost")


def recorder_of(store):
    return Recorder(Mock(), store, Mock())


def test_a_finished_record_counts_instead_of_a_failed_one(tmp_path):
    """As where another main process has stored the cell, and removed the files through which this one waits for it."""
    store = Store(tmp_path)
    store.put(record("psnr", "ok", 31.5))
    recorder = recorder_of(store)
    recorder.finished("job", [record("psnr", "failed"), record("ssim", "failed")])
    assert [each.value for each in recorder.records.values()] == [31.5, None]
    assert [each.status for each in recorder._events.finished.call_args.args[1]] == ["ok", "failed"]


def test_what_succeeded_in_the_first_try_outlives_the_second(tmp_path):
    recorder = recorder_of(Store(tmp_path))
    recorder.keep([record("psnr", "ok", 31.5), record("ssim", "failed")])
    recorder.finished("job", [record("psnr", "failed"), record("ssim", "failed")])
    assert [each.status for each in recorder.records.values()] == ["ok", "failed"]


@pytest.mark.parametrize("status", ["ok", "unavailable"])
def test_without_a_store_records_are_passed_on(status):
    recorder = recorder_of(None)
    recorder.finished("job", [record("psnr", status)])
    assert [each.status for each in recorder.records.values()] == [status]
