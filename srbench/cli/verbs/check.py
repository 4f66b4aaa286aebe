"""``srbench check``: run the checks that every plugin should pass."""

from __future__ import annotations

import math
from dataclasses import asdict

import click

from srbench.cli.options import NumberRange, json_option
from srbench.cli.output import echo_json
from srbench.errors import UsageError
from srbench.escape import visible


@click.command()
@click.argument("plugin")
@click.option(
    "--check", "check_names", multiple=True, metavar="NAME", help="Run these checks alone; patterns, repeatable."
)
@click.option("--fast", is_flag=True, help="Leave out slow checks: training, receptive fields.")
@click.option(
    "--time-limit",
    type=NumberRange(min=0, max=1e9, min_open=True),
    metavar="SECONDS",
    help="Seconds that a check may take before it has failed.  [default: 600, and 3600 of a slow check]",
)
@json_option
def check(plugin: str, check_names: tuple[str, ...], fast: bool, time_limit: float | None, as_json: bool) -> int:
    """Check PLUGIN: what it declares, its networks, recipes, metrics and weights.

    The exit code is 1 if a check failed, and 2 if there is no such plugin.
    """
    from srbench.testing.run import checked_plugin, chosen_checks
    from srbench.testing.time_limit import run_within

    if time_limit is not None and math.isnan(time_limit):  # NaN is in no range
        raise UsageError("--time-limit nan: no number of seconds; write one such as 60")
    wanted = [name.strip() for text in check_names for name in text.split(",")]
    checks = chosen_checks(wanted, fast=fast)
    checked_plugin(plugin)
    outcomes = []
    for outcome in run_within(plugin, checks, time_limit):
        outcomes.append(outcome)
        if not as_json:
            click.echo(visible(outcome.text.replace("\n", "\x00")).replace("\\x00", "\n"))
    if as_json:
        echo_json([asdict(outcome) for outcome in outcomes])
    return int(any(outcome.status == "failed" for outcome in outcomes))
