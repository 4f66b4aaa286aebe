"""Checks that a plugin loads, is listed without heavy imports, and declares valid names, code and licences."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, metadata
from typing import TYPE_CHECKING, Any

from srbench import hookspecs
from srbench.errors import SrbenchError, one_line
from srbench.loading import load
from srbench.testing.check import Problem, Skipped, check

if TYPE_CHECKING:
    from collections.abc import Iterator

    from srbench.registry import Registry
    from srbench.testing.checked import Checked

HEAVY = ("torch", "numpy", "pandas", "scipy", "cv2", "skimage", "matplotlib", "PIL")
"""Packages that listing a plugin may not import."""
LISTING = """
import importlib, json, sys
module = importlib.import_module(sys.argv[1])
for name in json.loads(sys.argv[2]):
    if hasattr(module, name):
        list(getattr(module, name)())
print(json.dumps([name for name in json.loads(sys.argv[3]) if name in sys.modules]))
"""
SUMMARY = "begin the module with a docstring"
SPECIAL = ",*?[]#"
"""Characters with a meaning on the command line: of lists, patterns, and parts of datasets."""
LOADS = {
    r"No module named|cannot import name": "install what the plugin imports, name it among the dependencies in "
    "pyproject.toml, or correct the import",
    r"SyntaxError|IndentationError|TabError": "correct that line of the plugin's code",
    r"\.csv\b": "correct that line of the CSV file",
    r"no hook|not a hook": "rename the function as the hook that the line names; docs/plugin-guide.md lists all",
    r"choose another name|is used by both|two plugins|two (tables|figures)": "choose another name, such as NAME-psnr",
}
"""Advice for a plugin that does not load, by a pattern of its error; the first pattern that matches counts."""


@check(
    "loads",
    "the plugin imports, its hooks exist, and its specs are complete",
    "mend the spec or the hook that the line names",
    light=True,
)
def loads(plugin: Checked) -> Iterator[Problem]:
    """Yield the reason why the plugin does not load, or that it has no summary."""
    if not plugin.plugin.ok:
        yield Problem("", plugin.plugin.error, fix_of(plugin.plugin.error))
    elif not plugin.plugin.summary:
        yield Problem("", "the module has no docstring, whose first line is the plugin's summary", SUMMARY)


def fix_of(error: str) -> str:
    """Return advice for the error of a plugin that does not load; empty if no pattern matches."""
    return next((fix for pattern, fix in LOADS.items() if re.search(pattern, error)), "")


@check(
    "light-listing",
    "importing the plugin and calling its hooks imports nothing heavy",
    'import torch, numpy and the like inside functions, and name code in specs as "module:attribute"',
    light=True,
)
def light_listing(plugin: Checked) -> Iterator[Problem]:
    """Yield each heavy package that is imported when a new process lists the plugin."""
    hooks = [name for name, hook in vars(hookspecs).items() if name.startswith("srbench_") and not _arguments(hook)]
    arguments = [plugin.package, json.dumps(hooks), json.dumps(HEAVY)]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    done = subprocess.run(  # noqa: S603 - this interpreter, on a module that is imported already
        [sys.executable, "-c", LISTING, *arguments], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        errors = done.stderr.strip().splitlines() or [f"it ended with exit code {done.returncode}"]
        yield Problem("", f"a process of its own can't list it: {errors[-1]}")
        return
    for name in json.loads(done.stdout.splitlines()[-1]):
        yield Problem(name, "is imported when the plugin is listed")


def _arguments(hook: Any) -> int:
    """Return the number of arguments of a hook."""
    count: int = hook.__code__.co_argcount
    return count


@check(
    "names",
    "names can be written on the command line, and differ by more than their case",
    "rename the spec: leave out commas, wildcards, # and a leading dash",
    light=True,
)
def names(plugin: Checked) -> Iterator[Problem]:
    """Yield the names that the command line would read as something else."""
    catalog = plugin.catalog
    for kind in ("models", "methods", "metrics", "losses", "recipes", "weights"):
        registry: Registry[Any] = getattr(catalog, kind)
        specs: tuple[Any, ...] = tuple(getattr(plugin, kind))
        known = [spec.name for spec in registry]
        for spec in specs:
            item = f"{registry.kind} {spec.name}"
            if spec.name.startswith("-") or set(spec.name) & set(SPECIAL):
                yield Problem(
                    item, f"begins with - or holds one of {SPECIAL}, which mean something to the command line"
                )
            folded = spec.name.casefold()
            if similar := [name for name in known if name != spec.name and name.casefold() == folded]:
                yield Problem(item, f"differs from {similar[0]!r} by case alone")


@check(
    "targets",
    'every "module:attribute" of a spec can be imported',
    "correct the module or the attribute that the line names",
)
def targets(plugin: Checked) -> Iterator[Problem]:
    """Yield the named code that can't be imported."""
    targets_by_item = [(f"model {spec.name}", spec.build) for spec in plugin.models]
    targets_by_item += [(f"metric {spec.name}", spec.measure) for spec in plugin.metrics]
    targets_by_item += [(f"loss {spec.name}", spec.build) for spec in plugin.losses]
    targets_by_item += [(f"weights {spec.name}", spec.convert) for spec in plugin.weights if spec.convert]
    figures = [figure for figure in plugin.plugin.figures.values() if figure.draw]
    targets_by_item += [(f"figure {figure.id}", figure.draw) for figure in figures]
    for recipe in plugin.recipes:
        for phase in recipe.phases:
            parts = [part for part in (phase.adversary, phase.objective) if part]
            targets_by_item += [(f"recipe {recipe.name}/{phase.name}", part.build) for part in parts]
    for item, target in targets_by_item:
        try:
            load(target)
        except SrbenchError as error:
            yield Problem(item, one_line(error))


@check(
    "licence",
    "the distribution and every checkpoint name their licence",
    'write license = "..." into pyproject.toml, and `licence` into each WeightsSpec',
    light=True,
)
def licence(plugin: Checked) -> Iterator[Problem]:
    """Yield the checkpoints, and the distribution, that name no licence."""
    for spec in plugin.weights:
        if not spec.licence:
            yield Problem(f"weights {spec.name}", "names no licence")
    distribution = plugin.plugin.distribution
    if not distribution:
        return
    try:
        about = metadata(distribution)
    except PackageNotFoundError as error:
        raise Skipped(f"the distribution {distribution} is not installed") from error
    classified = any(line.startswith("License") for line in about.get_all("Classifier") or [])
    if not (about["License-Expression"] or about["License"] or classified):
        yield Problem(f"distribution {distribution}", "names no licence")
