"""A figure's cells measured like a table's, and the plugin's drawing of them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from srbench.bench.planning.job import Job
from srbench.bench.resolve.compatibility import check_sizes
from srbench.bench.resolve.method_weights import WeightsPolicy
from srbench.bench.resolve.resolver import Resolver
from srbench.errors import Unavailable
from srbench.specs.recipe import DEMO

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from srbench.bench.planning.plan import Options, Plan
    from srbench.bench.results.table_result import Result, TableEntry
    from srbench.catalog import Catalog
    from srbench.data.datasets.dataset import Dataset
    from srbench.data.datasets.pairs import Pair
    from srbench.data.image_files import ImageFiles
    from srbench.inference.method import ResolvedMethod
    from srbench.inference.upscaler import Upscaler
    from srbench.metrics import Sample
    from srbench.records.record import Record
    from srbench.records.store import Store
    from srbench.specs.figure import Figure
    from srbench.specs.protocol import Protocol
    from srbench.specs.table import Row


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
        self.methods: dict[str, ResolvedMethod] = {}
        """Methods with weights that took part, by name; of a second scale with other weights as ``imdn x3``."""
        self.images: list[str] = []
        """``Set14/baboon``, ...: images that took part beside those of the measured cells."""
        self._plan = plan
        self._store = store
        source, profile = self.options.source, self.options.profile
        self._resolver = Resolver(catalog, roots, weights=WeightsPolicy(source, profile, store.root))
        self._trainings = Resolver(catalog, roots, weights=WeightsPolicy("train", profile, store.root))
        for place in plan.places:
            if place.method and any(store.done(cell.key) for cell in place.cells):
                self._took_part(place.method, place.cells[0].scale)

    @property
    def plugin(self) -> str:
        """Name of the figure's plugin."""
        return self._plan.plugin.name if self._plan.plugin else ""

    @property
    def demo(self) -> bool:
        """Whether images are the demo photographs."""
        return self._plan.demo

    def entry(self, row: Row | str, metric: str, dataset: str = "", scale: float | None = None) -> TableEntry | None:
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

    def method(self, name: str, scale: float, *, sigma: bool = False) -> ResolvedMethod:
        """The method of the catalog, with its weights; raises `Unavailable` where these aren't at hand.

        Nothing is trained for it: a figure that needs a trained method has it in a row, with a column that measures it.
        With `sigma` it predicts that too, as far as it can.
        """
        method = self._resolver.method(name, scale, sigma=sigma)
        if not all(training.done(self._store.root) for training in method.trainings):
            raise Unavailable(f"{name} has not been trained yet under {self._store.root}")
        self._took_part(method, scale)
        return method

    def training(self, name: str, scale: float) -> Path:
        """The folder where the recipe of a method was trained from seed 0, at the profile in force.

        Other weights of it don't count, as they bring no curve. Raises `Unavailable` where it was not trained.
        """
        method = self._trainings.method(name, scale)
        if method.training is None or not method.training.done(self._store.root):
            raise Unavailable(f"{name} has not been trained yet under {self._store.root}")
        self._took_part(method, scale)
        return method.training.folder(self._store.root)

    def upscaler(self, method: ResolvedMethod, scale: float, *, equal_size: bool = False) -> Upscaler:
        """`method` loaded on the device of the run; ``.model`` is its network, in eval mode."""
        from srbench.inference.upscaler import Upscaler

        options = self.options
        return Upscaler(
            method, scale, resize=self.protocol.lr, device=options.device, tile=options.tile, equal_size=equal_size
        )

    def dataset(self, name: str, scale: float) -> Dataset:
        """The images of that name (a dataset's, or that of a folder beside datasets) which are at `scale`.

        In a demo its photographs instead. Raises `Unavailable` where there are none.
        """
        if self.demo or name in self.catalog.datasets:
            return self._resolver.dataset(DEMO if self.demo else name).at(scale)
        found = self._resolver.finder.find(name)
        if found is None:
            raise Unavailable(f"dataset {name} not found, here or under --data DIR")
        return found.at(scale)

    def pair(self, dataset: Dataset, image: ImageFiles, scale: float) -> Pair:
        """LR and HR of one image under the protocol."""
        from srbench.data.datasets.pairs import load_pair

        self.images.append(f"{dataset.name}/{image.name}")
        return load_pair(image, scale, self.protocol.lr, dataset, self.protocol.hr_crop)

    def pairs(self, dataset: str, scale: float) -> Iterator[Pair]:
        """LR and HR images of `dataset` under the protocol, one after the other; in a demo its photographs instead.

        Raises `Unavailable` where the dataset isn't at hand.
        """
        found = self.dataset(dataset, scale)
        for files in found.images:
            yield self.pair(found, files, scale)

    def sample(self, method: ResolvedMethod, dataset: Dataset, image: ImageFiles, scale: float) -> Sample:
        """SR of `method` beside HR, for one image, as metrics see them; with sigma where the method is to predict it.

        Raises `Unavailable` where the method is for LR images of another size.
        """
        from srbench.bench.measuring.run_job import samples

        check_sizes(method.model, dataset)
        self.images.append(f"{dataset.name}/{image.name}")
        # a constant sigma is only added where something asks for it
        metrics = (self._resolver.metric(self.catalog.metrics.get("pll")),) if method.sigma_from else ()
        job = Job(method, scale, self.protocol, metrics, device=self.options.device, tile=self.options.tile)
        upscaler = self.upscaler(method, scale, equal_size=dataset.equal_size)
        return next(samples(job, replace(dataset, images=(image,)), upscaler))

    def measure(self, metric: str) -> Callable[[Sample], float]:
        """The function of an image metric. Raises `Unavailable` where the weights of its own network aren't at hand."""
        from srbench.bench.measuring.run_job import instance
        from srbench.device import pick_device

        ready = self._resolver.metric(self.catalog.metrics.get(metric))
        return instance(ready, pick_device(self.options.device))

    def _took_part(self, method: ResolvedMethod, scale: float) -> None:
        for one in (*method.members, *filter(None, (method.blend_with,))):
            self._took_part(one, scale)
        if method.weights and self.methods.setdefault(method.name, method).weights != method.weights:
            self.methods[f"{method.name} x{scale:g}"] = method
