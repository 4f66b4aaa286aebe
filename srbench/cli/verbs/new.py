"""``srbench new``: write a plugin to begin with."""

from __future__ import annotations

import re
from pathlib import Path

import click

from srbench.catalog import load_catalog
from srbench.errors import UsageError
from srbench.escape import visible
from srbench.specs.model import parse_scale

SCALES = (2, 3, 4, 8)
ARXIV = re.compile(r"(\d{4}\.\d{4,5}|[a-z-]+(\.[A-Z]{2})?/\d{7})(v\d+)?")
"""Number of a paper at arXiv, of today or as before 2007."""


@click.command()
@click.argument("name")
@click.option("--title", default="", help="Title of the paper.")
@click.option("--arxiv", default="", metavar="NUMBER", help="Number of the paper at arXiv, such as 2001.01234.")
@click.option(
    "--scales",
    default="",
    help="Scales of the network, separated by commas: 2, 3, 4 or 8.  [default: those of --from-csv, or 2]",
)
@click.option(
    "--from-csv",
    "table",
    type=click.Path(path_type=Path),
    help="CSV file of printed numbers (row, metric, value; also table, dataset, scale, std, rank, note), from which "
    "rows and columns of the table are made.",
)
@click.option("--ours", default="", metavar="ROW", help="Row of --from-csv that is the paper's network.")
@click.option(
    "--with",
    "more",
    default="",
    metavar="PARTS",
    help="What it brings besides model, recipe, table, figure and metric: loss, protocol, dataset.",
)
@click.option("--without", "fewer", default="", metavar="PARTS", help="What it does not bring, such as figure,metric.")
@click.option("--out", type=click.Path(path_type=Path), help="New folder.  [default: srbench-NAME]")
def new(
    name: str,
    title: str,
    arxiv: str,
    scales: str,
    table: Path | None,
    ours: str,
    more: str,
    fewer: str,
    out: Path | None,
) -> int:
    """Write a plugin called NAME: network, recipe, metric, table, figure, tests and a CI workflow.

    It passes `srbench check NAME` as it is; its README says what to put in the place of what.
    """
    from srbench.scaffold.printed import example, read_printed, unknown_names
    from srbench.scaffold.write import NewPlugin, check_name, chosen_parts, write_plugin

    catalog = load_catalog()
    check_name(name, catalog.plugins)
    parts = chosen_parts(_words(more), _words(fewer))
    if table and "table" not in parts:
        raise UsageError("--from-csv: its numbers belong to a table, which --without takes away; leave one of them out")
    if ours and "model" not in parts:
        raise UsageError("--ours: is the row of the network, which --without takes away; leave one of them out")
    if ours and not table:
        raise UsageError("--ours: names a row of --from-csv; give that too")
    if arxiv and not ARXIV.fullmatch(arxiv):
        raise UsageError(f"--arxiv: {arxiv!r} is no number of arXiv; write one such as 2001.01234")
    printed = read_printed(table) if table else None
    given = ",".join(f"{scale:g}" for scale in printed.scales if scale in SCALES) if printed else ""
    chosen = _scales(scales or given)
    printed = printed or example(chosen)
    folder = out or Path(f"srbench-{name}")
    plugin = NewPlugin(name, title, arxiv, chosen, printed, table is not None, ours, parts)
    for path in write_plugin(plugin, folder):
        click.echo(visible(str(path)))
    for remark in unknown_names(printed, catalog) if table else ():
        click.echo(visible(f"note: {table}: {remark}"), err=True)
    click.echo(visible(f"next: cd {folder} && pip install -e .[test] && srbench check {name} && pytest"))
    return 0


def _scales(text: str) -> tuple[int, ...]:
    scales = [parse_scale(word) for word in _words(text)] or [2.0]
    if wrong := [scale for scale in scales if scale not in SCALES]:
        raise UsageError(f"--scales: {wrong[0]:g} is none of {', '.join(map(str, SCALES))}; the template has those")
    return tuple(sorted({int(scale) for scale in scales}))


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]
