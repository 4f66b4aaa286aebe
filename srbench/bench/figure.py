"""A figure's cells measured like a table's, and the plugin's drawing of them."""

from __future__ import annotations

import traceback
from pathlib import Path
from typing import TYPE_CHECKING

from srbench.bench.plan import Options, Plan, make_plan
from srbench.bench.resolve import Resolver, Wanted
from srbench.bench.selection import DEMO, Selection
from srbench.drawing import Drawing
from srbench.errors import PluginError, SrbenchError, Unavailable
from srbench.loading import load

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from srbench.bench.cell import Method
    from srbench.bench.record import Record
    from srbench.bench.result import Entry, Result
    from srbench.bench.store import Store
    from srbench.catalog import Catalog, Plugin
    from srbench.data.pairs import Pair
    from srbench.inference.upscaler import Upscaler
    from srbench.protocol import Protocol
    from srbench.specs import Figure, Row


class FigureContext:
    """What `Figure.draw` is called with. It notes which weights and images are asked for, for the Markdown file.

    Numbers come from `entry` and `records`: the measured cells of the figure's rows and columns.
    """

    def __init__(
        self, figure: Figure, plan: Plan, result: Result, catalog: Catalog, roots: Sequence[Path], store: Store
    ) -> None:
        self.figure = figure
        self.catalog = catalog
        self.result = result
        self.options: Options = plan.options
        self.protocol: Protocol = plan.protocol
        self.methods: dict[str, Method] = {}
        """Methods with weights that took part, by name."""
        self.images: list[str] = []
        """``Set14/baboon``, ...: images that took part beside those of the measured cells."""
        self._plan = plan
        self._store = store
        self._resolver = Resolver(catalog, roots, weights=Wanted(self.options.source, self.options.profile, store.root))
        for place in plan.places:
            if place.method and place.method.weights and any(store.done(cell.key) for cell in place.cells):
                self.methods[place.method.name] = place.method

    @property
    def plugin(self) -> str:
        """Name of the figure's plugin."""
        return self._plan.plugin.name

    @property
    def demo(self) -> bool:
        """Whether images are the demo photographs."""
        return self._plan.demo

    def entry(self, row: Row | str, metric: str, dataset: str = "", scale: float | None = None) -> Entry | None:
        """Measured and published value of a row (or its label) in the first column that fits; costs of models too."""
        label = row if isinstance(row, str) else row.label
        fitting = (
            one
            for one in self.result.entries
            if (one.row.label, one.column.metric) == (label, metric)
            and dataset in {"", one.column.dataset}
            and scale in {None, one.column.scale}
        )
        return next(fitting, None)

    def value(self, row: Row | str, metric: str, dataset: str = "", scale: float | None = None) -> float | None:
        """The measured number of `entry`; None where there is none."""
        entry = self.entry(row, metric, dataset, scale)
        return entry.measured if entry else None

    def records(self, row: Row | str, metric: str, dataset: str = "", scale: float | None = None) -> list[Record]:
        """The stored records, values per image included, of what `entry` shows: one a seed, none where not measured."""
        entry = self.entry(row, metric, dataset, scale)
        if entry is None:
            return []
        place = next(one for one in self._plan.places if (one.row, one.column) == (entry.row, entry.column))
        return [record for record in (self._store.done(cell.key) for cell in place.cells) if record]

    def method(self, name: str, scale: float) -> Method:
        """The method of the catalog, with its weights; raises `Unavailable` where these aren't at hand.

        Nothing is trained for it: a figure that needs a trained method has it in a row, with a column that measures it.
        """
        method = self._resolver.method(name, scale)
        if method.training and not method.training.done(self._store.root):
            raise Unavailable(f"{name} has not been trained yet under {self._store.root}")
        if method.weights:
            self.methods[name] = method
        return method

    def upscaler(self, method: Method, scale: float) -> Upscaler:
        """`method` loaded on the device of the run; ``.model`` is its network, in eval mode."""
        from srbench.inference.upscaler import Upscaler

        options = self.options
        return Upscaler(method, scale, resize=self.protocol.lr, device=options.device, tile=options.tile)

    def pairs(self, dataset: str, scale: float) -> Iterator[Pair]:
        """LR and HR images of `dataset` under the protocol, one after the other; in a demo its photographs instead.

        Raises `Unavailable` where the dataset isn't at hand.
        """
        from srbench.data.pairs import load_pair

        found = self._resolver.dataset(DEMO if self.demo else dataset)
        for files in found.images:
            self.images.append(f"{found.name}/{files.name}")
            yield load_pair(files, scale, self.protocol.lr, found)


def plan_figure(
    catalog: Catalog, plugin: Plugin, figure: Figure, options: Options, roots: Sequence[Path], store: Store
) -> Plan:
    """The cells of `figure` as a plan; without any where it has no columns. Raises as `make_plan`."""
    if figure.columns:
        return make_plan(catalog, plugin, figure.table, Selection(), options, roots, store)
    protocol = catalog.protocols.get(options.protocol or figure.protocol)
    return Plan(plugin, figure.table, protocol, options, (), (), {})


def draw_figure(context: FigureContext) -> Drawing:
    """What the plugin draws. Raises `PluginError` that names plugin, figure and function where its code fails."""
    figure = context.figure
    where = f"plugin {context.plugin}, figure {figure.id}: {figure.draw}"
    try:
        drawing = load(figure.draw)(context)
    except PluginError as error:
        raise PluginError(f"{where}: {error}") from error
    except SrbenchError:
        raise
    except Exception as error:
        last = traceback.extract_tb(error.__traceback__)[-1]
        said = " ".join(f"{type(error).__name__}: {error}".split())
        raise PluginError(f"{where} raised {said} ({Path(last.filename).name}, line {last.lineno})") from error
    if not isinstance(drawing, Drawing):
        raise PluginError(f"{where} returned {type(drawing).__name__}, not a srbench.Drawing")
    if not hasattr(drawing.picture, "savefig"):
        raise PluginError(f"{where}: its picture is {type(drawing.picture).__name__}, not a matplotlib.figure.Figure")
    return drawing
