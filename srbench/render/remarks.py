"""Text beside a table: protocol and profile, legend, claims, missing cells and their reasons, and remarks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from srbench.bench.results.row_order import row_orders
from srbench.bench.results.verdict import Verdict
from srbench.escape import visible
from srbench.render.answer import outlook, statistics_of
from srbench.render.grid import label, labels_of

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Mapping

    from srbench.bench.power.prospects import Prospect
    from srbench.bench.results.table_result import Result, TableEntry

Value = TypeVar("Value")
Shown = Callable[[str], str]
"""Function that escapes a text for the format that it stands in."""
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
    return [f"{_listed(rows)}: {text}" for text, rows in by_rule.items()]


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
    places = _distinct(
        f"{name['dataset']} {name['scale']}".strip() if entry.column.dataset in partial else name["dataset"]
        for entry in entries
        for name in [label(entry, datasets)]
    )
    shared = {(entry.column.dataset, entry.column.scale) for entry in other}
    rows = _listed(entry.row.label for entry in entries if (entry.column.dataset, entry.column.scale) in shared)
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
    places = _Places(result, shown)
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
    places = _Places(result, shown)
    return [f"{places.text(entries)}: {shown(text)}" for text, entries in by_remark.items()]


def order(result: Result, shown: Shown = visible) -> list[str]:
    """Return one line per column: how far the rows trained here agree with the order of the paper.

    `shown` escapes names.
    """
    lines = []
    for row_order in row_orders(result):
        metric, column = row_order.metric, row_order.column
        where = shown(f"{metric.title or metric.name} {column.dataset} x{column.scale:g}")
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


CLAIMS = {"paper": "Claims of the paper", "srbench": "Questions of srbench"}
"""Headings of the answered claims, by `Claim.asked_by`."""


def claims(claimed: Iterable[Prospect], asked_by: str = "paper", shown: Shown = visible) -> list[str]:
    """Return one line per claim of the paper, or per question of srbench: whether it holds here, with the statistics.

    Args:
        claimed: The answered claims of a table (`srbench.bench.power.prospects.prospects`).
        asked_by: Whose claims: ``paper`` or ``srbench`` (`Claim.asked_by`).
        shown: Function that escapes names.
    """
    return [_answered(prospect, shown) for prospect in claimed if prospect.answer.claim.asked_by == asked_by]


def _answered(prospect: Prospect, shown: Shown) -> str:
    answer = prospect.answer
    column = answer.claim.column
    where = shown(f"{answer.metric.title or answer.metric.name} {column.dataset} x{column.scale:g}")
    whose = " (reduced rows)" if answer.reduced else ""
    parts = "; ".join(filter(None, (*statistics_of(answer), outlook(prospect))))
    return f"{shown(answer.claim.text)}: {answer.holds}{whose}. {where}: {parts}"


class _Places:
    """Names of places in a table.

    Args:
        result: The table.
        shown: Function that escapes names.
    """

    def __init__(self, result: Result, shown: Shown) -> None:
        self._shown = shown
        self._rows = len(result.table.rows)
        self._of_row = Counter(entry.row.label for entry in result.entries)
        self._datasets = labels_of(result)
        scales = {entry.column.scale: label(entry, self._datasets)["scale"] for entry in result.entries}
        self._scales = set(scales.values()) - {""}

    def whom(self, entries: list[TableEntry]) -> str:
        """Return the rows of `entries`, with the columns unless all of these rows' entries are among them."""
        rows = {entry.row.label for entry in entries}
        if sum(self._of_row[row] for row in rows) == len(entries) and len(rows) < self._rows:
            return _listed(self._shown(entry.row.label) for entry in entries)
        columns = {entry.column for entry in entries}
        everyone = len(entries) == len(columns) * self._rows and self._rows > 1
        return self.text(entries, everyone=everyone)

    def text(self, entries: list[TableEntry], *, everyone: bool = False) -> str:
        """Return datasets, scales, metrics and rows of `entries`: ``Set5, Set14 x2 PSNR, SSIM (SRCNN, FEQE)``.

        Scales are named if they are not all of the table. Rows with other columns than the rest stand apart, as do the
        datasets with other scales or metrics: ``Set14 x3 PSNR; Urban100 PSNR (SRCNN)``.
        """
        rows = {} if everyone else _by(entries, lambda entry: entry.row.label)
        alike = _by(rows, lambda row: frozenset(entry.column for entry in rows[row]))
        groups = [[entry for row in group for entry in rows[row]] for group in alike.values()]
        return "; ".join(
            f"{self._columns(group)} ({'all rows' if everyone else _listed(self._shown(e.row.label) for e in group)})"
            for group in groups or [entries]
        )

    def _columns(self, entries: Iterable[TableEntry]) -> str:
        """Return the columns of `entries`: ``Set5, Set14 x2 PSNR, SSIM``; datasets with others follow a semicolon."""
        datasets = _by(entries, lambda entry: entry.column.dataset)
        alike = _by(datasets, lambda name: frozenset((e.column.scale, e.column.metric) for e in datasets[name]))
        groups = ([entry for name in names for entry in datasets[name]] for names in alike.values())
        return "; ".join(place for group in groups for place in self._places(group))

    def _places(self, entries: list[TableEntry]) -> list[str]:
        """Return the columns of `entries`, whose datasets have the same ones; metrics with other scales stand apart."""
        metrics = _by(entries, lambda entry: entry.column.metric)
        alike = _by(metrics, lambda metric: frozenset(entry.column.scale for entry in metrics[metric]))
        return [self._place(entry for metric in group for entry in metrics[metric]) for group in alike.values()]

    def _place(self, entries: Iterable[TableEntry]) -> str:
        """Return datasets, scales and metrics of `entries`, which are all combinations of these."""
        names = [label(entry, self._datasets) for entry in entries]
        scales = _distinct(each["scale"] for each in names)
        parts = (
            ", ".join(map(self._shown, filter(None, _distinct(each["dataset"] for each in names)))),
            ", ".join(filter(None, scales)) if set(scales) - {""} != self._scales else "",
            ", ".join(map(self._shown, _distinct(each["metric"].rstrip(" ↑↓") for each in names))),
        )
        return " ".join(filter(None, parts))


def _by(values: Iterable[Value], key: Callable[[Value], Hashable]) -> dict[Any, list[Value]]:
    """Return `values` by their key, in the order in which the keys come first."""
    groups: dict[Any, list[Value]] = {}
    for value in values:
        groups.setdefault(key(value), []).append(value)
    return groups


def _distinct(values: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(values))


def _listed(names: Iterable[str]) -> str:
    """Return the distinct names as a list, separated by semicolons if a name holds a comma."""
    distinct = _distinct(names)
    return ("; " if any("," in name for name in distinct) else ", ").join(distinct)
