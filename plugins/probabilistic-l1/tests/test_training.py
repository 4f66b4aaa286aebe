"""Two steps of everything that Table 4 is trained with, and of the paper's own."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch
from PIL import Image

from srbench.catalog import load_catalog
from srbench.errors import UsageError
from srbench.training.job import make_job
from srbench.training.recipe.override import override
from srbench.training.run import Hardware, TrainingRun
from srbench.training.storage.names import CARD
from srbench.weights.state_dict import load_state_dict, select_submodule

if TYPE_CHECKING:
    from pathlib import Path

REDUCED = "edsr-baseline-reduced"


@pytest.fixture(scope="module")
def train(tmp_path_factory):
    """``train(recipe, *settings, phase, scale)`` -> the weights after two steps a phase, on noise."""
    photos, root = tmp_path_factory.mktemp("photos"), tmp_path_factory.mktemp("out")
    chance = np.random.default_rng(0)
    for number in range(4):
        Image.fromarray(chance.integers(0, 256, (48, 60, 3), np.uint8)).save(photos / f"{number}.png")
    catalog = load_catalog()

    def run(name, *changes, phase="", scale=2.0) -> Path:
        def change(recipe):
            for part in recipe.phases:
                for setting in ("steps=2", "batch=2", "patch=8"):
                    recipe = override(recipe, f"{part.name}.budget.{setting}")
            for changed in changes:
                recipe = override(recipe, changed)
            return replace(recipe, data=(str(photos),), hold_out=1)

        job = make_job(catalog, name, "paper", 0, phase, scale, change)
        return TrainingRun(catalog, [], root, Hardware("cpu", "32-true")).train(job)

    return run


@pytest.mark.parametrize("objective", ["ours", "eq6", "eq7", "eq10", "laplace", "edge", "riemann", "l2"])
def test_the_reduced_network_learns_with(objective, train):
    path = train(f"{REDUCED}+{objective}")
    last = json.loads((path.parent / CARD).read_text())["validation"]["last"]
    assert np.isfinite(last["loss"])
    assert ("sigma_mean" in last) is (objective in {"ours", "eq6", "eq10", "laplace"})
    assert all(value.isfinite().all() for value in load_state_dict(path).values())


@pytest.fixture(scope="module")
def teacher(train):
    return train(f"{REDUCED}+teacher", phase="teacher")


def test_a_teacher_and_then_its_student(train, teacher):
    taught, learnt = load_state_dict(teacher), load_state_dict(train(f"{REDUCED}+teacher"))
    for part in ("encoder", "teacher"):
        before = select_submodule(taught, "network" if part == "teacher" else part)
        assert all(torch.equal(value, before[name]) for name, value in select_submodule(learnt, part).items())
    for part in ("network", "estimator"):
        before = select_submodule(taught, part)
        assert any(not torch.equal(value, before[name]) for name, value in select_submodule(learnt, part).items())


def test_a_student_of_a_teachers_file(train, teacher):
    weights = f"student.losses.teacher.kwargs.weights={teacher}"
    learnt, taught = load_state_dict(train(f"{REDUCED}+student", weights)), load_state_dict(teacher)
    assert all(
        torch.equal(value, select_submodule(taught, "network")[name])
        for name, value in select_submodule(learnt, "teacher").items()
    )
    with pytest.raises(UsageError, match=r"a teacher for x2, but the student is for x3"):
        train(f"{REDUCED}+student", weights, scale=3.0)
    with pytest.raises(UsageError, match=r"no file is named"):
        train(f"{REDUCED}+student")


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", ["idn+teacher", "vdsr+edge", pytest.param("vdsr+teacher", marks=pytest.mark.long)]
)  # of the last, which takes longest, the network and the loss are in the others
def test_other_networks_learn_too(train, name):
    assert train(name).is_file()
