"""Claims of papers with what was measured for them, from the records of an output folder."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from srbench.bench.power.prospects import prospects
from srbench.bench.results.claims import claims_that_do_not_fit, claims_with_losses
from srbench.errors import StoreError, suggestion
from srbench.evidence.claim_files import place_of, read_claims
from srbench.report.tables import other_prints, reported_tables
from srbench.terminal.counted import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from srbench.bench.power.prospects import Prospect
    from srbench.bench.results.table_result import Result
    from srbench.catalog import Catalog
    from srbench.evidence.claim_files import Place
    from srbench.records.store import Store
    from srbench.registry import Plugin
    from srbench.specs.table import Table

FIELDS = (
    *("plugin", "table", "claim", "asked_by", "metric", "dataset", "scale", "printed", "printed_for"),
    *("difference", "ci_low", "ci_high", "p", "p_holm", "p_fewest", "seeds", "images", "answer"),
    *("excludes_print", "excludes_print_corrected"),
    *("sd_seeds", "sd_images", "sd_rest", "noise_from", "level", "power", "detectable", "seeds_needed"),
    *("options", "post_hoc"),
)
"""Keys of the objects of ``srbench power --json``."""
LOST = (
    "about printed cells whose records are missing, damaged, or of other data or weights than those at hand; left out, "
    "or answered from other rows or runs"
)
"""What is said of claims whose printed cells have no record now (`Result.lost`)."""
UNFIT = "left out, as their rows are measured on other images, from other numbers of seeds or under other protocols"
"""What is said of claims whose rows can't be compared (`claims_that_do_not_fit`)."""
POST_HOC = Path("evidence", "post-hoc.csv")
"""File of an output folder that lists the claims which were added, or moved to srbench's questions, after their values
had been seen."""


@dataclass(frozen=True)
class ClaimLine:
    """A claim of a table, measured, with its power."""

    plugin: str
    table: str
    prospect: Prospect
    post_hoc: bool = False
    """True if the claim was declared, or moved to srbench's questions, after its values had been seen (`POST_HOC`)."""
    notes: tuple[str, ...] = ()
    """Notes on the table (`Table.notes`)."""

    @property
    def asked(self) -> str:
        """The claim in words, with a mark if it isn't the paper's and if it was added after its values were seen."""
        claim = self.prospect.answer.claim
        return claim.text + " (asked by srbench)" * (claim.asked_by != "paper") + " (post hoc)" * self.post_hoc

    def as_object(self) -> dict[str, object]:
        """Return the line as a mapping with the keys `FIELDS`; unknown values are None."""
        answer, printed, noise = self.prospect.answer, self.prospect.printed, self.prospect.noise
        column, test = answer.claim.column, answer.test
        place = (answer.metric.name, column.dataset, column.scale)
        in_print = (printed.difference, printed.elsewhere or column.dataset) if printed else (None, None)
        tested = (test.p, answer.p_holm, answer.p_fewest) if answer.tested else (None, None, None)
        deviations = (noise.seeds**0.5, noise.images**0.5, noise.rest**0.5) if noise else (None, None, None)
        origin = "other claims" if self.prospect.borrowed else "this claim"
        values = (
            *(self.plugin, self.table, answer.claim.text, answer.claim.asked_by, *place, *in_print),
            *(test.difference, *(test.interval or (None, None)), *tested, test.seeds, test.images, answer.holds),
            *(self.prospect.below_print, self.prospect.below_print_corrected),
            *(*deviations, origin if noise else None, self.prospect.level),
            *(self.prospect.power, self.prospect.detectable, self.prospect.seeds, answer.options, self.post_hoc),
        )
        return dict(zip(FIELDS, values, strict=True))


def claim_lines(
    catalog: Catalog,
    plugins: Iterable[Plugin],
    store: Store,
    roots: Sequence[Path],
    only: Sequence[Table] | None = None,
) -> list[ClaimLine]:
    """Return the measured claims of `plugins`, table by table, each under the options of the run that printed it.

    A table may have been printed by several runs that differ in the number of seeds (`other_prints`); each claim is
    answered from the run with the most.

    Args:
        catalog: The catalog.
        plugins: Plugins of papers.
        store: Store of the output folder.
        roots: Folders with data and weights; without them claims are answered from the records all the same.
        only: The tables whose claims are returned; None: all. The others still lend their noise.
    """
    lines = []
    post_hoc = {place: where for where, place, _ in read_claims(store.root / POST_HOC)}
    for place, where in post_hoc.items():
        if place[0] not in catalog.plugins:
            raise StoreError(f"{where}: unknown plugin {place[0]!r}{suggestion(place[0], catalog.plugins)}")
    for plugin in plugins:
        _check_known(plugin, post_hoc)
        tables = {table.id: _narrowed_to_claims(table) for table in plugin.tables.values() if table.claims}
        runs_by_table = _runs_by_table(catalog, replace(plugin, tables=tables), store, roots)
        included = {table.id for table in plugin.tables.values() if only is None or table in only}
        for result, *other_runs in runs_by_table:
            if result.table.id in included:
                _warn_of_losses(plugin, result, other_runs)
                other_tables = [runs for runs in runs_by_table if runs[0] is not result]
                for prospect in prospects(result, other_tables, other_runs):
                    added = place_of(plugin.name, result.table.id, prospect.answer.claim) in post_hoc
                    lines.append(ClaimLine(plugin.name, result.table.id, prospect, added, result.table.notes))
    return lines


def _warn_of_losses(plugin: Plugin, result: Result, other_runs: Sequence[Result]) -> None:
    """Warn of claims of a table that have lost values: records that aren't found, or rows that don't fit any more."""
    found = {
        LOST: claims_with_losses(result, other_runs),
        UNFIT: claims_that_do_not_fit(result, other_runs),
    }
    for what, claims in found.items():
        if claims:
            first = _claim_words(place_of(plugin.name, result.table.id, claims[0]))
            number = counted(len(claims), "claim")
            warnings.warn(
                f"{plugin.name}, Table {result.table.id}: {number} {what}; the first is {first}; print the table again "
                "with srbench run",
                stacklevel=2,
            )


def _claim_words(place: Place) -> str:
    """Return words and column of a claim: ``'A beats B' in psnr Set5 x4``."""
    _, _, words, metric, dataset, scale = place
    return " ".join(filter(None, (repr(words), "in", metric, dataset, f"x{scale}" if scale else "")))


def _check_known(plugin: Plugin, listed: Mapping[Place, str]) -> None:
    """Check that the listed claims of `plugin` are claims of its tables.

    Raises:
        StoreError: if one isn't, so that it would mark nothing.
    """
    known = {place_of(plugin.name, table.id, claim) for table in plugin.tables.values() for claim in table.claims}
    for place, where in listed.items():
        if place[0] == plugin.name and place not in known:
            raise StoreError(
                f"{where}: {plugin.name} Table {place[1]} has no claim {_claim_words(place)}; "
                "write it as the plugin does"
            )


def _runs_by_table(catalog: Catalog, plugin: Plugin, store: Store, roots: Sequence[Path]) -> list[list[Result]]:
    """Return, for each table of `plugin`, the result of its first run and of those with other numbers of seeds."""
    return [
        [first.result, *other_prints(catalog, plugin, plugin.tables[first.result.table.id], store, roots)]
        for first in reported_tables(catalog, [plugin], store, roots)
    ]


def _narrowed_to_claims(table: Table) -> Table:
    """Return `table` with the rows that its claims are about, and the columns of their metrics and scales."""
    labels = {
        name for claim in table.claims for name in (claim.better, claim.worse, *claim.better_over, *claim.worse_over)
    }
    places = {(claim.column.metric, claim.column.scale) for claim in table.claims}
    return replace(
        table,
        rows=tuple(row for row in table.rows if {row.label, row.reduced} & labels),
        columns=tuple(column for column in table.columns if (column.metric, column.scale) in places),
    )
