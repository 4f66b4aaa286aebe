"""What is to be trained: plain data that hashes, pickles, and names the folder that the result will lie in."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass, replace
from typing import TYPE_CHECKING, Any

from srbench.data.datasets.derivation import describe_all
from srbench.errors import UsageError
from srbench.training.recipe.validate import check_settings
from srbench.training.storage.card import CARD, WEIGHTS

if TYPE_CHECKING:
    from pathlib import Path

    from srbench.catalog import Catalog
    from srbench.specs.model import ModelSpec
    from srbench.specs.recipe import Phase, Recipe

NOT_OF_THE_RESULT = ("paper", "summary", "name", "cuts")
"""Fields of a recipe that say nothing about the weights: two recipes that begin alike share what they train."""


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
    made: tuple[tuple[str, str], ...] = ()
    """Of those of its sets that are made of others: how (`srbench.data.datasets.derivation`)."""
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
        """All that decides about the weights, as JSON can hold it."""
        recipe = {name: value for name, value in settings(self.recipe).items() if name not in NOT_OF_THE_RESULT}
        network = {name: getattr(self.model, name) for name in ("name", "build", "version", "joint")}
        whole = {**recipe, "model": {**network, "kwargs": settings(self.model.kwargs)}, "scales": self.scales}
        whole["seed"] = self.seed
        if self.made:
            whole["made"] = dict(self.made)
        if self.start_sha256:
            whole["start"] = self.start_sha256
        identity: dict[str, Any] = json.loads(json.dumps(whole, sort_keys=True, default=str))
        return identity

    @property
    def key(self) -> str:
        """SHA-256 of `identity`."""
        return hashlib.sha256(json.dumps(self.identity, sort_keys=True).encode()).hexdigest()

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


def settings(value: Any) -> Any:
    """`value` with each dataclass as a mapping of what isn't at its default, so that a new field changes no key."""
    if is_dataclass(value) and not isinstance(value, type):
        return {one.name: settings(getattr(value, one.name)) for one in fields(value) if _chosen(value, one)}
    if isinstance(value, Mapping):
        return {str(key): settings(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [settings(one) for one in value]
    return value


def _chosen(value: Any, one: Field[Any]) -> bool:
    default = one.default if one.default_factory is MISSING else one.default_factory()
    return bool(getattr(value, one.name) != default)


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
    made = tuple(sorted(describe_all((*cut.data, *cut.validation), catalog.datasets).items()))
    return TrainingJob(
        cut, recipe.at("paper").up_to(phase), model, profile, seed, _scales(cut, model, scale), made=made
    )


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
