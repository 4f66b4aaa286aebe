"""Check of the values that plugins declare against the types of their fields.

A wrong type would show only where the field is used: in another command, in the middle of a run, or in the output of
all plugins.
"""

from __future__ import annotations

import collections.abc
import types
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, Literal, Union, cast, get_args, get_origin, get_type_hints

if TYPE_CHECKING:
    from collections.abc import Hashable

Problem = tuple[str, str]
"""Place of a problem in the value (``phases[0].budget.steps``), and the problem with what would be right."""

_MODULES = (
    "dataset",
    "method",
    "model",
    "optimizer",
    "adversary",
    "protocol",
    "recipe",
    "table",
    "images",
    "search_space",
)
"""Modules of `srbench.specs` whose names occur in annotations of other modules."""
_TYPES = {str: "a text", int: "a whole number", float: "a number", bool: "True or False", type(None): "None"}


def problem_of(value: object, hint: Any) -> Problem | None:
    """Return the first problem of `value` as a value of the type `hint`; None if it has none.

    Numbers and truth values are told apart, whole numbers may stand for other numbers, and nested dataclasses are
    checked field by field.
    """
    return _checker(hint)(value)


def problem_of_fields(spec: Any) -> Problem | None:
    """Return the first problem among the fields of a dataclass instance; None if there is none."""
    for name, check in _field_checkers(cast("Hashable", type(spec))):
        if found := check(getattr(spec, name)):
            where, what = found
            return f"{name}{_inside(where)}", what
    return None


@cache
def field_types(kind: type) -> dict[str, Any]:
    """Return the type of each field of a dataclass, also of those whose types are imported for type checkers only."""
    names: dict[str, Any] = dict(vars(collections.abc))
    for module in _MODULES:
        names |= vars(import_module(f"srbench.specs.{module}"))
    hints = get_type_hints(kind, localns=names)
    return {entry.name: hints[entry.name] for entry in fields(kind)}


def described(hint: Any) -> str:
    """Return a type in words: ``a tuple of numbers``, ``'higher' or 'lower'``."""
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in {Literal, Union, types.UnionType}:
        return " or ".join(map(repr if origin is Literal else described, arguments))
    if origin is tuple and arguments[-1:] == (...,):
        return f"a tuple of {_plural(described(arguments[0]))}"
    if origin is tuple:
        return f"a tuple of {len(arguments)} values ({', '.join(map(described, arguments))})"
    if isinstance(origin, type) and issubclass(origin, Mapping):
        key, item = map(described, arguments)
        return f"a mapping of {_plural(key)}" + ("" if arguments[1] is Any else f" to {_plural(item)}")
    name = getattr(hint, "__name__", str(hint))
    return _TYPES.get(hint) or f"{'an' if name[0] in 'AEIOU' else 'a'} {name}"


def shown(value: object) -> str:
    """Return a value in at most 60 characters, on one line, even if its ``repr`` raises."""
    try:
        text = " ".join(repr(value).split())
    except Exception:  # noqa: BLE001 - the value is a stranger's
        text = f"a {type(value).__name__}"
    return text if len(text) <= 60 else f"{text[:57]}..."


def _plural(words: str) -> str:
    article, _, noun = words.partition(" ")
    return f"{noun}s" if article in {"a", "an"} and " " not in noun.replace("whole ", "") else f"values ({words})"


@cache
def _field_checkers(kind: type) -> tuple[tuple[str, Callable[[object], Problem | None]], ...]:
    return tuple((name, _checker(hint)) for name, hint in field_types(kind).items())


@cache
def _checker(hint: Any) -> Callable[[object], Problem | None]:
    """Return the function that checks values of one type."""
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in {Union, types.UnionType}:
        return _union_checker(hint, arguments)
    if origin is tuple:
        return _tuple_checker(hint, arguments)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return _mapping_checker(hint, *arguments)
    return _leaf_checker(hint, arguments)


def _leaf_checker(hint: Any, choices: tuple[Any, ...]) -> Callable[[object], Problem | None]:
    """Return the function that checks values without parts, or dataclasses."""
    if hint is Any:
        return lambda _value: None
    if get_origin(hint) is Literal:
        return lambda value: None if isinstance(value, str) and value in choices else _wrong_type(value, hint)
    if isinstance(hint, type) and is_dataclass(hint):
        return lambda value: problem_of_fields(value) if isinstance(value, hint) else _wrong_type(value, hint)
    allowed = (int, float) if hint is float else (hint,)
    takes_bool = hint is bool

    def check(value: object) -> Problem | None:
        fits = isinstance(value, allowed) and (takes_bool or not isinstance(value, bool))
        return None if fits else _wrong_type(value, hint)

    return check


def _wrong_type(value: object, hint: Any) -> Problem:
    return "", f"is {shown(value)}; give {described(hint)}"


def _union_checker(hint: Any, arguments: tuple[Any, ...]) -> Callable[[object], Problem | None]:
    checks = [(argument, _checker(argument)) for argument in arguments]

    def check(value: object) -> Problem | None:
        problems = []
        for argument, fits in checks:
            found = fits(value)
            if found is None:
                return None
            kind = get_origin(argument) or argument
            if found[0] and isinstance(kind, type) and isinstance(value, kind):
                problems.append(found)  # the value is of this kind, with a problem inside
        return problems[0] if problems else _wrong_type(value, hint)

    return check


def _tuple_checker(hint: Any, arguments: tuple[Any, ...]) -> Callable[[object], Problem | None]:
    homogeneous = arguments[-1:] == (...,)
    checks = [_checker(argument) for argument in (arguments[:1] if homogeneous else arguments)]

    def check(value: object) -> Problem | None:
        if not isinstance(value, tuple) or not (homogeneous or len(value) == len(checks)):
            return _wrong_type(value, hint)
        for index, item in enumerate(value):
            if found := checks[0 if homogeneous else index](item):
                return f"[{index}]{_inside(found[0])}", found[1]
        return None

    return check


def _mapping_checker(hint: Any, key: Any, item: Any) -> Callable[[object], Problem | None]:
    check_key, check_item = _checker(key), _checker(item)

    def check(value: object) -> Problem | None:
        if not isinstance(value, Mapping):
            return _wrong_type(value, hint)
        for name, entry in value.items():
            if check_key(name):
                return "", f"has the key {shown(name)}; give {described(key)}"
            if found := check_item(entry):
                return f"[{shown(name)}]{_inside(found[0])}", found[1]
        return None

    return check


def _inside(where: str) -> str:
    return f".{where}" if where and where[0] not in "[." else where
