"""`srbench run` on real data: the paper's digits, the files, the cache, and what survives a kill."""

from __future__ import annotations

import csv
import json
import random
import re
import signal
import time

import pytest

FILES = ("table-4.md", "table-4.csv", "table-4.tex", "table-4.cells.csv")
QUICK = ("run", "--plugin", "pcarn", "--table", "6", "--profile", "demo", "--metrics", "psnr,ssim", "--scales", "4")
INTERPOLATION = (*QUICK, "--rows", "Nearest,Bilinear,Bicubic")


def cells(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.slow
def test_the_papers_digits(table_4):
    out, _ = table_4
    lines = [line for line in cells(out / "pcarn" / "table-4.cells.csv") if line["row"] == "PCARN-M"]
    found = {(line["dataset"], line["metric"]): line for line in lines if line["measured"]}
    assert {line["verdict"] for line in found.values()} == {"reproduced"}
    for metric, expected, tolerance in (("psnr", 29.378, 0.001), ("ssim", 0.8369, 0.0001)):
        line = found["Set5", metric]
        assert float(line["measured"]) == pytest.approx(expected, abs=tolerance)
        assert (line["protocol"], line["profile"], line["seeds"], line["seed_std"]) == ("pcarn", "paper", "1", "")
        assert float(line["delta"]) == pytest.approx(float(line["measured"]) - float(line["published"]))
    assert found["Set5", "psnr"]["n_images"] == "5"
    assert float(found["", "params"]["measured"]) == pytest.approx(414_787)
    assert float(found["", "macs"]["measured"]) == pytest.approx(32.48e9, rel=1e-3)


@pytest.mark.slow
@pytest.mark.long
def test_the_papers_digits_on_set14(shared, acceptance, srbench, tmp_path):
    """As those of Set5, in three times the time."""
    lines = srbench(*acceptance, "--datasets", "Set14", "--out", tmp_path, "--json", data=shared).json
    found = {line["metric"]: line["measured"] for line in lines if line["dataset"]}
    assert found["psnr"] == pytest.approx(26.309, abs=0.001)
    assert found["ssim"] == pytest.approx(0.7087, abs=0.0001)
    assert {line["verdict"] for line in lines} == {"reproduced"}


@pytest.mark.slow
def test_every_image_against_the_golden_values(table_4, shared):
    out, _ = table_4
    with (shared / "fixtures" / "golden" / "pcarn_m_checkpoint.csv").open(encoding="utf-8") as file:
        golden = {line["image"]: line for line in csv.DictReader(file) if line["scale"] == "4"}
    seen = 0
    for path in (out / "records").rglob("*.json"):
        record = json.loads(path.read_text())
        if record["cell"]["dataset"] == "Set5":
            name = f"{record['cell']['metric']}_y_truncate"
            for image, value in record["values"].items():
                assert value == pytest.approx(float(golden[image][name]), abs=0.002 if "psnr" in name else 1e-4)
                seen += 1
    assert seen == 10


@pytest.mark.slow
def test_the_files(table_4):
    out, outcome = table_4
    assert all((out / "pcarn" / name).is_file() for name in FILES)
    assert "29.378 / 29.38 (-0.002 ✓)" in (out / "pcarn" / "table-4.md").read_text()
    assert "29.378 / 29.38 (-0.002 ✓)" in outcome.out
    assert r"29.378\smash{$^{\checkmark }$} / \textit{29.38}" in (out / "pcarn" / "table-4.tex").read_text()


@pytest.mark.slow
def test_a_finished_table_is_not_measured_again(table_4, acceptance, shared, srbench):
    out, _ = table_4
    before = {path: path.stat().st_mtime_ns for path in (out / "records").rglob("*.json")}
    tables = {name: (out / "pcarn" / name).read_bytes() for name in FILES}
    again = srbench(*acceptance, "--datasets", "Set5", "--out", out, "--json", data=shared)
    assert {path: path.stat().st_mtime_ns for path in (out / "records").rglob("*.json")} == before
    assert {name: (out / "pcarn" / name).read_bytes() for name in FILES} == tables
    assert len(again.json) == 4
    plan = srbench(*acceptance, "--datasets", "Set5,B100", "--out", out, "--dry-run", "--json", data=shared).json
    states = [(place["dataset"], place["state"]) for place in plan]
    assert states.count(("Set5", "cached")) == 2
    assert states.count(("B100", "to measure")) == 2


@pytest.mark.slow
def test_another_protocol_is_another_verdict(shared, acceptance, srbench, tmp_path):
    words = (*acceptance[:-1], "psnr", "--datasets", "Set5", "--protocol", "matlab", "--out", tmp_path, "--json")
    lines = srbench(*words, data=shared).json
    psnr = next(line for line in lines if line["metric"] == "psnr")
    assert psnr["measured"] == pytest.approx(29.459, abs=0.001)
    assert psnr["verdict"] == "other protocol"


def test_rows_and_data_that_are_not_here_say_why(material, srbench, tmp_path):
    outcome = srbench(
        *("run", "--plugin", "pcarn", "--table", "4", "--rows", "FEQE,PCARN-M", "--datasets", "Urban100"),
        *("--metrics", "psnr", "--out", tmp_path, "--json"),
        data=material("weights/sr/PCARN-M.pth"),
    )
    feqe, pcarn = outcome.json
    assert outcome.code == 1
    assert outcome.err.startswith("warning: pcarn, Table 4: 0 of 2 cells measured: ")
    assert (feqe["published"], feqe["measured"], feqe["verdict"]) == (25.26, None, "not measured")
    assert "srbench data get feqe-images" in feqe["note"]
    assert "srbench data get Urban100" in pcarn["note"]


@pytest.mark.slow
def test_demo_needs_no_data_and_says_so(srbench, small_photographs, monkeypatch, tmp_path):
    monkeypatch.setattr("srbench.data.datasets.demo.images", lambda: list(small_photographs))
    demo = ("run", "--plugin", "pcarn", "--table", "4", "--rows", "SRCNN,PCARN-M,Bicubic", "--profile", "demo")
    outcome = srbench(*demo, "--out", tmp_path)
    assert outcome.code == 0, outcome.err
    assert "demo data: not comparable with the paper" in outcome.out
    assert "**demo data: not comparable with the paper**" in (tmp_path / "pcarn" / "table-4.md").read_text()
    lines = cells(tmp_path / "pcarn" / "table-4.cells.csv")
    bicubic = {line["metric"]: line for line in lines if line["row"] == "Bicubic"}
    assert 20 < float(bicubic["psnr"]["measured"]) < 40
    assert bicubic["psnr"]["n_images"] == "5"
    judged = {line["verdict"] for line in lines if line["dataset"] and line["measured"]}
    assert judged == {"demo data"}


@pytest.mark.slow
def test_kill_9_in_each_phase_then_the_same_table(srbench, started, tmp_path):
    """A run killed again and again loses nothing that was finished, and ends with the table of an undisturbed run.

    Killed while it begins, at and between its first cells, in the middle, at its last one, and while it writes the
    tables.
    """
    undisturbed, disturbed = tmp_path / "undisturbed", tmp_path / "disturbed"
    assert srbench(*INTERPOLATION, "--out", undisturbed).code == 0

    def records(out):
        return {path.relative_to(out): path.read_text() for path in (out / "records").rglob("*.json")}

    every = len(records(undisturbed))
    moments = random.Random(0)  # noqa: S311 - moments of a test
    for finished in (0, 1, every // 2, every - 1, every):
        run = started(*INTERPOLATION, "--out", disturbed)
        before = records(disturbed)
        while run.running and len(records(disturbed)) < finished:
            time.sleep(0.002)
        time.sleep(moments.uniform(0, 0.05))
        if run.running:
            run.send(signal.SIGKILL)
        assert run.ended().code in {0, -signal.SIGKILL}
        found = records(disturbed)
        assert len([json.loads(text) for text in found.values()]) >= finished
        assert before.items() <= found.items()
    assert srbench(*INTERPOLATION, "--out", disturbed).code == 0
    for name in FILES:
        # the files of table 6, which lacks these metrics in print
        name = name.replace("table-4", "table-6@with-demo-x4-psnr-ssim")  # noqa: PLW2901
        assert (disturbed / "pcarn" / name).read_bytes() == (undisturbed / "pcarn" / name).read_bytes()
    assert len(records(disturbed)) == every


@pytest.mark.slow
def test_two_runs_at_once_on_one_folder(srbench, started, tmp_path):
    runs = [started(*INTERPOLATION, "--out", tmp_path) for _ in range(2)]
    outcomes = [run.ended() for run in runs]
    assert [outcome.code for outcome in outcomes] == [0, 0], outcomes
    assert outcomes[0].out == outcomes[1].out
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert srbench(*INTERPOLATION, "--out", tmp_path).code == 0
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


@pytest.mark.slow
def test_several_processes_give_the_same_numbers(srbench, srbench_process, photo, tmp_path):
    """A network's and interpolation's, in processes that srbench starts as for its users."""
    asked = (*QUICK, "--rows", "PCARN-M,Bicubic", "--datasets", photo.parent, "--json")
    one = srbench(*asked, "--jobs", "1", "--out", tmp_path / "1")
    two = srbench_process(*asked, "--jobs", "2", "--out", tmp_path / "2", spawn=True)
    assert one.json == two.json
    assert len([line["measured"] for line in one.json if line["measured"]]) == 4
    assert one.code == two.code == 0


@pytest.mark.slow
def test_a_worker_that_dies_takes_no_other_job_along(srbench_process, tmp_path):
    (tmp_path / "deadly.py").write_text(
        "import os, torch\n"
        "class Net(torch.nn.Module):\n"
        "    def forward(self, lr, scale):\n"
        "        if scale == 3:\n"
        "            os._exit(9)  # as the kernel does when memory is gone\n"
        "        return torch.nn.functional.interpolate(lr, scale_factor=scale)\n"
    )
    outcome = srbench_process(
        *("eval", "--model", f"{tmp_path}/deadly.py:Net", "--datasets", "demo", "--scales", "2,3,4"),
        *("--metrics", "psnr", "--jobs", "2", "--json"),
    )
    found = {line["scale"]: (line["measured"], line["verdict"]) for line in outcome.json}
    assert outcome.code == 1
    assert "the worker process died" in outcome.err
    assert found[3.0] == (None, "failed")
    assert found[2.0][0] > 20
    assert found[4.0][0] > 20


@pytest.mark.slow
@pytest.mark.parametrize(
    ("sent", "code", "end"), [(signal.SIGINT, 130, "interrupted"), (signal.SIGTERM, 143, "terminated")]
)
def test_a_signal_keeps_what_is_finished(shared, acceptance, started, tmp_path, sent, code, end):
    run = started(*acceptance, "--datasets", "Set5,B100", "--out", tmp_path, data=shared)
    deadline = time.monotonic() + 120
    while len(list(tmp_path.glob("records/*/*.json"))) < 4:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    run.send(sent)
    outcome = run.ended(60)
    assert outcome.code == code
    assert outcome.out == ""
    last = outcome.err.splitlines()[-1]
    assert last.startswith(f"{end}: finished cells and checkpoints are kept; the same command")
    assert len(list(tmp_path.glob("records/*/*.json"))) == 4


def test_a_device_that_is_not_there_is_refused_at_once(srbench, tmp_path):
    outcome = srbench(
        *("run", "--plugin", "pcarn", "--table", "4", "--profile", "demo", "--device", "cuda:77", "--out", tmp_path)
    )
    assert outcome.code == 2
    assert "--device cuda:77" in outcome.err
    assert len(outcome.err.strip().splitlines()) == 1


def test_one_device_for_all_and_devices_to_share_out_are_refused_together(srbench, tmp_path):
    """A worker sees one GPU alone, under another number."""
    outcome = srbench(*INTERPOLATION, "--devices", "cuda:0,cuda:1", "--device", "cpu", "--out", tmp_path)
    assert outcome.code == 2
    assert "--device cpu: with --devices" in outcome.err
    assert "leave out --device" in outcome.err


@pytest.mark.slow
def test_a_table_of_ones_own_images(srbench, acceptance, tmp_path, shared):
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "bird.png").write_bytes((shared / "data" / "Set5" / "HR" / "bird.png").read_bytes())
    outcome = srbench(*acceptance, "--datasets", folder, "--out", tmp_path / "out", "--json", data=shared)
    psnr = next(line for line in outcome.json if line["metric"] == "psnr")
    assert psnr["measured"] == pytest.approx(31.49, abs=0.2)
    assert psnr["verdict"] == "no published value"
    assert re.search(r"mine$", psnr["dataset"])


def test_two_folders_of_one_name_are_two_datasets(shared, srbench, tmp_path):
    folders = []
    for name in ("bird", "woman"):
        folder = tmp_path / name / "photos"
        folder.mkdir(parents=True)
        (folder / "image.png").write_bytes((shared / "data" / "Set5" / "HR" / f"{name}.png").read_bytes())
        folders.append(str(folder))
    both = srbench("eval", "--model", "bicubic", "--datasets", ",".join(folders), "--scales", "4", "--json").json
    alone = srbench("eval", "--model", "bicubic", "--datasets", folders[1], "--scales", "4", "--json").json
    values = {line["dataset"]: line["measured"] for line in both if line["metric"] == "psnr"}
    assert values[folders[0]] != values[folders[1]] == alone[0]["measured"]


@pytest.mark.slow
def test_an_incomplete_copy_gets_no_verdict(shared, srbench, tmp_path):
    folder = tmp_path / "data" / "Set5" / "HR"
    folder.mkdir(parents=True)
    for name in ("bird", "woman"):
        (folder / f"{name}.png").write_bytes((shared / "data" / "Set5" / "HR" / f"{name}.png").read_bytes())
    command = (
        "run",
        "--plugin",
        "pcarn",
        "--table",
        "4",
        "--rows",
        "PCARN-M",
        "--datasets",
        "Set5",
        "--metrics",
        "psnr",
    )
    line = srbench(*command, "--data", tmp_path, "--out", tmp_path / "o", "--json", data=shared).json[0]
    assert line["verdict"] == "other data"
    assert "incomplete copy: 2 of 5 images of Set5" in line["note"]
