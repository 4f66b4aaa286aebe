from __future__ import annotations

import json
import struct
import sys
from copy import copy

import pytest
import srbench_wandb

from srbench import Record, SrbenchError, TrainingStep, Unavailable
from srbench.records.cell import Cell

BLOCK = 32768
"""Bytes of a block of wandb's files, which are those of LevelDB's log format behind a header of 7 bytes."""


def step(number, losses=None, psnr=None):
    return TrainingStep("net", "demo", 3, "l1", number, 20, losses or {"loss": 1 / number}, 1e-3, 5.0, psnr)


def record(metric, value, error="", dataset="Set5"):
    status = "ok" if value is not None else "failed"
    return Record(
        Cell("Net", dataset, 4.0, "standard", metric, "paper", 0, f"key-{metric}"), status, {}, value, error=error
    )


@pytest.fixture(autouse=True)
def fresh(monkeypatch):
    monkeypatch.setattr(srbench_wandb, "TRACKER", copy(srbench_wandb.TRACKER))
    monkeypatch.delenv("WANDB_PROJECT", raising=False)


def entries(content):
    """Yield the records of one of wandb's files."""
    from wandb.proto.wandb_internal_pb2 import Record as Entry

    place, parts = 7, b""
    while place < len(content):
        if BLOCK - place % BLOCK < 7:  # too little for a header: filled with zeros
            place += BLOCK - place % BLOCK
            continue
        _, length, kind = struct.unpack("<IHB", content[place : place + 7])
        parts += content[place + 7 : place + 7 + length]
        place += 7 + length
        if kind in {1, 4}:  # whole, or the last part
            entry = Entry()
            entry.ParseFromString(parts)
            parts = b""
            yield entry


def key_of(item):
    return item.key or "/".join(item.nested_key)


@pytest.mark.slow
def test_what_lies_in_the_files(monkeypatch, tmp_path):
    wandb = pytest.importorskip("wandb", reason="wandb is not installed: an extra of srbench-wandb")
    settings = {"PROJECT": "sr", "MODE": "offline", "DIR": str(tmp_path), "SILENT": "true", "DISABLE_GIT": "true"}
    for name, value in settings.items():
        monkeypatch.setenv(f"WANDB_{name}", value)
    srbench_wandb.srbench_training_step(step(10, {"loss": 0.5, "vgg:2": 0.25}))
    srbench_wandb.srbench_training_step(step(20, {"loss": 0.25, "vgg:2": 0.125}, psnr=30.5))
    srbench_wandb.srbench_cell_finished(record("psnr", 32.25))
    srbench_wandb.srbench_cell_finished(record("params", 1e6, dataset=""))
    srbench_wandb.srbench_cell_finished(record("lpips", None, "no weights"))
    wandb.teardown()  # as at the end of a command: ends open runs, and waits for the process that writes the files

    names, history, summary, config, ended = set(), {}, {}, {}, 0
    for file in tmp_path.glob("wandb/offline-run-*/run-*.wandb"):
        for entry in entries(file.read_bytes()):
            ended += entry.HasField("exit")
            if entry.HasField("run"):
                names.add((entry.run.project, entry.run.display_name))
                config |= {key_of(item): json.loads(item.value_json) for item in entry.run.config.update}
            if entry.HasField("config"):
                config |= {key_of(item): json.loads(item.value_json) for item in entry.config.update}
            if entry.HasField("history"):
                values = {key_of(item): json.loads(item.value_json) for item in entry.history.item}
                history[values["_step"]] = {name: value for name, value in values.items() if name[0] != "_"}
            if entry.HasField("summary"):
                summary |= {key_of(item): json.loads(item.value_json) for item in entry.summary.update}
    assert ended == 2
    assert names == {("sr", "net l1 demo seed 3"), ("sr", "measured Net")}
    speed = {"learning_rate": 1e-3, "steps_per_second": 5.0}
    assert history == {
        10: {"loss": 0.5, "vgg:2": 0.25, **speed},
        20: {"loss": 0.25, "vgg:2": 0.125, "psnr": 30.5, **speed},
    }
    assert {name: summary.get(name) for name in ("psnr/Set5/x4", "params/x4", "lpips/Set5/x4")} == {
        "psnr/Set5/x4": 32.25,
        "params/x4": 1e6,
        "lpips/Set5/x4": None,
    }
    facts = {name: config[name] for name in ("recipe", "phase", "profile", "seed", "steps", "method")}
    assert facts == {"recipe": "net", "phase": "l1", "profile": "demo", "seed": 3, "steps": 20, "method": "Net"}
    assert config["cells"] == {
        "psnr/Set5/x4": {"protocol": "standard", "record": "key-psnr"},
        "params/x4": {"protocol": "standard", "record": "key-params"},
        "lpips/Set5/x4": {"protocol": "standard", "record": "key-lpips", "error": "no weights"},
    }


def test_nothing_is_imported_where_nothing_is_set(monkeypatch):
    monkeypatch.setitem(sys.modules, "wandb", None)  # importing it would raise
    srbench_wandb.srbench_training_step(step(10))
    srbench_wandb.srbench_cell_finished(record("psnr", 32.25))
    assert srbench_wandb.TRACKER.runs is None


def test_an_error_is_told_once(monkeypatch):
    unused = copy(srbench_wandb.TRACKER)
    monkeypatch.setenv("WANDB_PROJECT", "sr")
    monkeypatch.setitem(sys.modules, "wandb", None)
    with pytest.raises(Unavailable, match=r"wandb is not installed; pip install 'srbench-wandb\[wandb\]'"):
        srbench_wandb.srbench_training_step(step(10))
    srbench_wandb.srbench_training_step(step(20))

    def broken():
        raise OSError("no such\nproject")

    monkeypatch.setattr(srbench_wandb, "TRACKER", unused)
    monkeypatch.setattr(unused, "_begin", broken)
    with pytest.raises(SrbenchError, match=r"^wandb: no such project; nothing more is logged$"):
        srbench_wandb.srbench_cell_finished(record("psnr", 32.25))
    srbench_wandb.srbench_cell_finished(record("psnr", 32.25))
