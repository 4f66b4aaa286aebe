"""``srbench list``: list the installed plugins and everything they register."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from srbench.bench.planning.name_lists import choose
from srbench.catalog import Catalog, load_catalog
from srbench.cli.options import json_option
from srbench.cli.output import echo_json, echo_table
from srbench.cli.process.pager import paged
from srbench.errors import UnknownName, UsageError
from srbench.registry import BUILTIN
from srbench.specs.search_space import BUILTIN_STRATEGIES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

Line = dict[str, Any]
"""One listed entry: the columns of the table and keys of ``--json``."""


@click.command("list")
@click.argument("kind", required=False, default="")
@click.argument("names", metavar="[NAME]...", nargs=-1)
@click.option(
    "--plugin",
    "plugin_name",
    default="",
    help="Only what this plugin registers; of models also those that it finds in checkpoints.",
)
@json_option
def listing(kind: str, names: tuple[str, ...], plugin_name: str, as_json: bool) -> None:
    """List everything of one KIND that is installed, or only what has one of the NAMEs (patterns: 'imdn*').

    Kinds: plugins, models, methods, weights, images, datasets, metrics, losses, recipes, searches, protocols, tables,
    figures.

    \b
      srbench list models
      srbench list methods 'imdn*' 'carn*'
      srbench list recipes --plugin pcarn
    """
    if not kind:
        raise UsageError(f"nothing to list; name a KIND: {', '.join(KINDS)}")
    if kind not in KINDS:
        raise UnknownName("kind", kind, KINDS)
    catalog = load_catalog()
    lines = [line for line in KINDS[kind](catalog) if _is_registered_by(catalog, kind, line, plugin_name)]
    lines += _opened(catalog, plugin_name) if kind == "models" else []
    if names:
        wanted = set(choose(KIND_WORDS.get(kind, kind), names, {_name(line) for line in lines}, _where(plugin_name)))
        lines = [line for line in lines if _name(line) in wanted]
    if as_json:
        echo_json(lines)
    elif lines:
        headers = _headers(lines)
        with paged():
            echo_table([[_text(line.get(header)) for header in headers] for line in lines], headers)
    else:
        click.echo("none")


def _headers(lines: Iterable[Line]) -> list[str]:
    """Return the names of all columns; settings that only some entries have stand before the description."""
    named = dict.fromkeys(header for line in lines for header in line)
    return [
        *(header for header in named if header != "description"),
        *(["description"] if "description" in named else []),
    ]


def _opened(catalog: Catalog, plugin: str) -> Iterable[Line]:
    from srbench.bench.resolve.checkpoint_networks import known_networks

    for opener in catalog.openers:
        for name, summary in known_networks(opener).items() if opener.plugin == plugin else ():
            yield {"name": name, "scales": "of the checkpoint", "plugin": plugin, "paper": "", "summary": summary}


def _name(line: Line) -> str:
    """Return the name of an entry: of tables and figures, their number."""
    return str(line.get("name") or line.get("table") or line.get("figure"))


def _where(plugin: str) -> str:
    return f"of plugin {plugin}" if plugin else ""


def _is_registered_by(catalog: Catalog, kind: str, line: Line, plugin: str) -> bool:
    """Return whether `plugin` registers an entry; an empty name stands for any plugin.

    Raises:
        UnknownName: if there is no such plugin.
    """
    if not plugin:
        return True
    owner = plugin if plugin == BUILTIN else catalog.plugin(plugin).name
    if kind == "plugins":
        return bool(line["name"] == owner)
    of_line = line.get("plugin") or getattr(catalog, kind).owner(line["name"]).name
    return bool(of_line == owner)


def _plugins(catalog: Catalog) -> Iterable[Line]:
    for plugin in catalog.plugins.values():
        if plugin.name == BUILTIN and plugin.ok:
            continue
        status = "ok" if plugin.ok else f"failed: {plugin.error}"
        yield {
            "name": plugin.name,
            "distribution": plugin.distribution,
            "version": plugin.version,
            "tables": list(plugin.tables),
            "status": status,
            "summary": plugin.summary,
        }


def _models(catalog: Catalog) -> Iterable[Line]:
    for spec in catalog.models:
        yield {
            "name": spec.name,
            "scales": "any" if spec.scales is None else list(spec.scales),
            "plugin": catalog.models.owner(spec.name).name,
            "paper": spec.paper,
            "summary": spec.summary,
        }


def _methods(catalog: Catalog) -> Iterable[Line]:
    for spec in catalog.methods:
        yield {
            "name": spec.name,
            "model": spec.model,
            "weights": list(spec.weights_names),
            "source": spec.source,
            "images": spec.images,
            "recipe": f"{', '.join(spec.recipe_names)} {spec.phase}".strip(),
            "ensemble": list(spec.ensemble),
            "members": list(spec.member_names),
            "summary": spec.summary,
        }


def _weights(catalog: Catalog) -> Iterable[Line]:
    for spec in catalog.weights:
        yield {
            "name": spec.name,
            "file": spec.filename,
            "licence": spec.licence,
            "origin": spec.origin,
            "home": spec.url,
        }


def _images(catalog: Catalog) -> Iterable[Line]:
    for spec in catalog.images:
        yield {
            "name": spec.name,
            "folder": spec.folder,
            "written": spec.written or "unknown",
            "licence": spec.licence,
            "origin": spec.origin,
            "home": spec.url,
        }


def _datasets(catalog: Catalog) -> Iterable[Line]:
    for spec in catalog.datasets:
        yield {"name": spec.name, "aliases": list(spec.aliases), "images": spec.images, "summary": spec.summary}


def _metrics(catalog: Catalog) -> Iterable[Line]:
    for spec in catalog.metrics:
        yield {
            "name": spec.name,
            "better": spec.better,
            "unit": spec.unit,
            "of": spec.subject,
            "reference": spec.reference,
            "needs": [*spec.requires, *spec.weights],
            "summary": spec.summary,
        }


def _losses(catalog: Catalog) -> Iterable[Line]:
    for spec in catalog.losses:
        yield {"name": spec.name, "weights": list(spec.weights), "paper": spec.paper, "summary": spec.summary}


def _recipes(catalog: Catalog) -> Iterable[Line]:
    for recipe in catalog.recipes:
        yield {
            "name": recipe.name,
            "model": recipe.model,
            "plugin": catalog.recipes.owner(recipe.name).name,
            "phases": [f"{phase.name} {phase.budget.steps}" for phase in recipe.phases],
            "data": list(recipe.data),
            "profiles": [*recipe.cuts, "paper"],
            "summary": recipe.summary,
        }


def _searches(catalog: Catalog) -> Iterable[Line]:
    for space in catalog.searches:
        yield {
            "name": space.name,
            "plugin": catalog.searches.owner(space.name).name,
            "recipe": space.recipe,
            "choices": [f"{name} {values}" for name, values in space.choices.items()],
            "strategies": [*space.strategies, *BUILTIN_STRATEGIES],
            "summary": space.summary,
        }


def _protocols(catalog: Catalog) -> Iterable[Line]:
    for spec in catalog.protocols:
        yield {"name": spec.name, "hash": spec.hash, **spec.identity(), "description": spec.description}


def _tables(catalog: Catalog) -> Iterable[Line]:
    for plugin in catalog.plugins.values():
        for table in plugin.tables.values():
            yield {
                "plugin": plugin.name,
                "table": table.id,
                "rows": len(table.rows),
                "columns": len(table.columns),
                "protocol": table.protocol,
                "title": table.title,
            }


def _figures(catalog: Catalog) -> Iterable[Line]:
    for plugin in catalog.plugins.values():
        # by their numbers, as in the paper; those that srbench adds come last
        for figure in sorted(
            plugin.figures.values(), key=lambda figure: int(figure.id) if figure.id.isdigit() else 999
        ):
            yield {
                "plugin": plugin.name,
                "figure": figure.id,
                "rows": len(figure.rows),
                "measured": list(dict.fromkeys(column.metric for column in figure.columns)),
                "protocol": figure.protocol,
                "title": f"{figure.title} (sketch, not drawn: {figure.sketch})" if figure.sketch else figure.title,
            }


KINDS: dict[str, Callable[[Catalog], Iterable[Line]]] = {
    "plugins": _plugins,
    "models": _models,
    "methods": _methods,
    "weights": _weights,
    "images": _images,
    "datasets": _datasets,
    "metrics": _metrics,
    "losses": _losses,
    "recipes": _recipes,
    "searches": _searches,
    "protocols": _protocols,
    "tables": _tables,
    "figures": _figures,
}
"""Functions that list the entries of each kind."""
KIND_WORDS = {kind: kind.removesuffix("es" if kind in {"losses", "searches"} else "s") for kind in KINDS}
"""Singular of each kind, for messages."""
KIND_WORDS |= {"weights": "weights", "images": "images"}


def _text(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(f"{item:g}" if isinstance(item, float) else str(item) for item in value)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else str(value)
