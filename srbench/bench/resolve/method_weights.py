"""Search for the weights of a method: released, bundled with a plugin, or trained here; or for its SR images."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

from srbench.data.sr_images.folders import find_sr_folder
from srbench.errors import DataError, Lack, Unavailable, UsageError
from srbench.inference.method import ResolvedMethod
from srbench.specs.recipe import DEMO
from srbench.training.job import make_job
from srbench.weights.files import find_weights, verify_weights

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from srbench.catalog import Catalog
    from srbench.data.datasets.dataset import Dataset
    from srbench.data.sr_images.image_set import SrImageSet
    from srbench.specs.images import ImagesSpec
    from srbench.specs.method import MethodSpec
    from srbench.specs.model import ModelSpec
    from srbench.specs.weights import WeightsSpec
    from srbench.training.job import TrainingJob

WeightsChoice = Literal["auto", "released", "images", "bundled", "train"]
"""Sources of weights, or of SR images, that a user can choose (``--source``)."""
SOURCES: tuple[str, ...] = tuple(choice for choice in get_args(WeightsChoice) if choice != "auto")
"""The sources that ``auto`` chooses from, the preferred one first."""


@dataclass(frozen=True)
class WeightsPolicy:
    """Allowed sources of a method's weights, and the budget and folder of trainings."""

    source: WeightsChoice = "auto"
    """Source of the weights; ``auto``: the authors' weights, else their SR images, else the bundled weights, else
    weights trained here at `profile`.

    At the paper's budget, ``auto`` uses only finished trainings: such a training takes days, and runs only with
    ``train``.
    """
    profile: str = "paper"
    """Budget of trainings."""
    root: Path = Path("results")
    """Output folder, in which trainings write their weights."""


class MethodWeights:
    """Finder of the weights of methods.

    Args:
        catalog: Registered weights and recipes.
        roots: Folders where checkpoint files are searched.
        policy: Allowed sources of weights.
        dataset: Function that finds a dataset; raises `DataError` or `Unavailable` if it is not found.
        hash_files: Whether files are verified and hashed.
    """

    def __init__(
        self,
        catalog: Catalog,
        roots: Sequence[Path],
        policy: WeightsPolicy,
        dataset: Callable[[str], Dataset],
        *,
        hash_files: bool,
    ) -> None:
        self._catalog = catalog
        self._roots = tuple(roots)
        self._policy = policy
        self._dataset = dataset
        self._hash_files = hash_files
        self._sr_images: dict[tuple[str, str, float], SrImageSet] = {}

    def find(
        self, spec: MethodSpec, model: ModelSpec, scale: float, seed: int, dataset: str = "", *, sigma: bool = False
    ) -> ResolvedMethod:
        """Return the method `spec` with its weights, its SR images, or the training that produces the weights.

        Args:
            spec: The method.
            model: Model of the method.
            scale: Scale to run at.
            seed: Seed of a training.
            dataset: Dataset to measure on; empty: other images, for which there are no finished SR images.
            sigma: Whether the method has to predict sigma, which finished SR images can't.

        Raises:
            Unavailable: if no allowed source has weights or images; the message joins the reasons of all sources.
            DataError: if the SR images don't fit the dataset, or aren't those of their spec.
        """
        if not (spec.weights or spec.images or spec.bundled or spec.recipe):
            return ResolvedMethod.of(spec, model)
        reasons = []
        for find in self._finders(spec, dataset, sigma=sigma):
            try:
                return find(spec, model, scale, seed)
            except Unavailable as reason:
                reasons.append(reason)
        lacks = next((reason.lacks for reason in reasons if reason.lacks), ())  # any source will do
        none = f"{spec.name} has no weights of the source {self._policy.source!r}"
        raise Unavailable("; ".join(map(str, reasons)) or none, *lacks)

    def _finders(
        self, spec: MethodSpec, dataset: str, *, sigma: bool
    ) -> list[Callable[[MethodSpec, ModelSpec, float, int], ResolvedMethod]]:
        """Return the finders of the allowed sources that `spec` has, the preferred one first.

        Args:
            spec: The method.
            dataset: Dataset to measure on; empty: other images.
            sigma: Whether the method has to predict sigma.
        """
        sources: list[tuple[bool, str, Callable[[MethodSpec, ModelSpec, float, int], ResolvedMethod]]] = [
            (bool(spec.weights), "released" if spec.source != "bundled" else "bundled", self._released),
            (bool(spec.images), "images", partial(self._images, dataset=dataset, sigma=sigma)),
            (bool(spec.bundled), "bundled", self._bundled),
            (bool(spec.recipe), "train", self._trained),
        ]
        return [find for declared, source, find in sources if declared and self.allows(source)]

    def allows(self, source: str) -> bool:
        """Return whether the policy allows weights of `source`."""
        return self._policy.source in {"auto", source}

    def _released(self, spec: MethodSpec, model: ModelSpec, scale: float, _seed: int) -> ResolvedMethod:
        return self._from_file(spec, model, spec.weights_for(scale), scale)

    def _images(
        self, spec: MethodSpec, _model: ModelSpec, scale: float, _seed: int, *, dataset: str, sigma: bool
    ) -> ResolvedMethod:
        """Return the method with its finished SR images of `dataset` at `scale`.

        Args:
            spec: The method, which has SR images.
            scale: Scale of the images.
            dataset: Name of the dataset; empty for other images.
            sigma: Whether sigma is needed.

        Raises:
            Unavailable: if there are none, or if finished images can't do what is asked for.
            DataError: if they don't fit the dataset, or aren't those of their spec.
        """
        images = self._catalog.images.get(spec.images)
        if not dataset:
            raise Unavailable(f"finished SR images of test sets ({images.name}) can't upscale other images")
        if sigma:
            raise Unavailable(f"finished SR images ({images.name}) have no sigma")
        if spec.ensemble or spec.alpha != 1:
            raise Unavailable(f"finished SR images ({images.name}) can be neither put in an ensemble nor blended")
        key = (images.name, dataset, scale)
        if key not in self._sr_images:
            self._sr_images[key] = self._find_images(images, dataset, scale)
        return replace(ResolvedMethod.of(spec, images.as_model()), source="images", images=self._sr_images[key])

    def _find_images(self, images: ImagesSpec, dataset: str, scale: float) -> SrImageSet:
        datasets = self._catalog.datasets
        known = datasets.get(dataset) if dataset in datasets else None
        names = (known.name, *known.aliases) if known else (Path(dataset).name,)
        folder = find_sr_folder(images, names, scale, self._roots)
        if folder is None:
            return self.without_images(images, names[0], scale)
        from srbench.data.sr_images.image_set import fingerprint, open_sr_images  # imports NumPy

        image_set = open_sr_images(images, folder, self._dataset(dataset), scale)
        if not self._hash_files:
            return image_set
        pixels = fingerprint(image_set.files)
        known_pixels = images.fingerprints.get((names[0], scale), "")
        if known_pixels and pixels != known_pixels:
            raise DataError(
                f"{image_set.folder}: other pixels than the known copy of {images.name}; get the images again, or "
                "remove the folder"
            )
        return replace(image_set, hash=pixels, verified=pixels == known_pixels)

    def _bundled(self, spec: MethodSpec, model: ModelSpec, scale: float, _seed: int) -> ResolvedMethod:
        bundled = spec.bundled if isinstance(spec.bundled, str) else spec.bundled.get(scale, "")
        return replace(self._from_file(spec, model, bundled, scale), source="bundled")

    def _from_file(self, spec: MethodSpec, model: ModelSpec, weights: str, scale: float) -> ResolvedMethod:
        """Return the method with registered weights; an empty name means that there are none at this scale."""
        if not weights:
            raise Unavailable(f"no weights of {spec.name} at x{scale:g}")
        weights_spec = self._catalog.weights.get(weights)
        path = find_weights(weights_spec, self._roots)
        if path is None:
            return self.without_file(spec, model, weights_spec)
        sha256 = self.identify(weights_spec, path)
        return ResolvedMethod.of(spec, model, weights=path, weights_sha256=sha256, weights_spec=weights_spec)

    def without_file(self, spec: MethodSpec, model: ModelSpec, weights: WeightsSpec) -> ResolvedMethod:
        """Return the method `spec` of `model` where the file of its weights is not at hand.

        Raises:
            Unavailable: always; `AbsentWeights` overrides this.
        """
        del spec, model
        lack = Lack("weights", weights.name)
        raise Unavailable(f"weights {weights.filename} not found: srbench data get {weights.name}", lack)

    def without_images(self, images: ImagesSpec, dataset: str, scale: float) -> SrImageSet:
        """Return the finished SR images of a dataset where they are not at hand.

        Raises:
            Unavailable: always; `AbsentWeights` overrides this.
        """
        del dataset, scale
        raise Unavailable(
            f"no SR images of {images.folder} for this dataset and scale: srbench data get {images.name}",
            Lack("images", images.name),
        )

    def _trained(self, spec: MethodSpec, model: ModelSpec, scale: float, seed: int) -> ResolvedMethod:
        """Return the method with the weights of its training, whether that is finished or still to run.

        Args:
            spec: The method, which has a recipe.
            model: Model of the method.
            scale: Scale to run at.
            seed: Seed of the training.

        Raises:
            Unavailable: if there is no training for that scale and profile, if the policy forbids it, or if its data
                are not found.
        """
        policy, recipe = self._policy, spec.recipe_for(scale)
        if not recipe:
            raise Unavailable(f"nothing trains {spec.name} at x{scale:g}")
        cuts = self._catalog.recipes.get(recipe).cuts
        profiles = " or ".join(name for name in cuts if name != DEMO)
        choices = (f"--profile {profiles}, or " if profiles else "") + "--source train for the paper's budget"
        lack = Lack("training", recipe)
        if policy.profile not in {*cuts, "paper"}:
            raise Unavailable(f"not trained here: there is no {policy.profile} budget for it; {choices}", lack)
        try:
            # weights trained jointly for every real scale also serve scales that did not occur in training
            any_scale = model.joint and model.scales is None
            trained_scale = 1.0 if model.equal_size else None if any_scale else scale
            job = make_job(self._catalog, recipe, policy.profile, seed, spec.phase, trained_scale)
        except UsageError as error:
            raise Unavailable(str(error)) from error
        if not job.done(policy.root):
            self.check_can_train(job, choices)
        method = ResolvedMethod.of(spec, model, weights=job.weights(policy.root), weights_sha256=job.key, training=job)
        return replace(method, source="trained")

    def check_can_train(self, job: TrainingJob, choices: str) -> None:
        """Check that `job`, which is not finished, can run.

        Args:
            job: The training.
            choices: Options with which the policy would allow it, for the message.

        Raises:
            Unavailable: if the policy forbids it, or if its images are not found.
        """
        lack = Lack("training", job.recipe.name)
        if self._policy.profile == "paper" and self._policy.source != "train":
            raise Unavailable(f"not trained here: srbench run {choices}", lack)
        for source in (*job.recipe.data, *job.recipe.validation):
            try:
                self._dataset(source)
            except DataError as error:
                raise Unavailable(str(error), lack, Lack("data", source)) from error

    def identify(self, spec: WeightsSpec, path: Path) -> str:
        """Return the SHA-256 of the file after checking it against `spec`; empty if files are not hashed."""
        return verify_weights(spec, path) if self._hash_files else ""
