"""Damaged files of a training: one line that names the file, nothing resumed that is another's, nothing lost."""

from __future__ import annotations

import json
import shutil

import pytest
import torch

from srbench.errors import SrbenchError, TrainingError, UsageError, WeightsError
from srbench.training.nearest_training import nearest_training, nothing_to_resume
from srbench.training.storage.names import CARD, RECIPE, STATE, WEIGHTS

STEPS = ("l1.budget.steps=4",)


@pytest.fixture
def job(training):
    return training.job("tiny", *STEPS, phase="l1")


@pytest.fixture
def stopped(training, job):
    """The folder of a training whose card is not written yet, and its weights."""
    path = training(job)
    (path.parent / CARD).unlink()
    return path.parent


def refused(training, job, *words, fault=TrainingError, **options):
    with pytest.raises(fault) as raised:
        training(job, **{"on_existing": "resume"} | options)
    (line,) = str(raised.value).splitlines()
    for word in words:
        assert word in line


def test_every_entry_of_a_checkpoint(training, job, stopped):
    whole = torch.load(stopped / STATE, weights_only=True)
    before = (stopped / WEIGHTS).read_bytes()
    damages = [{name: value for name, value in whole.items() if name != missing} for missing in whole]
    damages.pop(list(whole).index("adversary"))
    for name in ("adversary_optimizer", "average", "sums", "key"):  # read with a discriminator or an average alone
        damages = [damage for damage in damages if name in damage]
    optimizer = {**whole["optimizer"], "param_groups": []}
    shapes = {**whole["optimizer"], "state": {0: {"step": torch.tensor(4.0), "exp_avg": torch.ones(1, 2, 3)}}}
    damages += [
        whole | {"step": 10**9},
        whole | {"step": 5, "network": "step-00000005.safetensors"},
        whole | {"step": -1},
        whole | {"step": True},
        whole | {"step": "4"},
        whole | {"network": "../../secret.safetensors"},
        whole | {"network": None},
        whole | {"optimizer": optimizer},
        whole | {"optimizer": shapes},
        whole | {"optimizer": None},
        whole | {"curve": 3},
        whole | {"curve": [1]},
        whole | {"best": []},
        whole | {"best": ["a", "b"]},
        whole | {"sums": {"l1": 3}},
        whole | {"sampler": {}},
        whole | {"rng": {"python": 3}},
        [whole],
        torch.ones(3),
    ]
    for damage in damages:
        torch.save(damage, stopped / STATE)
        refused(training, job, str(stopped), "damaged", "--restart", fault=SrbenchError)
    torch.save(whole | {"key": "0" * 64}, stopped / STATE)
    refused(training, job, str(stopped / STATE), "belongs to another training", "--restart")
    torch.save(whole, stopped / STATE)
    assert training(job, on_existing="resume").read_bytes() == before


def test_a_network_of_another_shape(training, job, stopped):
    from safetensors.torch import load_file, save_file

    (network,) = stopped.glob("step-*.safetensors")
    tensors = load_file(network)
    save_file({name: torch.ones(2, 2) for name in tensors}, network)
    refused(training, job, "damaged", "--restart")
    network.write_bytes(b"nothing")
    refused(training, job, network.name, fault=WeightsError)


@pytest.mark.parametrize("content", ["[" * 100_000, "{", "[]", "{}", "\xff"])
def test_what_it_was_begun_with(training, job, stopped, content):
    (stopped / "images.json").write_text(content, encoding="latin-1")
    refused(training, job, str(stopped / "images.json"), "damaged", "--restart")


@pytest.mark.parametrize("content", ["[" * 100_000, "{", "[]", "\xff"])
def test_a_recipe_that_was_stopped(training, stopped, content):
    (stopped / RECIPE).write_text(content, encoding="latin-1")
    other = training.job("tiny", "l1.budget.steps=5", phase="l1")
    refused(training, other, str(stopped / RECIPE), "damaged", "--restart")


@pytest.mark.parametrize("damage", [None, b"", b"garbage"])
def test_weights_that_are_gone_are_written_again(training, job, damage):
    path = training(job)
    whole = path.read_bytes()
    path.unlink() if damage is None else path.write_bytes(damage)
    assert not job.done(training.root)
    refused(training, job, "was finished, but weights.safetensors is", "--resume", "--restart", on_existing="new")
    assert training(job, on_existing="resume").read_bytes() == whole


def test_a_damaged_card_is_written_again(training, job):
    path = training(job)
    card = path.parent / CARD
    whole = json.loads(card.read_text())
    card.write_text('{"validation": 3}')
    refused(training, job, "was finished, but card.json is damaged", "--restart", on_existing="new")
    training(job, on_existing="either")
    assert json.loads(card.read_text())["weights_sha256"] == whole["weights_sha256"]


def tree(root):
    return {path: path.read_bytes() for path in root.rglob("*") if path.is_file() and path.suffix != ".lock"}


@pytest.mark.parametrize("on_existing", ["new", "resume", "either", "restart"])
def test_a_refused_one_leaves_no_folder(training, photos, on_existing):
    job = training.job("tiny", *STEPS, "hold_out=0", "l1.keep=best", phase="l1")
    refused(training, job, "keeps the best weights", fault=UsageError, on_existing=on_existing)
    assert not training.root.exists()
    shutil.copy(next(photos.iterdir()), photos / "twice.png")
    (photos / "broken.png").write_bytes(b"no image")
    refused(training, training.job("tiny", phase="l1"), "broken.png", fault=SrbenchError, on_existing=on_existing)
    assert not training.root.exists()


def test_a_refused_restart_keeps_what_is_there(training, photos, job):
    training(job)
    before = tree(training.root)
    (photos / "broken.png").write_bytes(b"no image")
    refused(training, job, "broken.png", fault=SrbenchError, on_existing="restart")
    assert tree(training.root) == before
    (photos / "broken.png").unlink()
    training(job, on_existing="restart")
    assert tree(training.root).keys() >= {path for path in before if "events" not in path.name}
    assert not list((training.root / "training").glob("*.replaced"))


def test_the_nearest_training_is_named(training, job):
    other = training.job("tiny", "l1.budget.steps=5", phase="l1")
    assert nothing_to_resume(other, training.root) == (
        f"nothing to resume for this recipe ({other.folder(training.root).name}); it begins anew"
    )
    path = training(job)
    training(training.job("tiny", "l1.budget.steps=5", "l1.budget.batch=2", "augment=false", phase="l1"))
    (training.root / "training" / "damaged").mkdir()
    (training.root / "training" / "damaged" / RECIPE).write_text("[")
    begun = other.folder(training.root)  # a run that ended before its first checkpoint
    begun.mkdir()
    (begun / RECIPE).write_text(json.dumps(other.identity))
    assert nearest_training(other, training.root) == (path.parent, ["l1.budget.steps: 4 -> 5"])
    line = nothing_to_resume(other, training.root)
    assert line.endswith(f"the nearest training, {path.parent}, differs in l1.budget.steps: 4 -> 5")
    assert nothing_to_resume(job, training.root) == ""
    whole = training.job("tiny", *STEPS)
    assert nothing_to_resume(whole, training.root) == "", "it goes on from its first phase"
