"""Output of ``srbench doctor --measurable``: printed numbers counted by what stands between them and a value."""

from __future__ import annotations

from dataclasses import astuple
from typing import TYPE_CHECKING, Any

import click

from srbench.bench.measurable import STATES, PrintedNumber, count_states
from srbench.cli.lacks import WORDS, by_hand
from srbench.cli.output import echo_json, echo_table, echo_text
from srbench.errors import Lack
from srbench.terminal.counted import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Sequence

    from srbench.catalog import Catalog


def print_measurable(numbers: Sequence[PrintedNumber], catalog: Catalog, *, as_json: bool) -> None:
    """Print the counts of each table, then what is missing and why, grouped.

    Args:
        numbers: All printed numbers (`srbench.bench.measurable.printed_numbers`).
        catalog: The catalog, whose datasets and weights say whether a program can download them.
        as_json: Whether to print one JSON document instead of text.
    """
    counts = count_states(numbers)
    tables = [
        {"plugin": plugin, "table": table, "printed": sum(of_table.values()), **of_table}
        for (plugin, table), of_table in counts.items()
    ]
    total = {"printed": len(numbers)} | {
        state: sum(of_table[state] for of_table in counts.values()) for state in STATES
    }
    needs = _grouped((number for number in numbers if number.state == "needs"), _needed)
    never = _grouped((number for number in numbers if number.state == "never"), lambda number: number.reason)
    if as_json:
        echo_json(
            {
                "total": total,
                "tables": tables,
                "needs": [_need_object(group, catalog) for group in needs],
                "never": [
                    {"numbers": len(group), "reason": group[0].reason, "tables": _tables(group)} for group in never
                ],
            }
        )
        return
    rows = [[line[key] for key in ("plugin", "table", *total)] for line in tables]
    echo_table([*rows, ["all", "", *total.values()]], ("plugin", "table", *total))
    echo_text(
        "measured: with a value in the output folder; here: nothing but running is missing; needs: see below;\n"
        "never: no method, and nothing that could be got would help"
    )
    if needs:
        click.echo("\nNeeds:")
        echo_table(
            [(len(group), _lack_in_words(group, catalog), "; ".join(_tables(group))) for group in needs],
            ("numbers", "what is missing here", "tables"),
            (None, 50, 30),
        )
    if never:
        click.echo("\nNever:")
        echo_table(
            [(len(group), group[0].reason, "; ".join(_tables(group))) for group in never],
            ("numbers", "why", "tables"),
            (None, 60, 24),
        )


def _grouped(numbers: Iterable[PrintedNumber], by: Callable[[PrintedNumber], Hashable]) -> list[list[PrintedNumber]]:
    """Return the numbers in groups that share `by`, the largest group first."""
    groups: dict[Hashable, list[PrintedNumber]] = {}
    for number in numbers:
        groups.setdefault(by(number), []).append(number)
    return sorted(groups.values(), key=len, reverse=True)


def _needed(number: PrintedNumber) -> tuple[bool, tuple[Lack, ...]]:
    """Return whether a training is needed, and everything else that is; of parts of a dataset, the dataset."""
    others = {Lack(lack.kind, lack.source) for lack in number.lacks if lack.kind != "training"}
    return any(lack.kind == "training" for lack in number.lacks), tuple(sorted(others, key=astuple))


def _recipes(group: Iterable[PrintedNumber]) -> list[str]:
    names = (lack.name for number in group for lack in number.lacks if lack.kind == "training")
    return list(dict.fromkeys(names))


def _tables(group: Iterable[PrintedNumber]) -> list[str]:
    """Return ``pcarn 1, 2`` for each plugin of the group."""
    by_plugin: dict[str, dict[str, None]] = {}
    for number in group:
        by_plugin.setdefault(number.plugin, {})[number.table] = None
    return [f"{plugin} {', '.join(tables)}" for plugin, tables in by_plugin.items()]


def _need_object(group: list[PrintedNumber], catalog: Catalog) -> dict[str, Any]:
    return {
        "numbers": len(group),
        "missing": [
            {"kind": lack.kind, "name": lack.name, "by_hand": by_hand(lack, catalog)} for lack in _needed(group[0])[1]
        ],
        "trainings": _recipes(group),
        "tables": _tables(group),
    }


def _lack_in_words(group: list[PrintedNumber], catalog: Catalog) -> str:
    """Return in words what the numbers of `group` lack."""
    training, others = _needed(group[0])
    parts = []
    if training:
        parts.append(f"a training ({counted(len(_recipes(group)), 'recipe')})")
    parts += [f"{WORDS[lack.kind]} {lack.name}{' (by hand)' * by_hand(lack, catalog)}" for lack in others]
    return ", ".join(parts)
