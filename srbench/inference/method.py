"""Methods with the files that a measurement needs: weights, SR images, trainings."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from srbench.specs.identity import model_identity, weights_identity

if TYPE_CHECKING:
    from pathlib import Path

    from srbench.data.sr_images.image_set import SrImageSet
    from srbench.data.training_set.sources import TrainingImage
    from srbench.specs.method import MethodSpec
    from srbench.specs.model import ModelSpec
    from srbench.specs.opener import OpenedCheckpoint
    from srbench.specs.protocol import Protocol
    from srbench.specs.weights import WeightsSpec
    from srbench.training.job import TrainingJob


@dataclass(frozen=True)
class ResolvedMethod:
    """Method with its model and the file that the weights are read from."""

    name: str
    model: ModelSpec
    weights: Path | None = None
    """File of the weights; None for interpolation, and for a model of which only the cost is measured."""
    weights_sha256: str = ""
    weights_spec: WeightsSpec | None = None
    source: str = "none"
    """Origin of the weights (`srbench.specs.method.Source`)."""
    opened: OpenedCheckpoint | None = None
    """Network with weights that an opener found in the file `weights`; None: the network is built from `model`."""
    images: SrImageSet | None = None
    """Finished SR images of one dataset at one scale, which are measured in place of the output of `model`; None: the
    network runs."""
    ensemble: tuple[str, ...] = ()
    """Names of wrappers, innermost first (`srbench.inference.wrappers`)."""
    training: TrainingJob | None = None
    """Training that makes `weights`, if srbench trains them; `weights_sha256` is then the key of the training, since
    the file may not exist yet."""
    part: str = ""
    """Name of the submodule in the network of `weights` that `model` is; empty: `model` is the whole network."""
    trained_at: tuple[float, ...] = ()
    """Scales that the recipe draws from, if one set of weights serves real scales."""
    sigma_from: tuple[TrainingImage, ...] = ()
    """Training images whose mean error is the sigma of all pixels, for a network that predicts none."""
    sigma_hash: str = ""
    """Fingerprints of `sigma_from`."""
    blend_with: ResolvedMethod | None = None
    """Method whose weights are blended with this one's (`MethodSpec.blend_with`); None: no blend."""
    alpha: float = 1.0
    """Share of this method's weights in the blend."""
    members: tuple[ResolvedMethod, ...] = ()
    """Methods whose SR images are averaged (`MethodSpec.members`)."""
    shares: tuple[float, ...] = ()
    """Share of each of `members` in the mean; they add up to 1."""

    @classmethod
    def of(cls, spec: MethodSpec, model: ModelSpec, **fields: Any) -> ResolvedMethod:
        """Return the resolved method of `spec` with its model, and with weights and other `fields`."""
        return cls(spec.name, model, ensemble=spec.ensemble, **{"source": spec.source, **fields})

    def under(self, protocol: Protocol) -> ResolvedMethod:
        """Return this method as `protocol` measures it: models keep grey images grey only if the protocol does."""
        if protocol.luma_in or self.images or self.model.grey == "expand":
            return self
        members = tuple(member.under(protocol) for member in self.members)
        return replace(self, model=replace(self.model, grey="expand"), members=members)

    @property
    def identity(self) -> dict[str, Any]:
        """Data that a record's key depends on: model, wrappers and all weights, but not the method's name.

        For finished SR images it is only the hash of their pixels.
        """
        if self.images:
            return {"images": self.images.hash}
        identity: dict[str, Any] = {"model": model_identity(self.model), **self._weights_identity}
        if self.ensemble:
            identity["ensemble"] = list(self.ensemble)
        if blend_with := self.blend_with:
            identity["blend"] = {"alpha": float(self.alpha), **blend_with._weights_identity}  # noqa: SLF001 - the same class
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
    def parts(self) -> tuple[ResolvedMethod, ...]:
        """Methods that this one is made of: the members of an ensemble, the other method of a blend."""
        return (*self.members, *filter(None, (self.blend_with,)))

    @property
    def trainings(self) -> tuple[TrainingJob, ...]:
        """Trainings that the method needs, in the order in which they must run."""
        before = tuple(training for part in self.parts for training in part.trainings)
        return (*before, self.training) if self.training else before

    @property
    def uses_foreign_weights(self) -> bool:
        """Whether released weights that the method uses were published by others than its authors."""
        foreign = self.weights_spec is not None and not self.weights_spec.authors
        return foreign or any(part.uses_foreign_weights for part in self.parts)

    @property
    def blend(self) -> str:
        """Description of a blend, e.g. ``network interpolation: alpha 0.8 from cnn (0) to gan (1)``; else empty."""
        if self.blend_with is None:
            return ""
        name = self.name.rpartition("@")[0] or self.name
        return f"network interpolation: alpha {self.alpha:.15g} from {self.blend_with.name} (0) to {name} (1)"

    @property
    def mixture(self) -> str:
        """Description of a mean, ``mean of carn-m and imdn`` or ``weighted mean: 0.3 one + 0.7 two``; else empty."""
        if not self.members:
            return ""
        if len(set(self.shares)) == 1:
            return f"mean of {' and '.join(member.name for member in self.members)}"
        parts = zip(self.shares, self.members, strict=True)
        return f"weighted mean: {' + '.join(f'{share:.4g} {member.name}' for share, member in parts)}"

    def extrapolated(self, scale: float) -> str:
        """Return a warning if `scale` is outside the range of scales that the network was trained at; else empty."""
        if beyond := next(filter(None, (member.extrapolated(scale) for member in self.members)), ""):
            return beyond
        if not self.trained_at or min(self.trained_at) <= scale <= max(self.trained_at):
            return ""
        return f"extrapolated: trained at x{min(self.trained_at):g} to x{max(self.trained_at):g}"
