"""Checks of a recipe's settings before a training begins."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, get_args

from srbench.errors import UsageError
from srbench.specs.adversary import AdversarialLoss
from srbench.specs.optimizer import Adam
from srbench.specs.protocol import ResizeMode
from srbench.specs.recipe import Course, Keep

if TYPE_CHECKING:
    from collections.abc import Iterator

    from srbench.specs.optimizer import Sgd
    from srbench.specs.recipe import Phase, Recipe

CHOICES = {
    "lr_mode": get_args(ResizeMode),
    "keep": get_args(Keep),
    "budget.schedule.kind": get_args(Course),
    "adversary.loss": get_args(AdversarialLoss),
}
"""Settings with a fixed set of values; the code treats any other value like the last one."""

MOST_VALUES = 2**31
"""Most values of a batch of patches, 8 GiB as float32; more is a slip of the keyboard."""


def check_settings(recipe: Recipe) -> None:
    """Check the settings of `recipe`.

    Raises:
        UsageError: if a setting is invalid; the message names the first such setting and the valid values.
    """
    for path, value, expected, fits in _settings(recipe):
        if not fits:
            raise UsageError(f"recipe {recipe.name}: {path} is {value!r}: expected {expected}")


Setting = tuple[str, Any, str, bool]
"""Path as in ``--set``, value, description of the valid values, and whether the value is valid."""


def _settings(recipe: Recipe) -> Iterator[Setting]:
    yield _choice("lr_mode", recipe.lr_mode)
    yield _at_least("hold_out", recipe.hold_out, 0)
    yield _scales_setting(recipe)
    if recipe.least_correlation is not None:
        least = recipe.least_correlation
        fits = _number(least) and -1 <= least <= 1 and not recipe.online
        yield "least_correlation", least, "a number from -1 to 1, in a recipe that is not online", fits
    # an HR patch must contain at least one LR pixel
    least = math.ceil(max(recipe.scales)) if recipe.online and recipe.scales else 1
    for phase in recipe.phases:
        for path, value, expected, fits in _phase_settings(phase, least):
            yield f"{phase.name}.{path}", value, expected, fits


def _scales_setting(recipe: Recipe) -> Setting:
    scales = recipe.scales
    if recipe.online:
        return "scales", scales, "numbers above 1", all(_number(scale) and scale > 1 for scale in scales)
    fits = all(_number(scale) and scale >= 1 and float(scale).is_integer() for scale in scales)
    return "scales", scales, "whole numbers >= 1 (others need a recipe that is online)", fits


def _phase_settings(phase: Phase, least_patch: int) -> Iterator[Setting]:
    budget, schedule = phase.budget, phase.budget.schedule
    for name in ("steps", "batch"):
        yield _at_least(f"budget.{name}", getattr(budget, name), 1)
    yield _at_least("budget.patch", budget.patch, least_patch)
    if _number(budget.batch) and _number(budget.patch):
        values = 3 * budget.batch * budget.patch**2
        expected = f"at most {MOST_VALUES // (3 * max(1, budget.patch) ** 2)} patches of {budget.patch} pixels a side"
        yield "budget.batch", budget.batch, expected, values <= MOST_VALUES
    yield _divides("budget.parts", budget.parts, budget.batch)
    yield _above_zero("budget.learning_rate", budget.learning_rate)
    yield _choice("budget.schedule.kind", schedule.kind)
    yield _above_zero("budget.schedule.every", schedule.every)
    yield _above_zero("budget.schedule.gamma", schedule.gamma)
    yield _share("budget.schedule.warm_up", schedule.warm_up)
    yield from _optimizer_settings(phase.optimizer)
    yield _choice("keep", phase.keep)
    if phase.clip is not None:
        yield _above_zero("clip", phase.clip)
    if phase.ema is not None:
        yield _share("ema", phase.ema)
    if phase.adversary is not None:
        yield _choice("adversary.loss", phase.adversary.loss)
        if phase.adversary.learning_rate is not None:
            yield _above_zero("adversary.learning_rate", phase.adversary.learning_rate)


def _optimizer_settings(optimizer: Adam | Sgd) -> Iterator[Setting]:
    if isinstance(optimizer, Adam):
        fits = len(optimizer.betas) == 2 and all(_number(beta) and 0 <= beta < 1 for beta in optimizer.betas)
        yield "optimizer.betas", optimizer.betas, "two numbers from 0 to below 1", fits
        yield _at_least("optimizer.eps", optimizer.eps, 0)
    else:
        yield _share("optimizer.momentum", optimizer.momentum)
        for pattern, factor in optimizer.rate_factors.items():
            yield _above_zero(f"optimizer.rate_factors.{pattern}", factor)
    yield _at_least("optimizer.weight_decay", optimizer.weight_decay, 0)


def _choice(path: str, value: Any) -> Setting:
    return path, value, f"one of {', '.join(CHOICES[path])}", value in CHOICES[path]


def _at_least(path: str, value: Any, least: int) -> Setting:
    return path, value, f"{least} or more", _number(value) and value >= least


def _divides(path: str, value: Any, whole: int) -> Setting:
    fits = isinstance(value, int) and value >= 1 and isinstance(whole, int) and whole % value == 0
    return path, value, f"a divisor of budget.batch, {whole}", fits


def _above_zero(path: str, value: Any) -> Setting:
    return path, value, "a number above 0", _number(value) and value > 0


def _share(path: str, value: Any) -> Setting:
    return path, value, "a number from 0 to below 1", _number(value) and 0 <= value < 1


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and math.isfinite(value)
