"""The checks that every plugin should pass, for ``srbench check`` and for pytest.

In a plugin's tests::

    from srbench.testing import checks

    @checks("mypaper")
    def test_plugin(check):
        check()
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pytest

    from srbench.testing.check import Check

__all__ = ["checks"]


def checks(
    plugin: str, *names: str, fast: bool = False, marks: Mapping[str, pytest.MarkDecorator] | None = None
) -> pytest.MarkDecorator:
    """Return a decorator for a test function with the parameter ``check``, so that each check is a test of its own.

    Slow checks bear the marker ``slow``; expected failures are shown as such, and skipped checks with their reason.

    Args:
        plugin: Name of the plugin.
        *names: Names or patterns of checks; none for all.
        fast: Whether to leave out slow checks.
        marks: Markers by check, or by a pattern of checks: ``{"recipe-trains": pytest.mark.long}``.

    Raises:
        UnknownName: if a name or pattern matches no check.
    """
    import pytest

    from srbench.testing.run import chosen_checks

    marks_by_pattern = dict(marks or {})
    chosen_checks(marks_by_pattern)  # raises an error for a pattern that matches no check

    def markers(entry: Check) -> list[pytest.MarkDecorator]:
        matching = [mark for pattern, mark in marks_by_pattern.items() if fnmatchcase(entry.name, pattern)]
        return [pytest.mark.slow, *matching] if entry.slow else matching

    parameters = [
        pytest.param(partial(_run_as_test, plugin, entry), id=entry.name, marks=markers(entry))
        for entry in chosen_checks(names, fast=fast)
    ]
    return pytest.mark.parametrize("check", parameters)


def _run_as_test(plugin: str, entry: Check) -> None:
    """Run a check as a test of pytest: it passes, fails, is skipped, or fails as expected."""
    import pytest

    from srbench.testing.run import checked_plugin, run_check

    outcome = run_check(checked_plugin(plugin), entry)
    if outcome.status == "skipped":
        pytest.skip(outcome.reason)
    if outcome.status == "expected failure":
        pytest.xfail(outcome.reason)
    if outcome.status == "failed":
        pytest.fail(outcome.text, pytrace=False)
