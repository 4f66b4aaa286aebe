"""Checks of a plugin's recipes against its methods and the constants of the paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

from srbench.testing.check import Problem, Skipped, check

if TYPE_CHECKING:
    from collections.abc import Iterator

    from srbench.testing.checked import Checked
    from srbench.testing.paper_facts import PaperFacts

FACTS = "paper_facts.csv"
"""Name of the table of facts, in the plugin's package or in ``tests`` beside it."""


@check(
    "method-recipe",
    "a method's model is the one that its recipe trains",
    "give method and recipe one `model`, or name the recipe's as the method's `training_model`",
)
def method_recipe(plugin: Checked) -> Iterator[Problem]:
    """Yield the methods whose recipe trains another network."""
    trained = [method for method in plugin.methods if method.recipe_names]
    if not trained:
        raise Skipped("no method with a recipe")
    for method in trained:
        for name in method.recipe_names:
            recipe = plugin.catalog.recipes.get(name)
            model = method.training_model or method.model
            if recipe.model != model:
                yield Problem(
                    f"method {method.name}", f"has the model {model}, and its recipe {name} trains {recipe.model}"
                )
            if method.phase and method.phase not in {phase.name for phase in recipe.phases}:
                yield Problem(f"method {method.name}", f"uses the phase {method.phase!r}, which recipe {name} lacks")


def _facts(plugin: Checked) -> PaperFacts:
    """Return the recipes of a plugin with its table of facts.

    Raises:
        Skipped: if it has no recipes or no such table.
    """
    from srbench.testing.paper_facts import PaperFacts

    if not plugin.recipes:
        raise Skipped("no recipes")
    package = plugin.folder
    paths = (package / FACTS, package.parent / "tests" / FACTS)
    table = next((path for path in paths if path.is_file()), None)
    if table is None:
        raise Skipped(f"no {FACTS} in the package, or in tests beside it: constants are compared with nothing")
    return PaperFacts(plugin.name, table, package.parent / "README.md", plugin.catalog)


@check(
    "recipe-facts",
    "the recipes have every constant that paper_facts.csv quotes of the paper",
    "correct the recipe, or the fact if the paper says so",
)
def recipe_facts(plugin: Checked) -> Iterator[Problem]:
    """Yield settings that differ from the paper's."""
    yield from (Problem("", text) for text in _facts(plugin).mismatches())


@check(
    "recipe-pinned",
    "paper_facts.csv has every constant of every phase",
    "add a line with the paper's words, or `choice: ...` where the paper does not print it",
)
def recipe_pinned(plugin: Checked) -> Iterator[Problem]:
    """Yield settings without a fact; a missing table of facts is a problem of a checkout, not of an installed wheel."""
    try:
        facts = _facts(plugin)
    except Skipped:
        if plugin.recipes and (plugin.folder.parent / "pyproject.toml").is_file():
            yield Problem(f"tests/{FACTS}", "is missing, so that constants are compared with nothing")
            return
        raise
    yield from (Problem(text, f"is in no line of {FACTS}") for text in facts.unpinned())


@check(
    "recipe-sourced",
    "every fact has its section and quote",
    "write the section, and the paper's words; of a choice, the heading of README that explains it",
)
def recipe_sourced(plugin: Checked) -> Iterator[Problem]:
    """Yield facts without a source."""
    yield from (Problem("", text) for text in _facts(plugin).unsourced())
