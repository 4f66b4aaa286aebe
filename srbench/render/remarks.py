"""Text beside a table: protocol and profile, legend, missing cells and their reasons, and remarks."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from srbench.bench.results.row_order import row_orders
from srbench.bench.results.verdict import Verdict
from srbench.escape import visible
from srbench.render.grid import label, labels_of
from srbench.render.places import Places, Shown, distinct, listed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from srbench.bench.results.table_result import Result, TableEntry

DEMO_BANNER = "demo data: not comparable with the paper"


def heading(result: Result) -> str:
    """Return the heading of a table: ``pcarn, Table 4: ...``, or only the title if it is not from a paper."""
    return f"{result.plugin}, Table {result.table.id}: {result.table.title}" if result.plugin else result.table.title


def circumstances(result: Result, shown: Shown = visible, code: Shown = "`{}`".format) -> list[str]:
    """Return a line with the protocol and a paper's profile, after the demo banner if the data are demo images.

    Args:
        result: The measured table.
        shown: Function that escapes names for the format of the text.
        code: Function that sets words as code.
    """
    seeds = max((entry.seeds or 1 for entry in result.measured), default=1)
    over = f" Trained rows: mean ± standard deviation over {seeds} seeds." if seeds > 1 else ""
    profile = f", profile `{result.profile}`" if result.plugin else ""
    lines = [
        f"Protocol {code(result.protocol)} ({result.protocol_hash}){profile}.{over}",
        *rules(result, shown, code),
        *map(shown, lr_sources(result)),
    ]
    return [DEMO_BANNER, *lines] if result.demo else lines


def rules(result: Result, shown: Shown = visible, code: Shown = "`{}`".format) -> list[str]:
    """Return one line for each rule that rows are measured by in place of the table's protocol, with its evidence.

    Args:
        result: The measured table.
        shown: Function that escapes names.
        code: Function that sets words as code.
    """
    by_rule: dict[str, list[str]] = {}
    for entry in result.entries:
        rule = entry.row.rule
        if rule and entry.protocol == rule.protocol and entry.metric and entry.metric.subject == "image":
            text = f"protocol {code(rule.protocol)}: {visible(rule.evidence)}"
            by_rule.setdefault(text, []).append(shown(entry.row.label))
    return [f"{listed(rows)}: {text}" for text, rows in by_rule.items()]


def lr_sources(result: Result) -> list[str]:
    """Return a line with the source of the LR images, and where there are several, with the datasets of each.

    ``LR: files of the dataset (Set5); made from HR by matlab-uint8 (B100).``
    """
    by_source: dict[str, list[TableEntry]] = {}
    for entry in result.measured:
        if entry.lr:
            by_source.setdefault(entry.lr, []).append(entry)
    line = lr_line({source: _origin(entries, result) for source, entries in by_source.items()})
    return [line] if line else []


def lr_line(places: Mapping[str, str]) -> str:
    """Return ``LR: files of the dataset (Set5); made from HR by matlab-uint8 (B100).``; empty for no source.

    Args:
        places: Datasets, for people, by source of their LR images (`Record.lr`); not shown for a single source.
    """
    parts = []
    for lr, where in places.items():
        source = "files of the dataset" if lr == "file" else f"made from HR by {lr.removeprefix('made:')}"
        parts.append(source if len(places) == 1 else f"{source} ({where})")
    return f"LR: {'; '.join(parts)}." if parts else ""


def _origin(entries: list[TableEntry], result: Result) -> str:
    """Return datasets and scales of `entries`, and the rows where others have LR images of another source there."""
    lr = entries[0].lr
    other = [entry for entry in result.measured if entry.lr not in {"", lr}]
    elsewhere, datasets = {entry.column.dataset for entry in other}, labels_of(result)
    scales = {(entry.column.dataset, entry.column.scale) for entry in entries}
    partial = {
        dataset
        for dataset in elsewhere
        if any(entry.column.dataset == dataset and (dataset, entry.column.scale) not in scales for entry in other)
    }
    places = distinct(
        f"{name['dataset']} {name['scale']}".strip() if entry.column.dataset in partial else name["dataset"]
        for entry in entries
        for name in [label(entry, datasets)]
    )
    shared = {(entry.column.dataset, entry.column.scale) for entry in other}
    rows = listed(entry.row.label for entry in entries if (entry.column.dataset, entry.column.scale) in shared)
    return ", ".join(places) + (f": {rows}" if rows else "")


def legend(result: Result) -> str:
    """Return the legend of the cells and of the signs in this table; empty if no value is published."""
    if not any(entry.published for entry in result.entries):
        return ""
    words = signs_in_words(result)
    ranked = any(entry.published and entry.published.rank for entry in result.entries)
    parts = [f"; {words}" if words else "", "; superscripts: ranks as printed" if ranked else ""]
    return f"Cells: measured / published (difference, verdict){''.join(parts)}; – not measured."


def signs_in_words(result: Result) -> str:
    """Return the signs of the verdicts in a table with their words: ``✓ reproduced, ✗ differs``."""
    return ", ".join(f"{mark} {word}" for mark, word in signs(result.entries).items())


def signs(entries: Iterable[TableEntry]) -> dict[str, str]:
    """Return what the signs in cells with a published value mean, by sign; `entries` are those of the cells."""
    return {entry.verdict.mark: str(entry.verdict) for entry in entries if entry.verdict.mark and entry.published}


def tally(result: Result, *, signed: bool = False) -> str:
    """Return the number of measured cells and of each verdict: ``12 of 14 cells measured: 10 reproduced, ...``.

    Args:
        result: The measured table.
        signed: Whether the sign of a verdict follows it, as in files: ``42 reproduced (✓); 3 differs (✗)``.
    """
    counts = Counter(entry.verdict for entry in result.measured)
    words = [
        f"{counts[verdict]} {verdict}" + (f" ({verdict.mark})" if signed and verdict.mark else "")
        for verdict in Verdict
        if counts[verdict]
    ]
    cells = f"{len(result.measured)} of {len(result.entries)} cells measured"
    return f"{cells}: {('; ' if signed else ', ').join(words)}" if words else cells


def missing(result: Result, shown: Shown = visible, *, failed: bool = True) -> list[str]:
    """Return one line for each reason why cells are not measured, with the rows and columns that it concerns.

    Args:
        result: The measured table.
        shown: Function that escapes names and messages.
        failed: Whether cells that failed are among them.
    """
    by_reason: dict[str, list[TableEntry]] = {}
    for entry in result.entries:
        if entry.measured is None and (failed or entry.verdict is not Verdict.FAILED):
            by_reason.setdefault(f"{'FAILED: ' * (entry.verdict is Verdict.FAILED)}{entry.remarks}", []).append(entry)
    places = Places(result, shown)
    return [f"{places.whom(entries)}: {shown(reason)}" for reason, entries in by_reason.items()]


def noticed(result: Result, shown: Shown = visible) -> list[str]:
    """Return the remarks on measured cells, and the notes on published values that a measured value differs from.

    `shown` escapes names and remarks.
    """
    by_remark: dict[str, list[TableEntry]] = {}
    for entry in result.measured:
        text = entry.note if entry.verdict is Verdict.DIFFERS else entry.remarks
        if text:
            by_remark.setdefault(text, []).append(entry)
    places = Places(result, shown)
    return [f"{places.text(entries)}: {shown(text)}" for text, entries in by_remark.items()]


def order(result: Result, shown: Shown = visible) -> list[str]:
    """Return one line per column: how far the rows trained here agree with the order of the paper.

    `shown` escapes names.
    """
    lines = []
    for row_order in row_orders(result):
        metric, column = row_order.metric, row_order.column
        where = shown(f"{metric.title or metric.name} {column.place}".rstrip())
        rows = f"{row_order.rows} {'reduced ' * row_order.reduced}rows"
        limits = " [{:+.2f}, {:+.2f}]".format(*row_order.interval) if row_order.interval else ""
        lines.append(
            f"Order of the rows, {where}: Kendall's τ = {row_order.tau:+.2f}{limits} against print "
            f"({rows}; {_share(row_order.chance)} of random orders do as well)"
        )
    return lines


def _share(value: float) -> str:
    """Return a share for people: ``17 %``, ``0.8 %``."""
    return f"{100 * value:.{0 if value >= 0.0995 else 1}f} %"
