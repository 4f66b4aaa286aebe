"""Training jobs: plain data that can be hashed and pickled, and that names the folder of the result."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from srbench.data.datasets.derivation import describe_all, identify_all
from srbench.errors import UsageError
from srbench.specs.identity import model_identity, recipe_identity
from srbench.specs.model import scales_text
from srbench.storage.canonical_hash import canonical_hash
from srbench.training.recipe.validate import check_settings
from srbench.training.storage.finished import unfinished
from srbench.training.storage.names import TRAININGS, WEIGHTS, training_folders

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from srbench.catalog import Catalog
    from srbench.specs.loss import LossSpec
    from srbench.specs.model import ModelSpec
    from srbench.specs.recipe import Phase, Recipe
    from srbench.specs.weights import WeightsSpec


@dataclass(frozen=True)
class TrainingJob:
    """A training job: a recipe at a profile's budget, for a model, the scales that share its weights, and a seed."""

    recipe: Recipe
    """Recipe cut by `profile`, ending with the phase whose result is wanted."""
    paper: Recipe
    """Recipe at the paper's budget, for the record."""
    model: ModelSpec
    profile: str
    seed: int
    scales: tuple[float, ...]
    start: Path | None = None
    """Weights that the first phase starts from in place of an initialised model."""
    start_sha256: str = ""
    """SHA-256 of `start`."""
    losses: tuple[LossSpec, ...] = ()
    """Registered losses of the phases."""
    loss_weights: tuple[WeightsSpec, ...] = ()
    """Checkpoints that these losses can use."""
    derivations: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Derivation by name of those of its datasets that are derived, as data (`srbench.data.datasets.derivation`)."""
    derivation_texts: Mapping[str, str] = field(default_factory=dict)
    """Derivations in words, for the card."""
    changed: tuple[str, ...] = ()
    """Changes by the user to the profile's budget or the recipe, for the card; `recipe` already includes them."""

    @property
    def phase(self) -> Phase:
        """Phase whose result is wanted."""
        return self.recipe.phases[-1]

    @property
    def before(self) -> TrainingJob | None:
        """Job that must be trained first, which ends with the phase before; None: this is the first phase."""
        if len(self.recipe.phases) == 1:
            return None
        previous = self.recipe.phases[-2].name
        return replace(self, recipe=self.recipe.up_to(previous), paper=self.paper.up_to(previous))

    @property
    def identity(self) -> dict[str, Any]:
        """Data that decides the weights (`srbench.specs.identity`)."""
        identity = {
            **recipe_identity(self.recipe, {loss.name: loss for loss in self.losses}),
            "model": model_identity(self.model),
            "scales": [float(scale) for scale in self.scales],
            "seed": self.seed,
        }
        if self.derivations:
            identity["derivations"] = dict(self.derivations)
        if self.start_sha256:
            identity["start"] = self.start_sha256
        return identity

    @cached_property
    def key(self) -> str:
        """SHA-256 of `identity`."""
        return canonical_hash(self.identity)

    @property
    def stem(self) -> str:
        """First part of the folder's name, the same for all variants of the recipe."""
        only = "" if self.model.joint else "-x" + "-".join(f"{scale:g}" for scale in self.scales)
        return f"{self.recipe.name}-{self.phase.name}{only}-{self.profile}-seed{self.seed}"

    def folder(self, root: Path) -> Path:
        """Return the folder of the training, under the output folder `root`.

        A folder is identified by its key, so that recipes that begin with the same phases share the result.
        """
        key = self.key[:12]
        existing = training_folders(root, f"*-{key}")
        return existing[0] if existing else root / TRAININGS / f"{self.stem}-{key}"

    def weights(self, root: Path) -> Path:
        """Return the file of the result, which exists when the training is done."""
        return self.folder(root) / WEIGHTS

    def done(self, root: Path) -> bool:
        """Return whether the training is complete: card and weights are there, whole, and belong together."""
        # where nothing was trained, no key is needed: tables ask for hundreds of trainings
        return (root / TRAININGS).is_dir() and not unfinished(self.folder(root))


def make_job(
    catalog: Catalog,
    name: str,
    profile: str,
    seed: int = 0,
    phase: str = "",
    scale: float | None = None,
    change: Callable[[Recipe], Recipe] = lambda recipe: recipe,
) -> TrainingJob:
    """Return the job that trains the recipe `name` up to `phase` at the budget of `profile`.

    Args:
        catalog: Registered recipes, models, losses, weights and datasets.
        name: Name of the recipe.
        profile: Name of the profile.
        seed: Seed of the training.
        phase: Last phase to train; empty: all phases.
        scale: Scale to train, for a model with separate weights per scale; None: the recipe's only scale, or all.
        change: Function that applies the user's settings to the cut recipe.

    Raises:
        UnknownName: if the recipe, its model or a loss is not registered.
        UsageError: if the recipe or its model does not have the profile, phase or scale, or if a setting is not valid.
    """
    recipe = catalog.recipes.get(name)
    model = catalog.models.get(recipe.model)
    cut = change(recipe.at(profile)).up_to(phase)
    check_settings(cut)
    sets = (*cut.data, *cut.validation)
    losses = _losses(cut, catalog)
    return TrainingJob(
        cut,
        recipe.at("paper").up_to(phase),
        model,
        profile,
        seed,
        _scales(cut, model, scale),
        losses=losses,
        loss_weights=tuple(catalog.weights.get(name) for loss in losses for name in loss.weights),
        derivations=identify_all(sets, catalog.datasets),
        derivation_texts=describe_all(sets, catalog.datasets),
    )


def _losses(recipe: Recipe, catalog: Catalog) -> tuple[LossSpec, ...]:
    names = dict.fromkeys(term.loss for phase in recipe.phases for term in phase.losses)
    return tuple(catalog.losses.get(name) for name in names)


def _scales(recipe: Recipe, model: ModelSpec, scale: float | None) -> tuple[float, ...]:
    scales = recipe.scales or model.scales or ()
    if not scales:
        raise UsageError(f"recipe {recipe.name}: no scales are declared by it or by model {model.name}; set `scales`")
    if model.scales is not None and (wrong := [entry for entry in scales if entry not in model.scales]):
        choices = scales_text(model.scales)
        raise UsageError(f"recipe {recipe.name} trains x{wrong[0]:g}, but model {model.name} has {choices}")
    if scale is not None and scale not in scales:
        choices = scales_text(scales)
        raise UsageError(f"recipe {recipe.name} does not train x{scale:g}; choose from {choices}")
    if model.joint:
        return scales
    if scale is None and len(scales) > 1:
        choices = scales_text(scales)
        raise UsageError(
            f"recipe {recipe.name}: model {model.name} has separate weights per scale; choose one of {choices}"
        )
    return (scale,) if scale is not None else scales
