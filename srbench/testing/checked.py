"""The plugin under check, with its module and the specs that it registered."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from types import ModuleType

    from srbench.catalog import Catalog
    from srbench.registry import Plugin
    from srbench.specs.loss import LossSpec
    from srbench.specs.method import MethodSpec
    from srbench.specs.metric import MetricSpec
    from srbench.specs.model import ModelSpec
    from srbench.specs.recipe import Recipe
    from srbench.specs.table import Table
    from srbench.specs.weights import WeightsSpec


@dataclass
class Checked:
    """A plugin under check, with the catalog that knows it."""

    catalog: Catalog
    name: str
    memory: dict[str, Any] = field(default_factory=dict)
    """Results that several checks share, by `Check.shares`."""

    @property
    def plugin(self) -> Plugin:
        """The plugin as the catalog knows it, loaded or broken."""
        return self.catalog.plugins[self.name]

    @property
    def module(self) -> ModuleType | None:
        """Module of the plugin; None if it does not import."""
        module: ModuleType | None = self.catalog.manager.get_plugin(self.name)
        return module

    @property
    def package(self) -> str:
        """Name of the plugin's package; empty if it does not import."""
        return self.module.__name__ if self.module else ""

    @property
    def folder(self) -> Path:
        """Folder of the plugin's package, or of its module; empty if it does not import."""
        file = getattr(self.module, "__file__", None)
        return Path(file).parent if file else Path()

    @cached_property
    def models(self) -> list[ModelSpec]:
        """The plugin's models."""
        return self._registered(self.catalog.models)

    @cached_property
    def methods(self) -> list[MethodSpec]:
        """The plugin's methods."""
        hook = getattr(self.module, "srbench_methods", None)
        return list(hook()) if hook else []

    @cached_property
    def weights(self) -> list[WeightsSpec]:
        """The plugin's checkpoint files."""
        return self._registered(self.catalog.weights)

    @cached_property
    def metrics(self) -> list[MetricSpec]:
        """The plugin's metrics."""
        return self._registered(self.catalog.metrics)

    @cached_property
    def losses(self) -> list[LossSpec]:
        """The plugin's losses."""
        return self._registered(self.catalog.losses)

    @cached_property
    def recipes(self) -> list[Recipe]:
        """The plugin's recipes."""
        return self._registered(self.catalog.recipes)

    def _registered(self, registry: Iterable[Any]) -> list[Any]:
        """Return the specs in a registry that this plugin registered."""
        return [spec for spec in registry if spec.plugin == self.name]

    @property
    def tables(self) -> Iterator[tuple[str, Table]]:
        """The plugin's tables and the tables of its figures, each with its name for messages."""
        yield from ((f"table {table.id}", table) for table in self.plugin.tables.values())
        yield from ((f"figure {figure.id}", figure.table) for figure in self.plugin.figures.values())

    @property
    def expected(self) -> Mapping[str, str]:
        """Reasons of the failures that the plugin declares as expected, by check or ``check:item``."""
        hook = getattr(self.module, "srbench_expected_failures", None)
        return dict(hook()) if hook else {}
