"""Registries of specs by name, each spec with the plugin that registered it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from srbench.errors import PluginError, UnknownName
from srbench.specs.dataset import DatasetSpec
from srbench.specs.extension import CommandSpec, ExecutorSpec, RendererSpec
from srbench.specs.images import ImagesSpec
from srbench.specs.loss import LossSpec
from srbench.specs.method import MethodSpec
from srbench.specs.metric import MetricSpec
from srbench.specs.model import ModelSpec
from srbench.specs.opener import CheckpointOpenerSpec
from srbench.specs.protocol import Protocol
from srbench.specs.recipe import Recipe
from srbench.specs.search_space import SearchSpace
from srbench.specs.weights import WeightsSpec

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from srbench.specs.figure import Figure
    from srbench.specs.table import Table


BUILTIN = "builtin"
"""Name of the plugin through which srbench registers its own specs."""


@dataclass
class Plugin:
    """A plugin: an entry point in the group ``srbench``, loaded or with the reason why not."""

    name: str
    distribution: str = ""
    version: str = ""
    summary: str = ""
    error: str = ""
    """Reason why the plugin could not be used, the first of several; empty: it works."""
    problems: tuple[str, ...] = ()
    """All reasons, if there are several."""
    tables: dict[str, Table] = field(default_factory=dict)
    figures: dict[str, Figure] = field(default_factory=dict)
    package: str = ""
    """Package, or module, of its code."""

    @property
    def ok(self) -> bool:
        """Whether the plugin was loaded and registered without errors."""
        return not self.error

    def table(self, table_id: str) -> Table:
        """Return the table with this id.

        Raises:
            UnknownName: if the plugin has no such table.
        """
        try:
            return self.tables[table_id]
        except KeyError:
            raise UnknownName("table", table_id, self.tables, f"of plugin {self.name}") from None

    def figure(self, figure_id: str) -> Figure:
        """Return the figure with this id.

        Raises:
            UnknownName: if the plugin has no such figure.
        """
        try:
            return self.figures[figure_id]
        except KeyError:
            raise UnknownName("figure", figure_id, self.figures, f"of plugin {self.name}") from None

    def add_table(self, table: Table) -> None:
        """Add a table of the paper.

        Raises:
            PluginError: if another table has its id.
        """
        if table.id in self.tables:
            raise PluginError(f"two tables have the id {table.id!r}; give each an id of its own")
        self.tables[table.id] = table

    def add_figure(self, figure: Figure) -> None:
        """Add a figure of the paper; the error is that of `add_table`."""
        if figure.id in self.figures:
            raise PluginError(f"two figures have the id {figure.id!r}; give each an id of its own")
        self.figures[figure.id] = figure

    def __str__(self) -> str:
        return f"{self.name} ({self.distribution} {self.version})" if self.distribution else self.name


Spec = TypeVar(
    "Spec",
    ModelSpec,
    MethodSpec,
    WeightsSpec,
    ImagesSpec,
    DatasetSpec,
    MetricSpec,
    LossSpec,
    Recipe,
    Protocol,
    SearchSpace,
    ExecutorSpec,
    RendererSpec,
    CommandSpec,
    CheckpointOpenerSpec,
)


class Registry(Generic[Spec]):
    """A registry of specs of one kind by name, each with the plugin that registered it."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self._specs: dict[str, Spec] = {}
        self._refused: dict[str, str] = {}
        """Reason by case-folded name for specs that cannot be used."""
        self._claims: dict[str, list[tuple[str, Plugin | None]]] = {}
        """Specs with their plugins, by case-folded name or alias; more than one is a conflict."""

    def add(self, spec: Spec, owner: Plugin, aliases: Iterable[str] = ()) -> None:
        """Register a spec.

        If two plugins register a name or alias, it becomes unusable and both report an error. A name of srbench's own
        (`BUILTIN`) cannot be taken: the plugin that tries reports an error, and srbench's spec stays.

        Args:
            spec: Spec to register under its name.
            owner: Plugin that registers it.
            aliases: Further names for it.
        """
        if hasattr(spec, "plugin"):
            spec = cast("Spec", replace(cast("Any", spec), plugin=owner.name))
        names = {alias.casefold() for alias in (spec.name, *aliases)}
        if taken := next((name for name in sorted(names) if self._is_builtin(name)), ""):
            owner.error = owner.error or (
                f"{self.kind} {taken!r} is a name of srbench's own, which {owner} can't register; choose another name"
            )
            return
        for name in names:
            claims = self._claims.setdefault(name, [])
            claims.append((spec.name, owner))
            if len(claims) > 1:
                for _, plugin in claims:
                    if plugin:
                        plugin.error = plugin.error or self._clash(name)
        self._specs.setdefault(spec.name, spec)

    def _is_builtin(self, name: str) -> bool:
        return any(plugin and plugin.name == BUILTIN for _, plugin in self._claims.get(name, []))

    def get(self, name: str) -> Spec:
        """Return the spec with this name or alias, in any case.

        Raises:
            UnknownName: if nothing is registered under the name.
            PluginError: if two plugins registered it, or if it is unusable for another reason.
        """
        claims = self._claims.get(name.casefold(), [])
        if not claims:
            raise UnknownName(self.kind, name, self._specs)
        if len(claims) > 1:
            raise PluginError(self._clash(name.casefold()))
        if reason := self._refused.get(claims[0][0].casefold()):
            raise PluginError(reason)
        return self._specs[claims[0][0]]

    def refuse(self, name: str, reason: str) -> None:
        """Make the spec `name` unusable; its plugin reports `reason` as an error."""
        self._refused[name.casefold()] = reason
        for _, plugin in self._claims[name.casefold()]:
            if plugin:
                plugin.error = plugin.error or reason

    def owner(self, name: str) -> Plugin:
        """Return the plugin that registered `name`; errors are those of `get`."""
        self.get(name)
        plugin = self._claims[name.casefold()][0][1]
        if plugin is None:
            raise UnknownName(self.kind, name, self._specs, "of a plugin")
        return plugin

    def with_specs(self, specs: Iterable[Spec]) -> Registry[Spec]:
        """Return a copy that knows `specs` too, which no plugin brings; names already known keep their spec."""
        copy: Registry[Spec] = Registry(self.kind)
        copy._specs = dict(self._specs)
        copy._refused = dict(self._refused)
        copy._claims = {name: list(claims) for name, claims in self._claims.items()}
        for spec in specs:
            if spec.name not in copy:
                copy._specs[spec.name] = spec
                copy._claims[spec.name.casefold()] = [(spec.name, None)]
        return copy

    def _clash(self, name: str) -> str:
        claims = self._claims[name]
        owners = dict.fromkeys(str(owner) for _, owner in claims)
        what = f"{self.kind} {claims[0][0]!r} is registered twice, by {' and '.join(owners)}"
        return f"{what}: uninstall one of them" if len(owners) > 1 else f"{what} alone: rename one of them"

    def __contains__(self, name: str) -> bool:
        return name.casefold() in self._claims

    def __iter__(self) -> Iterator[Spec]:
        """Iterate over the specs that can be used, by name."""
        return iter(self._specs[name] for name in sorted(self._specs) if self._usable(name))

    def _usable(self, name: str) -> bool:
        return len(self._claims[name.casefold()]) == 1 and name.casefold() not in self._refused

    def __len__(self) -> int:
        return len(self._specs)
