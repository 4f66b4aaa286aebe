"""Resolution of names to files: a method's weights, a dataset's folder, the weights of a metric's network."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from srbench.bench.resolve.compatibility import check_scale
from srbench.bench.resolve.dataset_copy import DatasetCopy, assess_copy
from srbench.bench.resolve.ensemble import mean_of_members
from srbench.bench.resolve.method_weights import MethodWeights, WeightsPolicy
from srbench.bench.resolve.resolved import ResolvedDataset, ResolvedMetric
from srbench.data.datasets.finder import DatasetFinder
from srbench.data.integrity.fingerprint import fingerprint
from srbench.data.layouts.hr_lr_folders import scale_label
from srbench.data.training_set.sources import check_unseen, training_images
from srbench.errors import DataError, Lack, PluginError, Unavailable
from srbench.storage.canonical_hash import canonical_json
from srbench.weights.files import find_weights

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from srbench.catalog import Catalog
    from srbench.data.datasets.dataset import Dataset
    from srbench.data.training_set.sources import TrainingImage
    from srbench.inference.method import ResolvedMethod
    from srbench.specs.method import MethodSpec
    from srbench.specs.metric import MetricSpec
    from srbench.specs.protocol import Protocol
    from srbench.specs.recipe import Recipe

NETWORK = "network"
"""Name of the submodule of a `MethodSpec.training_model` that is the method's model."""


class Resolver:
    """Resolver of names to files, with a cache of datasets and fingerprints.

    Whatever is missing raises `Unavailable`, with the command that fetches it in the message.

    Args:
        catalog: The catalog in which names are looked up.
        roots: Folders where data and weights are searched.
        user_methods: Methods of the user by name (``srbench eval``); they take precedence over those of the catalog.
        hash_files: Whether files are hashed; if not, only availability is resolved, and cell keys are not valid.
        weights: Allowed sources of weights.
    """

    def __init__(
        self,
        catalog: Catalog,
        roots: Sequence[Path],
        user_methods: Mapping[str, ResolvedMethod] | None = None,
        *,
        hash_files: bool = True,
        weights: WeightsPolicy | None = None,
    ) -> None:
        self.catalog = catalog
        self.roots = tuple(roots)
        self.finder = DatasetFinder(self.roots, catalog.datasets)
        self.policy = weights or WeightsPolicy()
        self.hash_files = hash_files
        self.user_methods = dict(user_methods or {})
        self._weights = MethodWeights(catalog, self.roots, self.policy, self.dataset, hash_files=hash_files)
        self._datasets: dict[str, Dataset] = {}
        self._fingerprints: dict[tuple[str, ...], str] = {}

    def method(
        self, name: str, scale: float, seed: int = 0, *, sigma: bool = False, dataset: str = ""
    ) -> ResolvedMethod:
        """Return the method `name`, ready to run at `scale`: with weights, or with the training that produces them.

        For a `dataset`, finished SR images may take the place of the network.

        Args:
            name: Name of the method.
            scale: Scale to run at.
            seed: Seed of a training.
            sigma: Whether the method should also predict sigma, as far as it can (`MethodSpec.sigma`).
            dataset: Name or folder of the dataset to measure on; empty: any other images.

        Raises:
            UnknownName: if no method of that name is registered.
            DataError: if the SR images don't fit the dataset, or are damaged.
            Unavailable: if the method does not support the scale, or if its weights are not found.
        """
        if name in self.user_methods:
            check_scale(self.user_methods[name].model, scale)
            return self.user_methods[name]
        return self.resolve(self.catalog.methods.get(name), scale, seed, sigma=sigma, dataset=dataset)

    def resolve(
        self, spec: MethodSpec, scale: float, seed: int = 0, *, sigma: bool = False, dataset: str = ""
    ) -> ResolvedMethod:
        """Return the method `spec`, registered or not, with its files.

        Args:
            spec: The method.
            scale: Scale to run at.
            seed: Seed of a training.
            sigma: Whether the method should also predict sigma, as far as it can (`MethodSpec.sigma`).
            dataset: Name or folder of the dataset to measure on; empty: any other images.

        Raises:
            UnknownName: if its model, recipe, weights or a member is not registered.
            PluginError: if its weights cannot be blended as `spec` says.
            Unavailable: if the method does not support the scale, or if its weights are not found.
        """
        if spec.members:
            return mean_of_members(
                spec, scale, self.catalog.methods, lambda member: self.resolve(member, scale, seed, sigma=sigma)
            )
        branch = sigma and spec.sigma == "branch"
        if spec.images and not spec.model:
            model = self.catalog.images.get(spec.images).as_model()
        else:
            model = self.catalog.models.get(spec.training_model if branch else spec.model)
        check_scale(model, scale)
        method = self._weights.find(spec, model, scale, seed, dataset, sigma=sigma)
        if method.images:
            return method
        recipe = spec.recipe_for(scale)
        if recipe and model.scales is None and not model.equal_size:
            method = replace(method, trained_at=self.catalog.recipes.get(recipe).scales)
        # released weights are the network alone: its authors may have trained without the other part
        if spec.training_model and not branch and method.source != "released":
            method = replace(method, part=NETWORK)
        if spec.alpha != 1:
            method = self._with_interpolated_weights(method, spec, scale, seed, sigma=sigma)
        if sigma and spec.sigma == "constant":
            return self._with_constant_sigma(method, self.catalog.recipes.get(spec.recipe_for(scale)))
        return method

    def _with_interpolated_weights(
        self, method: ResolvedMethod, spec: MethodSpec, scale: float, seed: int, *, sigma: bool
    ) -> ResolvedMethod:
        """Return `method` with the method that its weights are blended with.

        If either method has trained or bundled weights, the blend counts as trained or bundled: it is not the authors'
        release.

        Args:
            method: The method, resolved.
            spec: Spec of the method, with `blend_with` and `alpha`.
            scale: Scale to run at.
            seed: Seed of a training.
            sigma: Whether the method should also predict sigma.

        Raises:
            PluginError: if the other method has another model, or is itself a blend.
        """
        spec.check_alpha(spec.alpha)
        psnr_method = self.catalog.methods.get(spec.blend_with)
        shared = (psnr_method.model, psnr_method.training_model, psnr_method.alpha)
        if shared != (spec.model, spec.training_model, 1):
            at = f" at alpha {psnr_method.alpha:g}" if psnr_method.alpha != 1 else ""
            raise PluginError(
                f"method {spec.name}: weights cannot be blended with those of {psnr_method.name}, a method of model "
                f"{psnr_method.model}{at}; name a method of model {spec.model} with weights of its own"
            )
        with_branch = sigma and spec.sigma == psnr_method.sigma == "branch"
        resolved = self.resolve(psnr_method, scale, seed, sigma=with_branch)
        source = next((name for name in ("trained", "bundled") if name in {method.source, resolved.source}), "")
        return replace(method, blend_with=resolved, alpha=spec.alpha, source=source or method.source)

    def _with_constant_sigma(self, method: ResolvedMethod, recipe: Recipe) -> ResolvedMethod:
        """Return `method` with the images on which its mean error is measured, which serves as its sigma.

        These are the training images of `recipe` at the policy's profile.

        Raises:
            Unavailable: if the images are not found.
        """
        recipe = recipe.at(self.policy.profile) if self.policy.profile in {*recipe.cuts, "paper"} else recipe
        try:
            images = training_images(recipe.data, self.finder)
        except DataError as error:
            missing = list(dict.fromkeys(name for source in recipe.data for name in self.finder.missing(source)))
            # not the finder's message, whose searched folders would be printed below the table
            reason = f"not found: srbench data get {' '.join(missing)}" if missing else str(error)
            lacks = (Lack("data", name) for name in missing)
            raise Unavailable(f"its sigma is its mean error on its training images: {reason}", *lacks) from error
        pixels = self._training_fingerprint(recipe.data, images) if self.hash_files else ""
        return replace(method, sigma_from=images, sigma_hash=pixels)

    def _training_fingerprint(self, sources: Sequence[str], images: Sequence[TrainingImage]) -> str:
        """Return the fingerprint of the HR pixels of `images`; each combination of `sources` is hashed only once."""
        key = tuple(sources)
        if key not in self._fingerprints:
            sets = {
                (image.dataset.root, canonical_json(image.dataset.derivation)): image.dataset for image in images
            }.values()
            self._fingerprints[key] = "+".join(fingerprint(dataset) for dataset in sets)
        return self._fingerprints[key]

    def metric(self, spec: MetricSpec) -> ResolvedMetric:
        """Return the metric with the weights of its network.

        Raises:
            Unavailable: if a weights file is not found.
        """
        files = []
        for name in spec.weights:
            weights_spec = self.catalog.weights.get(name)
            path = find_weights(weights_spec, self.roots)
            if path is None:
                lack = Lack("weights", name)
                raise Unavailable(f"not available: {weights_spec.filename} (srbench data get {name})", lack)
            files.append((name, path, self._weights.identify(weights_spec, path)))
        return ResolvedMetric(spec, tuple(files))

    def dataset(self, name: str) -> Dataset:
        """Return the dataset of that name, or the dataset in the folder of that path.

        Raises:
            Unavailable: if it is registered but not found.
            DataError: if it is neither registered nor a folder, or cannot be used.
        """
        if name not in self._datasets:
            self._datasets[name] = self.finder.require_known(name)
        return self._datasets[name]

    def data(self, name: str, scale: float, protocol: Protocol) -> ResolvedDataset:
        """Return the dataset at `scale` under `protocol`, with the fingerprint of the pixels that will be used.

        Args:
            name: Name or folder of the dataset.
            scale: Scale of the LR images.
            protocol: Protocol, which determines the LR images and the crop of the HR images.

        Raises:
            Unavailable: if the dataset is not found.
            DataError: if an image cannot be read.
        """
        dataset = self.dataset(name).at(scale)
        lr = (
            f"made:{protocol.lr}"
            if protocol.makes_lr and not dataset.brings_lr
            else dataset.lr_source(scale, protocol.lr, protocol.hr_crop)
        )
        if not self.hash_files:
            return ResolvedDataset(dataset, "", "", lr, DatasetCopy())
        hr = fingerprint(dataset, "HR", scale)
        lr_files = [fingerprint(dataset, scale_label(1 if dataset.equal_size else scale))] if lr == "file" else []
        return ResolvedDataset(dataset, "+".join([hr, *lr_files]), hr, lr, assess_copy(dataset, hr))

    def check_unseen(self, method: ResolvedMethod, dataset: Dataset) -> None:
        """Check that `method` is not trained here on images of `dataset`, if that is a held-out part of a split.

        Raises:
            UsageError: if it is trained or validated on such images.
        """
        if not method.trainings or dataset.part is None or dataset.part.part == "train":
            return
        for training in method.trainings:
            try:
                seen = (*training.recipe.data, *training.recipe.validation)
                trained_on = training_images(seen, self.finder)
            except DataError:
                continue  # the training images no longer exist, so they do not include those of `dataset`
            check_unseen(trained_on, dataset.images, dataset.name)
