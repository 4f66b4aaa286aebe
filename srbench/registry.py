"""Registered specs by name, each with the plugin that registered it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from srbench.errors import PluginError, UnknownName
from srbench.specs.dataset import DatasetSpec
from srbench.specs.extension import CommandSpec, ExecutorSpec, RendererSpec
from srbench.specs.loss import LossSpec
from srbench.specs.method import MethodSpec
from srbench.specs.metric import MetricSpec
from srbench.specs.model import ModelSpec
from srbench.specs.protocol import Protocol
from srbench.specs.recipe import Recipe
from srbench.specs.search_space import SearchSpace
from srbench.specs.weights import WeightsSpec

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from srbench.specs.figure import Figure
    from srbench.specs.table import Table


@dataclass
class Plugin:
    """One entry point in the group ``srbench``: loaded, or the reason why not."""

    name: str
    distribution: str = ""
    version: str = ""
    summary: str = ""
    error: str = ""
    tables: dict[str, Table] = field(default_factory=dict)
    figures: dict[str, Figure] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """Whether it loaded and registered all that it has."""
        return not self.error

    def table(self, table_id: str) -> Table:
        """Its table of that id; raises `UnknownName`."""
        try:
            return self.tables[table_id]
        except KeyError:
            raise UnknownName("table", table_id, self.tables, f"of plugin {self.name}") from None

    def figure(self, figure_id: str) -> Figure:
        """Its figure of that id; raises `UnknownName`."""
        try:
            return self.figures[figure_id]
        except KeyError:
            raise UnknownName("figure", figure_id, self.figures, f"of plugin {self.name}") from None

    def __str__(self) -> str:
        return f"{self.name} ({self.distribution} {self.version})" if self.distribution else self.name


Spec = TypeVar(
    "Spec",
    ModelSpec,
    MethodSpec,
    WeightsSpec,
    DatasetSpec,
    MetricSpec,
    LossSpec,
    Recipe,
    Protocol,
    SearchSpace,
    ExecutorSpec,
    RendererSpec,
    CommandSpec,
)


class Registry(Generic[Spec]):
    """Specs of one kind by name, each with the plugin that registered it."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self._specs: dict[str, Spec] = {}
        self._claims: dict[str, list[tuple[str, Plugin | None]]] = {}
        """Folded name or alias -> the specs that go by it, with their plugins; more than one is a clash."""

    def add(self, spec: Spec, owner: Plugin, aliases: Iterable[str] = ()) -> None:
        """Register `spec`; a second claim on a name or alias makes it unusable, and both plugins say so."""
        if hasattr(spec, "plugin"):
            spec = cast("Spec", replace(cast("Any", spec), plugin=owner.name))
        for name in {one.casefold() for one in (spec.name, *aliases)}:
            claims = self._claims.setdefault(name, [])
            claims.append((spec.name, owner))
            if len(claims) > 1:
                for _, plugin in claims:
                    if plugin:
                        plugin.error = plugin.error or self._clash(name)
        self._specs.setdefault(spec.name, spec)

    def get(self, name: str) -> Spec:
        """The spec of that name or alias, in any case; raises `UnknownName`, or `PluginError` where two claim it."""
        claims = self._claims.get(name.casefold(), [])
        if not claims:
            raise UnknownName(self.kind, name, self._specs)
        if len(claims) > 1:
            raise PluginError(self._clash(name.casefold()))
        return self._specs[claims[0][0]]

    def owner(self, name: str) -> Plugin:
        """The plugin that registered `name`; raises as `get`."""
        self.get(name)
        plugin = self._claims[name.casefold()][0][1]
        if plugin is None:
            raise UnknownName(self.kind, name, self._specs, "of a plugin")
        return plugin

    def with_specs(self, specs: Iterable[Spec]) -> Registry[Spec]:
        """Return a copy that knows `specs` too, which no plugin brings; those known by name already stay as they are."""
        copy: Registry[Spec] = Registry(self.kind)
        copy._specs = dict(self._specs)  # noqa: SLF001 - the same class
        copy._claims = {name: list(claims) for name, claims in self._claims.items()}  # noqa: SLF001
        for spec in specs:
            if spec.name not in copy:
                copy._specs[spec.name] = spec  # noqa: SLF001
                copy._claims[spec.name.casefold()] = [(spec.name, None)]  # noqa: SLF001
        return copy

    def _clash(self, name: str) -> str:
        claims = self._claims[name]
        owners = " and ".join(str(owner) for _, owner in claims)
        return f"{self.kind} {claims[0][0]!r} is registered twice, by {owners}: uninstall one of them"

    def __contains__(self, name: str) -> bool:
        return name.casefold() in self._claims

    def __iter__(self) -> Iterator[Spec]:
        return iter(self._specs[name] for name in sorted(self._specs))

    def __len__(self) -> int:
        return len(self._specs)
