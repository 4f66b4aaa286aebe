"""Options and option types that several verbs share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from srbench.errors import UsageError

SEED = click.IntRange(0, 2**63 - 1)
"""Click type of a seed: what NumPy, torch and data frames can all hold."""
Command = TypeVar("Command", bound=Callable[..., Any])


class Names(click.ParamType[tuple[str, ...]]):
    """Click type of comma-separated names: ``Set5,Set14``."""

    name = "NAME,..."

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, ...]:
        """Return the names without surrounding whitespace; empty ones are dropped."""
        del param, ctx
        if isinstance(value, tuple):
            return value
        return tuple(name.strip() for name in value.split(",") if name.strip())


class Scales(click.ParamType[tuple[float, ...]]):
    """Click type of comma-separated scales: ``2,3,2.5``; a leading ``x`` is allowed."""

    name = "SCALE,..."

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[float, ...]:
        """Return the scales.

        Raises:
            UsageError: if a part is not a finite number of at least 1.
        """
        del param, ctx
        if isinstance(value, tuple):
            return value
        return tuple(parse_scale(part) for part in value.split(",") if part.strip())


def parse_scale(text: str) -> float:
    """Return the scale that `text` denotes: ``4``, ``x4`` or ``2.5``.

    Raises:
        UsageError: if it is not a finite number of at least 1.
    """
    try:
        scale = float(text.strip().lower().lstrip("x×"))
    except ValueError:
        raise UsageError(f"scale {text!r} is not a number; write 4, x4 or 2.5") from None
    if not 1 <= scale < float("inf"):
        raise UsageError(f"scale {text} is below 1: super-resolution enlarges")
    return scale


def many(*names: str, kind: click.ParamType[Any], help: str) -> Callable[[Command], Command]:  # noqa: A002 - click's word
    """Return the decorator of an option that takes comma-separated values; unset, the option is an empty tuple.

    Args:
        names: Names of the option, as for `click.option`.
        kind: Click type of the comma-separated values.
        help: Help text.
    """
    return click.option(*names, type=kind, default=(), help=help)


data_option = click.option(
    "--data",
    "data",
    type=click.Path(path_type=Path),
    multiple=True,
    help="Folder with datasets and weights, searched before SRBENCH_DATA. Repeatable.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout, nothing else.")
device_option = click.option("--device", default="auto", show_default=True, help="auto, cpu, cuda or cuda:N.")
tile_option = click.option(
    "--tile",
    type=click.IntRange(min=0),
    default=None,
    help="Side of a tile in LR pixels; 0: never tile. Unset: tile only images that do not fit into memory.",
)
jobs_option = click.option(
    "--jobs", type=click.IntRange(min=1), default=1, show_default=True, help="Number of processes that measure."
)
metrics_option = many("--metrics", kind=Names(), help="Metrics, e.g. psnr,ssim (srbench list metrics).")
protocol_option = click.option("--protocol", default="", help="Measuring protocol: standard, matlab, pcarn, rgb, ...")
ensemble_option = click.option(
    "--ensemble",
    type=Names(),
    default=(),
    help="Wrappers around the network, innermost first: self (8 flips and rotations), patch (windows of 120 LR pixels "
    "with a stride of 60, blended), or self,patch.",
)
alpha_option = click.option(
    "--alpha",
    type=float,
    default=None,
    help="Blend the method's weights with those of the PSNR-oriented network it was trained from: 0 (only the "
    "PSNR-oriented weights) to 1 (only the method's).",
)
