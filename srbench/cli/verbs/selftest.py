"""``srbench selftest``: compare metrics on this machine with reference implementations."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from srbench.catalog import load_catalog
from srbench.cli.options import data_option, device_option, json_option
from srbench.cli.output import echo_json, echo_table
from srbench.storage.roots import data_roots

if TYPE_CHECKING:
    from pathlib import Path

    from srbench.selftest.check import Outcome


@click.command()
@device_option
@data_option
@json_option
def selftest(device: str, data: tuple[Path, ...], as_json: bool) -> int:
    """Compare every metric with golden values of other implementations, on photographs that ship with scikit-image.

    Prints the largest error of each metric on this machine and device. The exit code is 1 if an error exceeds its
    tolerance. A metric whose weights are not found (srbench data list) is reported as not available, which does not
    count as a failure.
    """
    from srbench.bench.resolve.resolver import Resolver
    from srbench.device import device_name, pick_device
    from srbench.selftest.check import check
    from srbench.selftest.golden import golden_values

    device = pick_device(device)
    resolver = Resolver(load_catalog(), data_roots(data))
    outcomes = [check(golden, resolver, device) for golden in golden_values()]
    if as_json:
        echo_json([asdict(outcome) | {"device": device_name(device)} for outcome in outcomes])
    else:
        echo_table(
            map(line_of, outcomes), ["metric", "cases", "largest error", "tolerance", "status", "golden values by"]
        )
        click.echo(f"\n{_summary(outcomes)} on {device_name(device)}")
    return 1 if any(outcome.status == "FAILED" for outcome in outcomes) else 0


def line_of(outcome: Outcome) -> list[str]:
    """Return the line of the table for `outcome`."""
    error = "" if outcome.error is None else f"{outcome.error:.2g}"
    reason = outcome.reason.removeprefix(f"{outcome.status}: ")
    status = f"{outcome.status}: {reason}" if reason else outcome.status
    return [outcome.name, str(outcome.cases), error, f"{outcome.tolerance:.2g}", status, outcome.reference]


def _summary(outcomes: list[Outcome]) -> str:
    statuses = [outcome.status for outcome in outcomes]
    counts = {status: statuses.count(status) for status in ("ok", "FAILED", "not available")}
    return ", ".join(f"{count} {status}" for status, count in counts.items() if count)
