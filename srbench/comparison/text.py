"""The difference of two results as text and as plain data."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from srbench.comparison.causes import NOT_MEASURED
from srbench.escape import visible
from srbench.terminal.counted import counted
from srbench.terminal.wrapping import wrapped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from srbench.comparison.causes import Cause
    from srbench.comparison.difference import Change, Difference
    from srbench.comparison.table_cells import Place, TableCell
    from srbench.comparison.verdict_order import Direction

MOST_DIGITS = 17
"""Number of significant digits with which any two 64-bit floats are told apart."""
MOST_NAMED = 4
"""Number of differences of one kind, e.g. versions of libraries, that are named; more are counted."""
SAME_NUMBER = "same number and circumstances: the rule of the verdict changed, e.g. a tolerance"
ONLY_A, ONLY_B = "only in the first", "only in the second"


def to_text(difference: Difference, width: int | None, decimals: Callable[[str], int | None]) -> str:
    """Return a difference as text: table by table, the worse verdicts first, cells with the same causes together.

    Args:
        difference: The difference.
        width: Columns of a line; None: lines are not broken.
        decimals: Returns the decimals that tables give a metric; None: not known.
    """
    lines: list[str] = []
    for title, changes in _by_table(difference.changes).items():
        lines += wrapped(title, width, "  ")
        for reason, group in _by_reason(changes).items():
            lines += wrapped(f"  {reason}", width, "    ")
            for line in _lines(group, decimals):
                lines += wrapped(f"    {line}", width, "      ")
        lines.append("")
    return "\n".join([*lines, *wrapped(summary(difference), width, "  ")])


def summary(difference: Difference) -> str:
    """Return one sentence that counts the changes."""
    counts = {kind: _count(difference, kind=kind) for kind in ("changed", "new", "gone")}
    directions = ("worse", "better", "no longer comparable")
    verdicts = {direction: _count(difference, direction=direction) for direction in directions}
    parts = [", ".join(f"{number} {name}" for name, number in counts.items()) + f", {difference.same} cells the same"]
    if difference.within:
        parts[0] += f" ({difference.within} of them within the tolerance)"
    parts.append("verdicts: " + ", ".join(f"{number} {name}" for name, number in verdicts.items()))
    if unmeasured := ", ".join(f"{number} {name}" for name, number in difference.unmeasured.items()):
        parts.append(f"cells without a number that only one side has: {unmeasured}")
    return "; ".join(parts) + "."


def to_document(difference: Difference, a: str, b: str) -> dict[str, Any]:
    """Return a difference as plain data for JSON.

    Args:
        difference: The difference.
        a: Name of the first side.
        b: Name of the second side.
    """
    return {
        "a": a,
        "b": b,
        "worse": _count(difference, direction="worse"),
        "better": _count(difference, direction="better"),
        "no_longer_comparable": _count(difference, direction="no longer comparable"),
        "changed": _count(difference, kind="changed"),
        "new": _count(difference, kind="new"),
        "gone": _count(difference, kind="gone"),
        "same": difference.same,
        "within_tolerance": difference.within,
        "new_unmeasured": difference.unmeasured.get("new", 0),
        "gone_unmeasured": difference.unmeasured.get("gone", 0),
        "cells": [_cell_document(change) for change in difference.changes],
    }


def _count(difference: Difference, kind: str = "", direction: str = "") -> int:
    return sum(
        (not kind or change.kind == kind) and (not direction or change.direction == direction)
        for change in difference.changes
    )


def _cell_document(change: Change) -> dict[str, Any]:
    place = change.place
    return {
        "plugin": place.plugin,
        "table": place.table,
        "file": place.name,
        "row": place.row,
        "dataset": place.dataset,
        "scale": place.scale or None,
        "metric": place.metric,
        "kind": change.kind,
        "direction": change.direction,
        "delta": change.delta,
        "before": _side_document(change.before),
        "after": _side_document(change.after),
        "causes": [
            {"what": cause.circumstance, "name": cause.name, "before": cause.before, "after": cause.after}
            for cause in change.causes
        ],
        "unknown": change.unknown,
    }


def _side_document(cell: TableCell | None) -> dict[str, Any] | None:
    if cell is None:
        return None
    return {
        "measured": cell.measured,
        "published": cell.published,
        "verdict": str(cell.verdict),
        "protocol": cell.protocol,
        "profile": cell.profile,
        "seeds": cell.seeds,
        "n_images": cell.n_images,
        "options": cell.options,
        "note": cell.note,
    }


def _by_table(changes: Iterable[Change]) -> dict[str, list[Change]]:
    tables: dict[str, list[Change]] = {}
    for change in changes:
        tables.setdefault(_title(change.place), []).append(change)
    return tables


def _title(place: Place) -> str:
    """Return the title of a table, with the name of its file unless that is the plain one."""
    options = place.name.partition("@")[2]
    return visible(f"{place.plugin}, Table {place.table}" + (f" ({place.name})" if options else ""))


def _by_reason(changes: Sequence[Change]) -> dict[str, list[Change]]:
    """Return the changes by the text of their causes (`reason`), groups with a worse verdict first."""
    groups: dict[str, list[Change]] = {}
    for change in changes:
        groups.setdefault(reason(change), []).append(change)
    order = {"worse": 0, "no longer comparable": 1, "better": 2, "same": 3}
    for group in groups.values():
        group.sort(key=lambda change: order[change.direction])
    return dict(sorted(groups.items(), key=lambda item: order[item[1][0].direction]))


def reason(change: Change) -> str:
    """Return the circumstances in which a changed cell differs, as text."""
    if change.kind == "new":
        return ONLY_B
    if change.kind == "gone":
        return ONLY_A
    by_circumstance: dict[str, list[Cause]] = {}
    for cause in change.causes:
        if cause.circumstance == NOT_MEASURED:
            before = change.before is not None and change.before.measured is None
            why = cause.before if before else cause.after
            return visible(f"not measured {'before' if before else 'any more'}{f': {why}' if why else ''}")
        by_circumstance.setdefault(cause.circumstance, []).append(cause)
    parts = [_circumstance_text(name, causes) for name, causes in by_circumstance.items()]
    if change.unknown:
        parts.append(change.unknown)
    if parts:
        return "; ".join(parts)
    return "nothing else that is recorded differs" if change.delta else SAME_NUMBER


def _circumstance_text(circumstance: str, causes: Sequence[Cause]) -> str:
    texts = [f"{cause.name} {_arrow(cause.before or 'none', cause.after or 'none')}".strip() for cause in causes]
    more = f" and {len(texts) - MOST_NAMED} more" if len(texts) > MOST_NAMED else ""
    return visible(f"{circumstance}: {', '.join(texts[:MOST_NAMED])}{more}")


def _arrow(before: str, after: str) -> str:
    return f"{before} → {after}"


def _lines(group: Sequence[Change], decimals: Callable[[str], int | None]) -> list[str]:
    """Return a line for each changed cell, and one for each row whose cells only one side has."""
    lines = [_line(change, decimals(change.place.metric)) for change in group if change.kind == "changed"]
    rows: dict[str, Counter[str]] = {}
    for change in group:
        cell = change.before or change.after
        if change.kind != "changed" and cell:
            mark = _mark(change.direction)
            rows.setdefault(f"{mark}{change.place.row}", Counter()).update([str(cell.verdict)])
    for row, verdicts in rows.items():
        number = sum(verdicts.values())
        listed = "; ".join(f"{count} {verdict}" for verdict, count in verdicts.items())
        lines.append(visible(f"{row}: {counted(number, 'measured cell')} ({listed})"))
    return lines


def _mark(direction: Direction) -> str:
    return {"same": "", "worse": "WORSE: "}.get(direction, f"{direction}: ")


def _line(change: Change, decimals: int | None) -> str:
    place, before, after = change.place, change.before, change.after
    where = ", ".join(
        filter(None, (place.row, place.dataset, f"x{place.scale:g}" if place.scale else "", place.metric))
    )
    old, new = _numbers(before.measured if before else None, after.measured if after else None, decimals)
    number = old if old == new else _arrow(old, new)
    if change.delta:
        number += f" ({_signed(change.delta, new)})"
    verdicts = [str(cell.verdict) for cell in (before, after) if cell]
    verdict = verdicts[0] if len(set(verdicts)) == 1 else _arrow(*verdicts)
    return visible(f"{_mark(change.direction)}{where}: {number}; {verdict}")


def _numbers(before: float | None, after: float | None, decimals: int | None) -> tuple[str, str]:
    """Return two numbers with the digits of the tables, and as many more as it takes to tell them apart."""
    digits = None if not decimals else decimals + 1
    texts = _formatted(before, digits), _formatted(after, digits)
    if before != after and texts[0] == texts[1]:
        for significant in range(6, MOST_DIGITS + 1):
            texts = _significant(before, significant), _significant(after, significant)
            if texts[0] != texts[1]:
                break
    return texts


def _formatted(value: float | None, decimals: int | None) -> str:
    if value is None:
        return "–"
    if decimals is None:
        return f"{value:.0f}" if value.is_integer() else _significant(value, 10)
    return f"{value:.{decimals}f}"


def _significant(value: float | None, digits: int) -> str:
    return "–" if value is None else f"{value:.{digits}g}"


def _signed(delta: float, like: str) -> str:
    """Return a difference with the decimals of the number `like`, or two significant digits where that shows none."""
    places = len(like.partition(".")[2]) if "e" not in like else 0
    text = f"{delta:+.{places}f}"
    return text if text.strip("+-0.") else f"{delta:+.2g}"
