"""Resolution of names whose files are not at hand, to find records that were measured with them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from srbench.bench.resolve.dataset_copy import DatasetCopy
from srbench.bench.resolve.method_weights import SOURCES, MethodWeights
from srbench.bench.resolve.resolved import ResolvedDataset, ResolvedMetric
from srbench.bench.resolve.resolver import Resolver
from srbench.bench.resolve.unknown import Unknown
from srbench.data.datasets.dataset import Dataset
from srbench.data.datasets.derivation import derived_spec, identify_derivation
from srbench.data.layouts.hr_lr_folders import scale_label
from srbench.errors import DataError, Unavailable
from srbench.inference.method import ResolvedMethod
from srbench.specs.dataset import DatasetSpec, DerivedDatasetSpec
from srbench.weights.files import find_weights, published_hash

if TYPE_CHECKING:
    from collections.abc import Sequence

    from srbench.data.sr_images.image_set import SrImageSet
    from srbench.specs.images import ImagesSpec
    from srbench.specs.method import MethodSpec
    from srbench.specs.metric import MetricSpec
    from srbench.specs.model import ModelSpec
    from srbench.specs.protocol import Protocol
    from srbench.specs.recipe import Recipe
    from srbench.specs.weights import WeightsSpec
    from srbench.training.job import TrainingJob


class AbsentWeights(MethodWeights):
    """Finder of weights that accepts weights whose file is not at hand, as `Unknown`, and trainings not yet run.

    Args:
        resolver: Resolver with the catalog, the roots and the policy.
        without: Sources of weights that are ignored, as if no method had them.
    """

    def __init__(self, resolver: Resolver, without: Sequence[str]) -> None:
        super().__init__(
            resolver.catalog, resolver.roots, resolver.policy, resolver.dataset, hash_files=resolver.hash_files
        )
        self._without = tuple(without)

    def allows(self, source: str) -> bool:
        """Return whether weights of `source` may be used."""
        return source not in self._without and super().allows(source)

    def without_file(self, spec: MethodSpec, model: ModelSpec, weights: WeightsSpec) -> ResolvedMethod:
        """Return the method with the published SHA-256 of its weights as an unknown part."""
        sha256 = _sha256_of(weights)
        return ResolvedMethod.of(spec, model, weights_sha256=sha256, weights_spec=weights)

    def without_images(self, images: ImagesSpec, dataset: str, scale: float) -> SrImageSet:
        """Return the finished SR images with their published fingerprint as an unknown part."""
        from srbench.data.sr_images.image_set import SrImageSet  # imports NumPy

        known = images.fingerprints.get((dataset, scale), "")
        return SrImageSet(images, Path(images.folder), scale, {}, Unknown(known, filter(None, (known,))))

    def check_can_train(self, job: TrainingJob, choices: str) -> None:
        """Accept `job`: to find a record made with its weights needs neither the weights nor its training images."""


class AbsentResolver(Resolver):
    """Resolver that does not need files: the parts of an identity that only a file could tell are `Unknown`.

    Args:
        present: Resolver of files, which comes first.
        without: Sources of weights that are ignored.
    """

    def __init__(self, present: Resolver, without: Sequence[str] = ()) -> None:
        super().__init__(present.catalog, present.roots, present.user_methods, weights=present.policy)
        self._present = present
        self._weights: MethodWeights = AbsentWeights(present, without)

    def metric(self, spec: MetricSpec) -> ResolvedMetric:
        """Return the metric with the weights of its network, at hand or not."""
        files = []
        for name in spec.weights:
            weights = self.catalog.weights.get(name)
            path = find_weights(weights, self.roots)
            sha256 = self._weights.identify(weights, path) if path else _sha256_of(weights)
            files.append((name, path or Path(weights.filename), sha256))
        return ResolvedMetric(spec, tuple(files))

    def data(self, name: str, scale: float, protocol: Protocol) -> ResolvedDataset:
        """Return the dataset; if it is not at hand or damaged, one without images, with its known fingerprints.

        Args:
            name: Name or folder of the dataset.
            scale: Scale of the LR images.
            protocol: Protocol of the measurement.

        Raises:
            Unavailable: if it is not at hand and not registered.
            DataError: if it is damaged and not registered.
        """
        try:
            return self._present.data(name, scale, protocol)
        except (Unavailable, DataError):
            spec = self._spec(name)
            if spec is None:
                raise
        derived = isinstance(spec, DerivedDatasetSpec)
        derivation = identify_derivation(spec, self.catalog.datasets) if isinstance(spec, DerivedDatasetSpec) else {}
        # the folder, which does not exist, keeps the jobs of different datasets apart
        dataset = Dataset(spec.name, Path(spec.name), (), spec=spec, derivation=derivation)
        pixels = Unknown("" if derived else _known_pixels(spec, scale, protocol))
        hr = Unknown("" if derived else spec.fingerprints.get("HR", ""))
        return ResolvedDataset(dataset, pixels, hr, Unknown(), DatasetCopy())

    def _spec(self, name: str) -> DatasetSpec | None:
        if name in self.catalog.datasets:
            return self.catalog.datasets.get(name)
        return derived_spec(name, self.catalog.datasets)

    def _with_constant_sigma(self, method: ResolvedMethod, recipe: Recipe) -> ResolvedMethod:
        try:
            return super()._with_constant_sigma(method, recipe)
        except Unavailable:
            return replace(method, sigma_hash=Unknown())


def absent_resolvers(present: Resolver) -> list[AbsentResolver]:
    """Return resolvers that need no files: with all sources of weights, then without the preferred ones.

    A record was made from the first source that was at hand when it was measured, which may be any source.
    """
    if present.policy.source != "auto":
        return [AbsentResolver(present)]
    return [AbsentResolver(present, SOURCES[:count]) for count in range(len(SOURCES))]


def _sha256_of(weights: WeightsSpec) -> Unknown:
    """Return the SHA-256 of weights as an unknown part, with the published hashes as its choices."""
    published = published_hash(weights)
    return Unknown(published, filter(None, (published, *weights.copies.values())))


def _known_pixels(spec: DatasetSpec, scale: float, protocol: Protocol) -> str:
    """Return the fingerprint of the pixels that a measurement on the known copy uses; empty if it is not known."""
    hr = spec.fingerprints.get("HR", "")
    uses_lr_files = spec.lr_mode == protocol.lr and protocol.hr_crop == "scale"
    lr = spec.fingerprints.get(scale_label(scale), "") if uses_lr_files else ""
    return f"{hr}+{lr}" if hr and lr else hr
