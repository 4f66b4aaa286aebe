"""Finds the weights of a method: released by the authors, bundled with a plugin, or trained here."""

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

WeightsChoice = Literal["auto", "released", "bundled", "train"]


@dataclass(frozen=True)
class WeightsPolicy:
    """Whose weights a method may have, and how those that are trained here are made."""

    source: WeightsChoice = "auto"
    """``auto``: the authors' release, else what srbench ships, else trained here at `profile` (at the paper's budget
    only what has been trained already: that takes days, and must be asked for by ``train``)."""
    profile: str = "paper"
    root: Path = Path("results")
    """Output folder, where trainings leave their weights."""


class MethodWeights:
    """Finds the weights of methods.

    Args:
        catalog: Registered weights and recipes.
        roots: Where checkpoint files are searched.
        policy: Whose weights a method may have.
        dataset: Finds a training set; raises `DataError` or `Unavailable` where it is not at hand.
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
        """Where to look for the weights of `spec`, the best place first."""
        source_wanted = self._policy.source
        places: list[tuple[bool, str, Callable[[MethodSpec, ModelSpec, float, int], ResolvedMethod]]] = [
            (bool(spec.weights), "released" if spec.source != "bundled" else "bundled", self._released),
            (bool(spec.bundled), "bundled", self._bundled),
            (bool(spec.recipe), "train", self._trained),
        ]
        return [find for has, source, find in places if has and source_wanted in {"auto", source}]

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
            raise Unavailable(f"weights {weights_spec.filename} not found: srbench data get {weights}")
        sha256 = self.identify(weights_spec, path)
        return ResolvedMethod.of(spec, model, weights=path, weights_sha256=sha256, weights_spec=weights_spec)

    def _trained(self, spec: MethodSpec, model: ModelSpec, scale: float, seed: int) -> ResolvedMethod:
        """What the recipe makes, done or to be done. Raises `Unavailable` where it may not or can't be trained here."""
        policy, recipe = self._policy, spec.recipe_for(scale)
        if not recipe:
            raise Unavailable(f"nothing trains {spec.name} at x{scale:g}")
        cuts = self._catalog.recipes.get(recipe).cuts
        real = " or ".join(name for name in cuts if name != DEMO)
        choices = (f"--profile {real}, or " if real else "") + "--source train for the paper's budget"
        if policy.profile not in {*cuts, "paper"}:
            raise Unavailable(f"not trained here: there is no {policy.profile} budget for it; {choices}")
        try:
            # one set of weights for every real scale serves those too that no batch had
            at = 1.0 if model.equal_size else None if model.joint and model.scales is None else scale
            job = make_job(self._catalog, recipe, policy.profile, seed, spec.phase, at)
        except UsageError as error:
            raise Unavailable(str(error)) from error
        if not job.done(policy.root):
            if policy.profile == "paper" and policy.source != "train":
                raise Unavailable(f"not trained here: srbench run {choices}")
            try:
                for source in (*job.recipe.data, *job.recipe.validation):
                    self._dataset(source)
            except DataError as error:
                raise Unavailable(str(error)) from error
        method = ResolvedMethod.of(spec, model, weights=job.weights(policy.root), weights_sha256=job.key, training=job)
        return replace(method, source="trained")

    def identify(self, spec: WeightsSpec, path: Path) -> str:
        """SHA-256 of the file, which is the one that `spec` names."""
        if not self._hash_files:
            return ""
        verify_weights(spec, path)
        return file_hash(path)
