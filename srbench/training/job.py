"""What is to be trained: plain data that hashes, pickles, and names the folder that the result will lie in."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from srbench.data.datasets.derivation import describe_all, identify_all
from srbench.errors import UsageError
from srbench.specs.identity import model_identity, recipe_identity
from srbench.storage.canonical_hash import canonical_hash
from srbench.training.recipe.validate import check_settings
from srbench.training.storage.card import CARD, WEIGHTS

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
    """A recipe at a profile's budget, for one model, at the scales that share its weights, from one seed."""

    recipe: Recipe
    """Cut by `profile`, and ending with the phase whose result is wanted."""
    paper: Recipe
    """The same at the paper's budget: the record keeps both."""
    model: ModelSpec
    profile: str
    seed: int
    scales: tuple[float, ...]
    start: Path | None = None
    """Weights that the first phase starts from in place of the model's initialisation."""
    start_sha256: str = ""
    losses: tuple[LossSpec, ...] = ()
    """Registered losses of its phases."""
    loss_weights: tuple[WeightsSpec, ...] = ()
    """Checkpoints that can serve these losses."""
    derivations: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """How those of its datasets that are derived are made, as data (`srbench.data.datasets.derivation`)."""
    made: Mapping[str, str] = field(default_factory=dict)
    """The same in words, for the card."""
    changed: tuple[str, ...] = ()
    """What the user changed of the profile's budget or the recipe, for the card; `recipe` has it already."""

    @property
    def phase(self) -> Phase:
        """The phase whose result is wanted."""
        return self.recipe.phases[-1]

    @property
    def before(self) -> TrainingJob | None:
        """What has to be trained first: the same up to the phase before. None: this is the first phase."""
        if len(self.recipe.phases) == 1:
            return None
        previous = self.recipe.phases[-2].name
        return replace(self, recipe=self.recipe.up_to(previous), paper=self.paper.up_to(previous))

    @property
    def identity(self) -> dict[str, Any]:
        """All that decides about the weights, as plain data (`srbench.specs.identity`)."""
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

    @property
    def key(self) -> str:
        """SHA-256 of `identity`."""
        return canonical_hash(self.identity)

    @property
    def stem(self) -> str:
        """Begin of the folder's name, the same for all variants of the recipe."""
        only = "" if self.model.joint else "-x" + "-".join(f"{scale:g}" for scale in self.scales)
        return f"{self.recipe.name}-{self.phase.name}{only}-{self.profile}-seed{self.seed}"

    def folder(self, root: Path) -> Path:
        """Where it is trained, under the output folder `root`.

        Another recipe that begins with the same phases finds the result too: the folder is known by its key.
        """
        key = self.key[:12]
        found = sorted((root / "training").glob(f"*-{key}"))
        return found[0] if found else root / "training" / f"{self.stem}-{key}"

    def weights(self, root: Path) -> Path:
        """The file of the result, which is there when the training is done."""
        return self.folder(root) / WEIGHTS

    def done(self, root: Path) -> bool:
        """Whether it has been trained to its end."""
        return (self.folder(root) / CARD).is_file()


def make_job(
    catalog: Catalog,
    name: str,
    profile: str,
    seed: int = 0,
    phase: str = "",
    scale: float | None = None,
    change: Callable[[Recipe], Recipe] = lambda recipe: recipe,
) -> TrainingJob:
    """The job that trains the recipe `name` up to `phase` (empty: to its end) at the budget of `profile`.

    `scale` chooses one where the model has weights of its own for each; `change` is the user's, made to the cut recipe.
    Raises `UnknownName`, and `UsageError` for a profile, phase or scale that the recipe or its model hasn't got, and
    for a setting that makes no sense.
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
        made=describe_all(sets, catalog.datasets),
    )


def _losses(recipe: Recipe, catalog: Catalog) -> tuple[LossSpec, ...]:
    names = dict.fromkeys(term.loss for phase in recipe.phases for term in phase.losses)
    return tuple(catalog.losses.get(name) for name in names)


def _scales(recipe: Recipe, model: ModelSpec, scale: float | None) -> tuple[float, ...]:
    scales = recipe.scales or model.scales or ()
    if not scales:
        raise UsageError(f"recipe {recipe.name}: neither it nor model {model.name} says at which scales to train")
    if model.scales is not None and (wrong := [one for one in scales if one not in model.scales]):
        has = ", ".join(f"x{one:g}" for one in model.scales)
        raise UsageError(f"recipe {recipe.name} trains x{wrong[0]:g}, but model {model.name} has {has}")
    if scale is not None and scale not in scales:
        has = ", ".join(f"x{one:g}" for one in scales)
        raise UsageError(f"recipe {recipe.name} does not train x{scale:g}: it has {has}")
    if model.joint:
        return scales
    if scale is None and len(scales) > 1:
        raise UsageError(
            f"model {model.name} has weights of its own for each scale: choose one of recipe {recipe.name}"
        )
    return (scale,) if scale is not None else scales
