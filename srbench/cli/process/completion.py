"""Completion of option values in the shell: plugins, tables, rows, datasets, metrics and other registered names."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING

import click
from click.shell_completion import BashComplete, CompletionItem, add_completion_class

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from srbench.catalog import Catalog
    from srbench.registry import Plugin
    from srbench.specs.table import Table

VARIABLE = "_SRBENCH_COMPLETE"
"""Environment variable by which a shell asks for completions."""
LISTS = frozenset(
    {
        "check_names",
        "only",
        "tables",
        "table_ids",
        "figures",
        "rows",
        "datasets",
        "metrics",
        "methods",
        "plugin_names",
        "plugins",
    }
)
"""Parameters whose values are lists separated by commas, of which the last part is completed."""
PATHS = frozenset({"datasets", "methods"})
"""Parameters whose values may be paths as well."""


class EscapedBash(BashComplete):
    """Completion in bash that escapes what bash would split: names of rows hold spaces and parentheses."""

    def format_completion(self, item: CompletionItem) -> str:
        """Return the line for a completion."""
        if item.type != "plain":
            return super().format_completion(item)
        escaped = re.sub(r"([^\w@%+=:,./-])", r"\\\1", item.value)
        return f"{item.type},{escaped}"


add_completion_class(EscapedBash, "bash")


def add_completion(command: click.Command) -> None:
    """Let the options and arguments of a verb, and of its own verbs, complete their values."""
    for param in command.params:
        if param.name in VALUES:
            # an instance's method: which values there are follows from the parameter's name alone
            setattr(param, "shell_complete", partial(_complete, param.name))  # noqa: B010
    if isinstance(command, click.Group):
        for inner in command.commands.values():
            add_completion(inner)


def _complete(name: str, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
    """Return the values of a parameter that begin as what is typed, in any case.

    Args:
        name: Name of the parameter.
        ctx: Context with the parameters before it.
        incomplete: What is typed so far.
    """
    if name in PATHS and incomplete[:1] in {"/", "~", "."}:
        return [CompletionItem(incomplete, type="file")]
    from srbench.catalog import load_catalog

    before, comma, typed = incomplete.rpartition(",") if name in LISTS else ("", "", incomplete)
    values = dict.fromkeys(VALUES[name](load_catalog(), ctx))
    return [
        CompletionItem(f"{before}{comma}{value}")
        for value in values
        if value.casefold().startswith(typed.casefold()) and value not in before.split(",")
    ]


def _plugins(catalog: Catalog, _ctx: click.Context) -> Iterable[str]:
    return (plugin.name for plugin in catalog.plugins.values() if plugin.ok)


def _tables_of(catalog: Catalog, ctx: click.Context) -> list[Table]:
    """Return the tables that the command line names so far; without any, those of its plugin, else of all plugins."""
    table_ids = ctx.params.get("tables") or ctx.params.get("table_id") or ()
    found = [table for plugin in _plugins_of(catalog, ctx) for table in plugin.tables.values()]
    return [table for table in found if table.id in table_ids] or found


def _plugins_of(catalog: Catalog, ctx: click.Context) -> list[Plugin]:
    """Return the plugin that the command line names so far, else all."""
    name = ctx.params.get("plugin_name") or ctx.params.get("of_plugin")
    names = {name} if name else set(ctx.params.get("plugin_names") or ())
    return [plugin for plugin in catalog.plugins.values() if not names or plugin.name in names]


def _tables(catalog: Catalog, ctx: click.Context) -> Iterable[str]:
    return (table for plugin in _plugins_of(catalog, ctx) for table in plugin.tables)


def _figures(catalog: Catalog, ctx: click.Context) -> Iterable[str]:
    return (figure for plugin in _plugins_of(catalog, ctx) for figure in plugin.figures)


def _rows(catalog: Catalog, ctx: click.Context) -> Iterable[str]:
    return (row.label for table in _tables_of(catalog, ctx) for row in table.rows)


def _datasets(catalog: Catalog, _ctx: click.Context) -> Iterable[str]:
    return (spec.name for spec in catalog.datasets)


def _executors(catalog: Catalog, _ctx: click.Context) -> Iterable[str]:
    return (spec.name for spec in catalog.executors)


def _metrics(catalog: Catalog, _ctx: click.Context) -> Iterable[str]:
    return (spec.name for spec in catalog.metrics)


def _methods(catalog: Catalog, _ctx: click.Context) -> Iterable[str]:
    return (spec.name for spec in catalog.methods)


def _protocols(catalog: Catalog, _ctx: click.Context) -> Iterable[str]:
    return (spec.name for spec in catalog.protocols)


def _checks(_catalog: Catalog, _ctx: click.Context) -> Iterable[str]:
    from srbench.testing.run import chosen_checks

    return (check.name for check in chosen_checks())


def _work(_catalog: Catalog, _ctx: click.Context) -> Iterable[str]:
    from srbench.speed.work import WORK

    return (work.name for work in WORK)


def _recipes(catalog: Catalog, ctx: click.Context) -> Iterable[str]:
    named = ctx.params.get("plugin_name")
    return (spec.name for spec in catalog.recipes if not named or spec.plugin == named)


VALUES: Mapping[str | None, Callable[[Catalog, click.Context], Iterable[str]]] = {
    "plugin_name": _plugins,
    "plugin_names": _plugins,
    "plugin": _plugins,
    "plugins": _plugins,
    "check_names": _checks,
    "only": _work,
    "of_plugin": _plugins,
    "tables": _tables,
    "table_id": _tables,
    "table_ids": _tables,
    "figures": _figures,
    "rows": _rows,
    "datasets": _datasets,
    "metrics": _metrics,
    "executor_name": _executors,
    "methods": _methods,
    "protocol": _protocols,
    "recipe_name": _recipes,
}
"""The values of parameters, by the parameter's name."""
