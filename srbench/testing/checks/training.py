"""Check that every recipe trains: two steps of each phase, saved, loaded and resumed."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from srbench.testing.check import Problem, Skipped, check

if TYPE_CHECKING:
    from collections.abc import Iterator

    from srbench.testing.checked import Checked


@check(
    "recipe-trains",
    "every recipe trains for two steps a phase, resumes after a stop, and its weights load",
    "see the line: a loss that the network's output does not fit, a NaN, an image that is too small",
    slow=True,
)
def recipe_trains(plugin: Checked) -> Iterator[Problem]:
    """Yield recipes that don't train."""
    from srbench.testing.two_steps import problem_of_training, write_images

    if not plugin.recipes:
        raise Skipped("no recipes")
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        write_images(root)
        for recipe in plugin.recipes:
            if text := problem_of_training(plugin.catalog, recipe, root):
                yield Problem(f"recipe {recipe.name}", text)
