"""One rule for grey images: equal pixels give equal numbers, whatever mode they are stored in."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image
from skimage.metrics import peak_signal_noise_ratio

from srbench.bench.events import RunEvents
from srbench.bench.explain.protocol_variants import variants
from srbench.bench.one_off import measure_methods
from srbench.bench.planning.options import Options
from srbench.bench.planning.plan import make_plan
from srbench.bench.planning.selection import Selection
from srbench.catalog import load_catalog
from srbench.execution.local import LocalExecutor
from srbench.imaging.image_io import write_png
from srbench.imaging.resize import imresize
from srbench.specs.protocol import STANDARD
from srbench.specs.table import Column, Row, Table

ROOT = Path(__file__).parents[1]
STORED = ("grey", "rgb", "grey+alpha", "palette", "rgba", "16 bits")


def store(path, grey, how):
    path.parent.mkdir(parents=True, exist_ok=True)
    image = Image.fromarray(grey)
    if how == "16 bits":
        image = Image.fromarray(grey.astype(np.uint16) * 257)
    elif how == "palette":
        image = image.convert("P")
    elif how == "grey+alpha":
        image = image.convert("LA")
    elif how != "grey":
        image = image.convert(how.upper())
    image.save(path)


@pytest.fixture(scope="module")
def pictures(tmp_path_factory):
    """Folders with the same five grey pictures, HR and SR, stored in every way."""
    root, rng = tmp_path_factory.mktemp("grey"), np.random.default_rng(5)
    for number in range(5):
        hr = cv2.GaussianBlur(rng.integers(0, 256, (48, 64)).astype(np.float32), (0, 0), 1.5)
        hr = np.clip((hr - hr.mean()) * 4 + 128, 0, 255).astype(np.uint8)
        sr = np.clip(hr + rng.integers(-9, 10, hr.shape), 0, 255).astype(np.uint8)
        for how in STORED:
            store(root / how / "HR" / f"p{number}.png", hr, how)
            store(root / how / "SR" / f"p{number}.png", sr, how)
    return root


@pytest.fixture
def measured(srbench):
    """Runs a verb with ``--json`` and returns the measured value, or A's and B's mean, of each line by metric."""

    def run(*words):
        done = srbench(*words, "--json")
        assert done.code == 0, done.err
        lines = json.loads(done.out)
        return {line["metric"]: line.get("measured", (line.get("mean_a"), line.get("mean_b"))) for line in lines}

    return run


@pytest.mark.parametrize("protocol", ["standard", "matlab", "pcarn", "rgb"])
def test_score_does_not_depend_on_how_a_picture_is_stored(pictures, measured, protocol):
    scale = "--scale", 2, "--protocol", protocol
    ways = [(sr, hr) for sr in STORED for hr in STORED if protocol == "standard" or "grey" in {sr, hr}]
    pairs = [(pictures / sr / "SR", pictures / hr / "HR") for sr, hr in ways]
    assert len({tuple(measured("score", sr, hr, *scale).values()) for sr, hr in pairs}) == 1


def test_the_number_is_that_of_the_picture_in_rgb(pictures, measured):
    """Y of a grey picture is compressed to 219 of 255 levels, which adds 20 log10(255 / 219) = 1.322 dB."""
    folders = pictures / "grey/SR", pictures / "grey/HR"
    images = [[np.asarray(Image.open(file))[2:-2, 2:-2] for file in sorted(folder.iterdir())] for folder in folders]
    levels = np.mean([peak_signal_noise_ratio(hr, sr, data_range=255) for sr, hr in zip(*images, strict=True)])
    kept = measured("score", *folders, "--scale", 2, "--protocol", "matlab-grey")
    assert kept["psnr"] == pytest.approx(levels, abs=1e-9)
    expanded = measured("score", *folders, "--scale", 2)
    assert expanded["psnr"] == pytest.approx(levels + 20 * np.log10(255 / 219), abs=1e-9)


@pytest.fixture
def same_bicubic(tmp_path):
    """A network that is MATLAB's bicubic, which like all networks is given three channels."""
    path = tmp_path / "mine.py"
    path.write_text(
        "import torch\n"
        "from srbench_classics.interpolation import Interpolation\n\n\n"
        "class Bic(torch.nn.Module):\n"
        "    def forward(self, lr, scale):\n"
        "        assert lr.shape[1] == 3\n"
        "        return Interpolation()(lr, scale)\n"
    )
    return f"{path}:Bic"


@pytest.mark.parametrize("how", ["grey", "rgb"])
def test_bicubic_and_a_network_that_is_bicubic_are_equal(pictures, measured, same_bicubic, how):
    data = "--datasets", pictures / how / "HR", "--scales", 2
    a, b = measured("compare", "bicubic", same_bicubic, *data, "--metrics", "psnr")["psnr"]
    assert a == b == pytest.approx(by_hand(pictures), abs=1e-9)


def by_hand(pictures):
    """Mean PSNR of bicubic x2 on Y of the pictures in RGB."""
    values = []
    for path in sorted((pictures / "grey/HR").iterdir()):
        hr = np.asarray(Image.open(path))
        sr = imresize(imresize(hr, 0.5), 2.0)
        error = (sr[2:-2, 2:-2].astype(float) - hr[2:-2, 2:-2]) * 219 / 255
        values.append(20 * np.log10(255) - 10 * np.log10(np.mean(error**2)))
    return np.mean(values)


def test_eval_does_not_depend_on_how_a_picture_is_stored(pictures, measured):
    values = {
        how: measured("eval", "--model", "bicubic", "--datasets", pictures / how / "HR", "--scales", 2)
        for how in STORED
    }
    assert len({tuple(value.values()) for value in values.values()}) == 1
    assert values["grey"]["psnr"] == pytest.approx(by_hand(pictures), abs=1e-9)


def test_grey_sr_of_a_colour_picture_is_refused(tmp_path, srbench):
    pixels = np.random.default_rng(0).integers(0, 256, (20, 20, 3), dtype=np.uint8)
    write_png(tmp_path / "HR/a.png", pixels)
    write_png(tmp_path / "SR/a.png", pixels[..., 0])
    done = srbench("score", tmp_path / "SR", tmp_path / "HR", "--scale", 2)
    assert done.code == 2
    assert "a.png: grey, but" in done.err


def planned(folder, **options):
    """A table of a printed bicubic row, a reference row and a network that is bicubic, measured on grey pictures."""
    catalog = load_catalog()
    rows = (
        Row("Bicubic", method="bicubic", grey="keep"),
        Row("Bicubic here", method="bicubic", reference=True),
    )
    table = Table("1", "grey", rows, (Column("psnr", str(folder), 2.0),), protocol="standard")
    return make_plan(catalog, None, table, Selection(), Options(device="cpu", **options), (), None)


def test_a_printed_row_keeps_matlab_s_rule_and_a_reference_row_is_measured_as_the_others(pictures):
    plan = planned(pictures / "grey/HR")
    result = measure_methods(plan, LocalExecutor(), RunEvents())
    printed, here = (entry.measured for entry in result.entries)
    assert here == pytest.approx(by_hand(pictures), abs=1e-9)
    assert printed == pytest.approx(here - 20 * np.log10(255 / 219), abs=1e-9)
    assert [line["protocol"] for line in result.as_objects()] == ["standard", "standard"]
    assert all(slot.own_protocol for slot in plan.slots)


def test_identities_tell_the_two_rules_apart(pictures):
    """The kept rule is in the model's identity, where records of interpolation have always had it."""
    plan = planned(pictures / "grey/HR")
    kept, expanded = (job.identity(job.metrics[0]) for job in plan.jobs)
    assert kept["model"]["grey"] == "keep"
    assert "grey" not in expanded["model"]
    assert kept["protocol"] == expanded["protocol"] == STANDARD.identity()
    assert {**kept, "model": expanded["model"]} == expanded


def test_the_user_s_protocol_holds_for_every_row(pictures):
    plan = planned(pictures / "grey/HR", protocol="matlab")
    assert [slot.protocol.grey for slot in plan.slots] == ["expand", "expand"]
    assert [slot.own_protocol for slot in plan.slots] == [False, False]
    plan = planned(pictures / "grey/HR", protocol="matlab-grey")
    assert [slot.protocol.grey for slot in plan.slots] == ["keep", "keep"]


@pytest.mark.slow
def test_explain_measures_a_record_of_interpolation_by_its_grey_rule(shared, srbench, tmp_path, monkeypatch):
    """In a record of before, only the model's identity says that Set14's `bridge` stayed grey.

    No other LR images and, of the changes of a protocol, one are measured.
    """

    def few(*words, **options):
        return [variant for variant in variants(*words, **options) if variant.label in {"as it is", "no border"}]

    monkeypatch.setattr("srbench.bench.explain.explanation.variants", few)
    monkeypatch.setattr("srbench.bench.explain.explanation.jobs_by_lr_mode", lambda case: ([case.job], ""))
    key = "b8ad5e4aa1056e04bc6631c5b886fb2cdd87354636e79e3cae0c791ca96a2e05"
    kept = json.loads((ROOT / "results/records" / key[:2] / f"{key}.json").read_text())
    assert kept["identity"]["model"]["grey"] == "keep"
    assert "grey" not in kept["protocol"]
    expanded = json.loads(json.dumps(kept))
    del expanded["identity"]["model"]["grey"]
    for record, change in ((kept, 0), (expanded, 20 * np.log10(255 / 219) / 14)):
        path = tmp_path / "record.json"
        path.write_text(json.dumps(record))
        done = srbench("explain", path, "--json", data=shared)
        assert done.code == 0, done.err
        value = json.loads(done.out)["variants"][0]["value"]
        assert value == pytest.approx(kept["value"] + change, abs=1e-6)
