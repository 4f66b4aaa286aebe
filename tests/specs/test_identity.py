"""Every setting is either part of a key, under a name that is pinned here, or known not to change a number."""

from __future__ import annotations

import types
from dataclasses import fields, is_dataclass, replace
from pathlib import Path

import pytest

from srbench import (
    Adam,
    Adversary,
    Budget,
    Component,
    CustomObjective,
    DatasetSpec,
    Degradation,
    DerivedDatasetSpec,
    Downscale,
    ImagesSpec,
    LossSpec,
    MethodSpec,
    MetricSpec,
    ModelSpec,
    Phase,
    PluginError,
    Protocol,
    Recipe,
    Schedule,
    Sgd,
    Split,
    Term,
    Turn,
    WeightsSpec,
    hookimpl,
)
from srbench.bench.planning.job import Job
from srbench.bench.resolve.resolved import ResolvedMetric
from srbench.catalog import Catalog
from srbench.data.datasets.dataset import Dataset
from srbench.data.sr_images.image_set import SrImageSet
from srbench.inference.method import ResolvedMethod
from srbench.registry import Plugin
from srbench.specs.identity import (
    arguments,
    derivation_identity,
    metric_identity,
    model_identity,
    recipe_identity,
    refuse_paths,
    weights_identity,
)
from srbench.storage.canonical_hash import canonical_hash
from srbench.training.job import TrainingJob

MODEL = ModelSpec(
    "net",
    "somewhere:Net",
    kwargs={"width": 8, "base": Component("trunk", "elsewhere:Trunk", version=2)},
    joint=True,
    grey="keep",
    channels="y",
    resize_aware=True,
    version=3,
    plugin="paper",
)
LOSS = LossSpec("l1", "somewhere:L1", version=4, plugin="builtin")
PHASE = Phase(
    "gan",
    (Term("l1", 0.5, {"layers": ("a", "b")}),),
    Budget(100, 16, 24, 1e-4, Schedule("step", 0.2, 0.7, 0.3), parts=2),
    Adversary("judge", "somewhere:D", {"width": 4}, "relativistic", 0.1, 2e-4, (Turn(("adversary",), 2, "epoch"),), 5),
    Adam((0.5, 0.9), 1e-7, 0.01),
    clip=0.4,
    ema=0.99,
    keep="best",
    objective=CustomObjective("own", "somewhere:Objective", 6),
    settings={"beta": 2},
)
RECIPE = Recipe(
    "recipe",
    "net",
    (PHASE,),
    ("T91",),
    lr_mode="matlab-double",
    online=True,
    kwargs={"start": "nearest"},
    hold_out=4,
    validation=("Set5",),
    least_correlation=0.99,
    augment=False,
    plugin="paper",
)
DERIVED = DerivedDatasetSpec(
    "Derived",
    sources=("T91", "BSDS500"),
    exclude=("T91/t65",),
    downscale=Downscale(2, "matlab-double"),
    part=Split("valid", (3, 2, 1), 7),
    degradation=Degradation("blur", "somewhere:blur", 8, 3.0, equal_size=True),
    plugin="paper",
)


def test_names_of_a_model():
    assert model_identity(MODEL) == {
        "plugin": "paper",
        "name": "net",
        "version": 3,
        "arguments": {"width": 8, "base": {"component": "trunk", "version": 2}},
        "joint": True,
        "grey": "keep",
        "channels": "y",
        "resize_aware": True,
    }


def test_names_of_weights_and_metrics():
    converted = WeightsSpec(
        "w", "w.pth", "", "", "", "", convert="somewhere:convert", convert_version=2, plugin="paper"
    )
    assert weights_identity("ab", converted) == {
        "sha256": "ab",
        "converter": {"plugin": "paper", "name": "w", "version": 2},
    }
    assert weights_identity("ab", replace(converted, convert="")) == weights_identity("ab", None) == {"sha256": "ab"}
    metric = MetricSpec("psnr", "somewhere:psnr", "higher", version=2, plugin="builtin")
    assert metric_identity(metric, ["cd"]) == {"plugin": "builtin", "name": "psnr", "version": 2, "weights": ["cd"]}


def test_names_of_a_derived_dataset():
    assert derivation_identity(DERIVED, ["T91", ["Other", {"sources": ["Set5"]}]]) == {
        "sources": ["T91", ["Other", {"sources": ["Set5"]}]],
        "exclude": ["T91/t65"],
        "downscale": {"by": 2.0, "resize": "matlab-double"},
        "degradation": {"plugin": "paper", "name": "blur", "version": 8, "scale": 3.0, "equal_size": True},
        "split": {"part": "valid", "shares": [3, 2, 1], "seed": 7},
    }


def test_names_of_a_recipe():
    assert recipe_identity(RECIPE, {"l1": LOSS}) == {
        "phases": [
            {
                "name": "gan",
                "losses": [
                    {
                        "loss": {"plugin": "builtin", "name": "l1", "version": 4},
                        "weight": 0.5,
                        "arguments": {"layers": ["a", "b"]},
                    }
                ],
                "budget": {
                    "steps": 100,
                    "batch": 16,
                    "patch": 24,
                    "learning_rate": 1e-4,
                    "schedule": {"kind": "step", "every": 0.2, "gamma": 0.7, "warm_up": 0.3},
                    "parts": 2,
                },
                "adversary": {
                    "plugin": "paper",
                    "name": "judge",
                    "version": 5,
                    "arguments": {"width": 4},
                    "loss": "relativistic",
                    "weight": 0.1,
                    "learning_rate": 2e-4,
                    "turns": [{"players": ["adversary"], "length": 2.0, "unit": "epoch"}],
                },
                "adam": {"betas": [0.5, 0.9], "eps": 1e-7, "weight_decay": 0.01},
                "clip": 0.4,
                "ema": 0.99,
                "keep": "best",
                "objective": {"plugin": "paper", "name": "own", "version": 6},
                "settings": {"beta": 2},
            }
        ],
        "data": ["T91"],
        "hold_out": 4,
        "augment": False,
        "lr_mode": "matlab-double",
        "online": True,
        "arguments": {"start": "nearest"},
        "validation": ["Set5"],
        "least_correlation": 0.99,
    }


def test_names_of_another_optimizer():
    def named(optimizer):
        phase = of_recipe(replace(RECIPE, phases=(replace(PHASE, optimizer=optimizer),)))["phases"][0]
        return phase.get("sgd"), phase.get("adam")

    assert named(Sgd(1e-4)) == ({"momentum": 1e-4, "weight_decay": 0.0}, None)
    factors = {"momentum": 0.9, "weight_decay": 0.1, "rate_factors": {"*.bias": 2.0}}
    assert named(Sgd(0.9, 0.1, {"*.bias": 2})) == (factors, None)
    assert named(Adam()) == (None, None)


def test_names_of_a_protocol():
    settings = {"crop_down": True, "hr_crop": "tens", "round_lr": False, "luma_lr": True, "grey": "keep"}
    assert Protocol("any", **settings).identity() == {
        "round_lr": False,
        "luma_lr": True,
        "grey": "keep",
        "lr": "matlab-uint8",
        "quantise": "round",
        "colour": "y",
        "round_y": False,
        "crop_scale": 1.0,
        "crop_extra": 0,
        "crop_down": True,
        "hr_crop": "tens",
        "aggregate": "mean",
    }


def of_model(model):
    return model_identity(model)


def of_recipe(recipe):
    return recipe_identity(recipe, {"l1": LOSS, "other": replace(LOSS, name="other")})


def in_phase(**changes):
    return of_recipe(replace(RECIPE, phases=(replace(PHASE, **changes),)))


NO_NUMBER_DEPENDS_ON = {
    # a network's size at other scales, what else can be built on it, how it may be tiled, which files can be loaded
    # (a key holds the hash of the file that was); its code may move
    ModelSpec: {"build", "scales", "receptive_radius", "equal_size", "features", "layouts", "paper", "summary"},
    Component: {"build"},
    # the model and the scales are the training job's; phases share what they train, whatever the recipe is called
    Recipe: {"name", "model", "cuts", "scales", "paper_data", "paper", "summary"},
    Phase: set(),
    Budget: set(),
    Schedule: set(),
    Adam: set(),
    Sgd: set(),
    Term: set(),
    Turn: set(),
    Adversary: {"build"},
    CustomObjective: {"build"},
    Split: set(),
    Downscale: set(),
    Degradation: {"build"},
    Protocol: {"name", "description"},
}
WHOLE = {
    ModelSpec: (MODEL, of_model),
    Component: (MODEL.kwargs["base"], lambda part: of_model(replace(MODEL, kwargs={"base": part}))),
    Recipe: (RECIPE, of_recipe),
    Phase: (PHASE, lambda phase: of_recipe(replace(RECIPE, phases=(phase,)))),
    Budget: (PHASE.budget, lambda budget: in_phase(budget=budget)),
    Schedule: (PHASE.budget.schedule, lambda schedule: in_phase(budget=replace(PHASE.budget, schedule=schedule))),
    Adam: (PHASE.optimizer, lambda adam: in_phase(optimizer=adam)),
    Sgd: (Sgd(0.8, 1e-4, {"*.bias": 0.1}), lambda sgd: in_phase(optimizer=sgd)),
    Term: (PHASE.losses[0], lambda term: in_phase(losses=(term,))),
    Turn: (PHASE.adversary.turns[0], lambda turn: in_phase(adversary=replace(PHASE.adversary, turns=(turn,)))),
    Adversary: (PHASE.adversary, lambda adversary: in_phase(adversary=adversary)),
    CustomObjective: (PHASE.objective, lambda objective: in_phase(objective=objective)),
    Split: (DERIVED.part, lambda part: derivation_identity(replace(DERIVED, part=part), [])),
    Downscale: (DERIVED.downscale, lambda step: derivation_identity(replace(DERIVED, downscale=step), [])),
    Degradation: (DERIVED.degradation, lambda made: derivation_identity(replace(DERIVED, degradation=made), [])),
    Protocol: (Protocol("any"), lambda protocol: protocol.identity()),
}
WORDS = {
    "grey": "expand",
    "lr_mode": "matlab-uint8",
    "keep": "last",
    "kind": "cosine",
    "unit": "step",
    "loss": "bce",
    "part": "test",
    "mode": "matlab-uint8",
    "lr": "matlab-double",
    "quantise": "truncate",
    "colour": "rgb",
    "hr_crop": "tens",
    "aggregate": "pooled",
}


def changed(name, value, owner):  # noqa: C901, PLR0911 - one line for each kind of value
    """Another value of a setting, of the same kind."""
    if name == "loss" and owner is Term:
        return "other"
    if name == "grey" and owner is Protocol:
        return "keep"
    if name in WORDS:
        return WORDS[name]
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + 1
    if isinstance(value, str):
        return f"{value}-other"
    if name == "losses":
        return (*value, Term("other"))
    if name == "players":
        return ("network",)
    if isinstance(value, tuple) and value and isinstance(value[0], int | float):
        return tuple(item / 2 + 1 for item in value)
    if isinstance(value, dict):
        return {**value, "another": 1}
    if isinstance(value, tuple):
        return value + value if value else ("other",)
    return None  # a part that can be missing


@pytest.mark.parametrize("owner", WHOLE, ids=lambda owner: owner.__name__)
def test_every_setting_is_considered(owner):
    """A field that somebody adds has to be put into the identity, or into the list of those that change no number."""
    whole, identity = WHOLE[owner]
    before = canonical_hash(identity(whole))
    silent = set()
    for field in fields(whole):
        value = getattr(whole, field.name)
        if field.name in {"budget", "schedule", "optimizer"} or (field.name == "phases"):
            replacement = {
                "budget": Budget(1, 1, 1, 1.0),
                "schedule": Schedule(),
                "optimizer": Adam(),
                "phases": (*RECIPE.phases, replace(PHASE, name="second")),
            }[field.name]
        else:
            replacement = changed(field.name, value, owner)
        if field.name == "cuts" or (field.name in NO_NUMBER_DEPENDS_ON[owner] and value is None):
            replacement = {"demo": None} if field.name == "cuts" else 3
        assert replacement != value, field.name
        if canonical_hash(identity(replace(whole, **{field.name: replacement}))) == before:
            silent.add(field.name)
    # a plugin's name is part of what it registers, and of nothing else
    assert silent - {"plugin"} == NO_NUMBER_DEPENDS_ON[owner]


CONSIDERED = {
    DerivedDatasetSpec: "sources exclude downscale part degradation plugin",
    DatasetSpec: "name summary aliases images lr_mode fingerprints exact archives licence paper provider split plugin",
    LossSpec: "name build weights paper summary version plugin",
    MetricSpec: "name measure better aliases title unit range subject reference requires weights version decimals "
    "tolerance tolerance_retrained tolerance_inexact conventions repeatable paper summary plugin",
    WeightsSpec: "name filename url sha256 sha256_start licence origin authors convert convert_version resource "
    "downloadable copies parts plugin",
    MethodSpec: "name model weights source images bundled recipe phase training_model sigma fallback ensemble members "
    "member_weights blend_with alpha paper summary aliases",
    ImagesSpec: "name folder url licence origin aliases scales written fingerprints plugin",
    SrImageSet: "spec folder scale files hash verified",
    ResolvedMethod: "name model weights weights_sha256 weights_spec source opened images ensemble training part "
    "trained_at sigma_from sigma_hash blend_with alpha members shares",
    Job: "method scale protocol metrics dataset dataset_hash lr profile seed device tile machine save_to",
    TrainingJob: "recipe paper model profile seed scales start start_sha256 losses loss_weights derivations "
    "derivation_texts changed",
}
"""Fields whose part in keys is decided: those of a new field is to be decided too, and then it is listed here."""


@pytest.mark.parametrize("owner", CONSIDERED, ids=lambda owner: owner.__name__)
def test_a_new_field_of_these_is_decided_about(owner):
    inherited = {field.name for base in owner.__bases__ if is_dataclass(base) for field in fields(base)} - {"plugin"}
    assert {field.name for field in fields(owner)} - inherited == set(CONSIDERED[owner].split())


def test_finished_sr_images_count_by_their_pixels_alone():
    """Not by the model that only costs are counted of, nor by where the files lie or what is known of them."""
    spec = ImagesSpec("net-images", "Net", "", "", "")
    images = SrImageSet(spec, Path("somewhere"), 4.0, {"a": Path("a.png")}, "cd")
    method = ResolvedMethod("net", ModelSpec("net", "somewhere:Net"), source="images", images=images)
    assert method.identity == {"images": "cd"}
    elsewhere = replace(images, spec=replace(spec, written="rounded"), folder=Path("other"), files={})
    assert replace(method, images=elsewhere).identity == method.identity
    assert replace(method, images=replace(images, hash="ce")).identity == {"images": "ce"}


def test_names_of_a_job():
    """Every name that a cell's key may hold."""
    weights = WeightsSpec("w", "w.pth", "", "", "", "", convert="somewhere:convert", plugin="paper")
    net = ModelSpec("net", "somewhere:Net", plugin="paper")
    psnr_network = ResolvedMethod("psnr", net, weights_sha256="12", part="network")
    method = ResolvedMethod(
        "gan@0.5",
        net,
        weights_sha256="ab",
        weights_spec=weights,
        ensemble=("self", "patch"),
        part="network",
        sigma_hash="ef",
        blend_with=psnr_network,
        alpha=0.5,
    )
    network = {"plugin": "paper", "name": "net", "version": 1, "arguments": {}}
    blended = {
        "model": network,
        "weights": {"sha256": "ab", "converter": {"plugin": "paper", "name": "w", "version": 1}},
        "submodule": "network",
        "ensemble": ["self", "patch"],
        "blend": {"alpha": 0.5, "weights": {"sha256": "12"}, "submodule": "network"},
    }
    assert method.identity == blended
    mean = ResolvedMethod("mean", ModelSpec("mean", "x:M"), members=(method, psnr_network), shares=(0.25, 0.75))
    assert mean.identity["members"] == [
        {"share": 0.25, **blended},
        {"share": 0.75, "model": network, "weights": {"sha256": "12"}, "submodule": "network"},
    ]
    pll = MetricSpec("pll", "m:f", "higher", requires=("sigma",), repeatable=False, plugin="builtin")
    dataset = Dataset("Set5", Path(), (), derivation={"sources": ["Set5"]})
    metric = ResolvedMetric(pll, (("head", Path(), "cd"),))
    job = Job(method, 4, Protocol("p"), (metric,), dataset, "fp", "file", "quick", 3, tile=64, machine="cpu: x")
    assert job.identity(metric) == {
        "method": "gan@0.5",
        **blended,
        "scale": 4.0,
        "profile": "quick",
        "seed": 3,
        "metric": {"plugin": "builtin", "name": "pll", "version": 1, "weights": ["cd"]},
        "tile": 64,
        "machine": "cpu: x",
        "protocol": Protocol("p").identity(),
        "dataset": {"name": "Set5", "pixels": "fp", "lr": "file", "derivation": {"sources": ["Set5"]}},
        "sigma_from": "ef",
    }
    cost = replace(metric, spec=replace(pll, subject="model", repeatable=True))
    assert set(job.identity(cost)) == set(job.identity(metric)) - {"machine", "protocol", "dataset", "sigma_from"}


def test_names_of_a_training():
    job = TrainingJob(
        RECIPE, RECIPE, MODEL, "quick", 3, (2, 4), start_sha256="ab", losses=(LOSS,), derivations={"D": {"sources": []}}
    )
    assert job.identity == {
        **recipe_identity(RECIPE, {"l1": LOSS}),
        "model": model_identity(MODEL),
        "scales": [2.0, 4.0],
        "seed": 3,
        "derivations": {"D": {"sources": []}},
        "start": "ab",
    }


def test_defaults_that_came_later_change_no_key():
    plain = Recipe("r", "net", (Phase("l1", (Term("l1"),), Budget(1, 2, 3, 0.1)),), ("T91",))
    identity = recipe_identity(plain, {"l1": LOSS})
    assert set(identity) == {"phases", "data", "hold_out", "augment", "lr_mode"}
    assert set(identity["phases"][0]) == {"name", "losses", "budget"}
    assert set(identity["phases"][0]["budget"]) == {"steps", "batch", "patch", "learning_rate"}
    assert set(model_identity(ModelSpec("n", "b"))) == {"plugin", "name", "version", "arguments"}


def test_moving_code_changes_no_key():
    moved = replace(
        MODEL, build="new_home:Net", kwargs={"width": 8, "base": Component("trunk", "new_home:Trunk", version=2)}
    )
    assert model_identity(moved) == model_identity(MODEL)
    adversary = replace(PHASE.adversary, build="new_home:D")
    objective = replace(PHASE.objective, build="new_home:O")
    assert in_phase(adversary=adversary, objective=objective) == of_recipe(RECIPE)
    degradation = replace(DERIVED.degradation, build="new_home:blur")
    assert derivation_identity(replace(DERIVED, degradation=degradation), []) == derivation_identity(DERIVED, [])


def test_paths_in_arguments_are_refused():
    refuse_paths(
        "model net", {"width": 8, "layers": "conv5_4", "file": "/data/teacher.pth", "base": MODEL.kwargs["base"]}
    )
    for kwargs in (
        {"build": "package.module:Net"},
        {"inner": {"build": "module:Net"}},
        {"inner": [{"build": "package.module:net"}]},
        {"inner": ("package.module:net",)},
    ):
        with pytest.raises(PluginError, match=r"model net: argument '[\w.]+' is the path .*srbench.Component"):
            refuse_paths("model net", kwargs)


def test_a_plugin_that_would_put_a_path_into_keys_is_refused():
    term = Term("l1", kwargs={"teacher": "package.module:Teacher"})
    adversary = replace(PHASE.adversary, kwargs={"trunk": "package.module:Trunk"})
    for spec, words in (
        (replace(MODEL, kwargs={"build": "package.module:Net"}), "model net: argument 'build' is the path"),
        (replace(MODEL, kwargs={"choice": object()}), "model net: its arguments can't be part of a key"),
        (replace(RECIPE, kwargs={"start": "package.module:start"}), "recipe recipe: argument 'start' is the path"),
        (replace(RECIPE, phases=(replace(PHASE, losses=(term,)),)), "phase gan, loss l1: argument 'teacher'"),
        (replace(RECIPE, phases=(replace(PHASE, adversary=adversary),)), "adversary judge: argument 'trunk'"),
        (replace(RECIPE, phases=(replace(PHASE, settings={"f": "a.b:c"}),)), "phase gan: argument 'f'"),
    ):
        hook = "srbench_models" if isinstance(spec, ModelSpec) else "srbench_recipes"
        module = types.ModuleType("srbench_path")
        setattr(module, hook, hookimpl(lambda spec=spec: [spec]))
        catalog = Catalog()
        catalog.register(Plugin("path"), module)
        assert words in catalog.plugins["path"].error


def test_what_is_not_plain_data_is_refused():
    with pytest.raises(TypeError):
        canonical_hash(arguments({"choice": object()}))
    assert not is_dataclass(arguments({"base": MODEL.kwargs["base"]})["base"])
