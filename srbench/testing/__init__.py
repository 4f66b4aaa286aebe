"""The checks that every plugin should pass, for ``srbench check`` and for pytest.

In a plugin's tests::

    from srbench.testing import checks

    @checks("mypaper")
    def test_plugin(check):
        check()
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pytest

    from srbench.testing.check import Check

__all__ = ["checks"]


def checks(plugin: str, *names: str, fast: bool = False) -> pytest.MarkDecorator:
    """Return a decorator for a test function with the parameter ``check``, so that each check is a test of its own.

    Slow checks bear the marker ``slow``; expected failures are shown as such, and skipped checks with their reason.

    Args:
        plugin: name of the plugin.
        *names: names or patterns of checks; none for all.
        fast: whether to leave out slow checks.
    """
    import pytest

    from srbench.testing.run import chosen_checks

    parameters = [
        pytest.param(partial(_passes, plugin, entry), id=entry.name, marks=pytest.mark.slow if entry.slow else ())
        for entry in chosen_checks(names, fast=fast)
    ]
    return pytest.mark.parametrize("check", parameters)


def _passes(plugin: str, entry: Check) -> None:
    """Run a check as a test."""
    import pytest

    from srbench.testing.run import checked_plugin, run_check

    outcome = run_check(checked_plugin(plugin), entry)
    if outcome.status == "skipped":
        pytest.skip(outcome.reason)
    if outcome.status == "expected failure":
        pytest.xfail(outcome.reason)
    if outcome.status == "failed":
        pytest.fail(outcome.text, pytrace=False)
