"""The keys of committed records and of shipped trainings are those that the code makes today.

A change that fails here would make every user measure or train again what they have.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from srbench.bench.planning.job import Job
from srbench.bench.resolve.costs import untrained
from srbench.bench.resolve.method_weights import WeightsPolicy
from srbench.bench.resolve.resolver import Resolver
from srbench.catalog import load_catalog
from srbench.inference.method import ResolvedMethod
from srbench.search.evaluation import Evaluation, training_of
from srbench.specs.protocol import STANDARD, Protocol
from srbench.storage.canonical_hash import canonical_hash
from srbench.training.job import make_job

ROOT = Path(__file__).parents[2]
RECORDS = ROOT / "results" / "records"
CARDS = sorted(ROOT.glob("plugins/*/srbench_*/weights/*.json"))

KINDS = {
    "bundled weights": ("c2e28f5952ec7c8a1d56f2ecf7987f48a733c95439530d4580b56c7cc454cf53", "auto"),
    "constant sigma": ("f9c1d4cdca031593ae75ae1b697b529c7f458a81dbed6ffe6931c3926fc2fe25", "auto"),
    "cost": ("b6d5954adf05ce09b80eb99a959d26f9afb47e7569ed62745cd0e19190a17b22", "auto"),
    "degraded dataset": ("4e59e130993b2fd16d9f26f74ef5a9b66c629bfca2f360530a7811914c74be18", "auto"),
    "derived dataset": ("dddb54a6f29d4fd8c19153bd40c3bbaee40b0551e1dfe390ca0c4c47ecd2e6ff", "auto"),
    "interpolated weights": ("61495fa4e2746fe8e157ffcbfc356ecf8f65ad46daf7c2da9b929f1ba3cfda38", "auto"),
    "interpolation": ("185c0cb6d1b0fc803034cee2a1f5bec7b5c1d6856e3c92accf6fcd9784f899fd", "auto"),
    "machine-bound": ("7551ecb349987a107da12492d717769b18b515e8d0ab400889336e855b4cec85", "auto"),
    "mean of methods": ("91f4e3129ee99bca1ded56956a2a68f6518ba29ddf2f9367375e960567938b6f", "auto"),
    "metric with a network of its own": ("85bb7442d6aaa8d565f114929dca502e83e419fa57852858ffe999f67d70495c", "auto"),
    "released weights with a converter": ("3b02e9dac93542b89d74e229c3608b7d38a41a0b3f1cd4531c8b25f8cb7edcb1", "auto"),
    "search": ("4bdbd1f1de83cb7c2f7097a37f7ff79fdc004e45822de75ca01b6ff3d8c95b78", "search"),
    "sigma branch": ("e01c17fa0242fa00a6aec9adb4ffff616aab5cabed78b2051ddab624803fdec0", "auto"),
    "trained": ("2100ba3a121b346ac3b353303cee28670b258d2d57d98b3e8aa5d9d09147f537", "auto"),
}
"""Kind of a record -> (its key, whose weights it was measured with)."""


def read(key):
    return json.loads((RECORDS / key[:2] / f"{key}.json").read_text(encoding="utf-8"))


def rebuilt(record, source, shared):
    """The cell and identity of a record, made anew from the catalog, the data and the weights at hand."""
    catalog, cell = load_catalog(), record["cell"]
    name, scale = cell["method"], cell["scale"]
    resolver = Resolver(catalog, [shared], weights=WeightsPolicy(source, cell["profile"], Path("nowhere")))
    if source == "search":
        space = catalog.searches.get(name.partition(" ")[0])
        architecture = next(
            architecture for architecture in space.architectures if f"{space.name} {space.label(architecture)}" == name
        )
        job = training_of(catalog, space, architecture, cell["profile"], cell["seed"])
        task = Evaluation(name, job, (), Path("nowhere"))
        return task.cell, task.identity
    spec = catalog.metrics.get(cell["metric"])
    metric = resolver.metric(spec)
    common = {"profile": cell["profile"], "seed": cell["seed"], "machine": "" if spec.repeatable else record["device"]}
    if spec.subject == "model":
        method = untrained(catalog.models.get(name), scale)
        job = Job(method, scale, STANDARD, (metric,), **common)
    else:
        method = resolver.method(name, scale, cell["seed"], sigma=spec.needs_sigma)
        protocol = Protocol.from_identity(cell["protocol"], record["protocol"])
        found = resolver.data(cell["dataset"], scale, protocol) if spec.subject == "image" else None
        images = {"dataset": found.dataset, "dataset_hash": found.hash, "lr": found.lr} if found else {}
        job = Job(method, scale, protocol, (metric,), **images, **common)
    return job.cell(metric), job.identity(metric)


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_a_record_of_each_kind_keeps_its_key(kind, shared):
    key, source = KINDS[kind]
    record = read(key)
    cell, identity = rebuilt(record, source, shared)
    assert json.loads(json.dumps(identity)) == record["identity"]
    assert cell.key == key


@pytest.mark.slow
def test_every_record_lies_under_the_hash_of_its_identity():
    paths = sorted(RECORDS.glob("??/*.json"))
    assert len(paths) > 1000
    for path in paths:
        record = json.loads(path.read_text(encoding="utf-8"))
        assert record["schema"] == 2
        assert path.stem == record["cell"]["key"] == canonical_hash(record["identity"]), path


def test_no_record_is_known_by_a_path():
    """No module of srbench or a plugin stands in an identity, in whatever form."""
    for path in RECORDS.glob("??/*.json"):
        identity = json.dumps(json.loads(path.read_text(encoding="utf-8"))["identity"])
        assert not re.search(r"srbench_|\w\.\w+:\w", identity), path


def cards(document):
    """The card of each training in a shipped card: the training, and those it started from."""
    while document:
        yield document
        document = (document.get("started_from") or {}).get("trained")


@pytest.mark.parametrize("path", CARDS, ids=lambda path: path.stem)
def test_shipped_trainings_keep_their_keys(path):
    catalog = load_catalog()
    found = 0
    for card in cards(json.loads(path.read_text(encoding="utf-8"))["trained"]):
        model = catalog.models.get(catalog.recipes.get(card["recipe"]).model)
        scale = None if model.joint else card["trained_with"]["scales"][0]
        budgets = {phase["name"]: phase["budget"] for phase in card["trained_with"]["phases"]}

        def as_trained(recipe, budgets=budgets):
            """What was trained with --set has other steps and batches than the recipe's profile."""
            phases = (
                replace(phase, budget=replace(phase.budget, steps=budget["steps"], batch=budget["batch"]))
                for phase in recipe.phases
                if (budget := budgets.get(phase.name))
            )
            return replace(recipe, phases=tuple(phases))

        job = make_job(catalog, card["recipe"], card["profile"], card["seed"], card["phase"], scale, as_trained)
        assert json.loads(json.dumps(job.identity)) == card["trained_with"]
        assert job.key == card["key"]
        found += 1
    assert found


def test_a_model_that_moves_keeps_its_records(shared):
    """As where `srbench_pcarn/model.py` gets another name, and the `build` string with it."""
    key, source = KINDS["released weights with a converter"]
    catalog, record = load_catalog(), read(key)
    resolver = Resolver(catalog, [shared], weights=WeightsPolicy(source, "paper", Path("nowhere")))
    method = resolver.method(record["cell"]["method"], record["cell"]["scale"])
    moved = replace(method, model=replace(method.model, build="srbench_pcarn.moved:PCARN"))
    assert isinstance(moved, ResolvedMethod)
    assert moved.identity == method.identity
