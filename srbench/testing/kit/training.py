"""Checks that every recipe trains: two steps of each phase, saved, loaded and resumed."""

from __future__ import annotations

import tempfile
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING

from srbench.testing.check import Problem, Skipped, Unchecked, check

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from srbench.testing.checked import Checked
    from srbench.testing.two_steps import Trained


@check(
    "recipe-trains",
    "every recipe trains for two steps a phase, and its weights load",
    "see the line: a loss that the network's output does not fit, a NaN, an image that is too small",
    slow=True,
    shares="trainings",
)
def recipe_trains(plugin: Checked) -> Iterator[Problem | Unchecked]:
    """Yield the recipes that don't train, and those that can't be trained here."""
    return _findings(plugin, attrgetter("problem"))


@check(
    "recipe-resumes",
    "a training that was stopped in any phase and resumed gives the weights of one that was not, bit for bit",
    "keep what changes during training in parameters and buffers, and draw random numbers from torch's generator alone",
    slow=True,
    shares="trainings",
)
def recipe_resumes(plugin: Checked) -> Iterator[Problem | Unchecked]:
    """Yield the recipes whose resumed trainings give other weights, and those that can't be trained here."""
    return _findings(plugin, attrgetter("resumed_difference"))


def _findings(plugin: Checked, problem: Callable[[Trained], str]) -> Iterator[Problem | Unchecked]:
    """Yield the problem of each recipe that has one, as the function `problem` returns it."""
    for item, trained in _trained(plugin):
        if trained.missing:
            yield Unchecked(item, trained.missing)
        elif text := problem(trained):
            yield Problem(item, text)


def _trained(plugin: Checked) -> list[tuple[str, Trained]]:
    """Return the results of the recipes, which are trained when the first check asks."""
    from srbench.testing.two_steps import train

    if not plugin.recipes:
        raise Skipped("no recipes")
    if "trainings" not in plugin.memory:
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            known: dict[str, Trained] = {}
            plugin.memory["trainings"] = [
                (f"recipe {recipe.name}", train(plugin.catalog, recipe, root, known)) for recipe in plugin.recipes
            ]
    trainings: list[tuple[str, Trained]] = plugin.memory["trainings"]
    if all(trained.missing for _, trained in trainings):
        raise Skipped(trainings[0][1].missing)
    return trainings
