"""From names to files: the method's weights, the dataset's folder, the metric's own network."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from srbench.bench.resolve.compatibility import check_scale
from srbench.bench.resolve.dataset_copy import DatasetCopy, assess_copy
from srbench.bench.resolve.ensemble import ensemble_of
from srbench.bench.resolve.method_weights import MethodWeights, WeightsPolicy
from srbench.bench.resolve.resolved import ResolvedDataset, ResolvedMetric
from srbench.data.datasets.finder import DatasetFinder
from srbench.data.integrity.fingerprint import fingerprint
from srbench.data.layouts.hr_lr_folders import scale_label
from srbench.data.training_set.sources import check_unseen, training_images
from srbench.errors import DataError, PluginError, Unavailable
from srbench.inference.method import ResolvedMethod
from srbench.weights.files import find_weights

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from srbench.catalog import Catalog
    from srbench.data.datasets.dataset import Dataset
    from srbench.data.training_set.sources import TrainingImage
    from srbench.specs.method import MethodSpec
    from srbench.specs.metric import MetricSpec
    from srbench.specs.model import ModelSpec
    from srbench.specs.protocol import Protocol
    from srbench.specs.recipe import Recipe
    from srbench.specs.table import Row


NETWORK = "network"
"""The submodule of a `MethodSpec.whole` that is the method's model."""


class Resolver:
    """Looks names up once. What isn't there raises `Unavailable` with the command that gets it."""

    def __init__(
        self,
        catalog: Catalog,
        roots: Sequence[Path],
        given: Mapping[str, ResolvedMethod] | None = None,
        *,
        hash_files: bool = True,
        weights: WeightsPolicy | None = None,
    ) -> None:
        self.catalog = catalog
        self.roots = tuple(roots)
        self.finder = DatasetFinder(self.roots, catalog.datasets)
        self.policy = weights or WeightsPolicy()
        self.hash_files = hash_files
        """Whether files are hashed. If not, only availability is resolved, and cell keys are not valid."""
        self.given = dict(given or {})
        """Methods that the user brought along (``srbench eval``), by name: they go before the catalog's."""
        self._weights = MethodWeights(catalog, self.roots, self.policy, self.dataset, hash_files=hash_files)
        self._datasets: dict[str, Dataset] = {}
        self._fingerprints: dict[tuple[str, ...], str] = {}

    def method(self, name: str, scale: float, seed: int = 0, *, sigma: bool = False) -> ResolvedMethod:
        """The method `name`, ready to run at `scale`: with weights at hand, or with the training that makes them.

        With `sigma` it predicts that too, as far as it can (`MethodSpec.sigma`).
        """
        if name in self.given:
            check_scale(self.given[name].model, scale)
            return self.given[name]
        return self.resolve(self.catalog.methods.get(name), scale, seed, sigma=sigma)

    def resolve(self, spec: MethodSpec, scale: float, seed: int = 0, *, sigma: bool = False) -> ResolvedMethod:
        """Return `spec` with its files, registered or not; arguments and errors as `method`."""
        if spec.members:
            return self._mean(spec, scale, lambda member: self.resolve(member, scale, seed, sigma=sigma))
        branch = sigma and spec.sigma == "branch"
        model = self.catalog.models.get(spec.training_model if branch else spec.model)
        check_scale(model, scale)
        method = self._weights.find(spec, model, scale, seed)
        recipe = spec.recipe_for(scale)
        if recipe and model.scales is None and not model.equal_size:
            method = replace(method, trained_at=self.catalog.recipes.get(recipe).scales)
        if spec.training_model and not branch:
            method = replace(method, part=NETWORK)
        if spec.alpha != 1:
            method = self._with_interpolated_weights(method, spec, scale, seed, sigma=sigma)
        if sigma and spec.sigma == "constant":
            return self._with_constant_sigma(method, self.catalog.recipes.get(spec.recipe_for(scale)))
        return method

    def _mean(self, spec: MethodSpec, scale: float, resolved: Callable[[MethodSpec], ResolvedMethod]) -> ResolvedMethod:
        """The mean of the members of `spec`, each `resolved`. Raises `Unavailable` that names the one that isn't there.

        A name that nobody registered is `UnknownName`, as everywhere.
        """
        named = spec.members_at(scale)
        if not named:
            raise Unavailable(f"{spec.name} has no members at x{scale:g}")
        members = []
        for name, _ in named:
            try:
                members.append(resolved(self.catalog.methods.get(name)))
            except Unavailable as reason:
                raise Unavailable(f"{spec.name} needs {name}: {reason}") from reason
        return ensemble_of(spec, members, [share for _, share in named])

    def _with_interpolated_weights(
        self, method: ResolvedMethod, spec: MethodSpec, scale: float, seed: int, *, sigma: bool
    ) -> ResolvedMethod:
        """`method` with the network that its own is interpolated with. Raises `PluginError` for one of another model.

        Released weights with some that were trained here, or ship, are no longer the authors'.
        """
        spec.at_alpha(spec.alpha)  # refuses what makes no sense
        other = self.catalog.methods.get(spec.blend_with)
        if (other.model, other.training_model, other.alpha) != (spec.model, spec.training_model, 1):
            at = f" at alpha {other.alpha:g}" if other.alpha != 1 else ""
            raise PluginError(
                f"method {spec.name}: weights can't be blended with those of {other.name}, a method of model "
                f"{other.model}{at}: name one of {spec.model} with weights of its own"
            )
        psnr_oriented = self.resolve(other, scale, seed, sigma=sigma and spec.sigma == other.sigma == "branch")
        source = next((one for one in ("trained", "bundled") if one in {method.source, psnr_oriented.source}), "")
        return replace(method, blend_with=psnr_oriented, alpha=spec.alpha, source=source or method.source)

    def _with_constant_sigma(self, method: ResolvedMethod, recipe: Recipe) -> ResolvedMethod:
        """`method` with the images that its sigma is the mean error on: those of `recipe` at the profile in force."""
        recipe = recipe.at(self.policy.profile) if self.policy.profile in {*recipe.cuts, "paper"} else recipe
        try:
            images = training_images(recipe.data, self.finder)
        except DataError as error:
            raise Unavailable(f"its sigma is its mean error on its training images: {error}") from error
        known = "" if not self.hash_files else self._training_fingerprint(recipe.data, images)
        return replace(method, sigma_from=images, sigma_hash=known)

    def _training_fingerprint(self, sources: Sequence[str], images: Sequence[TrainingImage]) -> str:
        """Of the HR pixels of `images`; sets are hashed once."""
        key = tuple(sources)
        if key not in self._fingerprints:
            sets = {(image.dataset.root, image.dataset.made): image.dataset for image in images}.values()
            self._fingerprints[key] = "+".join(fingerprint(one) for one in sets)
        return self._fingerprints[key]

    def untrained(self, model: ModelSpec, scale: float) -> ResolvedMethod:
        """The bare model, for metrics that only look at its cost."""
        check_scale(model, scale)
        return ResolvedMethod(model.name, model)

    def cost_of(self, row: Row, scale: float) -> ResolvedMethod | None:
        """What metrics of cost look at in a row: its model without weights, or all that its method is the mean of."""
        if row.method and not row.model and row.method not in self.given:
            spec = self.catalog.methods.get(row.method)
            if spec.members:
                return self._cost(spec, scale)
        model = self.model_of(row)
        return self.untrained(model, scale) if model else None

    def _cost(self, spec: MethodSpec, scale: float) -> ResolvedMethod:
        if spec.members:
            return self._mean(spec, scale, lambda member: self._cost(member, scale))
        return self.untrained(self.catalog.models.get(spec.model), scale)

    def model_of(self, row: Row) -> ModelSpec | None:
        """The model behind a row, trained or not."""
        if row.method in self.given:
            return self.given[row.method].model
        name = row.model or (self.catalog.methods.get(row.method).model if row.method else "")
        return self.catalog.models.get(name) if name else None

    def metric(self, spec: MetricSpec) -> ResolvedMetric:
        """The metric with the files of its own network."""
        files = []
        for name in spec.weights:
            weights_spec = self.catalog.weights.get(name)
            path = find_weights(weights_spec, self.roots)
            if path is None:
                raise Unavailable(f"not available: {weights_spec.filename} (srbench data get {name})")
            files.append((name, path, self._weights.identify(weights_spec, path)))
        return ResolvedMetric(spec, tuple(files))

    def dataset(self, name: str) -> Dataset:
        """The dataset of that name, or the folder of that path."""
        if name not in self._datasets:
            self._datasets[name] = self.finder.require_known(name)
        return self._datasets[name]

    def data(self, name: str, scale: float, protocol: Protocol) -> ResolvedDataset:
        """The dataset at `scale` under `protocol`, with the fingerprint of the pixels that will be used."""
        dataset = self.dataset(name).at(scale)
        lr = dataset.lr_source(scale, protocol.lr, protocol.hr_crop)
        if not self.hash_files:
            return ResolvedDataset(dataset, "", lr, DatasetCopy())
        hr = fingerprint(dataset, "HR", scale)
        own_lr = [fingerprint(dataset, scale_label(1 if dataset.equal_size else scale))] if lr == "file" else []
        return ResolvedDataset(dataset, "+".join([hr, *own_lr]), lr, assess_copy(dataset, hr))

    def check_unseen(self, method: ResolvedMethod, dataset: Dataset) -> None:
        """Raises `UsageError` where `method` is trained here on images of `dataset`, a split's part that it should not
        have seen.
        """
        if not method.trainings or dataset.part is None or dataset.part.part == "train":
            return
        for training in method.trainings:
            try:
                seen = (*training.recipe.data, *training.recipe.validation)
                trained_on = training_images(seen, self.finder)
            except DataError:
                continue  # trained before, and its images are gone: those of `dataset` are not among them
            check_unseen(trained_on, dataset.images, dataset.name)
