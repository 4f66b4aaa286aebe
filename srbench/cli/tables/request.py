"""The options by which ``srbench run`` and ``srbench collect`` choose tables and what is in them."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import click

from srbench.bench.planning.options import Options
from srbench.bench.planning.selection import Selection
from srbench.bench.resolve.method_weights import WeightsChoice
from srbench.cli.options import (
    data_option,
    datasets_option,
    json_option,
    many,
    metrics_option,
    protocol_option,
    rows_option,
    scales_option,
    tex_style_option,
)
from srbench.records.store import Store
from srbench.settings import setting
from srbench.specs.recipe import DEMO, PROFILES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from srbench.registry import Plugin
    from srbench.render.table_files import TexStyle
    from srbench.specs.table import Table


@dataclass(frozen=True)
class TableRequest:
    """Values of the options of `table_options`."""

    plugin_names: tuple[str, ...]
    tables: tuple[str, ...]
    """Numbers of tables, or ``all``; empty: no table."""
    rows: tuple[str, ...]
    datasets: tuple[str, ...]
    scales: tuple[float, ...]
    metrics: tuple[str, ...]
    reference: bool
    """Whether rows of bicubic, bilinear and nearest-neighbour interpolation are appended to the table."""
    profile: str
    source: WeightsChoice
    seeds: int
    protocol: str
    data: tuple[Path, ...]
    out: Path | None
    """Output folder; None: `default_out`."""
    tex_style: TexStyle
    as_json: bool

    @property
    def selection(self) -> Selection:
        """Part of the tables that is measured."""
        return Selection(self.rows, self.datasets, self.scales, self.metrics, reference=self.reference)

    @property
    def store(self) -> Store:
        """Records of the output folder."""
        return Store(self.out or default_out(self.profile))

    def options(self, **others: Any) -> Options:
        """Return the settings of the measurement; `others` are fields of `Options` that no option here sets."""
        return Options(
            profile=self.profile,
            source=self.source,
            seeds=self.seeds,
            protocol=self.protocol,
            **others,
        )

    def tables_of(self, plugins: Iterable[Plugin]) -> list[tuple[Plugin, Table]]:
        """Return the requested tables with their plugins.

        Raises:
            UnknownName: if a plugin has no such table.
        """
        return [(plugin, table) for plugin in plugins for table in tables_of(plugin, self.tables)]


_OPTIONS = (
    many("--plugin", "plugin_names", required=True, help="The papers' plugins (srbench list plugins)."),
    many("--table", "tables", also=("--tables",), help="Table number, several (4,5), or all."),
    rows_option,
    datasets_option(
        "Only these datasets, and patterns ('Set*'); those that the paper does not use, and folders, are added."
    ),
    scales_option("Only these scales; those that the paper does not use are added."),
    metrics_option,
    click.option("--reference", is_flag=True, help="Append the rows nearest, bilinear and bicubic."),
    click.option(
        "--profile",
        type=click.Choice(PROFILES),
        default="paper",
        show_default=True,
        help="Budget of trainings: demo, quick (minutes for each model on a CPU), short (meant for 20 min of a GPU), "
        "paper. demo also measures on photographs that ship with srbench's dependencies: it needs no data, and is not "
        "comparable with the paper.",
    ),
    click.option(
        "--source",
        type=click.Choice(get_args(WeightsChoice)),
        default="auto",
        show_default=True,
        help="Source of the SR images: weights released by the authors, finished images that they published, "
        "weights bundled with srbench, or trained here; auto: the first available (trainings at the paper's budget "
        "run only with train).",
    ),
    click.option(
        "--seeds",
        type=click.IntRange(min=1),
        default=1,
        show_default=True,
        help="Train each method from seeds 0, 1, ... N-1, and print mean ± standard deviation.",
    ),
    protocol_option,
    data_option,
    click.option(
        "--out",
        type=click.Path(path_type=Path),
        default=None,
        help="Folder for tables and records.  [default: results; for the demo profile results/demo]",
    ),
    tex_style_option,
    json_option,
)


def table_options(command: Callable[..., int]) -> Callable[..., int]:
    """Add the options that choose tables, as a decorator; the command gets them as its first argument."""

    @wraps(command)
    def with_request(**values: Any) -> int:
        request = TableRequest(**{field.name: values.pop(field.name) for field in fields(TableRequest)})
        return command(request, **values)

    decorated: Callable[..., int] = with_request
    for option in reversed(_OPTIONS):
        decorated = option(decorated)
    return decorated


def default_out(profile: str) -> Path:
    """Return the output folder where none is given; measurements on the demo photographs have a folder of their own."""
    out: Path = setting("out")
    return out / DEMO if profile == DEMO else out


def tables_of(plugin: Plugin, names: Sequence[str]) -> list[Table]:
    """Return the tables of `plugin` with these ids; ``all`` stands for every table.

    Raises:
        UnknownName: if the plugin has no such table.
    """
    ids = list(plugin.tables) if tuple(names) == ("all",) else names
    return [plugin.table(table_id) for table_id in ids]
