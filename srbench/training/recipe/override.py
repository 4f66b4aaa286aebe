"""Changes of single settings of a recipe from the command line (``--set``)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from typing import TYPE_CHECKING, Any

from srbench.errors import UnknownName, UsageError

if TYPE_CHECKING:
    from srbench.specs.recipe import Recipe


def override(recipe: Recipe, assignment: str) -> Recipe:
    """Return `recipe` with one setting changed, e.g. by ``l1.budget.steps=15000`` or ``gan.losses.vgg.weight=0.5``.

    The path begins with the name of a phase and follows the fields of `Phase`; a loss is addressed by its name. It may
    also begin with ``augment``, ``hold_out``, ``lr_mode``, ``scales`` or ``kwargs``, the fields of the recipe itself.

    Raises:
        UnknownName: if the path names no setting.
        UsageError: if the value has another type than the one it replaces.
    """
    path, equals, text = assignment.partition("=")
    if not equals:
        raise UsageError(f"--set {assignment}: expected PATH=VALUE, e.g. l1.budget.steps=15000")
    first, *rest = path.strip().split(".")
    names = [phase.name for phase in recipe.phases]
    if first in names and not rest:
        raise UsageError(f"--set {assignment}: {first} is a phase; name a setting of it, e.g. {first}.budget.steps")
    if first in names:
        phases = list(recipe.phases)
        phases[names.index(first)] = _put(phases[names.index(first)], rest, text, path)
        return replace(recipe, phases=tuple(phases))
    if first not in {"augment", "hold_out", "lr_mode", "scales", "kwargs"}:
        choices = [*names, "augment", "hold_out", "lr_mode", "scales", "kwargs"]
        raise UnknownName("setting", first, choices, f"in --set {path}")
    changed: Recipe = _put(recipe, [first, *rest], text, path)
    # 4 and 4.0 are the same scale, and have to give the same key
    return replace(changed, scales=tuple(float(scale) if isinstance(scale, int) else scale for scale in changed.scales))


def _put(value: Any, path: list[str], text: str, whole: str) -> Any:
    if not path:
        return _parsed(text, value, whole)
    name, *rest = path
    if is_dataclass(value) and not isinstance(value, type):
        known = [entry.name for entry in fields(value)]
        if name not in known:
            raise UnknownName("setting", name, known, f"in --set {whole}")
        return replace(value, **{name: _put(getattr(value, name), rest, text, whole)})
    if isinstance(value, Mapping):
        return {**value, name: _put(value.get(name), rest, text, whole)}
    if isinstance(value, tuple):
        known = [getattr(entry, "loss", str(index)) for index, entry in enumerate(value)]
        if name not in known:
            raise UnknownName("setting", name, known, f"in --set {whole}")
        index = known.index(name)
        return (*value[:index], _put(value[index], rest, text, whole), *value[index + 1 :])
    raise UnknownName("setting", name, [], f"in --set {whole}")


def _parsed(text: str, old: Any, whole: str) -> Any:
    """Parse `text` as JSON, else as a string, and check that it has the type of `old` (any type if that is None)."""
    try:
        value = json.loads(text)
    except json.JSONDecodeError:
        value = text
    if isinstance(value, list):
        value = tuple(value)
    kind = float if isinstance(old, float) else type(old)
    fits = old is None or value is None or isinstance(value, kind) or (kind is float and type(value) is int)
    if not fits or (isinstance(value, bool) and not isinstance(old, bool)):
        raise UsageError(f"--set {whole}={text}: expected a value like {old!r}")
    return float(value) if kind is float and value is not None else value
