"""The catalog: finds installed plugins and collects what they register; errors of a plugin affect no other plugin."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import TYPE_CHECKING, Any

import pluggy

from srbench import hookspecs
from srbench.errors import CODE_ERRORS, PluginError, UnknownName, UsageError, one_line, suggestion, with_place
from srbench.published import published_table
from srbench.registry import BUILTIN, Plugin, Registry
from srbench.settings import setting, settings_in_force
from srbench.specs.check import shown
from srbench.specs.cycles import cycles
from srbench.specs.dataset import DatasetSpec
from srbench.specs.extension import CommandSpec, ExecutorSpec, RendererSpec
from srbench.specs.figure import Figure
from srbench.specs.identity import check_arguments
from srbench.specs.images import ImagesSpec
from srbench.specs.loss import LossSpec
from srbench.specs.method import MethodSpec
from srbench.specs.metric import MetricSpec
from srbench.specs.model import ModelSpec
from srbench.specs.opener import CheckpointOpenerSpec
from srbench.specs.protocol import Protocol
from srbench.specs.recipe import Recipe
from srbench.specs.rules import check_spec, name_problem
from srbench.specs.search_space import SearchSpace
from srbench.specs.table import Table
from srbench.specs.weights import WeightsSpec

if TYPE_CHECKING:
    from srbench.records.record import Record
    from srbench.records.training_step import TrainingStep


MOST_SPECS = 100_000
"""Largest number of specs that a hook may return, so that an endless generator is stopped."""


class Catalog:
    """A catalog of everything that the installed plugins register."""

    def __init__(self) -> None:
        self.plugins: dict[str, Plugin] = {}
        self.models: Registry[ModelSpec] = Registry("model")
        self.methods: Registry[MethodSpec] = Registry("method")
        self.weights: Registry[WeightsSpec] = Registry("weights")
        self.images: Registry[ImagesSpec] = Registry("SR images")
        self.datasets: Registry[DatasetSpec] = Registry("dataset")
        self.metrics: Registry[MetricSpec] = Registry("metric")
        self.losses: Registry[LossSpec] = Registry("loss")
        self.recipes: Registry[Recipe] = Registry("recipe")
        self.protocols: Registry[Protocol] = Registry("protocol")
        self.searches: Registry[SearchSpace] = Registry("search space")
        self.executors: Registry[ExecutorSpec] = Registry("executor")
        self.renderers: Registry[RendererSpec] = Registry("renderer")
        self.commands: Registry[CommandSpec] = Registry("command")
        self.openers: Registry[CheckpointOpenerSpec] = Registry("checkpoint opener")
        self.manager = pluggy.PluginManager(hookspecs.GROUP)
        self.manager.add_hookspecs(hookspecs)

    def with_methods(self, methods: Iterable[MethodSpec]) -> Catalog:
        """Return a copy that knows `methods` too, for one command; this catalog stays as it is."""
        copy = Catalog.__new__(Catalog)
        copy.__dict__.update(self.__dict__)
        copy.methods = self.methods.with_specs(methods)
        return copy

    def plugin(self, name: str) -> Plugin:
        """Return the plugin with this name.

        Raises:
            UnknownName: if there is no such plugin.
            PluginError: if the plugin could not be used; the message gives the reason.
        """
        if name not in self.plugins:
            raise UnknownName("plugin", name, (plugin for plugin in self.plugins if plugin != BUILTIN))
        plugin = self.plugins[name]
        if not plugin.ok:
            raise PluginError(f"plugin {plugin} failed: {plugin.error}")
        return plugin

    def cell_finished(self, record: Record) -> None:
        """Call the ``srbench_cell_finished`` hooks of all plugins.

        An exception in a hook becomes a warning; it neither loses a result nor keeps other hooks from being called.
        """
        self._notify("srbench_cell_finished", record)

    def training_step(self, state: TrainingStep) -> None:
        """Call the ``srbench_training_step`` hooks of all plugins, in the same way as `cell_finished`."""
        self._notify("srbench_training_step", state)

    def _notify(self, hook: str, event: object) -> None:
        for observer in getattr(self.manager.hook, hook).get_hookimpls():
            try:
                observer.function(*([event] if observer.argnames else []))  # a hook may omit the parameter
            except CODE_ERRORS as error:  # an observer may raise anything
                warnings.warn(f"{observer.plugin_name}: {hook}: {with_place(error)}", stacklevel=3)

    def register(self, plugin: Plugin, module: object) -> None:
        """Register everything that `module` declares for `plugin`; an error is stored in ``plugin.error``."""
        self.plugins[plugin.name] = plugin
        problems: list[str] = []
        with _errors_into(problems):
            if problem := name_problem(plugin.name):
                raise PluginError(f"the plugin's name {problem}")
            plugin.summary = _summary(module)
            self.manager.register(module, name=plugin.name)
            self._refuse_unknown_hooks(module)
            self._gather(plugin, module, problems)
            self._refuse_cycles()
            for table in (*plugin.tables.values(), *(figure.table for figure in plugin.figures.values())):
                if table.published:
                    with _errors_into(problems):
                        published_table(table.published, table.id)
        if problems and not plugin.error:
            more = f" (and {len(problems) - 1} more; srbench doctor names all)" if len(problems) > 1 else ""
            plugin.error = problems[0] + more
            plugin.problems = tuple(problems) if more else ()

    def protocol_in_force(self) -> str:
        """Return the name of the protocol of measurements without a table: the setting ``protocol``.

        Raises:
            UsageError: if there is no such protocol; the message says where the setting stands.
        """
        name: str = setting("protocol")
        if name not in self.protocols:
            source, names = settings_in_force("protocol")[0].source, (spec.name for spec in self.protocols)
            raise UsageError(f"{source}: unknown protocol {name!r}{suggestion(name, names)}")
        return name

    def settle(self) -> None:
        """Take the tables and figures from broken plugins; called once, after all plugins are registered."""
        for plugin in self.plugins.values():
            if not plugin.ok:
                plugin.tables, plugin.figures = {}, {}

    def _refuse_cycles(self) -> None:
        """Refuse methods that need themselves, as a member or as the network that their weights are blended with."""
        needs = {spec.name: [*spec.member_names, *filter(None, (spec.blend_with,))] for spec in self.methods}
        for cycle in cycles({name: names for name, names in needs.items() if names}):
            for name in cycle:
                way = " -> ".join((*cycle, cycle[0]))
                self.methods.refuse(name, f"method {name!r} needs itself ({way}); leave it out of its members")

    def _refuse_unknown_hooks(self, module: object) -> None:
        known = [name for name in vars(hookspecs) if name.startswith("srbench_")]
        for name in dir(module):
            if not name.startswith("srbench_") or not callable(getattr(module, name)):
                continue
            if name not in known:
                raise PluginError(f"{name} is not a hook of srbench{suggestion(name, known)}")
            if self.manager.parse_hookimpl_opts(module, name) is None:
                raise PluginError(f"{name} is not marked as a hook; decorate it with @srbench.hookimpl")

    def _gather(self, plugin: Plugin, module: object, problems: list[str]) -> None:
        sinks: dict[str, tuple[type, Callable[[Any], None]]] = {
            "srbench_models": (ModelSpec, lambda spec: self.models.add(spec, plugin)),
            "srbench_methods": (MethodSpec, lambda spec: self.methods.add(spec, plugin, spec.aliases)),
            "srbench_weights": (WeightsSpec, lambda spec: self.weights.add(spec, plugin)),
            "srbench_images": (ImagesSpec, lambda spec: self.images.add(spec, plugin)),
            "srbench_datasets": (DatasetSpec, lambda spec: self.datasets.add(spec, plugin, spec.aliases)),
            "srbench_metrics": (MetricSpec, lambda spec: self.metrics.add(spec, plugin, spec.aliases)),
            "srbench_losses": (LossSpec, lambda spec: self.losses.add(spec, plugin)),
            "srbench_recipes": (Recipe, lambda recipe: self.recipes.add(recipe, plugin)),
            "srbench_protocols": (Protocol, lambda spec: self.protocols.add(spec, plugin)),
            "srbench_searches": (SearchSpace, lambda spec: self.searches.add(spec, plugin)),
            "srbench_executors": (ExecutorSpec, lambda spec: self.executors.add(spec, plugin)),
            "srbench_renderers": (RendererSpec, lambda spec: self.renderers.add(spec, plugin, (spec.suffix,))),
            "srbench_commands": (CommandSpec, lambda spec: self.commands.add(spec, plugin)),
            "srbench_checkpoint_openers": (CheckpointOpenerSpec, lambda spec: self.openers.add(spec, plugin)),
            "srbench_tables": (Table, plugin.add_table),
            "srbench_figures": (Figure, plugin.add_figure),
        }
        for hook, (kind, sink) in sinks.items():
            implementation = getattr(module, hook, None)
            if implementation is None:
                continue
            with _errors_into(problems):
                for spec, place in _specs_of(hook, implementation):
                    with _errors_into(problems, place):
                        if not isinstance(spec, kind):
                            raise PluginError(f"{hook} returned {shown(spec)}, not a {kind.__name__}")
                        check_spec(spec)
                        check_arguments(spec)
                        sink(spec)


@contextmanager
def _errors_into(problems: list[str], place: str = "") -> Iterator[None]:
    """Add whatever the block raises to `problems`, with the place in the plugin's code."""
    try:
        yield
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # noqa: BLE001 - a plugin may raise anything; only that plugin is affected
        problems.append(f"{one_line(error)} ({place})" if place else with_place(error))


def _specs_of(hook: str, implementation: Callable[[], Any]) -> Iterator[tuple[object, str]]:
    """Yield what a hook returns, each with the file and line of the hook, or of the ``yield`` that it comes from."""
    code = getattr(implementation, "__code__", None)
    found = implementation()
    if not isinstance(found, Iterable) or isinstance(found, str):
        raise PluginError(f"{hook} returned {shown(found)}; return a list or tuple of specs, or yield them")
    for number, spec in enumerate(found):
        if number >= MOST_SPECS:
            raise PluginError(f"{hook} returned more than {MOST_SPECS} specs; a hook has to come to an end")
        frame = getattr(found, "gi_frame", None)
        line = frame.f_lineno if frame else code.co_firstlineno if code else 0
        yield spec, f"{code.co_filename}, line {line}" if code else ""


def _summary(module: object) -> str:
    """Return the first line of a plugin's docstring."""
    text = getattr(module, "__doc__", None)
    if text is not None and not isinstance(text, str):
        raise PluginError(f"__doc__ is {shown(text)}; give a text, whose first line is the plugin's summary")
    return (text or "").strip().partition("\n")[0]


def _module_of(entry_point: EntryPoint, plugin: Plugin) -> object | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # warnings of a plugin's dependencies would clutter every command
            module: object = entry_point.load()
            return module
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt):
            raise
        plugin.error = with_place(error)
        return None


@cache
def load_catalog() -> Catalog:
    """Return the catalog of all installed plugins; the built-in plugin comes first and uses the same hooks."""
    catalog = Catalog()
    points = sorted(entry_points(group=hookspecs.GROUP), key=lambda point: (point.name != BUILTIN, point.name))
    for entry_point in points:
        dist = entry_point.dist
        plugin = Plugin(entry_point.name, dist.name if dist else "", dist.version if dist else "")
        plugin.package = entry_point.module.partition(".")[0]
        if earlier := catalog.plugins.get(entry_point.name):
            if (earlier.distribution, earlier.version) != (plugin.distribution, plugin.version):
                earlier.error = (
                    f"plugin name {plugin.name!r} is used by both {earlier} and {plugin}; uninstall one of them"
                )
            continue
        module = _module_of(entry_point, plugin)
        if module is None:
            catalog.plugins[plugin.name] = plugin
        else:
            catalog.register(plugin, module)
    catalog.settle()
    return catalog
