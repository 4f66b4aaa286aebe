"""What a phase of training minimises, and who learns when."""

from __future__ import annotations

from contextlib import contextmanager
from itertools import accumulate
from typing import TYPE_CHECKING, Protocol, runtime_checkable

import torch
from torch import Tensor, nn

from srbench.errors import PluginError
from srbench.loading import load
from srbench.training.objective import adversarial_losses
from srbench.weights.files import find_weights, verify_weights

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from srbench.losses.batch import Batch
    from srbench.models.prediction import Prediction
    from srbench.specs.loss import LossSpec
    from srbench.specs.recipe import Phase, Player, Term, Turn
    from srbench.specs.weights import WeightsSpec

LossModule = nn.Module
"""Called as ``loss(prediction, batch)``; returns named scalar tensors."""


@runtime_checkable
class Reporting(Protocol):
    """A loss that has more to log than what it minimises."""

    def reports(self) -> dict[str, Tensor]:
        """Scalars of the last step, by name, each handed out once."""


@runtime_checkable
class Preparing(Protocol):
    """A loss that the network has to be made ready for."""

    def prepare(self, network: nn.Module) -> None:
        """Once, before the phase's first step; see `Objective.prepare`."""


class Objective(nn.Module):
    """What a phase minimises: its losses, weighted, and the game with its adversary where it has one.

    A phase names its objective, so a plugin may bring one of its own: a class like this one, built as
    ``Objective(phase, losses)`` with losses already built. The trainer asks for `network_terms` and `adversary_terms`,
    adds each up and makes the two sides learn from their own; it steps the parameters of `adversary` and no others.
    """

    adversary: nn.Module | None
    """The discriminator that is trained; the trainer may put a wrapped one in its place."""

    def __init__(self, phase: Phase, losses: Sequence[tuple[Term, LossModule]]) -> None:
        super().__init__()
        self.phase = phase
        self.weights = [term.weight for term, _ in losses]
        self.losses = nn.ModuleList([loss for _, loss in losses])
        self.adversary = load(phase.adversary.build)(**phase.adversary.kwargs) if phase.adversary else None
        self.weights_used: dict[str, str] = {}
        """Loss -> which of several weights its frozen network has (its own `weights_used`), for the record."""
        self._reports: dict[str, Tensor] = {}

    def prepare(self, network: nn.Module) -> None:
        """Make `network` ready for this phase: each loss that has a method ``prepare(network)`` does what it needs.

        Called once, with the weights that the phase starts from, and before a checkpoint's replace them. Parameters
        that then need no gradient are not trained.
        """
        for loss in self.losses:
            if isinstance(loss, Preparing):
                loss.prepare(network)

    def players(self, step: int, epoch_steps: int) -> tuple[Player, ...]:
        """Who learns in `step`, counted from 0; an epoch has `epoch_steps`. As the phase's adversary says (`Turn`)."""
        return players(self.phase, step, epoch_steps)

    def network_terms(
        self, prediction: Prediction, batch: Batch, discriminator: nn.Module | None = None
    ) -> dict[str, Tensor]:
        """What the network minimises in this step: named scalars, weighted, to be added up.

        A name that a second loss returns again gets a number: ``vgg``, ``vgg-2``. The adversary's parameters take no
        part in the graph.
        """
        terms: dict[str, Tensor] = {}
        for weight, loss in zip(self.weights, self.losses, strict=True):
            for name, value in loss(prediction, batch).items():
                terms[_unused(name, terms)] = weight * value
        if self.phase.adversary is not None:
            judged = self._judged_network(prediction, batch, discriminator)
            terms[_unused("adversarial", terms)] = self.phase.adversary.weight * judged
        return terms

    def adversary_terms(
        self, prediction: Prediction, batch: Batch, discriminator: nn.Module | None = None
    ) -> dict[str, Tensor]:
        """What the adversary minimises in this step; empty without one. `prediction` is detached from its network."""
        if self.adversary is None or self.phase.adversary is None:
            return {}
        real, fake = (self._logits(image, discriminator) for image in (batch.hr, prediction.sr.detach()))
        if self.phase.adversary.loss == "relativistic":
            self._reports |= adversarial_losses.accuracy(*adversarial_losses.relative(real, fake))
            return {"discriminator": adversarial_losses.adversary_relativistic(real, fake)}
        self._reports |= adversarial_losses.accuracy(real, fake)
        return {"discriminator": adversarial_losses.adversary_bce(real, fake)}

    def reports(self) -> dict[str, float | Tensor]:
        """Of the last step, to be logged but not minimised: the adversary's accuracy on real and on fake patches.

        Also what a loss that has a method ``reports()`` tells of itself. Each value is handed out once, so that one
        from a turn that has passed is never logged again.
        """
        reports, self._reports = self._reports, {}
        for loss in self.losses:
            if isinstance(loss, Reporting):
                reports |= loss.reports()
        return dict(reports)

    def _judged_network(self, prediction: Prediction, batch: Batch, discriminator: nn.Module | None) -> Tensor:
        with self._frozen_adversary():
            fake = self._logits(prediction.sr, discriminator)
            if self.phase.adversary is None or self.phase.adversary.loss == "bce":
                return adversarial_losses.network_bce(fake)
            with torch.no_grad():
                real = self._logits(batch.hr, discriminator)
            return adversarial_losses.network_relativistic(real, fake)

    @contextmanager
    def _frozen_adversary(self) -> Iterator[None]:
        """The adversary's parameters are constants of whatever is computed inside."""
        learning = [one for one in self.adversary.parameters() if one.requires_grad] if self.adversary else []
        for parameter in learning:
            parameter.requires_grad_(False)
        try:
            yield
        finally:
            for parameter in learning:
                parameter.requires_grad_(True)

    def _logits(self, image: Tensor, discriminator: nn.Module | None) -> list[Tensor]:
        module = self.adversary if discriminator is None else discriminator
        if module is None:
            raise PluginError(f"phase {self.phase.name}: its adversary is gone from the objective")
        return adversarial_losses.levels(module(image))


def players(phase: Phase, step: int, epoch_steps: int) -> tuple[Player, ...]:
    """Who learns in `step`, counted from 0, of the phase, where an epoch takes `epoch_steps` steps.

    Turns are gone through in order and then anew. Raises `PluginError` for a turn that lasts less than a step.
    """
    if phase.adversary is None:
        return ("network",)
    turns = phase.adversary.turns
    if not turns:
        return ("network", "adversary")
    # Ends are rounded, not lengths: turns that share the whole phase then fill it exactly.
    ends = [round(end) for end in accumulate(_steps(turn, phase, epoch_steps) for turn in turns)]
    for turn, begin, end in zip(turns, [0, *ends], ends, strict=False):
        if begin >= end or not turn.players:
            raise PluginError(f"phase {phase.name}: {turn} of its adversary: needs players and at least one step")
    place = step % ends[-1]
    return next(turn.players for turn, end in zip(turns, ends, strict=True) if place < end)


def build_objective(
    phase: Phase, losses: Sequence[LossSpec], loss_weights: Sequence[WeightsSpec], roots: Sequence[Path]
) -> Objective:
    """Return the objective of `phase`, its losses built.

    Args:
        phase: What is to be minimised.
        losses: Registered losses, among them those of the phase.
        loss_weights: Checkpoints that can serve these losses.
        roots: Where the files of these checkpoints are searched.

    Raises:
        WeightsError: for a file with another SHA-256.
        PluginError: for arguments that a loss does not take; besides, what the loss itself raises.
    """
    known = {loss.name: loss for loss in losses}
    built = [(term, _build_loss(phase, term, known[term.loss], loss_weights, roots)) for term in phase.losses]
    kind = load(phase.objective.build) if phase.objective else Objective
    objective: Objective = kind(phase, built)
    several = [(term.loss, loss) for term, loss in built if hasattr(loss, "weights_used")]
    objective.weights_used = {name: str(loss.weights_used) for name, loss in several}
    return objective


def _build_loss(
    phase: Phase, term: Term, spec: LossSpec, loss_weights: Sequence[WeightsSpec], roots: Sequence[Path]
) -> LossModule:
    kwargs = dict(term.kwargs)
    if spec.weights:
        specs = [weights for weights in loss_weights if weights.name in spec.weights]
        files = {weights.name: path for weights in specs if (path := find_weights(weights, roots)) is not None}
        for weights in specs:
            if weights.name in files:
                verify_weights(weights, files[weights.name])
        kwargs["files"] = files
    try:
        loss: LossModule = load(spec.build)(**kwargs)
    except TypeError as error:
        raise PluginError(f"phase {phase.name}: loss {term.loss!r} with {dict(term.kwargs)}: {error}") from error
    return loss


def _unused(name: str, taken: dict[str, Tensor]) -> str:
    number, free = 1, name
    while free in taken:
        number += 1
        free = f"{name}-{number}"
    return free


def _steps(turn: Turn, phase: Phase, epoch_steps: int) -> float:
    unit = {"step": 1, "epoch": epoch_steps, "share": phase.budget.steps}[turn.unit]
    return turn.length * unit
