"""``srbench power``: the claims of papers, what was measured for them, and the seeds that would decide."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from srbench.bench.results.run_options import PAPER
from srbench.catalog import load_catalog
from srbench.cli.options import data_option, json_option, many
from srbench.cli.output import echo_json, echo_table, echo_text
from srbench.cli.tables.request import default_out, tables_of
from srbench.cli.writing.output_files import writable_outputs
from srbench.errors import SrbenchError, StoreError, UnknownName, UsageError
from srbench.records.store import Store
from srbench.storage.atomic import write_atomically
from srbench.storage.roots import data_roots

if TYPE_CHECKING:
    from collections.abc import Sequence

    from srbench.catalog import Catalog
    from srbench.evidence.claim_lines import ClaimLine
    from srbench.registry import Plugin
    from srbench.specs.table import Table

NOTE = (
    "Where the paper's rows aren't measured, reduced ones stand in. Answers are by p corrected for the claims of a "
    "table (--json: p_holm), intervals aren't corrected, and power is for the printed effect, or for the measured one "
    "where nothing is printed. Firm: p_fewest is below 0.05 too. Post hoc: added, or moved to srbench's questions, "
    "after its values had been seen."
)
"""Words below the table, without which an undecided claim beside an interval without 0 looks like a mistake."""


@click.command()
@many("--plugin", "plugin_names", help="Only these papers' plugins.")
@many("--table", "tables", also=("--tables",), help="Only tables of these numbers.")
@data_option
@click.option(
    "--out", type=click.Path(path_type=Path), default=None, help="Folder with the records of runs.  [default: results]"
)
@click.option(
    "--page", type=click.Path(path_type=Path, dir_okay=False), help="Write the page of evidence to this file."
)
@json_option
def power(
    plugin_names: tuple[str, ...],
    tables: tuple[str, ...],
    data: tuple[Path, ...],
    out: Path | None,
    page: Path | None,
    as_json: bool,
) -> int:
    """Print the claims of papers with effect, answer and power, and how many seeds would decide them.

    The claims are those below the tables in the output folder, each under the options of the run that printed
    it; nothing is trained or measured. The noise is that between the seeds and images measured so far, the
    power that of the test over both, at 0.05 over the number of claims of the table. The effect to be found is
    the printed one, else that measured here. An answer is firm if the degrees of freedom of the seeds alone give it
    too. Of a table that was run with several numbers of seeds each claim has the most.

    \b
      srbench power --plugin probabilistic-l1 --table 1
      srbench power --page evidence.md
    """
    from srbench.evidence.claim_lines import claim_lines
    from srbench.evidence.page import evidence_page

    catalog = load_catalog()
    plugins, only = _chosen(catalog, plugin_names, tables)
    store = Store(out or default_out(PAPER))
    if not store.records.is_dir():
        raise StoreError(f"{store.root}: no records there; name the --out of a run, or start with srbench run")
    with writable_outputs([("--page", page)]):
        lines = claim_lines(catalog, plugins, store, data_roots(data), only)
        if not lines and not as_json:
            raise _nothing(store, plugins, only)
        if page and lines:  # the earlier answers are of whole papers
            earlier = None if tables else store.root / "evidence" / "before.csv"
            write_atomically(page, evidence_page(lines, earlier, () if tables else plugins, page.parent))
    if as_json:
        echo_json([line.as_object() for line in lines])
    elif page:
        echo_text(f"written: {page} ({len(lines)} claims)")
    else:
        echo_table([_cells(line) for line in lines], HEADERS)
        echo_text(NOTE)
    return 0


def _chosen(
    catalog: Catalog, plugin_names: Sequence[str], tables: Sequence[str]
) -> tuple[list[Plugin], list[Table] | None]:
    """Return the plugins and the tables that are asked for; None if all tables are.

    Without a plugin a table is that of every paper that has one of this number.
    """
    papers = [plugin for plugin in catalog.plugins.values() if plugin.ok and plugin.tables]
    plugins = [catalog.plugin(name) for name in plugin_names] or papers
    if not tables:
        return plugins, None
    if plugin_names or tables == ("all",):
        return plugins, [table for plugin in plugins for table in tables_of(plugin, tables)]
    if unknown := next((name for name in tables if not any(name in plugin.tables for plugin in papers)), None):
        raise UnknownName("table", unknown, {name for plugin in papers for name in plugin.tables}, "of all papers")
    plugins = [plugin for plugin in papers if set(tables) & set(plugin.tables)]
    return plugins, [plugin.tables[name] for plugin in plugins for name in tables if name in plugin.tables]


def _nothing(store: Store, plugins: Sequence[Plugin], only: Sequence[Table] | None) -> SrbenchError:
    """Return the error where no claim is measured: what is asked for has none, or no run has printed its tables."""
    names = ", ".join(plugin.name for plugin in plugins)
    with_claims = [table for plugin in plugins for table in plugin.tables.values() if table.claims]
    if not with_claims:
        return UsageError(f"--plugin {names}: no claims there; without --plugin those of all papers are listed")
    if only is not None and not any(table.claims for table in only):
        asked, choices = (", ".join(dict.fromkeys(table.id for table in found)) for found in (only, with_claims))
        return UsageError(f"--table {asked}: no claims there; tables of {names} with claims are {choices}")
    return StoreError(
        f"{store.root}: no claim of {names} is measured there; name the --out of a run, or print a table with "
        "srbench run (from records alone with srbench collect)"
    )


HEADERS = ("claim", "where", "printed", "measured", "answer", "seeds", "images", "power", "what is open")


def _cells(line: ClaimLine) -> tuple[str, ...]:
    from srbench.render.answer import excluded_print, outlook

    prospect = line.prospect
    answer, printed, column = prospect.answer, prospect.printed, prospect.answer.claim.column
    decimals = answer.metric.decimals + 1
    limits = " to ".join(f"{limit:+.{decimals}f}" for limit in answer.test.interval or ())
    return (
        line.asked,
        f"{line.plugin} {line.table}: {answer.metric.title or answer.metric.name} {column.place}".rstrip(),
        f"{printed.difference:+.{decimals}f}" + f" ({printed.elsewhere})" * bool(printed.elsewhere) if printed else "–",
        f"{answer.test.difference:+.{decimals}f}" + f" ({limits})" * bool(limits),
        answer.holds + ", firm" * answer.firm,
        str(answer.test.seeds) if answer.trained else "–",
        str(answer.test.images),
        "–" if prospect.power is None else f"{prospect.power:.0%}",
        outlook(prospect) or excluded_print(prospect),
    )
