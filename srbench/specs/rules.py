"""Rules that the values of a spec have to keep beside their types: names, ranges, files, and what occurs only once."""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from srbench.errors import PluginError, UsageError
from srbench.hub.address import HubAddress, is_hub_address
from srbench.specs.check import problem_of_fields, shown
from srbench.specs.dataset import DatasetSpec
from srbench.specs.extension import RendererSpec
from srbench.specs.figure import Figure
from srbench.specs.images import ImagesSpec
from srbench.specs.method import MethodSpec
from srbench.specs.metric import MetricSpec
from srbench.specs.opener import CheckpointOpenerSpec
from srbench.specs.protocol import Protocol
from srbench.specs.recipe import Recipe
from srbench.specs.table import Table
from srbench.specs.weights import WeightsSpec

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from srbench.specs.check import Problem

AXES = ("row", "dataset", "scale", "metric")
"""Dimensions of a table that can be printed down its side or across its top."""
_PATHS = (
    "build", "measure", "render", "command", "draw", "redraw", "convert", "provider", "open", "networks", "published",
    "resource",
)  # fmt: skip
"""Fields that name code or a file of a package."""
_NEEDED = {"build", "measure", "render", "command", "draw", "open"}
_FILE_PATHS = {"published", "resource"}
_COUNTS = {"version": 1, "convert_version": 1, "decimals": 0, "images": 0, "hold_out": 0, "crop_extra": 0}
"""Smallest value by field."""
_NUMBERS = ("tolerance", "tolerance_retrained", "tolerance_inexact", "crop_scale")
"""Fields with a finite number of 0 or more."""


def check_spec(spec: Any) -> None:
    """Check the types of all fields of a spec and the rules for their values.

    Raises:
        PluginError: for the first problem: ``model 'net', scales: is 4; give a tuple of numbers or None``.
    """
    where, problem = problem_of_fields(spec) or next(_problems(spec), ("", ""))
    if problem:
        raise PluginError(f"{describe(spec)}, {where}: {problem}")


def describe(spec: Any) -> str:
    """Return the kind and the name of a spec, whatever the name is: ``table '4'``."""
    kind = "dataset" if isinstance(spec, DatasetSpec) else type(spec).__name__.removesuffix("Spec").lower()
    name = getattr(spec, "name", None) if hasattr(spec, "name") else getattr(spec, "id", None)
    return f"{kind} {shown(name)}"


def name_problem(name: str) -> str:
    """Return the problem of a text as a name, which commands and file names hold; empty if it has none."""
    if not name.strip() or name != name.strip():
        return f"is {shown(name)}; give a name without spaces around it"
    if not name.isprintable():
        return f"is {shown(name)}, with a character that can't be printed; leave it out"
    if "/" in name or "\\" in name or name in {".", ".."}:
        return f"is {shown(name)}, and names are part of file names; leave out separators of folders"
    return ""


def _problems(spec: Any) -> Iterator[Problem]:
    yield from ((where, problem) for where, name in _names(spec) if (problem := name_problem(name)))
    yield from _field_problems(spec)
    if isinstance(spec, Table | Figure):
        yield from _row_and_column_problems(spec)
    if isinstance(spec, Table):
        yield from _axis_problems(spec)
    if isinstance(spec, Recipe):
        yield from _phase_problems(spec)
    if isinstance(spec, RendererSpec) and (not spec.suffix.startswith(".") or name_problem(spec.suffix[1:])):
        yield "suffix", f"is {shown(spec.suffix)}; give the end of a file name, such as '.html'"
    if isinstance(spec, CheckpointOpenerSpec):
        yield from _suffix_problems(spec.suffixes)
    yield from _address_problems(spec)
    if isinstance(spec, MetricSpec) and not spec.range[0] < spec.range[1]:
        yield "range", f"is {spec.range}; give the smallest value, then the largest"
    if isinstance(spec, Protocol) and not spec.round_lr and spec.lr != "matlab-double":
        yield "round_lr", f"is False, which the mode 'matlab-double' alone can; lr is {spec.lr!r}"


def _names(spec: Any) -> Iterator[tuple[str, str]]:
    """Yield every name of a spec and of its files, with its field."""
    key = "id" if isinstance(spec, Table | Figure) else "name"
    yield key, getattr(spec, key)
    if isinstance(spec, DatasetSpec | MetricSpec | MethodSpec | ImagesSpec):
        yield from ((f"aliases[{index}]", alias) for index, alias in enumerate(spec.aliases))
    if isinstance(spec, WeightsSpec):
        yield "filename", spec.filename
        yield from (("copies", name) for name in spec.copies)
        yield from (("parts", name) for name in spec.parts)
    if isinstance(spec, ImagesSpec):
        yield "folder", spec.folder


def _field_problems(spec: Any) -> Iterator[Problem]:
    """Yield what breaks a rule that fields of one name have in all specs."""
    present = {entry.name for entry in fields(spec)}
    for name in (name for name in _PATHS if name in present):
        path = getattr(spec, name)
        needed = name in _NEEDED and not getattr(spec, "sketch", "")
        if (path or needed) and (problem := _path_problem(path, of_file=name in _FILE_PATHS)):
            yield name, problem
    for name, least in _COUNTS.items():
        value = getattr(spec, name, None) if name in present else None
        if isinstance(value, int) and value < least:
            yield name, f"is {value}; give {least} or more"
    for name in _NUMBERS:
        value = getattr(spec, name, None) if name in present else None
        if value is not None and not 0 <= value < math.inf:
            yield name, f"is {value}; give a number of 0 or more"
    if "scales" in present:
        yield from _scale_problems("scales", spec.scales or ())


def _scale_problems(where: str, scales: Iterable[float | None]) -> Iterator[Problem]:
    for scale in scales:
        if scale is not None and not 1 <= scale < math.inf:
            yield where, f"has the scale {scale}; give numbers of 1 or more"


def _path_problem(path: str, *, of_file: bool) -> str:
    package, colon, rest = path.rpartition(":") if not of_file else path.partition(":")
    if package and colon and rest and not (of_file and _leaves_package(rest)):
        return ""
    return f"is {shown(path)}; write {'package:file' if of_file else 'module:attribute'}"


def _leaves_package(path: str) -> bool:
    return path.startswith(("/", "\\")) or ".." in re.split(r"[/\\]", path)


def _row_and_column_problems(spec: Table | Figure) -> Iterator[Problem]:
    """Yield what is wrong with the rows and columns."""
    if duplicate := _first_duplicate(row.label for row in spec.rows):
        yield "rows", f"{shown(duplicate)} labels two rows; give each a label of its own"
    if any(not row.label.strip() for row in spec.rows):
        yield "rows", "a row has no label; give it the name that the paper prints"
    if duplicate_column := _first_duplicate(spec.columns):
        yield "columns", f"{duplicate_column} occurs twice; leave out one"
    if any(not column.metric for column in spec.columns):
        yield "columns", "a column has no metric; name it"
    yield from _scale_problems("columns", (column.scale for column in spec.columns))
    yield from _scale_problems("rows", (scale for row in spec.rows for scale in row.scales))


def _axis_problems(table: Table) -> Iterator[Problem]:
    for where, axes in (("row_axes", table.row_axes), ("column_axes", table.column_axes)):
        if unknown := [axis for axis in axes if axis not in AXES]:
            yield where, f"has {shown(unknown[0])}; choose from {', '.join(AXES)}"
    if duplicate := _first_duplicate(table.row_axes + table.column_axes):
        yield "column_axes", f"{shown(duplicate)} is printed twice; leave it out here or in row_axes"


def _phase_problems(recipe: Recipe) -> Iterator[Problem]:
    if not recipe.phases:
        yield "phases", "there are none; give one or more"
    if duplicate := _first_duplicate(phase.name for phase in recipe.phases):
        yield "phases", f"two are called {shown(duplicate)}; give each a name of its own"
    for index, phase in enumerate(recipe.phases):
        if problem := name_problem(phase.name):
            yield f"phases[{index}].name", problem


def _address_problems(spec: Any) -> Iterator[Problem]:
    urls = {"url": spec.url} if isinstance(spec, WeightsSpec) else {}
    if isinstance(spec, DatasetSpec):
        urls = {f"archives[{index}].url": archive.url for index, archive in enumerate(spec.archives)}
    for where, url in urls.items():
        if is_hub_address(url):
            try:
                address = HubAddress.parse(url)
            except UsageError as error:
                yield where, f"is {error}"
            else:
                if not address.path:
                    yield where, f"is {shown(url)}, a whole repository; name a file in it"


def _suffix_problems(suffixes: tuple[str, ...]) -> Iterator[Problem]:
    if not suffixes:
        yield "suffixes", "there are none; give the ends of the names of the files, such as ('.pth',)"
    for suffix in suffixes:
        if not suffix.startswith(".") or name_problem(suffix[1:]) or suffix != suffix.lower():
            yield "suffixes", f"has {shown(suffix)}; give the end of a file name in lower case, such as '.pth'"


def _first_duplicate(values: Iterable[Any]) -> Any:
    """Return the first value that occurs more than once; None if there is none."""
    return next((value for value, count in Counter(values).items() if count > 1), None)
