"""Super-resolution methods, as a plugin declares them: a model, its weights, and how it is applied."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from srbench.errors import PluginError, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from srbench.specs.recipe import Recipe

Source = Literal["none", "released", "images", "bundled", "trained"]
"""Origin of a method's output: weights that aren't needed, or that are published by the authors, shipped with a plugin
or trained on this machine; ``images``: finished SR images in place of a network."""


@dataclass(frozen=True)
class MethodSpec:
    """A super-resolution method, which is a row of a table: a model, its weights, and how it is applied."""

    name: str
    model: str = ""
    """Name of the `ModelSpec`; empty for a mean of `members`."""
    weights: str | Mapping[float, str] = ""
    """Name of the `WeightsSpec`, for all scales or by scale; empty: no weights needed (interpolation), or none
    released."""
    source: Source = "none"
    """Origin of `weights`."""
    images: str = ""
    """Name of the `ImagesSpec` with finished SR images, which are measured where `weights` are not available and the
    dataset and scale have such images. A method may have images alone; costs are then measured if it has a `model`."""
    bundled: str | Mapping[float, str] = ""
    """Name of weights that srbench trained and a plugin ships, for all scales or by scale; used where `weights` are not
    available."""
    recipe: str | Mapping[float, str] = ""
    """Name of the `Recipe` that trains the method where neither kind of weights is available; by scale for images of
    equal size, since no network is given their scale."""
    phase: str = ""
    """Name of the phase of `recipe` whose result is used; empty: the last phase."""
    training_model: str = ""
    """Name of the `ModelSpec` that the weights belong to, if `model` is only its submodule `network`. The rest was
    needed for training, and is neither run nor counted."""
    sigma: Literal["", "branch", "constant"] = ""
    """Source of the standard deviation for metrics that need one. ``branch``: `training_model` runs as a whole and
    predicts it; ``constant``: one number for all pixels, the mean error on the images of `recipe`; empty: the
    prediction of `model`, if it makes one."""
    fallback: str = ""
    """Name of a smaller method that ``srbench upscale`` uses, with a notice, where this method's weights are not
    available."""
    ensemble: tuple[str, ...] = ()
    """Wrappers around the model, innermost first. ``self``: mean over the eight flips and rotations; ``patch``: windows
    of 120 LR pixels at a stride of 60, blended. ``("self", "patch")`` is the order of gpnas-ensemble, Sec. 5.2."""
    members: tuple[str, ...] | Mapping[float, tuple[str, ...]] = ()
    """Names of the methods whose SR images are averaged, for all scales or by scale; a method with members has no
    `model`, weights or recipe."""
    member_weights: tuple[float, ...] | Mapping[float, tuple[float, ...]] = ()
    """Weight of each of `members`, positive and in any unit, for all scales or by scale; empty: equal weights."""
    blend_with: str = ""
    """Name of the PSNR-oriented method with the same model from which this method's perceptual training started; its
    weights are blended with this method's in proportion to `alpha`."""
    alpha: float = 1.0
    """Share of this method's weights in the blend with those of `blend_with` (network interpolation of ESRGAN, Wang et
    al. 2018, Sec. 3.4); 1: this method's weights only. Set by `at_alpha`."""
    paper: str = ""
    summary: str = ""
    aliases: tuple[str, ...] = ()
    """Further names of the method, such as an older one; records and tables use `name`."""

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
        """Return the method ``<name>@<alpha>``, with the weights (1 - alpha) * `blend_with` + alpha * own.

        Raises:
            UsageError: if `alpha` is outside [0, 1], or if the method has no `blend_with`.
        """
        self.check_alpha(alpha)
        return replace(self, name=f"{self.name}@{alpha:.15g}", alpha=alpha)

    def check_alpha(self, alpha: float) -> None:
        """Check that the weights can be blended at `alpha`.

        Raises:
            UsageError: as `at_alpha`.
        """
        if not self.blend_with:
            raise UsageError(f"method {self.name}: no PSNR-oriented method to blend its weights with; leave out alpha")
        if not 0 <= alpha <= 1:
            raise UsageError(
                f"alpha {alpha:g}: out of range; use 0 (weights of {self.blend_with}) to 1 (weights of {self.name})"
            )

    @property
    def weights_names(self) -> tuple[str, ...]:
        """Names of all weights of the method, those that a plugin ships last."""
        by_scale = (self.weights, self.bundled)
        names = ((entry,) if isinstance(entry, str) else tuple(entry.values()) for entry in by_scale)
        return tuple(name for group in names for name in group if name)

    @property
    def recipe_names(self) -> tuple[str, ...]:
        """Names of all recipes that train the method."""
        names = (self.recipe,) if isinstance(self.recipe, str) else tuple(self.recipe.values())
        return tuple(name for name in names if name)

    def members_at(self, scale: float) -> tuple[tuple[str, float], ...]:
        """Return (name, share of the mean) of each of `members` at `scale`; empty if there are none at that scale.

        Raises:
            PluginError: if there is not exactly one positive, finite weight per member.
        """
        names = self.members if isinstance(self.members, tuple) else self.members.get(scale, ())
        declared = self.member_weights if isinstance(self.member_weights, tuple) else self.member_weights.get(scale, ())
        weights = declared or (1.0,) * len(names)
        if len(weights) != len(names) or not all(0 < weight < float("inf") for weight in weights):
            raise PluginError(
                f"method {self.name}: member_weights is {weights}; give a number above 0 for each of its "
                f"{len(names)} members"
            )
        total = sum(weights)
        return tuple((name, weight / total) for name, weight in zip(names, weights, strict=True))

    @property
    def member_names(self) -> tuple[str, ...]:
        """Names of all members, at any scale."""
        groups = (self.members,) if isinstance(self.members, tuple) else self.members.values()
        return tuple(dict.fromkeys(name for names in groups for name in names))

    def recipe_for(self, scale: float) -> str:
        """Return the name of the recipe that trains the method at `scale`; empty if there is none."""
        return self.recipe if isinstance(self.recipe, str) else self.recipe.get(scale, "")

    def weights_for(self, scale: float) -> str:
        """Return the name of the released weights at `scale`; empty if there are none."""
        return self.weights if isinstance(self.weights, str) else self.weights.get(scale, "")
