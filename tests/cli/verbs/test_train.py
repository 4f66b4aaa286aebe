"""``srbench train``: what it prints, and every wrong input as one line that says what would be right."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from srbench.specs.recipe import Phase, Term
from srbench.training.storage.names import STATE
from srbench.weights.state_dict import load_state_dict


@pytest.fixture
def train(tiny, photos, tmp_path, monkeypatch, capsys):
    """The command in this process, with the tests' plugin in the catalog; gives (exit code, stdout, stderr)."""
    from srbench.cli import main

    monkeypatch.setattr("srbench.cli.verbs.train.load_catalog", lambda: tiny)
    monkeypatch.delenv("SRBENCH_DATA", raising=False)
    monkeypatch.setenv("SRBENCH_CACHE", str(tmp_path / "cache"))

    def call(*arguments, data=str(photos)):
        where = ["--train-data", data] if data else []
        fixed = ["--device", "cpu", "--precision", "32-true", "--out", str(tmp_path / "out")]
        monkeypatch.setattr(sys, "argv", ["srbench", "train", *where, *fixed, *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capsys.readouterr()
        return ended.value.code or 0, out, err

    return call


L1 = ("--recipe", "tiny", "--phase", "l1", "--set", "l1.budget.steps=10")


def is_refused(outcome, *words):
    code, out, err = outcome
    assert (code, out) == (2, ""), err
    (line,) = err.splitlines()
    assert line.startswith("error: ")
    for word in words:
        assert word in line


def test_it_says_what_came_out(train, tmp_path):
    code, out, err = train(*L1, "--profile", "demo")
    assert code == 0
    begun, ended = err.splitlines()
    assert begun.startswith("tiny l1: step 1 of 10; elapsed ")
    assert " left; " in begun
    assert ended.startswith("tiny l1: step 10 of 10; elapsed ")
    assert " left" not in ended
    first, second = out.splitlines()
    assert first.startswith("tiny l1 at demo with l1.budget.steps=10, data=")
    assert ", seed 0: 10 steps, " in first
    assert first.endswith(" dB on 1 image held out")
    path = second.removeprefix("weights: ")
    assert path.startswith(str(tmp_path / "out" / "training" / "tiny-l1-demo-seed0-"))
    again = train(*L1, "--profile", "demo")
    assert again == (0, out.replace("10 steps", "already finished, 10 steps"), "")
    quiet = train(*L1, "--profile", "demo", "--restart", "--quiet")
    assert quiet == (0, out, "")


def test_every_report_has_a_line_with_verbose(train):
    some = train(*L1, "--set", "l1.budget.steps=40")[2].splitlines()
    each = train(*L1, "--set", "l1.budget.steps=40", "--restart", "-v")[2].splitlines()
    assert len(some) == 2 < len(each)
    assert [line.partition(";")[0] for line in (each[0], each[-1])] == [line.partition(";")[0] for line in some]


def test_json_is_the_card(train):
    code, out, _ = train(*L1, "--json", "--seed", "3")
    card = json.loads(out, parse_constant=pytest.fail)
    assert code == 0
    assert (card["recipe"], card["seed"], card["validation"]["best_step"]) == ("tiny", 3, 10)
    assert card["weights"].endswith("weights.safetensors")


def test_without_images_held_out_there_is_no_psnr(train):
    assert "dB" not in train(*L1, "--set", "hold_out=0")[1]
    _, out, _ = train(*L1, "--set", "hold_out=0", "--json")
    assert json.loads(out, parse_constant=pytest.fail)["validation"]["best_psnr"] is None


def test_images_smaller_than_the_patch_are_named(train, photos):
    Image.new("RGB", (10, 10)).save(photos / "small.png")
    code, out, _ = train(*L1)
    assert code == 0
    assert out.splitlines()[-1] == "left out: small (10x10, smaller than the patch)"


@pytest.mark.slow
def test_a_stopped_one_is_refused_resumed_and_removed(train, tmp_path, monkeypatch):
    from srbench.training.storage.phase_state import PhaseState

    def stop(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(PhaseState, "write_result", stop)
        assert train(*L1, "--save-every", "5")[0] == 130
    (state,) = (tmp_path / "out").rglob(STATE)
    before = {path: path.read_bytes() for path in state.parent.rglob("*") if path.is_file()}
    is_refused(train(*L1), str(state.parent), "begun already", "--resume", "--restart")
    other = train(*L1, "--set", "l1.budget.learning_rate=0.5", "--resume")
    is_refused(other, str(state.parent), "phases.0.budget.learning_rate: 0.01 -> 0.5")
    assert {path: path.read_bytes() for path in state.parent.rglob("*") if path.is_file()} == before
    code, _, err = train(*L1, "--resume")
    assert code == 0
    assert err.splitlines()[0] == "tiny l1: goes on at step 10 of 10"
    (weights,) = (tmp_path / "out").rglob("weights.safetensors")
    resumed = weights.read_bytes()
    assert train(*L1, "--restart")[0] == 0
    assert weights.read_bytes() == resumed


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--recipe", "tinny"), ("unknown recipe 'tinny'", "did you mean 'tiny'")),
        (("--recipe", "tiny", "--plugin", "tinyy"), ("unknown plugin 'tinyy'", "'tiny'")),
        (("--recipe", "tiny", "--plugin", "builtin"), ("recipe 'tiny' belongs to plugin tiny, not to builtin",)),
        (("--recipe", "tiny", "--phase", "gna"), ("no phase 'gna'; choose from l1, gan",)),
        (("--recipe", "tiny", "--profile", "quick"), ("no profile 'quick'; choose from demo, paper",)),
        (("--recipe", "tiny", "--scale", "4"), ("does not train x4; choose from x2, x3",)),
        (("--recipe", "tiny", "--scale", "two"), ("scale 'two' is not a number",)),
        (("--recipe", "tiny-single"), ("separate weights per scale",)),
        ((*L1, "--set", "scales=[4]"), ("trains x4, but model tiny has x2, x3",)),
        ((*L1, "--set", "l1.budget.stpes=5"), ("unknown setting 'stpes'", "did you mean 'steps'")),
        ((*L1, "--set", "l2.budget.steps=5"), ("unknown setting 'l2'", "choose from augment, ")),
        ((*L1, "--set", "l1.budget.steps"), ("expected PATH=VALUE",)),
        ((*L1, "--set", "l1.budget.steps=ten"), ("expected a value like",)),
        ((*L1, "--set", "l1.budget.steps=0"), ("l1.budget.steps is 0: expected 1 or more",)),
        ((*L1, "--set", "l1.budget.schedule.kind=cosin"), ("'cosin': expected one of constant, step, cosine",)),
        ((*L1, "--set", "kwargs.widht=5"), ("model tiny, built with {'widht': 5}",)),
        ((*L1, "--set", "l1.losses.l1.kwargs.power=2"), ("phase l1: loss 'l1' with {'power': 2}",)),
        ((*L1, "--set", "l1.budget.patch=40"), ("every training image is smaller than a patch of 40", "60x48")),
        ((*L1, "--resume", "--restart"), ("--resume and --restart: they exclude each other; choose one",)),
        ((*L1, "--device", "cuda:77"), ("--device cuda:77",)),
        ((*L1, "--data", "/no/such"), ("--data /no/such", "no such folder")),
    ],
)
def test_wrong_words(train, tmp_path, arguments, words):
    is_refused(train(*arguments), *words)
    assert not list(tmp_path.rglob("weights.safetensors"))


def test_a_broken_image(train, photos):
    path = photos / "image2.png"
    path.write_bytes(path.read_bytes()[:200])
    is_refused(train(*L1), str(path), "damaged", "one of 6 training images")


def test_an_image_that_is_no_rgb(train, photos):
    Image.fromarray(np.zeros((48, 60), np.uint16)).save(photos / "image2.png")
    is_refused(train(*L1), "image2.png", "8 bits", "convert")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ("", ("DIV2K", "srbench data get DIV2K")),
        ("DIV2KK", ("DIV2KK", "'DIV2K'")),
        ("/no/such/folder", ("/no/such/folder",)),
    ],
)
def test_images_that_are_not_there(train, data, words):
    is_refused(train(*L1, data=data), *words)


def test_a_folder_without_images(train, tmp_path):
    (tmp_path / "empty").mkdir()
    is_refused(train(*L1, data=str(tmp_path / "empty")), str(tmp_path / "empty"), "no images")


def test_a_folder_that_cannot_be_written(train, tmp_path):
    (tmp_path / "out").write_text("in the way")
    is_refused(train(*L1), str(tmp_path / "out"))


def test_a_batch_that_processes_can_not_share(train, monkeypatch):
    """As two processes of torchrun would see it: they come to the same error, each by itself."""
    from srbench.training.run import PatchSampler

    monkeypatch.setattr("srbench.training.run.PatchSampler", lambda *a, **k: PatchSampler(*a, **{**k, "world": 2}))
    is_refused(train(*L1, "--set", "l1.budget.batch=3"), "a batch of 3 cannot be divided evenly between 2 processes")


def test_a_loss_whose_weights_are_missing(train, tiny, monkeypatch):
    recipe = tiny.recipes.get("tiny")
    vgg = replace(
        recipe, name="with-vgg", phases=(recipe.phases[0], Phase("vgg", (Term("vgg"),), recipe.phases[0].budget))
    )
    monkeypatch.setitem(tiny.recipes._specs, "tiny", vgg)
    is_refused(train("--recipe", "tiny"), "vgg", "srbench data get vgg19")


@pytest.mark.slow
def test_it_starts_from_given_weights(train, tmp_path):
    """A rate of next to nothing leaves them as they are; with other weights it is another training."""
    still = ("--set", "l1.budget.learning_rate=1e-30", "--json")
    first = json.loads(train(*L1, "--json")[1])
    second = json.loads(train(*L1, *still, "--start", first["weights"])[1])
    from_scratch = json.loads(train(*L1, *still)[1])
    assert len({first["key"], second["key"], from_scratch["key"]}) == 3
    assert second["started_from"]["trained"]["key"] == first["key"]
    a, b, c = (load_state_dict(Path(card["weights"])) for card in (first, second, from_scratch))
    assert all(torch.equal(a[name], b[name]) for name in a)
    assert not all(torch.equal(a[name], c[name]) for name in a)


@pytest.mark.slow
def test_weights_to_start_from_that_do_not_fit(train, tmp_path):
    is_refused(train(*L1, "--start", str(tmp_path / "no.pth")), "--start", "no.pth", "no such file")
    other = json.loads(train("--recipe", "tiny-single", "--scale", "2", "--json")[1])["weights"]
    is_refused(train(*L1, "--start", other), other, "not a checkpoint of Joint")
