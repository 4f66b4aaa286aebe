"""Recipes train for two steps, and what they have trained runs in each method that uses it.

Of recipes with the same networks, losses and discriminators, the first one stands for all. Each of them, whole, is
trained by the checks `recipe-trains` and `recipe-resumes`, among the long tests (`test_conformance.py` of the plugins).

Everything is as `srbench run` does it, but for three things: images, patches and budgets are tiny, frozen VGG19 has
random weights, and networks are shrunk by `UNITS`. An argument of a network keeps being different wherever it was, so
that weights of another network than a method's still don't fit.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass, replace
from itertools import combinations, pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image

from srbench.catalog import load_catalog
from srbench.errors import WeightsError
from srbench.loading import load
from srbench.losses.specs import CAFFE_NORMALISED, TORCHVISION
from srbench.specs.identity import arguments
from srbench.specs.model import Component
from srbench.specs.recipe import Budget, Schedule
from srbench.storage.canonical_hash import canonical_json
from srbench.training.recipe.override import override
from srbench.weights.state_dict import load_state_dict

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from srbench.catalog import Catalog
    from srbench.models.prediction import Prediction
    from srbench.specs.adversary import Adversary
    from srbench.specs.method import MethodSpec
    from srbench.specs.model import ModelSpec
    from srbench.specs.recipe import Phase, Recipe

SMALL = {"blocks": 1, "features": 4}
GROUPED = {**SMALL, "groups": 1, "reduction": 1}
DENSE = {**SMALL, "layers": 1, "growth": 4}
UNITS: Mapping[str, Mapping[str, int]] = {
    "srbench_classics.carn:CARN": {"features": 8},
    "srbench_classics.dbpn:DBPN": {"stages": 2, "features": 4, "shallow": 4},
    "srbench_classics.drcn:DRCN": {"recursions": 1, "features": 4},
    "srbench_classics.drrn:DRRN": {"units": 1, "features": 4},
    "srbench_classics.edsr:EDSR": SMALL,
    "srbench_classics.han:HAN": GROUPED,
    "srbench_classics.idn:IDN": {"blocks": 1, "features": 16},
    "srbench_classics.imdn:IMDN": {"blocks": 1, "features": 64},
    "srbench_classics.kpn:DPS": {"blocks": 1, "features": 16},
    "srbench_classics.kpn:KPN": {"blocks": 1, "features": 16},
    "srbench_classics.kpn:LPKPN": {"blocks": 1, "features": 16},
    "srbench_classics.lapsrn:LapSRN": {"depth": 1, "features": 4},
    "srbench_classics.meta_sr:MetaRDN": {**DENSE, "hidden": 4},
    "srbench_classics.nlsa:NLSN": {**SMALL, "bucket": 16},
    "srbench_classics.oisr:OISR": SMALL,
    "srbench_classics.rcan:RCAN": GROUPED,
    "srbench_classics.rdn:RDN": DENSE,
    "srbench_classics.real:RealRCAN": GROUPED,
    "srbench_classics.real:RealSRResNet": SMALL,
    "srbench_classics.san:SAN": {**GROUPED, "features": 8},
    "srbench_classics.srfbn:SRFBN": {"groups": 1, "features": 4},
    "srbench_classics.srresnet:SRResNet": SMALL,
    "srbench_classics.vdsr:VDSR": {"features": 4},
    "srbench_esrgan_gan.rrdb:RRDBNet": {**SMALL, "growth": 4},
    "srbench_gpnas_ensemble.drn:DRN": {"blocks": 1, "features": 8, "reduction": 1},
    "srbench_gpnas_ensemble.dual_regression:ClosedLoop": {**SMALL, "reduction": 1},
    "srbench_gpnas_ensemble.dual_regression:DualRegressionNetwork": {**SMALL, "reduction": 1},
    "srbench_ode_ivp.derivative:RdnDerivative": DENSE,
    "srbench_ode_ivp.derivative:VdsrDerivative": {"depth": 2, "features": 4},
    "srbench_probabilistic_l1.branch:WithSigma": {"width": 4},
}
"""Arguments by network: the least value of each. The second one of an argument becomes twice that, and so on.

Networks that are not listed are trained as they are.
"""
DISCRIMINATORS: Mapping[str, Mapping[str, Any]] = {
    "srbench_esrgan_gan.discriminator:Discriminator": {"features": (2, 2), "stride": 2, "pool": 1, "hidden": (2,)},
    "srbench:VggDiscriminator": {"stages": (2, 2), "pool": 1, "hidden": 2},
    "srbench_pcarn.discriminator:Discriminator": {"width": 2},
    "srbench_pcarn.discriminator:MultiScaleDiscriminator": {"width": 2},
}
LOSSES: Mapping[str, Mapping[str, Any]] = {"ms-ssim": {"levels": 1}}
"""Arguments of losses that would need large patches."""
VGG = (TORCHVISION.name, CAFFE_NORMALISED.name)
PATCH, JUDGED_PATCH, HR_PATCH, SIDE = 8, 16, 32, 64
"""Sides in pixels: of an LR patch, and of one that a discriminator judges enlarged; of an HR patch where LR is made
online or has HR's size; and of an image."""


@dataclass(frozen=True)
class Site:
    """The place in a model's arguments where those of the network itself are: the model's own, or a part's."""

    build: str
    kwargs: Mapping[str, Any]


def sites(model: ModelSpec) -> Iterator[Site]:
    """Yield the model itself, and the network that it wraps."""
    yield Site(model.build, model.kwargs)
    part = model.kwargs.get("build")
    if isinstance(part, Component):
        inner = model.kwargs.get("kwargs", model.kwargs)
        yield Site(part.build, inner)


class Shrinker:
    """Makes networks tiny, by the rank of each argument among the values that it has in all models."""

    def __init__(self, models: Sequence[ModelSpec]) -> None:
        self.values: dict[tuple[str, str], list[Any]] = {}
        for site in (site for model in models for site in sites(model)):
            for argument in UNITS.get(site.build, {}):
                known = self.values.setdefault((site.build, argument), [])
                known.append(self.value(site, argument))
        self.values = {key: sorted(set(known), key=lambda value: value or 0) for key, known in self.values.items()}

    @staticmethod
    def value(site: Site, argument: str) -> Any:
        """Return the argument of a network, or its default."""
        if argument in site.kwargs:
            return site.kwargs[argument]
        parameters = inspect.signature(load(site.build)).parameters
        # a network that hands its arguments on to the one it wraps
        return parameters[argument].default if argument in parameters else 0

    def tiny(self, site: Site) -> dict[str, Any]:
        """Return the arguments that replace those of a network."""
        return {
            argument: unit * (1 + self.values[site.build, argument].index(self.value(site, argument)))
            for argument, unit in UNITS.get(site.build, {}).items()
        }

    def __call__(self, model: ModelSpec) -> ModelSpec:
        """Return the model with a tiny network."""
        kwargs = dict(model.kwargs)
        for site in sites(model):
            if site.kwargs is not model.kwargs:
                kwargs["kwargs"] = {**site.kwargs, **self.tiny(site)}
            else:
                kwargs |= self.tiny(site)
        return replace(model, kwargs=kwargs)


def tiny_phase(phase: Phase, patch: int) -> Phase:
    """Return the phase with a budget of two steps, or of a step for each turn of network and discriminator.

    The discriminator is tiny, and small patches suffice for the losses.
    """
    turns = phase.adversary.turns if phase.adversary else ()
    budget = Budget(max(2, len(turns)), 2, patch, phase.budget.learning_rate, Schedule("step", 0.5))
    losses = tuple(
        replace(term, kwargs={**term.kwargs, **LOSSES[term.loss]}) if term.loss in LOSSES else term
        for term in phase.losses
    )
    return replace(phase, losses=losses, budget=budget, adversary=phase.adversary and tiny_adversary(phase.adversary))


def tiny_adversary(adversary: Adversary) -> Adversary:
    """Return the discriminator with few features and turns of one step."""
    turns = tuple(replace(turn, length=1, unit="step") for turn in adversary.turns)
    return replace(adversary, kwargs={**adversary.kwargs, **DISCRIMINATORS.get(adversary.build, {})}, turns=turns)


def tiny_recipe(recipe: Recipe, folders: Mapping[str, str], *, equal_size: bool) -> Recipe:
    """Return the recipe on the images in `folders`, with tiny phases."""
    lr_patch = JUDGED_PATCH if any(phase.adversary for phase in recipe.phases) else PATCH
    patch = HR_PATCH if recipe.online or equal_size else lr_patch
    return replace(
        recipe,
        phases=tuple(tiny_phase(phase, patch) for phase in recipe.phases),
        data=(folders["pairs" if equal_size else "images"],),
        validation=(folders["valid"],) if recipe.validation else (),
        hold_out=1,
        least_correlation=None if recipe.least_correlation is None else -1.0,
        cuts={},
    )


def write_images(root: Path) -> dict[str, str]:
    """Write tiny training and validation images, and pairs of equal size; return their folders by kind."""
    chance = np.random.default_rng(0)

    def write(name: str) -> None:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(chance.integers(0, 256, (SIDE, SIDE, 3), np.uint8)).save(path)

    for number in range(4):
        write(f"images/image{number}.png")
        write(f"valid/held-out{number}.png")
        write(f"pairs/Canon_00{number}_HR.png")
        write(f"pairs/Canon_00{number}_LR2.png")
    return {kind: str(root / kind) for kind in ("images", "valid", "pairs")}


def narrow_stages() -> tuple[tuple[int, ...], ...]:
    """Return VGG19's stages with two features each."""
    return ((2,) * 2, (2,) * 2, (2,) * 4, (2,) * 4, (2,) * 4)


def write_vgg(root: Path) -> None:
    """Write random weights of a VGG19 with `narrow_stages` under the names of both known files."""
    import torch
    from safetensors.torch import save_file

    widths = [3, *(width for stage in narrow_stages() for width in stage)]
    (root / "weights").mkdir()
    layers = [(torch.randn(after, before, 3, 3), torch.zeros(after)) for before, after in pairwise(widths)]
    colours = (torch.eye(3)[..., None, None], torch.zeros(3))
    for spec, prefix, numbered in ((TORCHVISION, "features.", layers), (CAFFE_NORMALISED, "", [colours, *layers])):
        state = {}
        for number, (weight, bias) in enumerate(numbered):
            state |= {f"{prefix}{number}.weight": weight, f"{prefix}{number}.bias": bias}
        write = save_file if spec.filename.endswith(".safetensors") else torch.save
        write(state, root / "weights" / spec.filename)


class TwoSteps:
    """Trains the recipes of a tiny catalog; recipes that differ only in their data share a training."""

    def __init__(self, root: Path) -> None:
        self.root, self.out = root, root / "out"
        folders = write_images(root)
        write_vgg(root)
        whole = load_catalog()
        shrink = Shrinker(tuple(whole.models))
        self.catalog: Catalog = copy(whole)
        self.catalog.models = type(whole.models)("model")
        self.catalog.recipes = type(whole.recipes)("recipe")
        self.catalog.weights = type(whole.weights)("weights")
        for weights in whole.weights:  # those that stand in for VGG19's have another hash
            known = weights if weights.name not in VGG else replace(weights, sha256="", sha256_start="")
            self.catalog.weights.add(known, whole.plugins[weights.plugin])
        for model in whole.models:
            self.catalog.models.add(shrink(model), whole.plugins[model.plugin])
        for recipe in whole.recipes:
            equal_size = whole.models.get(recipe.model).equal_size
            tiny = tiny_recipe(recipe, folders, equal_size=equal_size)
            self.catalog.recipes.add(tiny, whole.plugins[recipe.plugin])

    def train(self, name: str) -> tuple[Path, float]:
        """Return the weights of a recipe after two steps of each phase, and their smallest scale."""
        from srbench.training.job import make_job
        from srbench.training.run import Hardware, TrainingRun

        recipe = self.catalog.recipes.get(name)
        model = self.catalog.models.get(recipe.model)
        scale = min(recipe.scales or model.scales or ())
        job = make_job(self.catalog, name, "paper", scale=None if model.joint else scale, change=self._taught)
        run = TrainingRun(self.catalog, [self.root], self.out, Hardware("cpu", "32-true"))
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("srbench.nn.vgg.STAGES", narrow_stages())
            return run.train(job), scale

    def _taught(self, recipe: Recipe) -> Recipe:
        """Return a recipe that learns from a teacher's file with such a file, that of the recipe which trains it."""
        (*_, last) = recipe.phases
        if not any(term.kwargs.get("weights") == "" for term in last.losses):
            return recipe
        from srbench.training.job import make_job

        whole = recipe.name.replace("+student", "+teacher")
        _, scale = self.train(whole)
        joint = self.catalog.models.get(recipe.model).joint
        first = self.catalog.recipes.get(whole).phases[0].name
        teacher = make_job(self.catalog, whole, "paper", phase=first, scale=None if joint else scale)
        return override(recipe, f"{last.name}.losses.teacher.kwargs.weights={teacher.weights(self.out)}")

    def run(self, method: MethodSpec, scale: float, *, sigma: bool = False) -> Prediction:
        """Return what a method makes of a tiny image, with the weights that its recipe has trained."""
        from srbench.bench.resolve.method_weights import WeightsPolicy
        from srbench.bench.resolve.resolver import Resolver
        from srbench.inference.upscaler import Upscaler

        resolver = Resolver(self.catalog, [self.root], weights=WeightsPolicy("train", "paper", self.out))
        resolved = resolver.resolve(method, scale, sigma=sigma)
        assert all(training.done(self.out) for training in resolved.trainings)
        return Upscaler(resolved, scale, device="cpu", tile=0)(np.zeros((16, 16, 3), np.uint8))


def uses(methods: Iterable[MethodSpec], recipe: str, scale: float) -> Iterator[tuple[MethodSpec, float]]:
    """Yield the methods that `recipe` trains, each with a scale at which it does."""
    for method in methods:
        if isinstance(method.recipe, Mapping):
            yield from ((method, at) for at, name in method.recipe.items() if name == recipe)
        elif method.recipe == recipe:
            yield method, scale


@pytest.fixture(scope="session")
def two_steps(tmp_path_factory) -> TwoSteps:
    return TwoSteps(tmp_path_factory.mktemp("two-steps"))


def kinds(recipe: Recipe) -> set[str]:
    """Return what is special about a recipe's training: its network, and the losses and discriminator of a phase."""
    model = load_catalog().models.get(recipe.model)
    phases = {
        f"{[term.loss for term in phase.losses]} {phase.adversary and phase.adversary.build}" for phase in recipe.phases
    }
    return {site.build for site in sites(model)} | phases


def parameters() -> Iterator[str]:
    """Yield the names of the recipes that have a network, losses or a discriminator which no earlier one has."""
    seen: set[str] = set()
    for recipe in load_catalog().recipes:
        if new := kinds(recipe) - seen:
            seen |= new
            yield recipe.name


@pytest.mark.parametrize("name", tuple(parameters()))
def test_what_a_recipe_trains_runs_in_every_method_that_uses_it(name, two_steps):
    weights, scale = two_steps.train(name)
    assert all(tensor.isfinite().all() for tensor in load_state_dict(weights).values())
    for method, at in uses(two_steps.catalog.methods, name, scale):
        for sigma in {False, method.sigma == "branch"}:
            prediction = two_steps.run(method, at, sigma=sigma)
            assert prediction.sr.isfinite().all(), method.name
            assert (prediction.sigma is not None) == sigma, method.name


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("pcarn-init-1-reduced", {"model": "pcarn-baseline-reduced"}),
        ("esrgan-cnn-10-reduced", {"model": "esrgan-cnn-15-reduced"}),
        ("vdsr-ivp-reduced", {"model": "vdsr-ivp"}),
        ("carn+teacher", {"training_model": ""}),
    ],
)
def test_weights_of_another_network_than_a_methods_are_refused(name, change, two_steps):
    _, scale = two_steps.train(name)
    method = two_steps.catalog.methods.get(name)
    with pytest.raises(WeightsError, match="not a checkpoint of"):
        two_steps.run(replace(method, **change), scale)


def test_different_networks_stay_different_when_they_are_shrunk():
    """A network that was shrunk into another one would hide that a method has the wrong one."""
    models = tuple(load_catalog().models)
    shrink = Shrinker(models)
    real, tiny = (
        {model.name: spelt_out(change(model)) for model in models} for change in (lambda value: value, shrink)
    )
    alike = [pair for pair in combinations(real, 2) if tiny[pair[0]] == tiny[pair[1]]]
    assert [pair for pair in alike if real[pair[0]] != real[pair[1]]] == []


def spelt_out(model: ModelSpec) -> str:
    """Return the networks of a model with their arguments, those in `UNITS` also where they are a default."""
    networks = [
        (
            site.build,
            arguments({**site.kwargs, **{name: Shrinker.value(site, name) for name in UNITS.get(site.build, {})}}),
        )
        for site in sites(model)
    ]
    return canonical_json([model.joint, model.scales, [(build, _plain(kwargs)) for build, kwargs in networks]])


def _plain(kwargs: Any) -> Any:
    """Return a wrapper's arguments without the name of the model that it wraps, and without the wrapped arguments."""
    return {name: value for name, value in kwargs.items() if name not in {"build", "kwargs"}}


def test_every_tiny_network_and_discriminator_is_one_of_a_recipe_or_model():
    catalog = load_catalog()
    builds = {site.build for model in catalog.models for site in sites(model)}
    assert UNITS.keys() <= builds
    adversaries = {phase.adversary.build for recipe in catalog.recipes for phase in recipe.phases if phase.adversary}
    assert DISCRIMINATORS.keys() == adversaries
