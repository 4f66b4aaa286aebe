"""What a training is known by: everything that decides about its weights, and nothing else."""

from __future__ import annotations

import hashlib
import json
import pickle
from dataclasses import fields, replace

import pytest
import torch
from safetensors.torch import save_file

from srbench.errors import UnknownName, UsageError
from srbench.specs.recipe import Schedule
from srbench.training.storage.finished import unfinished
from srbench.training.storage.names import CARD, WEIGHTS

CHANGES = {"steps": 7, "batch": 8, "patch": 5, "learning_rate": 0.5, "parts": 2, "schedule": Schedule("step")}


def with_budget(job, **changes):
    phase = job.recipe.phases[0]
    cut = replace(phase, budget=replace(phase.budget, **changes))
    return replace(job, recipe=replace(job.recipe, phases=(cut, *job.recipe.phases[1:])))


def test_recipes_that_begin_alike_share_what_they_train(training):
    one, other = training.job("tiny"), training.job("tiny-other")
    assert one.key != other.key
    assert one.before.key == other.before.key == training.job("tiny", phase="l1").key
    assert one.before.before is None
    assert one.before.stem != other.before.stem
    folder = one.before.folder(training.root)
    folder.mkdir(parents=True)
    assert other.before.folder(training.root) == folder


def test_every_field_of_the_budget_is_part_of_it(training):
    job = training.job("tiny")
    assert {field.name for field in fields(job.phase.budget)} == CHANGES.keys()
    keys = {with_budget(job, **{name: value}).key for name, value in CHANGES.items()}
    assert len(keys | {job.key}) == len(CHANGES) + 1


def test_seed_scale_data_and_network_are_part_of_it(training):
    job = training.job("tiny-single", scale=2.0)
    others = [
        replace(job, seed=1),
        training.job("tiny-single", scale=3.0),
        replace(job, recipe=replace(job.recipe, data=("T91",))),
        replace(job, model=replace(job.model, version=2)),
        replace(job, model=replace(job.model, kwargs={"width": 5})),
    ]
    assert len({other.key for other in [job, *others]}) == len(others) + 1


def test_words_and_the_profiles_name_are_not_part_of_it(training):
    job = training.job("tiny")
    reworded = replace(job.recipe, name="other", summary="more words", paper="arXiv", cuts={"demo": None})
    assert replace(job, recipe=reworded).key == job.key
    assert replace(job, profile="short").key == job.key
    assert replace(job, model=replace(job.model, summary="words", receptive_radius=3)).key == job.key


def test_the_demo_and_the_paper_keep_both_budgets(training):
    job = training.job("tiny", profile="demo")
    assert [phase.budget.steps for phase in job.recipe.phases] == [4, 4]
    assert [phase.budget.steps for phase in job.paper.phases] == [200, 6]


def test_whether_lr_is_made_online_is_part_of_it_and_older_recipes_do_not_say(training):
    kept, online = training.job("tiny"), training.job("tiny-real")
    assert "online" not in kept.identity
    assert online.identity["online"] is True
    assert online.identity["scales"] == [1.1, 2.3, 2.37, 3.0, 4.0]


def test_the_identity_is_json_and_the_job_pickles(training):
    job = training.job("tiny")
    assert json.loads(json.dumps(job.identity)) == job.identity
    assert pickle.loads(pickle.dumps(job)).key == job.key  # noqa: S301 - its own bytes


def test_it_is_done_when_its_card_and_whole_weights_are_there(training):
    job = training.job("tiny")
    folder = job.folder(training.root)
    assert folder.name == f"tiny-gan-paper-seed0-{job.key[:12]}"
    assert training.job("tiny-single", scale=3.0).stem == "tiny-single-l1-x3-paper-seed0"
    assert not job.done(training.root)
    folder.mkdir(parents=True)
    save_file({"weight": torch.ones(3)}, folder / WEIGHTS)
    assert not job.done(training.root)
    (folder / CARD).write_text("{}")
    assert job.done(training.root)
    whole = (folder / WEIGHTS).read_bytes()
    for damage in (
        b"",
        whole[:-1],
        whole + b"x",
        b"\xff" * 99,
        b"\x02" + bytes(7) + b"[]",
        b"\x05" + bytes(7) + b"1" * 5,
    ):
        (folder / WEIGHTS).write_bytes(damage)
        assert not job.done(training.root), damage
    (folder / WEIGHTS).write_bytes(whole)
    for text in ('{"weights_sha256": "00"}', "", "[]", "[" * 100_000, '{"validation": 3}', '{"warnings": [1]}'):
        (folder / CARD).write_text(text)
        assert not job.done(training.root), text
    (folder / CARD).write_text(json.dumps({"weights_sha256": hashlib.sha256(whole).hexdigest()}))
    assert job.done(training.root)
    (folder / WEIGHTS).unlink()
    assert unfinished(folder) == "weights.safetensors is missing"


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ({"name": "tinny"}, UnknownName, "'tinny'; did you mean 'tiny'"),
        ({"name": "tiny", "phase": "gna"}, UsageError, "no phase 'gna'; choose from l1, gan"),
        ({"name": "tiny", "profile": "quick"}, UsageError, "no profile 'quick'; choose from demo, paper"),
        ({"name": "tiny", "scale": 4.0}, UsageError, "does not train x4; choose from x2, x3"),
        (
            {"name": "tiny-real", "scale": 2.38},
            UsageError,
            "does not train x2.38; choose from x1.1, x2.3, x2.37, x3, x4",
        ),
        ({"name": "tiny-single"}, UsageError, "separate weights per scale"),
    ],
)
def test_what_cannot_be_trained(training, arguments, error, words):
    with pytest.raises(error, match=words):
        training.job(**arguments)
