from __future__ import annotations

import sqlite3
import sys
from copy import copy

import pytest
import srbench_mlflow

from srbench import Record, SrbenchError, TrainingStep, Unavailable
from srbench.records.cell import Cell


def step(number, losses=None, psnr=None):
    return TrainingStep("net", "demo", 3, "l1", number, 20, losses or {"loss": 1 / number}, 1e-3, 5.0, psnr)


def record(metric, value, error="", dataset="Set5"):
    status = "ok" if value is not None else "failed"
    return Record(
        Cell("Net", dataset, 4.0, "standard", metric, "paper", 0, f"key-{metric}"), status, {}, value, error=error
    )


@pytest.fixture(autouse=True)
def fresh(monkeypatch):
    monkeypatch.setattr(srbench_mlflow, "TRACKER", copy(srbench_mlflow.TRACKER))
    for name in ("MLFLOW_TRACKING_URI", "MLFLOW_EXPERIMENT_NAME"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def mlflow():
    return pytest.importorskip("mlflow", reason="mlflow is not installed: an extra of srbench-mlflow")


def log_all():
    srbench_mlflow.srbench_training_step(step(10, {"loss": 0.5, "vgg:2": 0.25}))
    srbench_mlflow.srbench_training_step(step(20, {"loss": 0.25, "vgg:2": 0.125}, psnr=30.5))
    srbench_mlflow.srbench_cell_finished(record("psnr", 32.25))
    srbench_mlflow.srbench_cell_finished(record("params", 1e6, dataset=""))
    srbench_mlflow.srbench_cell_finished(record("lpips", None, "no weights"))
    srbench_mlflow.TRACKER.runs.close()


@pytest.mark.slow
def test_what_lies_in_the_files(mlflow, monkeypatch, tmp_path):
    """In files as MLflow documents them; that store is in maintenance mode, and quicker than a database."""
    monkeypatch.setenv("MLFLOW_ALLOW_FILE_STORE", "true")
    monkeypatch.setenv("MLFLOW_TRACKING_URI", tmp_path.as_uri())
    log_all()
    found = {}
    for folder in tmp_path.glob("*/*/metrics"):
        for file in filter(lambda path: path.is_file(), folder.rglob("*")):
            lines = [line.split() for line in file.read_text().splitlines()]
            found[str(file.relative_to(folder))] = {int(number): float(value) for _, value, number in lines}
    assert found == {
        "loss": {10: 0.5, 20: 0.25},
        "vgg_2": {10: 0.25, 20: 0.125},
        "learning_rate": {10: 1e-3, 20: 1e-3},
        "steps_per_second": {10: 5.0, 20: 5.0},
        "psnr": {20: 30.5},
        "psnr/Set5/x4": {0: 32.25},
        "params/x4": {0: 1e6},
    }
    texts = {
        f"{kind}/{file.relative_to(folder)}": file.read_text()
        for kind in ("params", "tags")
        for folder in tmp_path.glob(f"*/*/{kind}")
        for file in filter(lambda path: path.is_file(), folder.rglob("*"))
        if not file.name.startswith("mlflow.") or file.name == "mlflow.runName"
    }
    del texts["tags/mlflow.runName"]
    assert texts == {
        **{f"params/{key}": text for key, text in {"recipe": "net", "phase": "l1", "profile": "demo"}.items()},
        "params/seed": "3",
        "params/steps": "20",
        "params/method": "Net",
        "tags/psnr/Set5/x4.protocol": "standard",
        "tags/psnr/Set5/x4.record": "key-psnr",
        "tags/params/x4.protocol": "standard",
        "tags/params/x4.record": "key-params",
        "tags/lpips/Set5/x4.protocol": "standard",
        "tags/lpips/Set5/x4.record": "key-lpips",
        "tags/lpips/Set5/x4.error": "no weights",
    }
    client = mlflow.MlflowClient()
    (experiment,) = [found.experiment_id for found in client.search_experiments() if found.name == "srbench"]
    states = {run.info.run_name: run.info.status for run in client.search_runs([experiment])}
    assert states == {"net l1 demo seed 3": "FINISHED", "measured Net": "FINISHED"}


@pytest.mark.long
def test_what_lies_in_a_database(mlflow, monkeypatch, tmp_path):
    pytest.importorskip("sqlalchemy", reason="mlflow-skinny alone has no database; the whole mlflow brings it")
    pytest.importorskip("alembic", reason="mlflow-skinny alone has no database; the whole mlflow brings it")
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{tmp_path / 'runs.db'}")
    monkeypatch.setenv("MLFLOW_EXPERIMENT_NAME", "mine")
    log_all()
    with sqlite3.connect(tmp_path / "runs.db") as opened:
        values = {(key, number): value for key, number, value in opened.execute("select key, step, value from metrics")}
        assert opened.execute("select name from experiments where name = 'mine'").fetchall()
    opened.close()
    assert {key: values[key] for key in (("loss", 20), ("psnr", 20), ("psnr/Set5/x4", 0))} == {
        ("loss", 20): 0.25,
        ("psnr", 20): 30.5,
        ("psnr/Set5/x4", 0): 32.25,
    }
    assert len(values) == 11


def test_nothing_is_imported_where_nothing_is_set(monkeypatch):
    monkeypatch.setitem(sys.modules, "mlflow", None)  # importing it would raise
    srbench_mlflow.srbench_training_step(step(10))
    srbench_mlflow.srbench_cell_finished(record("psnr", 32.25))
    assert srbench_mlflow.TRACKER.runs is None


def test_an_error_is_told_once(monkeypatch):
    unused = copy(srbench_mlflow.TRACKER)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://127.0.0.1:9")
    monkeypatch.setitem(sys.modules, "mlflow", None)
    with pytest.raises(Unavailable, match=r"mlflow is not installed; pip install 'srbench-mlflow\[mlflow\]'"):
        srbench_mlflow.srbench_training_step(step(10))
    srbench_mlflow.srbench_training_step(step(20))

    def broken():
        raise OSError("the server\nis down")

    monkeypatch.setattr(srbench_mlflow, "TRACKER", unused)
    monkeypatch.setattr(unused, "_begin", broken)
    with pytest.raises(SrbenchError, match=r"^MLflow: the server is down; nothing more is logged$"):
        srbench_mlflow.srbench_cell_finished(record("psnr", 32.25))
    srbench_mlflow.srbench_cell_finished(record("psnr", 32.25))
