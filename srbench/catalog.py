"""Finds the installed plugins, gathers what they register, and keeps a broken one from breaking the rest."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import pluggy

from srbench import hookspecs
from srbench.errors import PluginError, UnknownName, suggestion
from srbench.protocol import Protocol
from srbench.recipe import Recipe
from srbench.search_space import SearchSpace
from srbench.specs import DatasetSpec, LossSpec, MethodSpec, MetricSpec, ModelSpec, WeightsSpec
from srbench.table_specs import Figure, Table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from srbench.bench.record import Record
    from srbench.training.progress import TrainingStep

BUILTIN = "builtin"


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
    "Spec", ModelSpec, MethodSpec, WeightsSpec, DatasetSpec, MetricSpec, LossSpec, Recipe, Protocol, SearchSpace
)


class Registry(Generic[Spec]):
    """Specs of one kind by name, each with the plugin that registered it."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self._specs: dict[str, Spec] = {}
        self._claims: dict[str, list[tuple[str, Plugin]]] = {}
        """Folded name or alias -> the specs that go by it, with their plugins; more than one is a clash."""

    def add(self, spec: Spec, owner: Plugin, aliases: Iterable[str] = ()) -> None:
        """Register `spec`; a second claim on a name or alias makes it unusable, and both plugins say so."""
        for name in {one.casefold() for one in (spec.name, *aliases)}:
            claims = self._claims.setdefault(name, [])
            claims.append((spec.name, owner))
            if len(claims) > 1:
                for _, plugin in claims:
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
        return self._claims[name.casefold()][0][1]

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
        self.manager = pluggy.PluginManager(hookspecs.GROUP)
        self.manager.add_hookspecs(hookspecs)

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


def one_line(error: BaseException) -> str:
    """The error's text on one line, with its type unless srbench wrote it for the user."""
    text = " ".join(str(error).split())
    return text if isinstance(error, PluginError) else f"{type(error).__name__}: {text}"


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
