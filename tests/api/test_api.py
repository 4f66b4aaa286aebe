"""The Python functions give what the commands give, and what the papers print."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from statistics import fmean

import numpy as np
import pytest
import torch

import srbench as sr_bench
from srbench import DataError, Sample, UsageError, imresize, read_image
from srbench.imaging.image_io import write_png
from srbench.specs.protocol import MATLAB, STANDARD


@pytest.fixture(scope="module")
def images():
    random = np.random.default_rng(7)
    hr = random.integers(0, 256, (40, 36, 3), dtype=np.uint8)
    noise = random.integers(-9, 10, hr.shape)
    return np.clip(hr + noise, 0, 255).astype(np.uint8), hr


@pytest.fixture(scope="module")
def bicubic(shared, tmp_path_factory):
    """Bicubic SR of Set5 at x4 as files, with their HR files."""
    folder = tmp_path_factory.mktemp("bicubic")
    pairs = []
    for path in sorted((shared / "data" / "Set5" / "HR").glob("*.png")):
        hr = read_image(path)
        height, width = (side - side % 4 for side in hr.shape[:2])
        lr = imresize(hr[:height, :width], 1 / 4, mode=MATLAB.lr)
        write_png(folder / path.name, imresize(lr, 4, mode=MATLAB.lr))
        pairs.append((folder / path.name, path))
    return pairs


def test_psnr_and_ssim_of_bicubic_are_those_that_papers_print(bicubic):
    """Set5 x4, Bicubic: 28.42 dB and 0.8104 in VDSR's Table 3 and in most others."""
    assert len(bicubic) == 5
    of = {"scale": 4, "protocol": "matlab"}
    assert fmean(sr_bench.psnr(*pair, **of) for pair in bicubic) == pytest.approx(28.42, abs=0.005)
    assert fmean(sr_bench.ssim(*pair, **of) for pair in bicubic) == pytest.approx(0.8104, abs=0.0005)


def test_the_command_gives_the_same_numbers(bicubic, srbench):
    sr, hr = (bicubic[0][side].parent for side in (0, 1))
    done = srbench("score", sr, hr, "--scales", "4", "--protocol", "matlab", "--json", "--per-image")
    of_command = {(entry["metric"], entry.get("image")): entry["measured"] for entry in json.loads(done.out)}
    for metric in ("psnr", "ssim"):
        measure = getattr(sr_bench, metric)
        for one, other in bicubic:
            assert measure(one, other, scale=4, protocol="matlab") == of_command[metric, one.stem]
    result = sr_bench.score(sr, str(hr), scale=4, protocol="matlab")
    assert [entry.measured for entry in result.table.entries] == [of_command[name, None] for name in ("psnr", "ssim")]


def test_arrays_tensors_and_files_are_the_same_image(images, tmp_path):
    sr, hr = images
    for name, image in (("sr", sr), ("hr", hr)):
        write_png(tmp_path / f"{name}.png", image)
    expected = sr_bench.psnr(Sample("", sr, hr, 4, STANDARD))
    tensors = [torch.from_numpy(image.transpose(2, 0, 1).copy()) for image in images]
    as_floats = [tensor[None].float() / 255 for tensor in tensors]
    for pair in (
        (sr, hr),
        tensors,
        as_floats,
        [tensor.requires_grad_() for tensor in as_floats],
        (sr / 255, hr / 255),
        (tmp_path / "sr.png", str(tmp_path / "hr.png")),
        (sr.astype(np.uint16) * 257, hr.astype(np.uint16) * 257),
    ):
        assert sr_bench.psnr(*pair, scale=4) == expected
        assert sr_bench.ssim(*pair, scale=4) == sr_bench.ssim(Sample("", sr, hr, 4, STANDARD))


def test_the_protocol_decides_how_floats_become_levels(images):
    _, hr = images
    almost = (hr.astype(np.float64) - 0.4).clip(0) / 255
    assert sr_bench.psnr(almost, hr, scale=4, protocol="standard") == np.inf
    assert sr_bench.psnr(almost, hr, scale=4, protocol="pcarn") < 60  # which truncates


def test_the_border_depends_on_the_scale(images):
    sr, hr = images
    spoilt = sr.copy()
    spoilt[:4] = 0
    assert sr_bench.psnr(spoilt, hr, scale=4) == sr_bench.psnr(sr, hr, scale=4)
    assert sr_bench.psnr(spoilt, hr, scale=2) < sr_bench.psnr(sr, hr, scale=2) - 3


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda sr: sr.astype(np.float32), r"sr: values in \[0, 255\]; floating point is taken in \[0, 1\]"),
        (lambda sr: sr.astype(np.float32) * np.nan, "sr: values in"),
        (lambda sr: sr.astype(np.int64), "sr: int64; give uint8"),
        (lambda sr: sr.transpose(2, 0, 1), r"sr: shape \(3, 40, 36\); an array is \(H, W, 3\)"),
        (lambda sr: sr[:20], "SR is 36x20, but hr is 36x40"),
        (lambda sr: sr[..., 0], "grey, but hr has colours"),
        (lambda sr: sr.tolist(), "sr: a list; give an array, a tensor or the path"),
        (lambda sr: "nowhere.png", r"nowhere\.png"),
    ],
)
def test_an_image_that_cant_be_compared_is_refused(images, change, message):
    sr, hr = images
    with pytest.raises(DataError, match=message):
        sr_bench.psnr(change(sr), hr, scale=4)


def test_what_is_left_out_is_named(images):
    sr, hr = images
    with pytest.raises(UsageError, match="scale is left out"):
        sr_bench.psnr(sr, hr)
    with pytest.raises(UsageError, match="hr is left out"):
        sr_bench.ssim(sr, scale=4)
    with pytest.raises(UsageError, match="below 1"):
        sr_bench.ssim(sr, hr, scale=0.5)
    with pytest.raises(UsageError, match="unknown protocol 'mathlab'; did you mean 'matlab"):
        sr_bench.psnr(sr, hr, scale=4, protocol="mathlab")


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    out = tmp_path_factory.mktemp("demo")
    return out, sr_bench.run(
        "pcarn", table="4", rows="Bicubic", metrics=["psnr", "ssim"], profile="demo", reference=True, out=out
    )


def test_run_gives_the_cells_of_the_command(demo, srbench):
    out, result = demo
    words = ("--table", "4", "--rows", "Bicubic", "--metrics", "psnr,ssim", "--profile", "demo", "--reference")
    done = srbench("run", "--plugin", "pcarn", *words, "--out", out.parent / "by-command", "--json")
    assert done.code == 0, done.err
    cells = json.loads(done.out)
    assert len([cell for cell in cells if cell["measured"] is not None]) >= 2
    assert json.loads(json.dumps(result.table.as_objects())) == cells
    assert (out / "pcarn" / "table-4.cells.csv").is_file() or list(out.rglob("*.cells.csv"))


class Page(HTMLParser):
    """Reads HTML as a browser would, and refuses tags that are not closed in their order."""

    def __init__(self):
        super().__init__()
        self.open, self.tags, self.cells = [], [], []

    def handle_starttag(self, tag, attrs):
        self.open.append(tag)
        self.tags.append(tag)
        if tag == "td":
            self.cells.append("")

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if "td" in self.open:
            self.cells[-1] += data


def test_a_result_is_a_frame_a_text_and_html(demo):
    _, result = demo
    frame = result.frame()
    assert list(frame.columns) == list(sr_bench.read_results(demo[0]).columns)
    assert len(frame) == len(result.table.entries)
    assert frame["measured"].notna().sum() == len(result.table.measured)
    assert "| Bicubic" in result.to_markdown()
    assert "\\begin{tabular}" in result.to_latex()
    html = result._repr_html_()
    page = Page()
    page.feed(html)
    page.close()
    assert (page.open, page.tags.count("table")) == ([], 1)
    shown = [cell.split()[0] for cell in page.cells if re.match(r"\d", cell)]
    for value in frame["measured"].dropna():
        assert any(abs(float(text) - value) <= 0.51 * 10 ** -len(text.partition(".")[2]) for text in shown), value
    assert "Bicubic" in html
    assert "Bicubic" in str(result)


def write_photo(folder, name="photo"):
    folder.mkdir(exist_ok=True)
    write_png(folder / f"{name}.png", np.random.default_rng(3).integers(0, 256, (48, 40, 3), dtype=np.uint8))
    return folder


class Nearest(torch.nn.Module):
    def forward(self, lr, scale):
        return lr.repeat_interleave(int(scale), -1).repeat_interleave(int(scale), -2)


def test_a_module_is_measured_as_its_equal_of_the_catalog_and_left_as_it_is(tmp_path):
    folder = write_photo(tmp_path / "photos")
    module = Nearest().train()
    result = sr_bench.evaluate([module, "nearest"], datasets=folder, scales=[2, 4], metrics=["psnr", "ssim"])
    assert not result.table.failed
    ours, theirs = ([e.measured for e in result.table.entries if e.row.label == n] for n in ("Nearest", "nearest"))
    assert len(ours) == 4
    assert ours == theirs
    assert module.training


def test_two_networks_of_one_class_are_measured_each(tmp_path):
    class Constant(torch.nn.Module):
        def __init__(self, level):
            super().__init__()
            self.level = torch.nn.Parameter(torch.tensor(level))

        def forward(self, lr):
            return self.level.expand(1, 3, lr.shape[2] * 2, lr.shape[3] * 2)

    folder = write_photo(tmp_path / "photos")
    values = [
        sr_bench.evaluate(Constant(level), datasets=folder, scales=2, metrics="psnr").table.entries[0].measured
        for level in (0.0, 0.5)
    ]
    assert values[1] > values[0] + 2


def test_evaluate_gives_the_numbers_of_the_command(tmp_path, srbench):
    folder = write_photo(tmp_path / "photos")
    result = sr_bench.evaluate("bicubic", datasets=[folder], scales=3, protocol="matlab")
    done = srbench(
        "eval", "--method", "bicubic", "--datasets", folder, "--scales", "3", "--protocol", "matlab", "--json"
    )
    assert json.loads(json.dumps(result.table.as_objects())) == json.loads(done.out)


def test_names_are_escaped_in_html(tmp_path):
    folder = write_photo(tmp_path / "<script>alert(1)")
    html = sr_bench.evaluate("bicubic", datasets=folder, scales=2, metrics="psnr")._repr_html_()
    assert "<script>" not in html
    assert "&lt;script&gt;alert(1)" in html


def test_what_is_no_model_is_refused(tmp_path):
    folder = write_photo(tmp_path / "photos")
    with pytest.raises(UsageError, match=r"model int: neither a torch\.nn\.Module nor a name"):
        sr_bench.evaluate(3, datasets=folder, scales=2)
    with pytest.raises(UsageError, match="the network brings its weights"):
        sr_bench.evaluate(Nearest(), weights="x.pth", datasets=folder, scales=2)
    with pytest.raises(UsageError, match="given twice"):
        sr_bench.evaluate(["bicubic", "bicubic"], datasets=folder, scales=2)
    with pytest.raises(UsageError, match="no scale is named"):
        sr_bench.evaluate(Nearest(), datasets=folder)
    with pytest.raises(UsageError, match="datasets: none is given"):
        sr_bench.evaluate("bicubic", datasets=[], scales=2)
    with pytest.raises(UsageError, match="scale is '4'; give a number"):
        sr_bench.psnr(str(folder), str(folder), scale="4")
    with pytest.raises(UsageError, match="profile 'demmo': unknown"):
        sr_bench.run("pcarn", table="4", profile="demmo")


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"source": "trained"}, "source 'trained': unknown; choose from auto, released, images, bundled, train"),
        ({"profile": "fast"}, "profile 'fast': unknown"),
        ({"seeds": 0}, "seeds 0: give a whole number of 1 or more"),
        ({"jobs": 0}, "jobs 0: give a whole number of 1 or more"),
        ({"tile": -1}, "tile -1: give a whole number of 0 or more"),
    ],
)
def test_arguments_that_the_command_refuses_are_refused(wrong, message):
    with pytest.raises(UsageError, match=message):
        sr_bench.run("pcarn", table=4, **wrong)


def test_nothing_to_measure_is_named(tmp_path):
    with pytest.raises(UsageError, match="metrics: none is given"):
        sr_bench.evaluate("bicubic", datasets=tmp_path, scales=2, metrics=[])
    with pytest.raises(UsageError, match="model: none is given"):
        sr_bench.evaluate([], datasets=tmp_path, scales=2)
    with pytest.raises(UsageError, match="metrics: none is given"):
        sr_bench.score(tmp_path, tmp_path, scale=4, metrics=())
    with pytest.raises(UsageError, match=r"scale 0\.5 is below 1"):
        sr_bench.score(tmp_path, tmp_path, scale=0.5)
    with pytest.raises(UsageError, match="scale inf is not a finite number"):
        sr_bench.score(tmp_path, tmp_path, scale=float("inf"))
