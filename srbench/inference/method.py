"""A method resolved: its model, and the very file that its weights come from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from srbench.specs.identity import model_identity, weights_identity

if TYPE_CHECKING:
    from pathlib import Path

    from srbench.data.training_set.sources import TrainingImage
    from srbench.specs.method import MethodSpec
    from srbench.specs.model import ModelSpec
    from srbench.specs.weights import WeightsSpec
    from srbench.training.job import TrainingJob


@dataclass(frozen=True)
class ResolvedMethod:
    """A method resolved: the model, and the very file its weights come from.

    `weights` is None for interpolation, and for a model of which only the cost is measured.
    """

    name: str
    model: ModelSpec
    weights: Path | None = None
    weights_sha256: str = ""
    weights_spec: WeightsSpec | None = None
    source: str = "none"
    ensemble: tuple[str, ...] = ()
    training: TrainingJob | None = None
    """What makes `weights`, where srbench trains them itself; `weights_sha256` is then its key, since the file need not
    be there yet."""
    part: str = ""
    """`model` is the submodule of this name of the network that `weights` are of; empty: it is that network."""
    trained_at: tuple[float, ...] = ()
    """The scales that its recipe draws from, where one set of weights serves real ones."""
    sigma_from: tuple[TrainingImage, ...] = ()
    """Training images whose mean error is the one sigma of all pixels, for a network that predicts none."""
    sigma_hash: str = ""
    """Fingerprints of `sigma_from`."""
    blend_with: ResolvedMethod | None = None
    """What its weights are blended with (`MethodSpec.blend_with`); None: they are its own alone."""
    alpha: float = 1.0
    """Share of its own weights."""
    members: tuple[ResolvedMethod, ...] = ()
    """The methods that its SR image is the mean of (`MethodSpec.members`)."""
    shares: tuple[float, ...] = ()
    """How much each of `members` counts; they add up to 1."""

    @classmethod
    def of(cls, spec: MethodSpec, model: ModelSpec, **resolved: Any) -> ResolvedMethod:
        """`spec` with its model and weights looked up."""
        return cls(spec.name, model, ensemble=spec.ensemble, **{"source": spec.source, **resolved})

    @property
    def identity(self) -> dict[str, Any]:
        """What a record's key depends on: model, wrappers and all weights, but not the method's own name."""
        identity: dict[str, Any] = {"model": model_identity(self.model), **self._weights_identity}
        if self.ensemble:
            identity["ensemble"] = list(self.ensemble)
        if other := self.blend_with:
            identity["blend"] = {"alpha": float(self.alpha), **other._weights_identity}  # noqa: SLF001 - the same class
        if self.members:
            members = zip(self.shares, self.members, strict=True)
            identity["members"] = [{"share": float(share), **member.identity} for share, member in members]
        return identity

    @property
    def _weights_identity(self) -> dict[str, Any]:
        identity: dict[str, Any] = {}
        if self.weights_sha256:
            identity["weights"] = weights_identity(self.weights_sha256, self.weights_spec)
        if self.part:
            identity["submodule"] = self.part
        return identity

    @property
    def trainings(self) -> tuple[TrainingJob, ...]:
        """All that has to be trained here for it, in this order."""
        needed = (*self.members, *([self.blend_with] if self.blend_with else ()))
        before = tuple(training for one in needed for training in one.trainings)
        return (*before, self.training) if self.training else before

    @property
    def blend(self) -> str:
        """``alpha 0.8 between esrgan-cnn and esrgan-gan``; empty where its weights are its own alone."""
        if self.blend_with is None:
            return ""
        own = self.name.rpartition("@")[0] or self.name
        return f"network interpolation: alpha {self.alpha:.15g} from {self.blend_with.name} (0) to {own} (1)"

    @property
    def mixture(self) -> str:
        """``mean of carn-m and imdn``, or ``weighted mean: 0.25 carn-m + 0.75 imdn``; empty for a single network."""
        if not self.members:
            return ""
        if len(set(self.shares)) == 1:
            return f"mean of {' and '.join(one.name for one in self.members)}"
        parts = zip(self.shares, self.members, strict=True)
        return f"weighted mean: {' + '.join(f'{share:.4g} {one.name}' for share, one in parts)}"

    def extrapolated(self, scale: float) -> str:
        """What is to be said of `scale`, where it lies outside of all that the network was trained at; else empty."""
        if beyond := next(filter(None, (one.extrapolated(scale) for one in self.members)), ""):
            return beyond
        if not self.trained_at or min(self.trained_at) <= scale <= max(self.trained_at):
            return ""
        return f"extrapolated: trained at x{min(self.trained_at):g} to x{max(self.trained_at):g}"
