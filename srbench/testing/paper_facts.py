"""Comparison of the constants of a plugin's recipes with those that its paper states, from a CSV file."""

from __future__ import annotations

import csv
import inspect
import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, is_dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from srbench.errors import PluginError
from srbench.loading import load

if TYPE_CHECKING:
    from pathlib import Path

    from srbench.catalog import Catalog


FIELDS = ("recipe", "phase", "setting", "value", "section", "quote")
"""Columns of the table of facts."""


@dataclass(frozen=True)
class Fact:
    """A constant of recipes as the paper states it: a line of a plugin's ``paper_facts.csv``."""

    line: int
    """Number of the line."""
    recipe: str
    """Patterns of the names of recipes, separated by blanks; ``!`` before a pattern excludes the names it matches."""
    phase: str
    """Patterns of the names of phases, likewise; empty for a setting of the recipe itself."""
    setting: str
    """Dotted path into the phase or the recipe (`PaperFacts.resolve`)."""
    value: Any
    """Value that the paper states, as plain data."""
    section: str
    """Section of the paper, or ``README: <heading>`` that explains a choice; several are separated by ``; ``."""
    quote: str
    """The paper's words; ``choice: ...`` if the paper does not print the constant, and ``contradiction: ...`` if the
    recipe differs from the paper."""

    def __str__(self) -> str:
        return f"line {self.line}: {self.value!r} ({self.section}: {self.quote})"


def _fact(row: Mapping[str | None, Any], where: str, number: int) -> Fact:
    """Return the fact of a line.

    Raises:
        PluginError: if its fields are not those of the heading, or if its value is not JSON.
    """
    if set(row) != set(FIELDS) or None in row.values():
        raise PluginError(f"{where}: the fields are not {','.join(FIELDS)}; put a field with a comma in double quotes")
    try:
        value = json.loads(row["value"])
    except ValueError as error:
        raise PluginError(f'{where}: value {row["value"]!r} is not JSON; write a number, true, or "text"') from error
    return Fact(number, value=value, **{str(name): row[name] for name in FIELDS if name != "value"})


class PaperFacts:
    """The recipes of a plugin at the paper's budget, with the constants that its paper states.

    Args:
        plugin: Name of the plugin.
        table: CSV file with the facts.
        readme: README of the plugin, whose headings facts refer to; it may be missing.
        catalog: Catalog that knows the plugin.

    Raises:
        PluginError: if a line of `table` is damaged; the message names it.
    """

    def __init__(self, plugin: str, table: Path, readme: Path, catalog: Catalog) -> None:
        self.catalog = catalog
        self.recipes = [recipe.at("paper") for recipe in catalog.recipes if recipe.plugin == plugin]
        with table.open(encoding="utf-8", newline="") as file:
            rows = csv.DictReader(file)
            self.facts = [_fact(row, f"{table.name}, line {rows.line_num}", rows.line_num) for row in rows]
        lines = readme.read_text(encoding="utf-8").splitlines() if readme.is_file() else []
        self.headings = {line.lstrip("#").strip() for line in lines if line.startswith("#")}

    def mismatches(self) -> list[str]:
        """Return a message for every setting that differs from its fact, and for every fact that no recipe has."""
        messages = []
        for fact in self.facts:
            owners = self._owners(fact)
            if not owners:
                messages.append(f"{fact.recipe} {fact.phase}: no such recipe or phase; {fact}")
            for name, recipe, owner in owners:
                try:
                    value = self.resolve(recipe, owner, fact.setting)
                except LookupError as error:
                    messages.append(f"{name}: no setting {error} in {fact.setting}; {fact}")
                    continue
                if not _same(value, fact.value):
                    messages.append(f"{name}: {fact.setting} is {value!r}; {fact}")
        return messages

    def unpinned(self) -> list[str]:
        """Return the settings of recipes and phases that must have a fact, and have none."""
        pinned = {(name, fact.setting) for fact in self.facts for name, *_ in self._owners(fact)}
        needed = [(recipe.name, "data") for recipe in self.recipes]
        for recipe in self.recipes:
            for phase in recipe.phases:
                momentum = "optimizer.betas" if hasattr(phase.optimizer, "betas") else "optimizer.momentum"
                settings = ["losses", *(f"losses.{term.loss}.weight" for term in phase.losses), momentum]
                budget = ["steps", "batch", "patch", "learning_rate", "schedule.kind"]
                if phase.budget.schedule.kind == "step":
                    budget += ["schedule.every", "schedule.gamma"]
                settings += [f"budget.{setting}" for setting in budget]
                if phase.adversary:
                    settings += ["adversary.build", "adversary.loss", "adversary.weight"]
                needed += [(f"{recipe.name}/{phase.name}", setting) for setting in settings]
        return [f"{name}: {setting}" for name, setting in needed if (name, setting) not in pinned]

    def unsourced(self) -> list[str]:
        """Return a message for every fact without a section or quote, or whose README heading does not exist."""
        messages = []
        for fact in self.facts:
            readme = [part.removeprefix("README: ") for part in fact.section.split("; ") if part.startswith("README: ")]
            choice_without_readme = fact.quote.startswith("choice:") and not readme
            if not fact.section or not fact.quote or choice_without_readme or set(readme) - self.headings:
                messages.append(f"{fact.recipe} {fact.phase}: {fact.setting}: {fact}")
        return messages

    def resolve(self, recipe: Any, owner: Any, setting: str) -> Any:
        """Return a setting of `owner`, a phase of `recipe` or the recipe itself, as plain data.

        ``losses`` is the names of all losses and ``losses.NAME`` the term of one; ``model.X`` is the field X of the
        recipe's `ModelSpec`. An argument that ``kwargs`` leaves out has the default of the class that is built.

        Args:
            recipe: The recipe.
            owner: The recipe, or one of its phases.
            setting: Dotted path.

        Raises:
            LookupError: if there is no such setting.
        """
        value, parent = owner, None
        for name in setting.split("."):
            value, parent = self._step(recipe, value, parent, name), value
        if setting == "model":
            return value.name
        return [term.loss for term in value] if setting == "losses" else _plain(value)

    def _step(self, recipe: Any, value: Any, parent: Any, name: str) -> Any:
        """Return the part `name` of `value`, which is part of `parent`.

        Raises:
            LookupError: if there is no such part.
        """
        if value is recipe and name == "model":
            return self.catalog.models.get(recipe.model)
        if value is recipe and name == "kwargs":
            return {**self.catalog.models.get(recipe.model).kwargs, **recipe.kwargs}
        if isinstance(value, Mapping):
            return value[name] if name in value else self._default(recipe, parent, name)
        if isinstance(value, tuple):
            return {term.loss: term for term in value}[name]
        if is_dataclass(value) and hasattr(value, name):
            return getattr(value, name)
        raise LookupError(name)

    def _default(self, recipe: Any, parent: Any, name: str) -> Any:
        """Return the default of the argument `name` of the class or function that the spec `parent` names.

        Raises:
            LookupError: if it has no such argument, or the argument has no default.
        """
        if parent is recipe:
            build = self.catalog.models.get(recipe.model).build
        elif hasattr(parent, "loss") and not hasattr(parent, "build"):
            build = self.catalog.losses.get(parent.loss).build
        else:
            build = parent["build"] if isinstance(parent, Mapping) else parent.build
        default = inspect.signature(load(getattr(build, "build", build))).parameters[name].default
        if default is inspect.Parameter.empty:
            raise LookupError(name)
        return default

    def _owners(self, fact: Fact) -> list[tuple[str, Any, Any]]:
        """Return the recipes or phases that a fact is about, each as its name, its recipe and itself."""
        recipes = [recipe for recipe in self.recipes if _matches(recipe.name, fact.recipe)]
        if not fact.phase:
            return [(recipe.name, recipe, recipe) for recipe in recipes]
        return [
            (f"{recipe.name}/{phase.name}", recipe, phase)
            for recipe in recipes
            for phase in recipe.phases
            if _matches(phase.name, fact.phase)
        ]


def _matches(name: str, patterns: str) -> bool:
    """Return whether `name` matches one of `patterns`, separated by blanks, and none that follows a ``!``."""
    excluded = [pattern[1:] for pattern in patterns.split() if pattern.startswith("!")]
    included = [pattern for pattern in patterns.split() if not pattern.startswith("!")]
    if any(fnmatchcase(name, pattern) for pattern in excluded):
        return False
    return any(fnmatchcase(name, pattern) for pattern in included)


def _plain(value: Any) -> Any:
    """Return `value` as plain data, with dataclasses as dicts and tuples as lists."""
    if is_dataclass(value) and not isinstance(value, type):
        return _plain(asdict(value))
    if isinstance(value, Mapping):
        return {name: _plain(entry) for name, entry in value.items()}
    return [_plain(entry) for entry in value] if isinstance(value, (list, tuple)) else value


def _same(value: Any, fact: Any) -> bool:
    """Return whether two pieces of plain data are equal; numbers to 9 digits, for values such as ``1 / 3``."""
    if isinstance(value, dict) and isinstance(fact, dict):
        return value.keys() == fact.keys() and all(_same(value[name], fact[name]) for name in value)
    if isinstance(value, list) and isinstance(fact, list):
        return len(value) == len(fact) and all(map(_same, value, fact))
    numbers = [number for number in (value, fact) if isinstance(number, (int, float)) and not isinstance(number, bool)]
    if len(numbers) == 2:
        return math.isclose(value, fact, rel_tol=1e-9)
    return type(value) is type(fact) and value == fact
