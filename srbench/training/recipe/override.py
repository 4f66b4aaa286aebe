"""Changes of single settings of a recipe from the command line (``--set``)."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, get_origin

from srbench.errors import UnknownName, UsageError
from srbench.specs.check import described, field_types, problem_of, shown

if TYPE_CHECKING:
    from srbench.specs.recipe import Recipe


def override(recipe: Recipe, assignment: str) -> Recipe:
    """Return `recipe` with one setting changed, e.g. by ``l1.budget.steps=15000`` or ``gan.losses.vgg.weight=0.5``.

    The path begins with the name of a phase and follows the fields of `Phase`; a loss is addressed by its name. It may
    also begin with ``augment``, ``hold_out``, ``lr_mode``, ``scales`` or ``kwargs``, the fields of the recipe itself.

    Raises:
        UnknownName: if the path names no setting.
        UsageError: if the value has another type than the setting, or if the path names a group of settings.
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


def _put(value: Any, path: list[str], text: str, whole: str, hint: Any = Any) -> Any:
    """Return `value` with the setting at `path` replaced by what `text` denotes.

    Args:
        value: The setting, or a group of settings.
        path: Names of the groups inside `value`, then of the setting; empty: `value` is the setting.
        text: Text of the new value.
        whole: The whole path, for messages.
        hint: Declared type of `value`.
    """
    if not path:
        return _parsed(text, value, whole, hint)
    name, *rest = path
    if is_dataclass(value) and not isinstance(value, type):
        hints = field_types(type(value))
        if name not in hints:
            raise UnknownName("setting", name, hints, f"in --set {whole}")
        return replace(value, **{name: _put(getattr(value, name), rest, text, whole, hints[name])})
    if isinstance(value, Mapping):
        return {**value, name: _put(value.get(name), rest, text, whole)}
    if isinstance(value, tuple):
        known = [getattr(entry, "loss", str(index)) for index, entry in enumerate(value)]
        if name not in known:
            raise UnknownName("setting", name, known, f"in --set {whole}")
        index = known.index(name)
        return (*value[:index], _put(value[index], rest, text, whole), *value[index + 1 :])
    raise UnknownName("setting", name, [], f"in --set {whole}")


def _parsed(text: str, old: Any, whole: str, hint: Any) -> Any:
    """Parse `text` as JSON, else as a string, and check that it has the declared type, and the type of `old`."""
    given = f"--set {whole}={text if len(text) <= 60 else f'{text[:57]}...'}"
    if (inner := _group(old)) and not (text == "null" and problem_of(None, hint) is None):
        raise UsageError(f"{given}: {whole} is a group; name a setting of it, e.g. {whole}.{inner}")
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):  # also an integer of more digits than Python converts
        value = text
    value = _with_tuples(value) if isinstance(value, list) else value
    if not _can_be_stored(value):
        raise UsageError(f"{given}: a recipe can't hold it; give finite numbers below 2**63, and text in UTF-8")
    if (get_origin(hint) is not Literal and problem_of(value, hint)) or not _alike(value, old):
        expected = described(hint) if old is None or old == () else f"a value like {shown(old)}"
        raise UsageError(f"{given}: expected {expected}")
    return float(value) if isinstance(old, float) and isinstance(value, int) else value


def _group(old: Any) -> str:
    """Return the name of a setting inside of `old` if that is a group of settings; else empty."""
    if is_dataclass(old) and not isinstance(old, type):
        return fields(old)[0].name
    if isinstance(old, tuple) and old and is_dataclass(old[0]):
        return f"{getattr(old[0], 'loss', '0')}.{fields(old[0])[-1].name}"
    return ""


def _alike(value: Any, old: Any) -> bool:
    """Return whether `value` can replace `old`, which tells the type of arguments of networks and losses."""
    if old is None or value is None:
        return True
    if isinstance(old, bool) or isinstance(value, bool):
        return isinstance(old, bool) and isinstance(value, bool)
    if isinstance(old, Mapping):
        return isinstance(value, Mapping)
    return isinstance(value, (int, float) if isinstance(old, float) else type(old))


def _with_tuples(value: Any) -> Any:
    return tuple(map(_with_tuples, value)) if isinstance(value, list) else value


def _can_be_stored(value: Any) -> bool:
    """Return whether a parsed value can be part of a key and of a recipe's file."""
    if isinstance(value, dict | tuple):
        return all(map(_can_be_stored, (*value, *value.values()) if isinstance(value, dict) else value))
    if isinstance(value, str):
        return not any("\ud800" <= character <= "\udfff" for character in value)
    return value is None or (math.isfinite(value) if isinstance(value, float) else abs(value) < 2**63)
