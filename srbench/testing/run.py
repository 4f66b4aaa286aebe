"""Running the checks of a plugin."""

from __future__ import annotations

from dataclasses import replace
from fnmatch import fnmatchcase
from functools import cache
from typing import TYPE_CHECKING

from srbench.catalog import load_catalog
from srbench.errors import UnknownName, one_line
from srbench.registry import BUILTIN
from srbench.testing.check import CHECKS, Outcome, Problem, Skipped, Unchecked
from srbench.testing.checked import Checked

# checks run in the order in which their modules are imported
# isort: off
from srbench.testing.kit import listing, tables, models, recipes, metrics, devices, weights, training
# isort: on

if TYPE_CHECKING:
    from collections.abc import Iterable

    from srbench.catalog import Catalog
    from srbench.testing.check import Check

MODULES = (listing, tables, models, recipes, metrics, devices, weights, training)
"""Modules whose import registers the checks."""

SHOWN = 3
"""Number of parts that can't be checked for one reason, which are named."""


@cache
def checked_plugin(name: str) -> Checked:
    """Return the installed plugin `name`, for its checks.

    Raises:
        UnknownName: if there is no such plugin.
    """
    return of_catalog(load_catalog(), name)


def of_catalog(catalog: Catalog, name: str) -> Checked:
    """Return the plugin `name` of a catalog; the error is that of `checked_plugin`."""
    if name not in catalog.plugins:
        raise UnknownName("plugin", name, (plugin for plugin in catalog.plugins if plugin != BUILTIN))
    return Checked(catalog, name)


def chosen_checks(names: Iterable[str] = (), *, fast: bool = False) -> list[Check]:
    """Return the checks whose name matches one of the patterns `names`, all if there are none.

    Args:
        names: Names or patterns.
        fast: Whether to leave out slow checks.

    Raises:
        UnknownName: if a pattern matches no check.
    """
    patterns = tuple(names)
    for pattern in patterns:
        if not any(fnmatchcase(name, pattern) for name in CHECKS):
            raise UnknownName("check", pattern, CHECKS)
    found = [entry for entry in CHECKS.values() if not patterns or any(fnmatchcase(entry.name, p) for p in patterns)]
    return [entry for entry in found if not (fast and entry.slow)]


def run_check(plugin: Checked, entry: Check) -> Outcome:
    """Return the outcome of a check; of a plugin that does not load, all checks but ``loads`` are skipped.

    Expected failures are strict: a declared failure that does not come is a failure.
    """
    if not plugin.plugin.ok and entry.name != "loads":
        return Outcome(entry.name, "skipped", reason="the plugin does not load: see the check `loads`")
    try:
        found = list(entry.run(plugin))
    except Skipped as reason:
        return Outcome(entry.name, "skipped", reason=str(reason))
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # noqa: BLE001 - the code of a plugin may raise anything
        found = [Problem("", one_line(error))]
    judged = _judged(plugin, entry, [part for part in found if isinstance(part, Problem)])
    return replace(judged, unchecked=_by_reason(part for part in found if isinstance(part, Unchecked)))


def _by_reason(parts: Iterable[Unchecked]) -> tuple[str, ...]:
    """Return a line for each reason, with the parts that it holds for."""
    items: dict[str, list[str]] = {}
    for part in parts:
        items.setdefault(part.reason, []).append(part.item)
    return tuple(
        f"{', '.join(names[:SHOWN])}{f' and {len(names) - SHOWN} more' if names[SHOWN:] else ''}: {reason}"
        for reason, names in items.items()
    )


def _judged(plugin: Checked, entry: Check, problems: list[Problem]) -> Outcome:
    """Return the outcome of a check with these problems, beside the failures that the plugin expects."""
    unknown = {name for name in plugin.expected if name.partition(":")[0] not in CHECKS} if plugin.plugin.ok else set()
    if entry.name == "loads" and unknown:
        problems.append(Problem("expected failures", f"{min(unknown)!r} is no check; choose from {', '.join(CHECKS)}"))
    reasons, left = [], list(problems)
    for name, reason in plugin.expected.items() if plugin.plugin.ok else ():
        of, _, item = name.partition(":")
        if of != entry.name:
            continue
        meant = [problem for problem in problems if not item or fnmatchcase(problem.item, item)]
        left = [problem for problem in left if problem not in meant]
        if meant:
            reasons.append(reason)
        else:
            left.append(Problem(item, f"was expected to fail ({reason}), and passes; take {name!r} from the hook"))
    texts = tuple(f"{problem.item}: {problem.text}" if problem.item else problem.text for problem in left or problems)
    if left:
        fixes = dict.fromkeys(problem.fix or entry.fix for problem in left)
        return Outcome(entry.name, "failed", texts, fix="; ".join(fixes))
    if problems:
        return Outcome(entry.name, "expected failure", texts, "; ".join(dict.fromkeys(reasons)))
    return Outcome(entry.name, "ok")
