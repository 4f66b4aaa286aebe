"""Finds the installed plugins, gathers what they register, and keeps a broken one from breaking the rest."""

from __future__ import annotations

import warnings
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import TYPE_CHECKING, Any

import pluggy

from srbench import hookspecs
from srbench.errors import PluginError, UnknownName, one_line, suggestion
from srbench.registry import Plugin, Registry
from srbench.specs.dataset import DatasetSpec
from srbench.specs.extension import CommandSpec, ExecutorSpec, RendererSpec
from srbench.specs.figure import Figure
from srbench.specs.loss import LossSpec
from srbench.specs.method import MethodSpec
from srbench.specs.metric import MetricSpec
from srbench.specs.model import ModelSpec
from srbench.specs.protocol import Protocol
from srbench.specs.recipe import Recipe
from srbench.specs.search_space import SearchSpace
from srbench.specs.table import Table
from srbench.specs.weights import WeightsSpec

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from srbench.records.record import Record
    from srbench.records.training_step import TrainingStep

BUILTIN = "builtin"


class Catalog:
    """Everything that the installed plugins offer."""

    def __init__(self) -> None:
        self.plugins: dict[str, Plugin] = {}
        self.models: Registry[ModelSpec] = Registry("model")
        self.methods: Registry[MethodSpec] = Registry("method")
        self.weights: Registry[WeightsSpec] = Registry("weights")
        self.datasets: Registry[DatasetSpec] = Registry("dataset")
        self.metrics: Registry[MetricSpec] = Registry("metric")
        self.losses: Registry[LossSpec] = Registry("loss")
        self.recipes: Registry[Recipe] = Registry("recipe")
        self.protocols: Registry[Protocol] = Registry("protocol")
        self.searches: Registry[SearchSpace] = Registry("search space")
        self.executors: Registry[ExecutorSpec] = Registry("executor")
        self.renderers: Registry[RendererSpec] = Registry("renderer")
        self.commands: Registry[CommandSpec] = Registry("command")
        self.manager = pluggy.PluginManager(hookspecs.GROUP)
        self.manager.add_hookspecs(hookspecs)

    def with_methods(self, methods: Iterable[MethodSpec]) -> Catalog:
        """Return a copy that knows `methods` too, for one command; this catalog stays as it is."""
        copy = Catalog.__new__(Catalog)
        copy.__dict__.update(self.__dict__)
        copy.methods = self.methods.with_specs(methods)
        return copy

    def plugin(self, name: str) -> Plugin:
        """The plugin of that name; raises `UnknownName`, or `PluginError` with the reason where it is broken."""
        if name not in self.plugins:
            raise UnknownName("plugin", name, (known for known in self.plugins if known != BUILTIN))
        plugin = self.plugins[name]
        if not plugin.ok:
            raise PluginError(f"plugin {plugin} failed: {plugin.error}")
        return plugin

    def cell_finished(self, record: Record) -> None:
        """Tell the plugins that observe. One that raises is warned of; it costs no result and silences no other."""
        self._tell("srbench_cell_finished", record)

    def training_step(self, state: TrainingStep) -> None:
        """As `cell_finished`, for the steps of a training."""
        self._tell("srbench_training_step", state)

    def _tell(self, hook: str, what: object) -> None:
        for observer in getattr(self.manager.hook, hook).get_hookimpls():
            try:
                observer.function(*([what] if observer.argnames else []))  # pluggy lets a hook leave it out
            except Exception as error:  # noqa: BLE001 - an observer may raise anything
                warnings.warn(f"{observer.plugin_name}: {hook}: {one_line(error)}", stacklevel=3)

    def register(self, plugin: Plugin, module: object) -> None:
        """Take in all that `module` registers for `plugin`. What is wrong with it becomes ``plugin.error``."""
        self.plugins[plugin.name] = plugin
        plugin.summary = (getattr(module, "__doc__", None) or "").strip().partition("\n")[0]
        try:
            self.manager.register(module, name=plugin.name)
            self._refuse_unknown_hooks(module)
            self._gather(plugin, module)
        except Exception as error:  # noqa: BLE001 - a plugin may raise anything, and only its own row suffers
            plugin.error = plugin.error or one_line(error)

    def _refuse_unknown_hooks(self, module: object) -> None:
        known = [name for name in vars(hookspecs) if name.startswith("srbench_")]
        for name in dir(module):
            if not name.startswith("srbench_") or not callable(getattr(module, name)):
                continue
            if name not in known:
                raise PluginError(f"{name} is no hook of srbench{suggestion(name, known)}")
            if self.manager.parse_hookimpl_opts(module, name) is None:
                raise PluginError(f"{name} is not marked: decorate it with @srbench.hookimpl")

    def _gather(self, plugin: Plugin, module: object) -> None:
        sinks: dict[str, tuple[type, Callable[[Any], None]]] = {
            "srbench_models": (ModelSpec, lambda spec: self.models.add(spec, plugin)),
            "srbench_methods": (MethodSpec, lambda spec: self.methods.add(spec, plugin)),
            "srbench_weights": (WeightsSpec, lambda spec: self.weights.add(spec, plugin)),
            "srbench_datasets": (DatasetSpec, lambda spec: self.datasets.add(spec, plugin, spec.aliases)),
            "srbench_metrics": (MetricSpec, lambda spec: self.metrics.add(spec, plugin, spec.aliases)),
            "srbench_losses": (LossSpec, lambda spec: self.losses.add(spec, plugin)),
            "srbench_recipes": (Recipe, lambda recipe: self.recipes.add(recipe, plugin)),
            "srbench_protocols": (Protocol, lambda spec: self.protocols.add(spec, plugin)),
            "srbench_searches": (SearchSpace, lambda spec: self.searches.add(spec, plugin)),
            "srbench_executors": (ExecutorSpec, lambda spec: self.executors.add(spec, plugin)),
            "srbench_renderers": (RendererSpec, lambda spec: self.renderers.add(spec, plugin)),
            "srbench_commands": (CommandSpec, lambda spec: self.commands.add(spec, plugin)),
            "srbench_tables": (Table, lambda table: plugin.tables.__setitem__(table.id, table)),
            "srbench_figures": (Figure, lambda figure: plugin.figures.__setitem__(figure.id, figure)),
        }
        for hook, (kind, sink) in sinks.items():
            implementation = getattr(module, hook, None)
            if implementation is None:
                continue
            for spec in list(implementation()):
                if not isinstance(spec, kind):
                    raise PluginError(f"{hook} returned {spec!r}, not a {kind.__name__}")
                sink(spec)


def _module_of(entry_point: EntryPoint, plugin: Plugin) -> object | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # an old dependency's warning is no business of `srbench list`
            module: object = entry_point.load()
            return module
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt):
            raise
        plugin.error = one_line(error)
        return None


@cache
def load_catalog() -> Catalog:
    """The catalog of all installed plugins; srbench's own things come first, through the same hooks."""
    catalog = Catalog()
    found = sorted(entry_points(group=hookspecs.GROUP), key=lambda point: (point.name != BUILTIN, point.name))
    for entry_point in found:
        dist = entry_point.dist
        plugin = Plugin(entry_point.name, dist.name if dist else "", dist.version if dist else "")
        if other := catalog.plugins.get(entry_point.name):
            if (other.distribution, other.version) != (plugin.distribution, plugin.version):
                other.error = (
                    f"plugin name {plugin.name!r} is taken twice, by {other} and {plugin}: uninstall one of them"
                )
            continue
        module = _module_of(entry_point, plugin)
        if module is None:
            catalog.plugins[plugin.name] = plugin
        else:
            catalog.register(plugin, module)
    return catalog
