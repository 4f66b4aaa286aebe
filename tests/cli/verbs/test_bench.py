"""``srbench bench``: times beside those of another machine, and causes of slowness."""

from __future__ import annotations

import json
import time
from dataclasses import replace

import pytest
from click.testing import CliRunner

from srbench.cli.verbs import bench as verb
from srbench.errors import StoreError, Unavailable, WeightsError
from srbench.speed import machine as of_machine
from srbench.speed import work as of_work
from srbench.speed.hints import hints
from srbench.speed.machine import Machine, this_machine
from srbench.speed.reference import SHIPPED, read_reference
from srbench.speed.work import WORK, Place, Timing, Work, timed

IDLE = Machine(
    processor="A processor",
    cores=8,
    quota=None,
    threads=8,
    omp_num_threads="",
    openmp=True,
    onednn=True,
    instructions="AVX2",
    governor="performance",
    load=0.1,
    filesystem="ext4",
    device="cpu: A processor, 8 threads",
    versions={},
)


@pytest.mark.parametrize("kind", ["array", "tensor", "disk"])
def test_a_machine_in_order_gets_no_hint(kind):
    assert hints(IDLE, kind, swapped=0) == []


@pytest.mark.parametrize(
    ("state", "kind", "swapped", "words"),
    [
        ({"threads": 1, "omp_num_threads": "1"}, "tensor", 0, "1 of 8 cores (OMP_NUM_THREADS=1)"),
        ({"threads": 16}, "tensor", 0, "16 threads for 8 cores"),
        ({"quota": 1.5}, "tensor", 0, "8 threads for 1.5 cores, which wait for each other; set OMP_NUM_THREADS=1"),
        ({"quota": 2.0}, "array", 0, "2 of 8 cores"),
        ({"openmp": False, "threads": 1}, "tensor", 0, "no OpenMP"),
        ({"onednn": False}, "tensor", 0, "oneDNN"),
        ({"instructions": "DEFAULT"}, "tensor", 0, "no AVX2"),
        ({"governor": "powersave"}, "array", 0, "saves power"),
        ({"load": 7.5}, "array", 0, "load 7.5 on 8 cores"),
        ({}, "array", 12, "swapped (12 pages)"),
        ({"filesystem": "nfs4"}, "disk", 0, "lies on nfs4"),
        ({"filesystem": "fuse.sshfs"}, "disk", 0, "lies on fuse.sshfs"),
        ({"load": 9.0}, "disk", 0, "load 9.0"),
    ],
)
def test_each_cause_is_named_alone(state, kind, swapped, words):
    first, *more = hints(replace(IDLE, **state), kind, swapped=swapped)
    assert words in first
    assert len(more) == (1 if state == {"quota": 1.5} else 0)  # the limit itself is the second


def test_what_is_in_order_on_some_machines_is_no_cause():
    """PyTorch may count physical cores where the variable isn't set, and `fuseblk` is an NTFS disk of the machine."""
    assert hints(replace(IDLE, threads=4), "tensor", swapped=0) == []
    assert hints(replace(IDLE, filesystem="fuseblk"), "disk", swapped=0) == []


def test_threads_do_not_slow_down_what_a_gpu_does():
    assert hints(replace(IDLE, threads=1, device="cuda:0: a GPU"), "tensor", swapped=0) == []


def test_the_state_of_this_machine(tmp_path, monkeypatch):
    (tmp_path / "mounts").write_text(f"disk / ext4 rw 0 0\nserver:/x {tmp_path} nfs4 rw 0 0\n")
    (tmp_path / "max").write_text("150000 100000\n")
    (tmp_path / "governor").write_text("powersave\n")
    (tmp_path / "vmstat").write_text("nr_free_pages 1\npswpin 3\npswpout 4\n")
    for name, file in (("MOUNTS", "mounts"), ("QUOTA", "max"), ("GOVERNOR", "governor"), ("SWAPPED", "vmstat")):
        monkeypatch.setattr(of_machine, name, tmp_path / file)
    monkeypatch.setenv("OMP_NUM_THREADS", "3")
    found = this_machine("cpu", tmp_path / "results")
    assert (found.filesystem, found.quota, found.governor, found.omp_num_threads) == ("nfs4", 1.5, "powersave", "3")
    assert found.processor
    assert found.cores >= 1
    assert of_machine.swapped_pages() == 7


def test_what_a_system_does_not_say_is_none(tmp_path, monkeypatch):
    for name in ("MOUNTS", "QUOTA", "GOVERNOR", "SWAPPED"):
        monkeypatch.setattr(of_machine, name, tmp_path / "missing")
    found = this_machine("cpu", tmp_path)
    assert (found.filesystem, found.quota, found.governor, of_machine.swapped_pages()) == (None, None, None, 0)
    (tmp_path / "max").write_text("max 100000\n")
    monkeypatch.setattr(of_machine, "QUOTA", tmp_path / "max")
    assert this_machine("cpu", tmp_path).quota is None


def test_a_time_is_a_median_of_rounds_after_a_first():
    calls = []

    def prepare(_place):
        yield lambda: (calls.append(1), time.sleep(0.001))
        calls.append("tidied up")

    found = timed(Work("x", "x", "array", prepare), None, 100)
    assert found.rounds == 15
    assert found.median_s >= found.fastest_s >= 0.001
    assert calls == [*([1] * 16), "tidied up"]
    assert timed(Work("x", "x", "array", prepare), None, 0).rounds == 1


@pytest.fixture
def fake(monkeypatch, tmp_path):
    """Two pieces of work of known speed, NIQE without its weights, and a machine that saves power."""

    def steady(seconds):
        return lambda _work, _place, _budget: Timing(seconds, seconds, 3)

    times = {"forward": steady(3.0), "psnr-ssim": steady(0.1)}

    def measured(work, place, budget):
        if work.name not in times:
            raise (WeightsError("damaged") if work.name == "lpips" else Unavailable("no weights here"))
        return times[work.name](work, place, budget)

    monkeypatch.setattr("srbench.speed.work.timed", measured)
    monkeypatch.setattr(
        "srbench.speed.machine.this_machine", lambda _device, _out: replace(IDLE, governor="powersave", load=0.0)
    )
    reference = tmp_path / "reference.json"
    work = {name: {"median_s": 1.0, "fastest_s": 1.0, "rounds": 3} for name in ("forward", "psnr-ssim", "niqe")}
    reference.write_text(json.dumps({"schema": 1, "machine": {"processor": "Another"}, "work": work}))

    def call(*arguments, against=reference):
        words = ["--device", "cpu", "--out", str(tmp_path / "out"), "--against", str(against), *map(str, arguments)]
        return CliRunner().invoke(verb.bench, words, standalone_mode=False)

    return call


def test_the_table_and_the_json_document(fake):
    done = fake("--only", "forward,psnr-ssim,niqe")
    assert done.return_value == 0
    lines = {line.split("  ")[0]: line for line in done.stdout.splitlines()}
    assert "3.00x" in lines["PCARN-M x4, forward to 720p"]
    assert "saves power" in lines["PCARN-M x4, forward to 720p"]
    assert "0.10x" in lines["PSNR and SSIM on Y, 720p"]
    assert "saves power" not in lines["PSNR and SSIM on Y, 720p"]
    assert "no weights here" in lines["NIQE, 720p"]
    document = json.loads(fake("--only", "forward,niqe", "--json").stdout)
    assert set(document) == {"machine", "reference", "work"}
    assert document["machine"]["governor"] == "powersave"
    forward, niqe = sorted(document["work"], key=lambda line: line["name"])
    assert (forward["seconds"], forward["reference"], forward["ratio"], niqe["seconds"]) == (3.0, 1.0, 3.0, None)
    assert forward["hints"]
    assert niqe["reason"] == "no weights here"


def test_saved_figures_can_be_compared_with(fake, tmp_path):
    mine = tmp_path / "mine.json"
    assert fake("--only", "forward", "--save", mine).return_value == 0
    assert read_reference(mine).timings == {"forward": Timing(3.0, 3.0, 3)}
    assert "1.00x" in fake("--only", "forward", against=mine).stdout


def test_a_place_that_cannot_hold_the_figures_is_refused_before_the_work(fake, tmp_path):
    called = fake("--only", "forward", "--save", tmp_path)
    assert "--save" in str(called.exception)
    assert "forward to 720p" not in called.output


def test_a_damaged_file_costs_its_work_alone(fake):
    done = fake("--only", "psnr-ssim,lpips")
    assert done.return_value == 0
    lines = {line.split("  ")[0]: line for line in done.stdout.splitlines()}
    assert lines["LPIPS (AlexNet), 720p"].endswith("damaged")
    assert "0.10x" in lines["PSNR and SSIM on Y, 720p"]


def test_nothing_measured_is_a_failure(fake):
    assert fake("--only", "niqe").return_value == 1


@pytest.mark.parametrize(
    "text",
    ["", "[]", '{"schema": 1}', '{"schema": 2, "machine": {}, "work": {}}',
     '{"schema": 1, "machine": {}, "work": {"a": 1}}',
     '{"schema": 1, "machine": {}, "work": {"a": {"median_s": 1, "fastest_s": 1, "rounds": 1e400}}}',
     '{"schema": 1, "machine": {}, "work": {"a": {"median_s": 0, "fastest_s": 0, "rounds": 1}}}'],
)  # fmt: skip
def test_a_damaged_file_is_named(text, fake, tmp_path):
    path = tmp_path / "damaged.json"
    path.write_text(text)
    assert isinstance(error := fake(against=path).exception, StoreError)
    assert str(path) in str(error)
    assert "srbench bench --save" in str(error)


def test_the_figures_that_ship_are_of_all_work_and_name_their_machine():
    reference = read_reference(SHIPPED)
    assert reference.timings.keys() == {work.name for work in WORK}
    assert {"processor", "cores", "threads", "load", "versions"} <= reference.machine.keys()


@pytest.mark.slow
@pytest.mark.parametrize("work", [work for work in WORK if work.name != "training-step"], ids=lambda work: work.name)
def test_each_piece_of_work_runs_and_leaves_nothing_behind(work, shared, tmp_path, monkeypatch):
    from srbench.bench.resolve.resolver import Resolver
    from srbench.catalog import load_catalog

    monkeypatch.setattr("srbench.speed.work.HEIGHT", 240)
    monkeypatch.setattr("srbench.speed.work.WIDTH", 320)
    monkeypatch.setattr("srbench.speed.work.DISK_MIB", 1)
    found = timed(work, Place(Resolver(load_catalog(), (shared,)), "cpu", tmp_path), 0)
    assert found.median_s > 0
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_a_training_step_changes_the_network(tmp_path, monkeypatch):
    import torch

    from srbench.bench.resolve.resolver import Resolver
    from srbench.catalog import load_catalog

    monkeypatch.setattr("srbench.speed.work.BATCH", 1)
    monkeypatch.setattr("srbench.speed.work.PATCH", 8)
    built = []
    network = of_work._network
    monkeypatch.setattr("srbench.speed.work._network", lambda place: built.append(network(place)) or built[0])
    (step,) = (work for work in WORK if work.name == "training-step")
    place = Place(Resolver(load_catalog(), ()), "cpu", tmp_path)
    timed(step, place, 0)
    fresh = network(place).state_dict()
    assert any(not torch.equal(tensor, fresh[name]) for name, tensor in built[0].state_dict().items())
