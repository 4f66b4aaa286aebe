"""Several methods, own networks and checkpoints in one command: eval, compare, upscale."""

from __future__ import annotations

import csv
from functools import partial

import numpy as np
import pytest
import torch
from PIL import Image

NET = """
import torch


class Net(torch.nn.Module):
    def __init__(self, gain=1.0):
        super().__init__()
        self.gain = torch.nn.Parameter(torch.tensor([float(gain)]))

    def forward(self, lr):
        return self.gain * torch.nn.functional.interpolate(lr, scale_factor=2)
"""


@pytest.fixture
def folder(tmp_path):
    """A folder with two data sets of one name, a network, and three checkpoints, two of one name."""
    chance = np.random.default_rng(0)
    for site, noise in (("siteA", 0), ("siteB", 60)):
        path = tmp_path / site / "test"
        path.mkdir(parents=True)
        for number in range(2):
            coarse = Image.fromarray(chance.integers(0, 256, (4, 4, 3), np.uint8)).resize(
                (32, 24), Image.Resampling.BICUBIC
            )
            pixels = np.asarray(coarse).astype(int) + chance.integers(-noise, noise + 1, (24, 32, 3))
            Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8)).save(path / f"{number}.png")
    (tmp_path / "net.py").write_text(NET)
    for name, gain in (("one.pth", 1.0), ("a/net.pth", 0.9), ("b/net.pth", 0.8)):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        torch.save({"gain": torch.tensor([gain])}, tmp_path / name)
    return tmp_path


@pytest.fixture
def call(srbench, folder):
    return lambda *arguments: srbench(*arguments, cwd=folder)


ON_A = ("--datasets", "siteA/test", "--scales", "2", "--metrics", "psnr")


def rows(outcome):
    assert outcome.code == 0, outcome.err
    return {line["row"]: line["measured"] for line in outcome.json}


@pytest.mark.parametrize(
    "methods",
    [
        ("--method", "bicubic", "--method", "nearest"),
        ("--method", "bicubic,nearest"),
        ("--model", "bicubic", "--model=nearest"),
        ("--methods", "bicubic, Nearest,bicubic"),
    ],
)
def test_eval_measures_all_methods(call, methods):
    found = rows(call("eval", *methods, *ON_A, "--json"))
    assert list(found) == ["bicubic", "nearest"]
    for name, value in found.items():
        assert rows(call("eval", "--method", name, *ON_A, "--json")) == {name: value}


def test_a_checkpoint_belongs_to_the_method_before_it(call):
    net = rows(call("eval", "--method", "nearest", *ON_A, "--json"))["nearest"]
    own = ("--method", "net.py:Net", "--weights", "one.pth")
    before = rows(call("eval", *own, "--method", "bicubic", *ON_A, "--json"))
    behind = rows(call("eval", "--method", "bicubic", *own, *ON_A, "--json"))
    in_order = rows(call("eval", "--method", "bicubic,net.py:Net", "--weights", "-,one.pth", *ON_A, "--json"))
    assert before == behind == in_order
    assert before["net.py:Net (one.pth)"] == pytest.approx(net)


def test_one_class_with_several_checkpoints_or_arguments(call):
    twice = ("--method", "net.py:Net", "--weights", "a/net.pth", "--method", "net.py:Net", "--weights", "b/net.pth")
    found = rows(call("eval", *twice, *ON_A, "--json"))
    assert list(found) == ["net.py:Net (a/net.pth)", "net.py:Net (b/net.pth)"]
    assert found["net.py:Net (a/net.pth)"] > found["net.py:Net (b/net.pth)"]
    by_argument = (
        "--method",
        "net.py:Net",
        "--model-arg",
        "gain=0.9",
        "--method",
        "net.py:Net",
        "--model-arg",
        "gain=0.8",
    )
    assert list(rows(call("eval", *by_argument, *ON_A, "--json")).values()) == pytest.approx(list(found.values()))


@pytest.mark.parametrize(
    ("methods", "message"),
    [
        (("--weights", "one.pth", "--method", "net.py:Net,bicubic"), "no method stands before it"),
        (("--method", "net.py:Net,bicubic", "--weights", "one.pth"), "several methods stand before it"),
        (
            ("--method", "net.py:Net", "--weights", "one.pth", "--weights", "a/net.pth"),
            "a second checkpoint of net.py:Net",
        ),
        (("--method", "net.py:Net", "--weights", "none.pth"), "none.pth: no such file"),
        (
            ("--method", "bicubic,nearest", "--model-arg", "gain=1"),
            "--model-arg gain=1: several methods stand before it",
        ),
        *(
            ((*network, "--model-arg", "gain=1", "--model-arg", "gain=2"), "--model-arg gain=2: gain is given twice")
            for network in (("--method", "net.py:Net"), ("--weights", "one.pth"))
        ),
        (("--method", ","), "--method: its value is empty"),
        ((), "name a --method"),
    ],
)
def test_what_is_not_clear_is_refused(call, methods, message):
    outcome = call("eval", *methods, *ON_A)
    assert outcome.code == 2
    assert message in outcome.err
    assert len(outcome.err.strip().splitlines()) == 1


def test_folders_of_one_name_have_a_row_each(call):
    both = ("--datasets", "siteA/test,siteB/test", "--scales", "2", "--metrics", "psnr")
    outcome = call("eval", "--method", "bicubic", *both, "--csv", "cells.csv", "--out", "table.csv")
    lines = [line.split() for line in outcome.out.splitlines() if line.startswith("bicubic")]
    assert [line[1] for line in lines] == ["siteA/test", "siteB/test"]
    values = [line["measured"] for line in call("eval", "--method", "bicubic", *both, "--json").json]
    assert [float(line[3]) for line in lines] == pytest.approx(values, abs=0.005)
    assert values[0] > values[1] + 3


def test_one_folder_is_counted_once(call):
    outcome = call(
        "eval", "--method", "bicubic", "--datasets", "siteA/test/,./siteA/test,siteA/../siteA/test", *ON_A[2:]
    )
    assert "1 of 1 cells measured" in outcome.out


def test_a_folder_with_a_comma_in_its_name(call, folder):
    (folder / "siteA").rename(folder / "site, A")
    for datasets in (("site, A/test",), ("site, A/test,siteB/test",), ("siteB/test", "site, A/test")):
        options = [text for name in datasets for text in ("--datasets", name)]
        found = call("eval", "--method", "bicubic", *options, *ON_A[2:], "--json").json
        assert "site, A/test" in {line["dataset"] for line in found}
        assert len(found) == len(datasets) + datasets[0].count(",site")


def test_costs_stand_in_the_row_of_the_only_dataset(call):
    costs = ("--scales", "2", "--metrics", "psnr,params")
    alone = call("eval", "--method", "bicubic,net.py:Net", "--datasets", "siteA/test", *costs).out.splitlines()
    lines = [line.split() for line in alone if line.startswith(("bicubic", "net.py"))]
    assert [(line[0], line[1], line[-1]) for line in lines] == [("bicubic", "test", "0"), ("net.py:Net", "test", "1")]
    both = call(
        "eval", "--method", "bicubic,net.py:Net", "--datasets", "siteA/test,siteB/test", *costs
    ).out.splitlines()
    names = [line.split()[0] for line in both if line.startswith(("bicubic", "net.py"))]
    assert names == ["bicubic"] * 3 + ["net.py:Net"] * 3


@pytest.mark.parametrize(
    ("style", "rule", "absent"), [("booktabs", r"\toprule", r"\hline"), ("plain", r"\hline", "rule{")]
)
def test_the_style_of_latex_tables(call, folder, style, rule, absent):
    assert call("eval", "--method", "bicubic", *ON_A, "--out", "table.tex", "--tex-style", style).code == 0
    text = (folder / "table.tex").read_text(encoding="utf-8")
    assert rule in text
    assert absent not in text


def test_the_table_is_written_in_the_format_of_the_suffix(call, folder):
    files = [folder / "new" / f"table{suffix}" for suffix in (".md", ".tex", ".cells.csv")]
    options = [text for file in files for text in ("--out", file)]
    assert call("eval", "--method", "bicubic", *ON_A, *options).code == 0
    value = call("eval", "--method", "bicubic", *ON_A, "--json").json[0]["measured"]
    markdown, latex, cells = (file.read_text(encoding="utf-8") for file in files)
    assert f"| {value:.2f} " in markdown
    assert r"\toprule" in latex
    assert [float(line["measured"]) for line in csv.DictReader(cells.splitlines())] == [value]
    outcome = call("eval", "--method", "bicubic", *ON_A, "--out", "no/table.docx")
    assert outcome.code == 2
    assert "no format of tables has this suffix" in outcome.err
    assert not (folder / "no").exists()


def test_compare_takes_any_number(call, folder):
    names = ("bicubic", "nearest", "net.py:Net", "--weights", "a/net.pth")
    outcome = call("compare", *names, *ON_A, "--json", "--per-image", "--csv", "pairs.csv")
    pairs = [line for line in outcome.json if "image" not in line]
    assert [(line["a"], line["b"]) for line in pairs] == [("bicubic", "nearest"), ("bicubic", "net.py:Net (net.pth)")]
    of_pair = [line for line in outcome.json if line.get("image") and line["b"] == "net.py:Net (net.pth)"]
    assert np.mean([line["difference"] for line in of_pair]) == pytest.approx(pairs[1]["difference"])
    with (folder / "pairs.csv").open(encoding="utf-8", newline="") as file:
        assert [float(line["p_holm"]) for line in csv.DictReader(file)] == [line["p_holm"] for line in pairs]
    every = call("compare", *names, *ON_A, "--all-pairs", "--json").json
    assert [(line["a"], line["b"]) for line in every][-1] == ("nearest", "net.py:Net (net.pth)")
    text = call("compare", *names, *ON_A, "--per-image").out
    assert "Holm p" in text
    assert "win/tie/loss" in text
    assert "PSNR, test x2: bicubic - net.py:Net (net.pth)" in text


def test_compare_points_out_what_eval_does(call):
    """The source of LR, and a network whose output is in another range."""
    own = ("net.py:Net", "--model-arg", "gain=255")
    (found,) = call("compare", "bicubic", *own, *ON_A, "--json").json
    (_, evaluated) = call("eval", "--method", "bicubic", "--method", *own, *ON_A, "--json").json
    assert found["lr"] == evaluated["lr"] == "made:matlab-uint8"
    assert "outside [0, 1]" in evaluated["note"]
    assert found["note"] == f"net.py:Net: {evaluated['note']}"
    text = call("compare", "bicubic", *own, *ON_A).out
    assert "LR: made from HR by matlab-uint8." in text
    assert f"- {found['note']}" in text.splitlines()


def test_a_checkpoint_is_tried_whole_before_its_name_is_split(folder):
    from srbench.bench.planning.known_names import is_method
    from srbench.bench.planning.name_lists import split_names
    from srbench.catalog import load_catalog

    file = folder / "my, net.pth"
    file.touch()
    assert split_names(f"bicubic,{file}", partial(is_method, load_catalog())) == ("bicubic", str(file))


def test_compare_tells_folders_of_one_name_apart(call):
    both = ("--datasets", "siteA/test", "--datasets", "siteB/test", "--scales", "2", "--metrics", "psnr", "--json")
    found = call("compare", "bicubic", "nearest", *both).json
    assert [(line["dataset"], line["n"]) for line in found] == [("siteA/test", 2), ("siteB/test", 2), ("all", 4)]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("bicubic", *ON_A), "name at least two methods"),
        (("bicubic", "nearest", "BICUBIC", *ON_A), "A and B are both BICUBIC"),
        (("bicubic", "a.json", *ON_A), "a record can only be compared with a record"),
        (("a.json", "b.json", "c.json", *ON_A), "leave out all options"),
    ],
)
def test_compare_refuses(call, arguments, said):
    outcome = call("compare", *arguments)
    assert outcome.code == 2
    assert said in outcome.err


def test_upscale_with_an_own_network(call, folder):
    source = folder / "siteA" / "test" / "0.png"
    for option in ("--method", "--model"):
        done = call("upscale", source, option, "net.py:Net", "--weights", "one.pth", "--scale", "2", "--json").json
        nearest = call("upscale", source, "--method", "nearest", "--scales", "2", "--json", "--out", "n").json
        pictures = [np.asarray(Image.open(folder / line["out"])) for line in (*done, *nearest)]
        np.testing.assert_array_equal(*pictures)
    outcome = call("upscale", source, "--method", "bicubic,nearest", "--scales", "2")
    assert outcome.code == 2
    assert "one method at a time" in outcome.err
    assert "name a --method" in call("upscale", source).err
    assert "leave out --weights" in call("upscale", source, "--method", "imdn+carn-m", "--weights", "one.pth").err


def test_upscale_advises_only_what_it_can(call, folder):
    outcome = call("upscale", folder / "siteA" / "test" / "0.png", "--method", "rdn-ivp", "--scales", "2")
    assert outcome.code == 2
    assert "srbench train --recipe rdn-ivp" in outcome.err
    assert "--source" not in outcome.err
