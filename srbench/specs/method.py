"""A super-resolution method: a model, its weights, and how it is applied."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from srbench.errors import PluginError, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from srbench.specs.recipe import Recipe

Source = Literal["none", "released", "bundled", "trained"]


@dataclass(frozen=True)
class MethodSpec:
    """What fills a row of a table: a model, the weights for it, and how it is applied."""

    name: str
    model: str = ""
    """Name of the `ModelSpec`; empty where it is made of `members`."""
    weights: str | Mapping[float, str] = ""
    """One name for all scales, or one name a scale; empty: the model needs none (interpolation)."""
    source: Source = "none"
    bundled: str | Mapping[float, str] = ""
    """The same for weights that srbench trained and ships, which stand in where `weights` are not at hand."""
    recipe: str | Mapping[float, str] = ""
    """Name of the `Recipe` that trains it where there are neither; one name a scale for images of equal size, whose
    scale no network is told."""
    phase: str = ""
    """The phase of `recipe` that it is the result of; empty: the last."""
    training_model: str = ""
    """Name of the `ModelSpec` that its weights are of, where `model` is only that one's submodule `network`: what else
    it has was needed for training, and neither runs nor counts."""
    sigma: Literal["", "branch", "constant"] = ""
    """Where a sigma is asked for. ``branch``: `whole` runs, and predicts it; ``constant``: one number for all pixels,
    the mean error on the images of `recipe`; empty: what `model` predicts, if it does."""
    fallback: str = ""
    """Name of a smaller method that ``srbench upscale`` takes, and says so, where this one's weights aren't at hand."""
    ensemble: tuple[str, ...] = ()
    """Wrappers around the model, innermost first; `self`: mean over the eight flips and rotations; `patch`: windows of
    120 LR pixels at every 60, blended. ``("self", "patch")`` is the order of gpnas-ensemble, Sec. 5.2."""
    members: tuple[str, ...] | Mapping[float, tuple[str, ...]] = ()
    """Names of the methods whose SR images it is the mean of, at all scales or by scale; it then has no `model`,
    weights or recipe of its own."""
    member_weights: tuple[float, ...] | Mapping[float, tuple[float, ...]] = ()
    """How much each of `members` counts, above 0, in any unit; empty: all alike."""
    blend_with: str = ""
    """Name of the method with the same model, trained for PSNR, that its own perceptual training began with: what
    `alpha` blends its weights with."""
    alpha: float = 1.0
    """Share of its own weights in the network, the others being those of `blend_with` (ESRGAN's network
    interpolation, Wang et al. 2018, Sec. 3.4); 1: its own alone. Set by `interpolated`."""
    paper: str = ""
    summary: str = ""

    @classmethod
    def trained_by(cls, recipe: Recipe, /, **changes: Any) -> MethodSpec:
        """Return the method that `recipe` trains, with the recipe's name, model, paper and summary.

        Args:
            recipe: the recipe.
            **changes: fields of the method that differ from the recipe's, and further fields.
        """
        method = cls(
            recipe.name,
            recipe.model,
            source="trained",
            recipe=recipe.name,
            paper=recipe.paper,
            summary=recipe.summary,
        )
        return replace(method, **changes)

    def at_alpha(self, alpha: float) -> MethodSpec:
        """The method ``<name>@<alpha>`` whose weights are (1 - alpha) those of `blend_with` + alpha its own.

        Raises `UsageError` for an `alpha` outside [0, 1], and where there is nothing to interpolate with.
        """
        if not self.blend_with:
            raise UsageError(f"method {self.name} names no PSNR-oriented method that its weights can be blended with")
        if not 0 <= alpha <= 1:
            raise UsageError(f"alpha {alpha:g}: between 0 (weights of {self.blend_with}) and 1 (of {self.name})")
        return replace(self, name=f"{self.name}@{alpha:.15g}", alpha=alpha)

    @property
    def weights_names(self) -> tuple[str, ...]:
        """The names of all its weights, those that ship with srbench last."""
        given = [(one,) if isinstance(one, str) else tuple(one.values()) for one in (self.weights, self.bundled)]
        return tuple(name for names in given for name in names if name)

    @property
    def recipe_names(self) -> tuple[str, ...]:
        """The names of all recipes that train it."""
        names = (self.recipe,) if isinstance(self.recipe, str) else tuple(self.recipe.values())
        return tuple(name for name in names if name)

    def members_at(self, scale: float) -> tuple[tuple[str, float], ...]:
        """(name, share of the mean) of each of `members` at `scale`; empty where it has none there.

        Raises `PluginError` for weights that aren't one for each, above 0.
        """
        names = self.members if isinstance(self.members, tuple) else self.members.get(scale, ())
        given = self.member_weights
        weights = (given if isinstance(given, tuple) else given.get(scale, ())) or (1.0,) * len(names)
        if len(weights) != len(names) or not all(0 < weight < float("inf") for weight in weights):
            raise PluginError(
                f"method {self.name}: member_weights {weights}: expected a number above 0 for each of its "
                f"{len(names)} members"
            )
        total = sum(weights)
        return tuple((name, weight / total) for name, weight in zip(names, weights, strict=True))

    @property
    def member_names(self) -> tuple[str, ...]:
        """The names of all its members, at whatever scale."""
        given = (self.members,) if isinstance(self.members, tuple) else self.members.values()
        return tuple(dict.fromkeys(name for names in given for name in names))

    def recipe_for(self, scale: float) -> str:
        """The name of the recipe that trains it at `scale`; empty where there is none."""
        return self.recipe if isinstance(self.recipe, str) else self.recipe.get(scale, "")

    def weights_for(self, scale: float) -> str:
        """The name of the weights at `scale`; empty where it needs or has none."""
        return self.weights if isinstance(self.weights, str) else self.weights.get(scale, "")
