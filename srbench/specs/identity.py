"""Identity of everything that a result depends on: the canonical data that all keys are hashed from.

A key names a record or a training, so identity must not depend on where code lies or how it is worded. It consists of
the registering plugin's name, the registered name, a version that the author raises, and data under the names written
in this file. It never contains a ``"module:attribute"``, prose, or the name of a dataclass field taken by reflection: a
module may move, a sentence may be corrected and a field may be renamed without losing a record. Settings at their
default are left out, so that a new setting changes no key. `tests/specs/test_identity.py` pins every name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from srbench.errors import PluginError, UnknownName
from srbench.specs.optimizer import Adam
from srbench.specs.recipe import Schedule
from srbench.storage.canonical_hash import LEAVES, canonical_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from srbench.specs.adversary import Adversary
    from srbench.specs.dataset import DerivedDatasetSpec, Split
    from srbench.specs.loss import LossSpec
    from srbench.specs.metric import MetricSpec
    from srbench.specs.model import ModelSpec
    from srbench.specs.optimizer import Sgd
    from srbench.specs.recipe import Budget, Phase, Recipe, Term
    from srbench.specs.weights import WeightsSpec

Identity = dict[str, Any]
"""Plain data that `srbench.storage.canonical_hash` accepts."""


@runtime_checkable
class Identified(Protocol):
    """An argument of a network or a loss that is not plain data and supplies its own identity."""

    def identity(self) -> Identity:
        """Return plain data under names that never change."""


_PATH = re.compile(r"(?:[A-Za-z_]\w*\.)+\w+:[A-Za-z_]\w*|[A-Za-z_]\w*:[A-Z]\w*")
"""``package.module:attribute``, or ``module:Class``; ``bgr:rgb`` is no path."""


def model_identity(model: ModelSpec) -> Identity:
    """Return everything that determines the output of a model, apart from its weights."""
    identity = {**_registered(model.plugin, model.name, model.version), "arguments": arguments(model.kwargs)}
    if model.joint:
        identity["joint"] = True
    if model.grey != "expand":
        identity["grey"] = model.grey
    if model.channels != "rgb":
        identity["channels"] = model.channels
    if model.resize_aware:
        identity["resize_aware"] = True
    return identity


def weights_identity(sha256: str, spec: WeightsSpec | None) -> Identity:
    """Return everything that determines a state dict: the SHA-256 of its file, and the converter of its tensors."""
    identity: Identity = {"sha256": sha256}
    if spec and spec.convert:
        identity["converter"] = _registered(spec.plugin, spec.name, spec.convert_version)
    return identity


def metric_identity(metric: MetricSpec, weights: Iterable[str]) -> Identity:
    """Return everything that determines a metric's value: its version and the SHA-256 of its `weights` files."""
    return {**_registered(metric.plugin, metric.name, metric.version), "weights": list(weights)}


def derivation_identity(spec: DerivedDatasetSpec, sources: Sequence[Any]) -> Identity:
    """Return everything that determines the images of a derived dataset.

    Args:
        spec: The derived dataset.
        sources: Name of each source, or (name, derivation) of a source that is derived itself.
    """
    identity: Identity = {"sources": list(sources)}
    if spec.exclude:
        identity["exclude"] = list(spec.exclude)
    if spec.downscale:
        identity["downscale"] = {"by": float(spec.downscale.by), "resize": spec.downscale.mode}
    if degradation := spec.degradation:
        identity["degradation"] = _registered(spec.plugin, degradation.name, degradation.version)
        if degradation.scale is not None:
            identity["degradation"]["scale"] = float(degradation.scale)
        if degradation.equal_size:
            identity["degradation"]["equal_size"] = True
    if spec.part:
        identity["split"] = split_identity(spec.part)
    return identity


def split_identity(split: Split) -> Identity:
    """Return everything that determines which images are in a part of a split."""
    return {"part": split.part, "shares": list(split.shares), "seed": split.seed}


def recipe_identity(recipe: Recipe, losses: Mapping[str, LossSpec]) -> Identity:
    """Return everything in a recipe that determines the trained weights; its name does not.

    Args:
        recipe: The recipe, cut to a budget.
        losses: Registered loss by name, for each term of the recipe's phases.
    """
    identity: Identity = {
        "phases": [_phase(phase, recipe.plugin, losses) for phase in recipe.phases],
        "data": list(recipe.data),
        "hold_out": recipe.hold_out,
        "augment": recipe.augment,
        "lr_mode": recipe.lr_mode,
    }
    if recipe.online:
        identity["online"] = True
    if recipe.kwargs:
        identity["arguments"] = arguments(recipe.kwargs)
    if recipe.validation:
        identity["validation"] = list(recipe.validation)
    if recipe.least_correlation is not None:
        identity["least_correlation"] = float(recipe.least_correlation)
    return identity


def arguments(kwargs: Mapping[str, Any]) -> Any:
    """Return keyword arguments as plain data; values that are not plain must be `Identified`."""
    return {str(key): _argument(value) for key, value in kwargs.items()}


def check_arguments(spec: object) -> None:
    """Check that the arguments of a registered model, recipe or search space can be part of a key.

    Raises:
        PluginError: if one is the path of code, or is neither plain data nor `Identified`.
    """
    from srbench.specs.model import ModelSpec
    from srbench.specs.recipe import Recipe
    from srbench.specs.search_space import SearchSpace

    if isinstance(spec, ModelSpec):
        _check(f"model {spec.name}", spec.kwargs)
    elif isinstance(spec, Recipe):
        _check(f"recipe {spec.name}", spec.kwargs)
        for phase in spec.phases:
            where = f"recipe {spec.name}, phase {phase.name}"
            _check(where, phase.settings)
            for term in phase.losses:
                _check(f"{where}, loss {term.loss}", term.kwargs)
            if phase.adversary:
                _check(f"{where}, adversary {phase.adversary.name}", phase.adversary.kwargs)
    elif isinstance(spec, SearchSpace):
        _check(f"search space {spec.name}", {**spec.kwargs, **spec.choices})


def _check(what: str, kwargs: Mapping[str, Any]) -> None:
    refuse_paths(what, kwargs)
    try:
        canonical_json(arguments(kwargs))
    except (TypeError, ValueError) as error:
        raise PluginError(
            f"{what}: its arguments can't be part of a key ({error}); pass plain data, or a value with identity()"
        ) from error


def refuse_paths(what: str, kwargs: Mapping[str, Any]) -> None:
    """Check that no argument names code by its path, since its records would be lost when the code moves.

    Raises:
        PluginError: if an argument is a path; the message names `what`, the argument, and the replacement.
    """
    for key, value in kwargs.items():
        if isinstance(value, str) and _PATH.fullmatch(value):
            raise PluginError(
                f"{what}: argument {key!r} is the path {value!r}, which would be part of its records' keys; pass "
                f"srbench.Component(name, {value!r}) in its place"
            )
        if isinstance(value, Mapping):
            refuse_paths(what, {f"{key}.{inner}": item for inner, item in value.items()})
        if isinstance(value, list | tuple):
            refuse_paths(what, {f"{key}.{index}": item for index, item in enumerate(value)})


def _argument(value: Any) -> Any:
    if type(value) in LEAVES:  # most values; a look for `identity` takes longer than all else
        return value
    if isinstance(value, Identified):
        return value.identity()
    if isinstance(value, Mapping):
        return arguments(value)
    if isinstance(value, list | tuple):
        return [_argument(item) for item in value]
    return value


def _registered(plugin: str, name: str, version: int) -> Identity:
    return {"plugin": plugin, "name": name, "version": version}


def _phase(phase: Phase, plugin: str, losses: Mapping[str, LossSpec]) -> Identity:
    identity: Identity = {
        "name": phase.name,
        "losses": [_term(term, losses) for term in phase.losses],
        "budget": _budget(phase.budget),
    }
    if phase.adversary:
        identity["adversary"] = _adversary(phase.adversary, plugin)
    if phase.optimizer != Adam():
        identity |= _optimizer(phase.optimizer)
    if phase.clip is not None:
        identity["clip"] = float(phase.clip)
    if phase.ema is not None:
        identity["ema"] = float(phase.ema)
    if phase.keep != "last":
        identity["keep"] = phase.keep
    if phase.objective:
        identity["objective"] = _registered(plugin, phase.objective.name, phase.objective.version)
    if phase.settings:
        identity["settings"] = arguments(phase.settings)
    return identity


def _optimizer(optimizer: Adam | Sgd) -> Identity:
    if isinstance(optimizer, Adam):
        betas = [float(beta) for beta in optimizer.betas]
        adam = {"betas": betas, "eps": float(optimizer.eps), "weight_decay": float(optimizer.weight_decay)}
        return {"adam": adam}
    sgd: Identity = {"momentum": float(optimizer.momentum), "weight_decay": float(optimizer.weight_decay)}
    if optimizer.rate_factors:
        sgd["rate_factors"] = {pattern: float(factor) for pattern, factor in optimizer.rate_factors.items()}
    return {"sgd": sgd}


def _term(term: Term, losses: Mapping[str, LossSpec]) -> Identity:
    if term.loss not in losses:
        raise UnknownName("loss", term.loss, losses)
    loss = losses[term.loss]
    identity: Identity = {"loss": _registered(loss.plugin, loss.name, loss.version), "weight": float(term.weight)}
    if term.kwargs:
        identity["arguments"] = arguments(term.kwargs)
    return identity


def _budget(budget: Budget) -> Identity:
    identity: Identity = {
        "steps": budget.steps,
        "batch": budget.batch,
        "patch": budget.patch,
        "learning_rate": float(budget.learning_rate),
    }
    if budget.schedule != Schedule():
        schedule = budget.schedule
        identity["schedule"] = {
            "kind": schedule.kind,
            "every": float(schedule.every),
            "gamma": float(schedule.gamma),
            "warm_up": float(schedule.warm_up),
        }
    if budget.parts != 1:
        identity["parts"] = budget.parts
    return identity


def _adversary(adversary: Adversary, plugin: str) -> Identity:
    identity: Identity = {
        **_registered(plugin, adversary.name, adversary.version),
        "arguments": arguments(adversary.kwargs),
        "loss": adversary.loss,
        "weight": float(adversary.weight),
    }
    if adversary.learning_rate is not None:
        identity["learning_rate"] = float(adversary.learning_rate)
    if adversary.turns:
        identity["turns"] = [
            {"players": list(turn.players), "length": float(turn.length), "unit": turn.unit} for turn in adversary.turns
        ]
    return identity
