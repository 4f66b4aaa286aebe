"""Validation on sets of their own, in place of images held out; and what identifies data that are made of others."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from PIL import Image, ImageOps

from srbench import Cut, MethodSpec, Split
from srbench.bench.planning.options import Options
from srbench.bench.planning.plan import make_plan
from srbench.bench.planning.selection import Selection
from srbench.bench.resolve.resolver import Resolver
from srbench.data.datasets.finder import DatasetFinder
from srbench.data.integrity.fingerprint import fingerprint
from srbench.errors import TrainingError, UsageError
from srbench.records.store import Store
from srbench.registry import Plugin
from srbench.specs.dataset import DerivedDatasetSpec
from srbench.specs.protocol import STANDARD
from srbench.specs.table import Column, Row, Table
from srbench.training.job import make_job
from srbench.training.storage.names import CARD
from srbench.training.trainer import ReportSchedule

SHARES = (3, 1, 2)


@pytest.fixture
def job(training, photos):
    """A job of 20 steps on parts of the six photos."""

    def make(data="train", validation=("valid",), keep="best", name="tiny"):
        sets = {
            part: (f"Photos-{part}" if part in {"train", "valid", "test"} else part) for part in (data, *validation)
        }

        def change(recipe):
            phase = recipe.phases[0]
            phase = replace(phase, keep=keep, budget=replace(phase.budget, steps=20))
            names = tuple(sets[part] for part in validation)
            return replace(recipe, phases=(phase,), data=(sets[data],), validation=names)

        return make_job(training.catalog, name, "paper", change=change)

    for part in ("train", "valid", "test"):
        spec = DerivedDatasetSpec(f"Photos-{part}", sources=(str(photos),), part=Split(part, SHARES))
        training.catalog.datasets.add(spec, Plugin("test"))
    return make


def test_the_best_is_told_by_the_validation_set_and_all_others_are_trained_on(training, job):
    path = training(job())
    card = json.loads((path.parent / CARD).read_text(encoding="utf-8"))
    catalog = training.catalog.datasets
    names = {
        part: [image.name for image in DatasetFinder([], catalog).find(catalog.get(f"Photos-{part}")).images]
        for part in ("train", "valid")
    }
    assert (card["images"]["trained_on"], card["images"]["held_out"]) == (3, names["valid"])
    assert card["validation"]["data"] == ["Photos-valid"]
    assert card["validation"]["best_psnr"] > 0
    assert card["images"]["made"]["Photos-valid"] == "photos, valid of 3:1:2 by SHA-256, seed 0"


def test_validation_images_are_not_trained_on(training, job, photos):
    with pytest.raises(UsageError, match="Photos-valid has 1 of the training images"):
        training(job(data=str(photos)))
    with pytest.raises(UsageError, match="test part of a split"):
        training(job(validation=("test",)))


def test_nor_is_a_copy_of_one(training, job, photos, tmp_path):
    catalog = training.catalog.datasets
    valid = DatasetFinder([], catalog).find(catalog.get("Photos-valid")).images[0].hr
    copy = tmp_path / "copies" / f"{valid.stem}.png"
    copy.parent.mkdir()
    copy.write_bytes(valid.read_bytes())
    with pytest.raises(UsageError, match="same picture"):
        training(job(data=str(copy.parent)))


def test_other_validation_images_can_not_go_on(training, job, photos):
    def stop(state):
        if state.step == 12:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        training(job(), schedule=ReportSchedule(save_steps=10), observe=stop)
    catalog = training.catalog.datasets
    valid = DatasetFinder([], catalog).find(catalog.get("Photos-valid")).images[0].hr
    ImageOps.invert(Image.open(valid)).save(valid)
    with pytest.raises(TrainingError, match="other validation images"):
        training(job(), on_existing="resume")


def test_only_such_data_change_a_key(training, job, photos):
    plain = training.job("tiny", phase="l1")
    assert {"derivations", "validation"}.isdisjoint(plain.identity)
    assert job().identity["derivations"]["Photos-train"] == {
        "sources": [photos.name],
        "split": {"part": "train", "shares": [3, 1, 2], "seed": 0},
    }
    assert job().derivation_texts["Photos-train"].startswith("photos, train of 3:1:2")
    assert job().key != job(validation=()).key
    other = replace(job(), derivations={"Photos-train": {"sources": ["elsewhere"]}})
    assert other.key != job().key


def test_other_data_bring_their_own_validation(training):
    recipe = replace(
        training.catalog.recipes.get("tiny"),
        validation=("a",),
        cuts={"quick": Cut({}, data=("x",)), "short": Cut({}), "demo": Cut({}, data=("x",), validation=("y",))},
    )
    found = {profile: recipe.at(profile).validation for profile in ("paper", "quick", "short", "demo")}
    assert found == {"paper": ("a",), "quick": (), "short": ("a",), "demo": ("y",)}


def plan(training, job, method, column="Photos-test"):
    table = Table("1", "t", (Row(method, method=method),), (Column("psnr", column, 2.0),))
    options = Options(source="train", device="cpu")
    return make_plan(training.catalog, Plugin("test"), table, Selection(), options, [], Store(training.root / "r"))


@pytest.fixture
def methods(training, job, photos):
    """Trained on the train part, and on all photos."""
    recipe = training.catalog.recipes.get("tiny")
    for name, data in (("fair", "Photos-train"), ("unfair", str(photos))):
        training.catalog.recipes.add(replace(recipe, name=name, data=(data,), cuts={}), Plugin("test"))
        training.catalog.methods.add(MethodSpec(name, "tiny", source="trained", recipe=name), Plugin("test"))


@pytest.mark.usefixtures("methods")
def test_a_table_does_not_measure_on_what_was_trained_on(training, job):
    (cell,) = plan(training, job, "fair").slots[0].cells
    assert cell.dataset == "Photos-test"
    (place,) = plan(training, job, "unfair").slots
    assert not place.cells
    assert "Photos-test has 2 of the training images" in place.reason


@pytest.mark.usefixtures("methods")
def test_the_rule_is_in_the_key_of_a_cell(training, job):
    (measured,) = plan(training, job, "fair").jobs
    other = replace(measured, dataset=replace(measured.dataset, derivation={"sources": ["elsewhere"]}))
    assert other.cells[0].key != measured.cells[0].key


def test_parts_in_one_folder_are_two_columns(training, job, photos):
    training.catalog.methods.add(MethodSpec("untrained", "tiny"), Plugin("test"))
    names = ("Photos-valid", "Photos-test", f"{photos}#test")
    table = Table("1", "t", (Row("m", method="untrained"),), tuple(Column("psnr", name, 2.0) for name in names))
    jobs = make_plan(
        training.catalog, Plugin("test"), table, Selection(), Options(device="cpu"), [], Store(training.root / "r")
    ).jobs
    assert [len(job.dataset.images) for job in jobs] == [1, 2, 1]
    found = Resolver(training.catalog, []).data("Photos-valid", 2.0, STANDARD)
    assert found.hash == fingerprint(found.dataset)
