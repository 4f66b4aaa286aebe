"""A table that is trained and measured on a cluster is that of this process, byte for byte but for times."""

from __future__ import annotations

import json
import shutil
import signal
import time

import pytest

TABLE_1 = ("run", "--plugin", "pcarn", "--table", "1", "--rows", "Baseline, reduced", "--profile", "demo")
TABLE_1 = (*TABLE_1, "--device", "cpu")
TIMES = {"seconds", "finished"}


def without_times(value):
    if isinstance(value, dict):
        return {name: without_times(entry) for name, entry in value.items() if name not in TIMES}
    return [without_times(entry) for entry in value] if isinstance(value, list) else value


def contents(out):
    """Every file of the tables as bytes, the weights as bytes, and the records without times."""
    tables = {path.name: path.read_bytes() for path in (out / "pcarn").glob("table-1*")}
    weights = {path.relative_to(out).as_posix(): path.read_bytes() for path in out.rglob("weights.safetensors")}
    records = {path.name: without_times(json.loads(path.read_text())) for path in (out / "records").rglob("*.json")}
    assert tables
    assert weights
    assert records
    return tables, weights, records


def touched(out):
    return {path: path.stat().st_mtime_ns for path in (out / "training").rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def local(srbench, tmp_path_factory):
    out = tmp_path_factory.mktemp("results") / "local"
    assert srbench(*TABLE_1, "--out", out).code == 0
    return out


@pytest.mark.slow
@pytest.mark.long
def test_the_table_is_that_of_this_process(srbench, ray, local, tmp_path):
    """In a folder that the nodes see, as in test_executor.py; the fast test below has none, and so shows more."""
    outcome = srbench(*TABLE_1, "--out", tmp_path, "--executor", "ray")
    assert (outcome.code, outcome.err) == (0, "")
    assert contents(tmp_path) == contents(local)
    before = touched(tmp_path)
    assert srbench(*TABLE_1, "--out", tmp_path, "--executor", "ray").code == 0
    assert touched(tmp_path) == before


@pytest.mark.slow
def test_it_comes_back_where_the_nodes_do_not_see_the_folder(srbench, ray, local, tmp_path, monkeypatch):
    """What was trained earlier travels there; records and new weights come back."""
    from srbench_ray.executor import RayExecutor

    monkeypatch.setattr(RayExecutor, "shares", lambda _self, _folder: False)
    shutil.copytree(local / "training", tmp_path / "trained" / "training")
    before = touched(tmp_path / "trained")
    for name in ("new", "trained"):
        assert srbench(*TABLE_1, "--out", tmp_path / name, "--executor", "ray").code == 0
        assert contents(tmp_path / name) == contents(local)
    assert touched(tmp_path / "trained") == before


@pytest.mark.long
def test_after_a_killed_main_process_it_goes_on(started, cluster, ray, local, tmp_path):
    """A training that had finished isn't repeated, wherever the main process dies."""
    command = (*TABLE_1, "--out", tmp_path, "--executor", "ray", "--address", cluster.address)
    for pause in (0, 1, 3):
        main = started(*command)
        deadline = time.monotonic() + 300
        while main.running and not list((tmp_path / "training").glob("*/recipe.json")):
            assert time.monotonic() < deadline
            time.sleep(0.05)
        time.sleep(pause)
        main.send(signal.SIGKILL)
        main._process.join()
        if list(tmp_path.rglob("card.json")):
            break
    finished = touched(tmp_path) if list(tmp_path.rglob("card.json")) else {}
    outcome = started(*command).ended(600)
    assert outcome.code == 0, outcome.err
    after = touched(tmp_path)
    assert {path: after[path] for path in finished if path.name != ".lock"} == finished
    _, weights, records = contents(tmp_path)
    assert weights.keys() == contents(local)[1].keys()
    assert records.keys() == contents(local)[2].keys()
