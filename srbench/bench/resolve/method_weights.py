"""Search for the weights of a method: released by the authors, bundled with a plugin, or trained here."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from srbench.errors import DataError, Unavailable, UsageError
from srbench.inference.method import ResolvedMethod
from srbench.specs.recipe import DEMO
from srbench.storage.file_hashes import file_hash
from srbench.training.job import make_job
from srbench.weights.files import find_weights, verify_weights

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from srbench.catalog import Catalog
    from srbench.specs.method import MethodSpec
    from srbench.specs.model import ModelSpec
    from srbench.specs.weights import WeightsSpec
    from srbench.training.job import TrainingJob

WeightsChoice = Literal["auto", "released", "bundled", "train"]
"""Sources of weights that a user can choose (``--source``)."""


@dataclass(frozen=True)
class WeightsPolicy:
    """Allowed sources of a method's weights, and the budget and folder of trainings."""

    source: WeightsChoice = "auto"
    """Source of the weights; ``auto``: the authors' release, else the bundled weights, else weights trained here at
    `profile`.

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
        dataset: Finds a training set; raises `DataError` or `Unavailable` if it is not found.
        hash_files: Whether files are verified and hashed.
    """

    def __init__(
        self,
        catalog: Catalog,
        roots: Sequence[Path],
        policy: WeightsPolicy,
        dataset: Callable[[str], object],
        *,
        hash_files: bool,
    ) -> None:
        self._catalog = catalog
        self._roots = tuple(roots)
        self._policy = policy
        self._dataset = dataset
        self._hash_files = hash_files

    def find(self, spec: MethodSpec, model: ModelSpec, scale: float, seed: int) -> ResolvedMethod:
        """Return the method `spec` with its weights, or with the training that produces them.

        Args:
            spec: The method.
            model: Model of the method.
            scale: Scale to run at.
            seed: Seed of a training.

        Raises:
            Unavailable: if no allowed source has weights; the message joins the reasons of all sources.
        """
        if not (spec.weights or spec.bundled or spec.recipe):
            return ResolvedMethod.of(spec, model)
        reasons = []
        for find in self._finders(spec):
            try:
                return find(spec, model, scale, seed)
            except Unavailable as reason:
                reasons.append(str(reason))
        raise Unavailable("; ".join(reasons) or f"{spec.name} has no weights of the source {self._policy.source!r}")

    def _finders(self, spec: MethodSpec) -> list[Callable[[MethodSpec, ModelSpec, float, int], ResolvedMethod]]:
        """Return the finders of the allowed sources that `spec` has, the preferred one first."""
        sources: list[tuple[bool, str, Callable[[MethodSpec, ModelSpec, float, int], ResolvedMethod]]] = [
            (bool(spec.weights), "released" if spec.source != "bundled" else "bundled", self._released),
            (bool(spec.bundled), "bundled", self._bundled),
            (bool(spec.recipe), "train", self._trained),
        ]
        return [find for has, source, find in sources if has and self.allows(source)]

    def allows(self, source: str) -> bool:
        """Return whether the policy allows weights of `source`."""
        return self._policy.source in {"auto", source}

    def _released(self, spec: MethodSpec, model: ModelSpec, scale: float, _seed: int) -> ResolvedMethod:
        return self._from_file(spec, model, spec.weights_for(scale), scale)

    def _bundled(self, spec: MethodSpec, model: ModelSpec, scale: float, _seed: int) -> ResolvedMethod:
        bundled = spec.bundled if isinstance(spec.bundled, str) else spec.bundled.get(scale, "")
        return replace(self._from_file(spec, model, bundled, scale), source="bundled")

    def _from_file(self, spec: MethodSpec, model: ModelSpec, weights: str, scale: float) -> ResolvedMethod:
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
            Unavailable: here always.
        """
        del spec, model
        raise Unavailable(f"weights {weights.filename} not found: srbench data get {weights.name}")

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
        real = " or ".join(name for name in cuts if name != DEMO)
        choices = (f"--profile {real}, or " if real else "") + "--source train for the paper's budget"
        if policy.profile not in {*cuts, "paper"}:
            raise Unavailable(f"not trained here: there is no {policy.profile} budget for it; {choices}")
        try:
            # weights trained jointly for every real scale also serve scales that did not occur in training
            at = 1.0 if model.equal_size else None if model.joint and model.scales is None else scale
            job = make_job(self._catalog, recipe, policy.profile, seed, spec.phase, at)
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
        if self._policy.profile == "paper" and self._policy.source != "train":
            raise Unavailable(f"not trained here: srbench run {choices}")
        try:
            for source in (*job.recipe.data, *job.recipe.validation):
                self._dataset(source)
        except DataError as error:
            raise Unavailable(str(error)) from error

    def identify(self, spec: WeightsSpec, path: Path) -> str:
        """Return the SHA-256 of the file after checking it against `spec`; empty if files are not hashed."""
        if not self._hash_files:
            return ""
        verify_weights(spec, path)
        return file_hash(path)
