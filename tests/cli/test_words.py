"""Words of the command line: the same options in all verbs, older spellings, and what is said of unknown ones."""

from __future__ import annotations

import json
from importlib import import_module

import click
import numpy as np
import pytest
from PIL import Image

from srbench.builtin import COMMANDS
from srbench.catalog import load_catalog

FORMER = {
    "eval": ("--model", "--scale"),
    "compare": ("--model", "--scale"),
    "upscale": ("--model", "--scale"),
    "score": ("--scale",),
    "train": ("--scale",),
    "explain": ("--row", "--dataset", "--scale", "--metric"),
    "show": ("--dataset", "--scale", "--metric"),
    "bundle": ("--scale",),
    "run": ("--scale",),
}
"""Older spellings by verb."""


def command(name) -> click.Command:
    module, _, attribute = next(spec.command for spec in COMMANDS if spec.name == name).partition(":")
    found = getattr(import_module(module), attribute)
    assert isinstance(found, click.Command)
    return found


@pytest.mark.parametrize("verb", FORMER)
def test_an_older_spelling_is_accepted_and_not_shown(srbench, verb):
    params = {spelling for param in command(verb).params for spelling in param.opts}
    words = srbench(verb, "--help").out.replace(",", " ").split()
    for former in FORMER[verb]:
        assert former in params
        assert former not in words
    assert "--scales" in words


@pytest.mark.parametrize(("arguments", "code"), [((), 0), (("--help",), 0), (("-h",), 0)])
def test_help_is_no_error(srbench, arguments, code):
    outcome = srbench(*arguments)
    assert outcome.code == code
    assert "Commands:" in outcome.out
    assert outcome.err == ""


def test_version(srbench):
    assert srbench("-V").out == srbench("--version").out != ""
    outcome = srbench("version")
    assert outcome.code == 2
    assert "srbench --version" in outcome.err


def test_an_unknown_verb_gets_a_near_one_or_all(srbench):
    assert "did you mean 'list'?" in srbench("lst").err
    said = srbench("zzzz").err
    assert all(spec.name in said for spec in COMMANDS)


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        (("models", "imdn*"), {"imdn", "imdn+sigma"}),
        (("models", "IMDN"), {"imdn"}),
        (("models", "imdn,bicubic"), {"imdn", "bicubic"}),
        (("models", "bi*", "nearest"), {"bicubic", "bilinear", "nearest"}),
    ],
)
def test_a_list_is_narrowed_by_names_and_patterns(srbench, arguments, names):
    assert {line["name"] for line in srbench("list", *arguments, "--json").json} == names


@pytest.mark.parametrize("kind", ["models", "methods", "weights", "recipes", "tables", "figures", "plugins"])
def test_a_list_is_narrowed_to_a_plugin(srbench, kind):
    catalog = load_catalog()
    every = srbench("list", kind, "--json").json
    of_plugin = srbench("list", kind, "--plugin", "pcarn", "--json").json
    assert 0 < len(of_plugin) < len(every)
    if kind in {"tables", "figures"}:
        assert {line["plugin"] for line in of_plugin} == {"pcarn"}
    elif kind != "plugins":
        assert {getattr(catalog, kind).owner(line["name"]).name for line in of_plugin} == {"pcarn"}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "name a KIND: plugins, models"),
        (("modles",), "did you mean 'models' or"),
        (("models", "imdm"), "unknown model 'imdm'; did you mean 'imdn'"),
        (("models", "zz*"), "unknown model 'zz*'"),
        (("models", "--plugin", "pcarm"), "unknown plugin 'pcarm'; did you mean 'pcarn'"),
    ],
)
def test_a_list_that_is_not_there(srbench, arguments, said):
    outcome = srbench("list", *arguments)
    assert outcome.code == 2
    assert said in outcome.err


def test_bundled_methods_keep_their_former_names():
    catalog = load_catalog()
    bundled = [method for method in catalog.methods if method.name.endswith("-bundled")]
    assert len(bundled) > 5
    assert not [method.name for method in catalog.methods if "shipped" in method.name]
    for method in bundled:
        assert catalog.methods.get(method.name.removesuffix("-bundled") + "-shipped") == method


@pytest.fixture
def sr_of_set(tmp_path):
    """A data root with the set `Own`, and SR images of it that are one grey level off."""
    chance = np.random.default_rng(0)
    for folder in (tmp_path / "root" / "data" / "Own" / "HR", tmp_path / "sr"):
        folder.mkdir(parents=True)
    for name in ("one", "two"):
        pixels = chance.integers(0, 255, (24, 24, 3), np.uint8)
        Image.fromarray(pixels).save(tmp_path / "root" / "data" / "Own" / "HR" / f"{name}.png")
        Image.fromarray(pixels + np.uint8(1)).save(tmp_path / "sr" / f"{name}.png")
    return tmp_path


@pytest.mark.parametrize("option", ["--scale", "--scales"])
@pytest.mark.parametrize("hr", ["Own", "Own/HR", "own", "root/data/Own/HR"])
def test_score_finds_the_set_in_the_data_root(srbench, sr_of_set, hr, option):
    arguments = ("score", "sr", hr, option, "2", "--protocol", "rgb", "--metrics", "psnr", "--data", "root")
    text = srbench(*arguments, cwd=sr_of_set)
    assert text.code == 0, text.err
    expected = 20 * np.log10(255)
    assert [float(line.split()[1]) for line in text.out.splitlines()[2:]] == pytest.approx([expected] * 3, abs=1e-4)


def test_values_by_image_are_printed_or_not(srbench, sr_of_set):
    arguments = ("score", "sr", "Own", "--scale", "2", "--metrics", "psnr", "--data", "root")

    def printed(*more):
        outcome = srbench(*arguments, *more, cwd=sr_of_set)
        assert outcome.code == 0
        return "one" in outcome.out

    assert printed()
    assert printed("--per-image")
    assert not printed("--no-per-image")
    assert not printed("--json")
    assert printed("--json", "--per-image")
    assert len(json.loads(srbench(*arguments, "--json", "--per-image", cwd=sr_of_set).out)) == 3


def test_score_of_an_unknown_set(srbench, sr_of_set):
    outcome = srbench("score", "sr", "Owm", "--scale", "2", "--data", "root", cwd=sr_of_set)
    assert outcome.code == 2
    assert outcome.err.startswith("error: Owm: no such folder")
