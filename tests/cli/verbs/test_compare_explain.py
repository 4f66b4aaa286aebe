"""`srbench compare` and `srbench explain` on real data."""

from __future__ import annotations

import csv
import json
import shutil
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from scipy import stats

from srbench.bench.events import RunEvents
from srbench.bench.explain.explanation import explain, jobs_by_lr_mode
from srbench.bench.explain.target import target_of_record
from srbench.bench.planning.options import Options
from srbench.catalog import load_catalog
from srbench.cli import cli
from srbench.errors import DataError, StoreError, Unavailable, UnknownName, UsageError
from srbench.inference.upscaler import Upscaler
from srbench.records.store import Store
from srbench.training.job import make_job

RESULTS = Path(__file__).parents[3] / "results"
TABLE_4 = ("--plugin", "pcarn", "--table", "4", "--row", "PCARN-M")


@pytest.fixture(scope="module")
def call(material, tmp_path_factory):
    """A verb in this process, with Set5 and Set14; what `main` would print as one line is raised."""
    shared = material("data/Set5", "data/Set14", "weights/sr")
    cache = tmp_path_factory.mktemp("cache")
    runner = CliRunner(env={"SRBENCH_DATA": str(shared), "SRBENCH_CACHE": str(cache)})

    def run(*arguments) -> str:
        done = runner.invoke(cli, [str(argument) for argument in arguments], standalone_mode=False)
        if done.exception:
            raise done.exception
        assert not done.return_value
        return done.stdout

    return run


@pytest.fixture(scope="module", autouse=True)
def upscaled_once():
    """Keep the SR images of networks, which take most of the time, for all tests of this module."""
    whole, known = Upscaler.__call__, {}

    def upscale(upscaler, lr):
        if not upscaler.method.weights_sha256:  # interpolation, whose rounding depends on the protocol
            return whole(upscaler, lr)
        key = (upscaler.method.name, upscaler.method.weights_sha256, upscaler.scale, lr.shape, lr.tobytes())
        if key not in known:
            known[key] = whole(upscaler, lr)
        return known[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Upscaler, "__call__", upscale)
        yield


@pytest.fixture(scope="module")
def records(call, tmp_path_factory):
    """Record files of PCARN-M and bicubic by (method, dataset, metric, protocol); those committed are not made anew."""
    out = tmp_path_factory.mktemp("results")
    for path in RESULTS.glob("records/??/*.json"):
        cell = json.loads(path.read_text(encoding="utf-8"))["cell"]
        if (cell["method"], cell["protocol"], cell["scale"]) == ("pcarn-m", "pcarn", 4.0):
            copy = out / path.relative_to(RESULTS)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, copy)
    shutil.copy(RESULTS / "records" / "SCHEMA", out / "records")
    table = ("run", "--plugin", "pcarn", "--table", "4", "--out", out)
    call(*table, "--rows", "PCARN-M,Bicubic", "--datasets", "Set5,Set14", "--metrics", "psnr,ssim,params")
    call(*table, "--rows", "Bicubic", "--datasets", "Set5", "--metrics", "psnr", "--protocol", "matlab")
    found = {}
    for path in out.rglob("records/*/*.json"):
        cell = json.loads(path.read_text())["cell"]
        found[cell["method"], cell["dataset"], cell["metric"], cell["protocol"]] = path
    return found


@pytest.mark.slow
def test_explain_finds_the_papers_protocol(call, shared):
    """PCARN-M, Set5 x4: 29.378 truncated, 29.459 rounded; and image by image the golden values of both."""
    document = json.loads(call("explain", *TABLE_4, "--dataset", "Set5", "--metric", "psnr", "--json"))
    value = {tuple(variant["changes"]): variant["value"] for variant in document["variants"]}
    assert document["published"] == 29.38
    assert value[()] == pytest.approx(29.378, abs=0.001)
    assert value["SR rounded",] == pytest.approx(29.459, abs=0.001)
    assert len(value) == 41
    marked = [variant for variant in document["variants"] if variant["nearest"]]
    assert [len(entry["changes"]) for entry in marked] == [1, 2]
    for entry in marked:
        others = [each for each in document["variants"] if len(each["changes"]) == len(entry["changes"])]
        assert abs(entry["to_published"]) == min(abs(each["to_published"]) for each in others)


@pytest.mark.slow
def test_explain_says_which_protocol_a_number_comes_from(call, records, shared):
    """From the record of one protocol to the number of another: any metric, any method."""
    with (shared / "fixtures/golden/pcarn_m_checkpoint.csv").open(encoding="utf-8", newline="") as file:
        golden = [line for line in csv.DictReader(file) if (line["dataset"], line["scale"]) == ("Set5", "4")]
    rounded = np.mean([float(line["ssim_y_round"]) for line in golden])
    path = records["pcarn-m", "Set5", "ssim", "pcarn"]
    text = call("explain", path, "--published", f"{rounded:.6f}")
    line = next(line for line in text.splitlines() if line.startswith("SR rounded "))
    assert line.split()[2] == f"{rounded:.5f}"
    assert line.endswith("nearest change")
    assert "pooled MSE" not in text
    assert "nearest of all: SR rounded (" in text
    assert "the record was made from other" not in text


@pytest.mark.slow
def test_explain_without_a_published_value_tries_no_pairs(call, records):
    document = json.loads(call("explain", records["bicubic", "Set5", "psnr", "pcarn"], "--json"))
    assert document["published"] is None
    assert max(len(variant["changes"]) for variant in document["variants"]) == 1
    base = json.loads(records["bicubic", "Set5", "psnr", "pcarn"].read_text())
    assert document["variants"][0]["value"] == pytest.approx(base["value"], abs=1e-12)


@pytest.mark.slow
def test_compare_records_is_scipys_test_of_their_values(call, records):
    a, b = records["pcarn-m", "Set14", "psnr", "pcarn"], records["bicubic", "Set14", "psnr", "pcarn"]
    (line,) = json.loads(call("compare", a, b, "--json"))
    first, second = (json.loads(path.read_text())["values"] for path in (a, b))
    x, y = (np.array([values[name] for name in first]) for values in (first, second))
    assert (line["a"], line["b"], line["n"], line["protocol"]) == ("pcarn-m", "bicubic", 14, "pcarn")
    assert line["p"] == pytest.approx(stats.wilcoxon(x, y).pvalue)
    assert line["difference"] == pytest.approx((x - y).mean())
    assert (line["mean_a"], line["mean_b"]) == pytest.approx((x.mean(), y.mean()))
    assert line["ci_low"] < line["difference"] < line["ci_high"]
    assert line["verdict"] == ("better" if line["ci_low"] > 0 and line["p"] < 0.05 else "undecided")


@pytest.mark.slow
def test_compare_methods_per_set_and_pooled(call, shared):
    """Interpolation, which takes no time, with MATLAB's numbers of bicubic."""
    asked = ("--datasets", "Set5,Set14", "--scales", "4", "--metrics", "psnr", "--protocol", "matlab-grey", "--json")
    lines = json.loads(call("compare", "nearest", "bicubic", *asked))
    with (shared / "fixtures/golden/bicubic_matlab.csv").open(encoding="utf-8", newline="") as file:
        golden = [line for line in csv.DictReader(file) if line["scale"] == "4"]
    matlab = {
        name: np.mean([float(line["psnr_y"]) for line in golden if line["dataset"] == name])
        for name in ("Set5", "Set14")
    }
    found = {line["dataset"]: line for line in lines}
    assert {name: line["n"] for name, line in found.items()} == {"Set5": 5, "Set14": 14, "all": 19}
    assert found["Set5"]["mean_b"] == pytest.approx(matlab["Set5"], abs=1e-4)
    assert found["Set14"]["mean_b"] == pytest.approx(matlab["Set14"], abs=1e-4)
    assert found["Set5"]["verdict"] == "undecided"
    assert found["Set14"]["verdict"] == found["all"]["verdict"] == "worse"
    total = 5 * found["Set5"]["difference"] + 14 * found["Set14"]["difference"]
    assert found["all"]["difference"] == pytest.approx(total / 19)


@pytest.mark.slow
def test_compare_one_class_with_two_checkpoints(call, tmp_path):
    torch = pytest.importorskip("torch")
    (tmp_path / "mine.py").write_text(
        "import torch\n"
        "class Net(torch.nn.Module):\n"
        "    def __init__(self):\n"
        "        super().__init__()\n"
        "        self.gain = torch.nn.Parameter(torch.ones(1))\n"
        "    def forward(self, lr):\n"
        "        return self.gain * torch.nn.functional.interpolate(lr, scale_factor=2)\n"
    )
    for name, gain in (("right", 1.0), ("dark", 0.8)):
        torch.save({"gain": torch.tensor([gain])}, tmp_path / f"{name}.pth")
    net = f"{tmp_path}/mine.py:Net"
    weights = ("--weights-a", tmp_path / "right.pth", "--weights-b", tmp_path / "dark.pth")
    text = call("compare", net, net, *weights, "--datasets", "demo,Set5", "--scales", "2")
    assert f"A: {net} (right.pth)" in text
    assert text.splitlines()[-1].split()[-2:] == ["10", "better"]
    with pytest.raises(UsageError, match="A and B are both bicubic"):
        call("compare", "bicubic", "bicubic", "--datasets", "demo", "--scales", "2")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("a", "b", "said"),
    [
        (("bicubic", "Set5", "psnr", "pcarn"), ("bicubic", "Set5", "psnr", "matlab"), "protocol: quantise (truncate, "),
        (("pcarn-m", "Set5", "psnr", "pcarn"), ("bicubic", "Set14", "psnr", "pcarn"), "dataset (Set5, Set14), images"),
        (("pcarn-m", "Set5", "psnr", "pcarn"), ("bicubic", "Set5", "ssim", "pcarn"), "metric (psnr, ssim)"),
        (("pcarn-m", "", "params", "pcarn"), ("pcarn-m", "", "params", "pcarn"), "params is measured on the model"),
    ],
)
def test_records_that_cannot_be_compared_say_why(call, records, a, b, said):
    with pytest.raises(UsageError) as error:
        call("compare", records[a], records[b])
    assert said in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "kind", "said"),
    [
        (("compare", "imdm", "bicubic", "--datasets", "Set5", "--scales", "4"), UnknownName, "did you mean 'imdn'"),
        (("compare", "imdn", "bicubic", "--datasets", "Set55", "--scales", "4"), UnknownName, "did you mean 'Set5'"),
        (("compare", "imdn", "bicubic"), UsageError, "comparing methods needs datasets and scales"),
        (("compare", "imdn", "x.json"), UsageError, "a record can only be compared with a record"),
        (("compare", "x.json", "y.json"), StoreError, "x.json: No such file"),
        (("compare", "x.json", "y.json", "--scales", "4"), UsageError, "leave out all options"),
        (
            ("compare", "imdn", "bicubic", "--datasets", "Set5", "--scales", "4", "--metrics", "macs"),
            UsageError,
            "metric macs: it has no value for each image",
        ),
        (("compare", "imdn", "bicubic", "--datasets", "Set5", "--scales", "5"), DataError, "imdn does not support x5"),
        (("explain",), UsageError, "name a record's file, or a cell"),
        (("explain", "x.json"), StoreError, "x.json: No such file"),
        (("explain", "x.json", "--metric", "psnr"), UsageError, "a record fixes what was measured"),
        (("explain", *TABLE_4), UsageError, "one cell at a time can be explained, but the selection has Set5 x4"),
        (("explain", *TABLE_4[:-1], "PCARN-N"), UnknownName, "did you mean 'PCARN-M'"),
        (("explain", *TABLE_4[:-1], "FEQE", "--dataset", "Set5"), DataError, "FEQE: no SR images of FEQE"),
        (("explain", *TABLE_4, "--dataset", "Set5", "--metric", "params"), UsageError, "is measured on the model"),
        (("explain", *TABLE_4, "--dataset", "Set5", "--metric", "psrn"), UnknownName, "did you mean 'psnr'"),
        (("explain", *TABLE_4, "--dataset", "Set5", "--published", "x"), UsageError, "--published 'x' is not a number"),
        (("explain", *TABLE_4, "--dataset", "Urban100"), DataError, "srbench data get Urban100"),
        (("explain", *TABLE_4, "--dataset", "Set5", "--metric", "pll"), DataError, "the model predicts no sigma"),
    ],
)
def test_bad_input_is_one_line(call, arguments, kind, said):
    with pytest.raises(kind) as error:
        call(*arguments)
    assert said in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.slow
def test_the_interval_is_in_the_record_and_in_the_cells(records):
    path = records["pcarn-m", "Set14", "psnr", "pcarn"]
    low, high = json.loads(path.read_text())["interval"]
    lines = {}
    for table in path.parents[2].glob("pcarn/table-4*.cells.csv"):
        with table.open(encoding="utf-8", newline="") as file:
            lines |= {
                (line["row"], line["dataset"], line["metric"]): line
                for line in csv.DictReader(file)
                if line["measured"] and line["row"] == "PCARN-M"
            }
    assert json.loads(records["pcarn-m", "", "params", "pcarn"].read_text())["interval"] is None
    assert low < json.loads(path.read_text())["value"] < high
    assert set(lines) >= {("PCARN-M", "Set5", "psnr"), ("PCARN-M", "Set5", "ssim"), ("PCARN-M", "", "params")}
    line = lines["PCARN-M", "Set5", "psnr"]
    assert float(line["ci_low"]) < float(line["measured"]) < float(line["ci_high"])
    assert lines["PCARN-M", "", "params"]["ci_low"] == ""


def test_explain_of_finished_images_says_nothing_of_other_inputs(shared):
    """Their record has no LR images, and nor has what is measured again; files can't be rounded in another way."""
    target = target_of(shared, lambda record: record.source == "images")
    assert target.job.method.images
    assert target.note == ""
    changes = [each.variant.label for each in explain(target, *jobs_by_lr_mode(target), RunEvents()).variants]
    assert "no border" in changes
    assert not any("SR " in change for change in changes)


def test_explain_takes_the_records_training_or_names_it(shared):
    """The weights of the committed tables' seeds don't ship: another seed's must not take their place."""
    for method, scale, of_scale in (
        ("pcarn-init-1-reduced", 4.0, ""),
        ("edsr-baseline-reduced+ours", 2.0, " --scales 2"),
    ):
        wanted = (method, 2, scale)
        with pytest.raises(Unavailable) as refused:
            target_of(
                shared,
                lambda record: (record.cell.method, record.cell.seed, record.cell.scale) == wanted,  # noqa: B023
            )
        command = str(refused.value).partition("srbench train ")[2].split(" --out")[0]
        assert command.startswith(f"--recipe {method} --phase ")
        assert command.endswith(f"{of_scale} --profile quick --seed 2")
        words = dict(pairwise(command.split()))
        asked = float(words["--scales"]) if of_scale else None
        make_job(load_catalog(), method, "quick", 2, words["--phase"], asked)  # as the command makes it


def target_of(shared, chosen):
    """Return the target of the first committed record that is `chosen`."""
    record = next(record for record in Store(RESULTS) if chosen(record) and record.cell.metric == "psnr")
    return target_of_record(load_catalog(), record, Options(device="cpu"), (shared,), RESULTS)
