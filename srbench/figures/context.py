"""Context in which a plugin draws a figure: measured cells, methods, datasets and metrics."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from srbench.bench.planning.job import Job
from srbench.bench.resolve.compatibility import check_sizes
from srbench.bench.resolve.method_weights import WeightsPolicy
from srbench.bench.resolve.resolver import Resolver
from srbench.errors import Unavailable
from srbench.specs.recipe import DEMO
from srbench.training.storage.names import CARD

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from srbench.bench.planning.options import Options
    from srbench.bench.planning.plan import Plan
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
    """Argument of `Figure.draw`: access to the measured cells, methods and images of a figure.

    It records which weights and images are requested, for the Markdown file. The measured cells of the figure's rows
    and columns are returned by `entry` and `records`.

    Args:
        figure: The figure to draw.
        plan: Plan of the figure's cells.
        result: Measured cells of the plan.
        catalog: The catalog in which names are looked up.
        roots: Folders where data and weights are searched.
        store: Store of the records; trainings lie in its folder.
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
        """Methods with weights that the figure uses, by name; a second scale with other weights is ``imdn x3``."""
        self.images: list[str] = []
        """Images that the figure uses beside those of the measured cells: ``Set14/baboon``, ..."""
        self._plan = plan
        self._store = store
        source, profile = self.options.source, self.options.profile
        self._resolver = Resolver(catalog, roots, weights=WeightsPolicy(source, profile, store.root))
        self._trainings = Resolver(catalog, roots, weights=WeightsPolicy("train", profile, store.root))
        for slot in plan.slots:
            if slot.method and any(store.done(cell.key) for cell in slot.cells):
                self._note_method(slot.method, slot.cells[0].scale)

    @property
    def plugin(self) -> str:
        """Name of the plugin that declares the figure."""
        return self._plan.plugin.name if self._plan.plugin else ""

    @property
    def demo(self) -> bool:
        """True if the images are the demo photographs."""
        return self._plan.demo

    def entry(self, row: Row | str, metric: str, dataset: str = "", scale: float | None = None) -> TableEntry | None:
        """Return the table entry of a row (or its label) in the first column that fits; None without one.

        Args:
            row: The row, or its label.
            metric: Name of the metric, which may be a cost of the model.
            dataset: Name of the dataset; empty for any.
            scale: Scale of the column; None for any.
        """
        label = row if isinstance(row, str) else row.label
        fitting = (
            entry
            for entry in self.result.entries
            if (entry.row.label, entry.column.metric) == (label, metric)
            and dataset in {"", entry.column.dataset}
            and scale in {None, entry.column.scale}
        )
        return next(fitting, None)

    def value(self, row: Row | str, metric: str, dataset: str = "", scale: float | None = None) -> float | None:
        """Return the measured value of a row in the first column that fits; None if it is not measured.

        Args:
            row: The row, or its label.
            metric: Name of the metric, which may be a cost of the model.
            dataset: Name of the dataset; empty for any.
            scale: Scale of the column; None for any.
        """
        entry = self.entry(row, metric, dataset, scale)
        return entry.measured if entry else None

    def records(self, row: Row | str, metric: str, dataset: str = "", scale: float | None = None) -> list[Record]:
        """Return the stored records of a row in the first column that fits.

        There is one record per seed, with per-image values; the list is empty if nothing is measured.

        Args:
            row: The row, or its label.
            metric: Name of the metric, which may be a cost of the model.
            dataset: Name of the dataset; empty for any.
            scale: Scale of the column; None for any.
        """
        entry = self.entry(row, metric, dataset, scale)
        if entry is None:
            return []
        slot = next(slot for slot in self._plan.slots if (slot.row, slot.column) == (entry.row, entry.column))
        return [record for record in (self._store.done(cell.key) for cell in slot.cells) if record]

    def method(self, name: str, scale: float, *, sigma: bool = False, dataset: str = "") -> ResolvedMethod:
        """Return the method `name` of the catalog with its weights at `scale`.

        Nothing is trained here: a figure that needs a trained method declares a row for it, and a column that measures
        the row.

        Args:
            name: Name of the method.
            scale: Upscaling factor.
            sigma: Whether the method should predict sigma too, as far as it can.
            dataset: Name of the dataset whose images it is for, so that finished SR images can be used; empty: any.

        Raises:
            Unavailable: if the weights are not available.
        """
        method = self._resolver.method(name, scale, sigma=sigma, dataset="" if self.demo else dataset)
        if not all(training.done(self._store.root) for training in method.trainings):
            raise Unavailable(f"{name} has not been trained yet under {self._store.root}")
        self._note_method(method, scale)
        return method

    def training(self, name: str, scale: float) -> Path:
        """Return the folder of the training of a method's recipe, from seed 0 at the current profile.

        Other weights of the method do not count, as they come without a training curve.

        Raises:
            Unavailable: if the method has not been trained.
        """
        method = self._trainings.method(name, scale)
        # the curve is there without the weights too, e.g. where only the former is kept
        if method.training is None or not (method.training.folder(self._store.root) / CARD).is_file():
            raise Unavailable(f"{name} has not been trained yet under {self._store.root}")
        self._note_method(method, scale)
        return method.training.folder(self._store.root)

    def upscaler(self, method: ResolvedMethod, scale: float, *, equal_size: bool = False) -> Upscaler:
        """Load `method` on the device of the run; ``.model`` of the result is its network, in eval mode.

        Args:
            method: The method with its weights.
            scale: Upscaling factor.
            equal_size: Whether LR images have the size of HR.
        """
        from srbench.inference.upscaler import Upscaler

        options = self.options
        return Upscaler(
            method.under(self.protocol),
            scale,
            resize=self.protocol.lr,
            device=options.device,
            tile=options.tile,
            equal_size=equal_size,
            luma_in=self.protocol.luma_in,
        )

    def dataset(self, name: str, scale: float) -> Dataset:
        """Return the images at `scale` of a dataset, or of a folder of that name beside the datasets.

        In a demo, the demo photographs are returned instead.

        Raises:
            Unavailable: if the dataset is not found.
        """
        if self.demo or name in self.catalog.datasets:
            return self._resolver.dataset(DEMO if self.demo else name).at(scale)
        dataset = self._resolver.finder.find(name)
        if dataset is None:
            raise Unavailable(f"dataset {name} not found, here or under --data DIR")
        return dataset.at(scale)

    def pair(self, dataset: Dataset, image: ImageFiles, scale: float) -> Pair:
        """Return LR and HR of one image under the protocol.

        Args:
            dataset: The dataset that holds the image.
            image: The files of the image.
            scale: Upscaling factor.

        Raises:
            DataError: if a file cannot be read, or if the sizes of the LR and HR files do not match.
        """
        from srbench.data.datasets.pairs import pair_under

        self.images.append(f"{dataset.name}/{image.name}")
        return pair_under(self.protocol, image, scale, dataset)

    def pairs(self, dataset: str, scale: float) -> Iterator[Pair]:
        """Yield LR and HR of each image of `dataset` under the protocol; in a demo, of the demo photographs.

        Raises:
            Unavailable: if the dataset is not found.
        """
        resolved = self.dataset(dataset, scale)
        for image in resolved.images:
            yield self.pair(resolved, image, scale)

    def sample(self, method: ResolvedMethod, dataset: Dataset, image: ImageFiles, scale: float) -> Sample:
        """Return SR of `method` and HR for one image as metrics see them, with sigma if the method predicts it.

        Args:
            method: The method to run.
            dataset: The dataset that holds the image.
            image: The files of the image.
            scale: Upscaling factor.

        Raises:
            Unavailable: if the method is for LR images of another size.
        """
        from srbench.bench.measuring.run_job import samples, training_sigma

        check_sizes(method.model, dataset)
        self.images.append(f"{dataset.name}/{image.name}")
        # a constant sigma is only added where something asks for it
        metrics = (self._resolver.metric(self.catalog.metrics.get("pll")),) if method.sigma_from else ()
        job = Job(method, scale, self.protocol, metrics, device=self.options.device, tile=self.options.tile)
        upscaler = None if method.images else self.upscaler(method, scale, equal_size=dataset.equal_size)
        sigma = training_sigma(job, upscaler) if upscaler else None
        return next(samples(job, replace(dataset, images=(image,)), upscaler, sigma))

    def measure(self, metric: str) -> Callable[[Sample], float]:
        """Return the function of an image metric.

        Raises:
            Unavailable: if the weights of the metric's own network are not available.
        """
        from srbench.bench.measuring.metric_values import metric_function
        from srbench.device import pick_device

        ready = self._resolver.metric(self.catalog.metrics.get(metric))
        return metric_function(ready, pick_device(self.options.device))

    def _note_method(self, method: ResolvedMethod, scale: float) -> None:
        for part in (*method.members, *filter(None, (method.blend_with,))):
            self._note_method(part, scale)
        if method.weights and self.methods.setdefault(method.name, method).weights != method.weights:
            self.methods[f"{method.name} x{scale:g}"] = method
