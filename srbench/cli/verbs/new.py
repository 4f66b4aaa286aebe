"""``srbench new``: write a plugin to begin with."""

from __future__ import annotations

import re
from pathlib import Path

import click

from srbench.catalog import load_catalog
from srbench.errors import UsageError
from srbench.escape import visible

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
@click.option("--out", type=click.Path(path_type=Path), help="New folder.  [default: srbench-NAME]")
def new(name: str, title: str, arxiv: str, scales: str, table: Path | None, ours: str, out: Path | None) -> int:
    """Write a plugin called NAME: network, recipe, metric, table, figure, tests and a CI workflow.

    It passes `srbench check NAME` as it is; its README says what to put in the place of what.
    """
    from srbench.scaffold.printed import example, read_printed
    from srbench.scaffold.write import NewPlugin, check_name, write_plugin

    check_name(name, load_catalog().plugins)
    if ours and not table:
        raise UsageError("--ours: names a row of --from-csv; give that too")
    if arxiv and not ARXIV.fullmatch(arxiv):
        raise UsageError(f"--arxiv: {arxiv!r} is no number of arXiv; write one such as 2001.01234")
    printed = read_printed(table) if table else None
    given = ",".join(f"{scale:g}" for scale in printed.scales if scale in SCALES) if printed else ""
    chosen = _scales(scales or given)
    printed = printed or example(chosen)
    folder = out or Path(f"srbench-{name}")
    plugin = NewPlugin(name, title, arxiv, chosen, printed, table is not None, ours)
    for path in write_plugin(plugin, folder):
        click.echo(visible(str(path)))
    click.echo(visible(f"next: cd {folder} && pip install -e .[test] && srbench check {name} && pytest"))
    return 0


def _scales(text: str) -> tuple[int, ...]:
    words = [word.strip() for word in text.split(",") if word.strip()] or ["2"]
    if wrong := [word for word in words if word not in map(str, SCALES)]:
        raise UsageError(f"--scales: {wrong[0]!r} is none of {', '.join(map(str, SCALES))}; the template has those")
    return tuple(sorted({int(word) for word in words}))
