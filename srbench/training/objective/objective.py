"""The objective of a training phase, and the turns of network and discriminator."""

from __future__ import annotations

from contextlib import contextmanager
from itertools import accumulate
from typing import TYPE_CHECKING, Protocol, runtime_checkable

import torch
from torch import Tensor, nn

from srbench.errors import PluginError, UnknownName
from srbench.loading import load
from srbench.training.objective import adversarial_losses
from srbench.weights.files import find_weights, verify_weights

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from srbench.losses.batch import Batch
    from srbench.models.prediction import Prediction
    from srbench.specs.adversary import Player, Turn
    from srbench.specs.loss import LossSpec
    from srbench.specs.recipe import Phase, Term
    from srbench.specs.weights import WeightsSpec

LossModule = nn.Module
"""Module called as ``loss(prediction, batch)`` that returns named scalar tensors."""


@runtime_checkable
class Reporting(Protocol):
    """A loss that logs more than the terms that it minimises."""

    def reports(self) -> dict[str, Tensor]:
        """Return scalars of the last step by name; each value is returned only once."""


@runtime_checkable
class Preparing(Protocol):
    """A loss that needs a prepared network."""

    def prepare(self, network: nn.Module) -> None:
        """Prepare the network; called once, before the first step of the phase (see `Objective.prepare`)."""


class Objective(nn.Module):
    """The objective of a phase: its weighted losses, and the adversarial losses if it has an adversary.

    A phase names its objective, so a plugin may supply another one: a class like this, built as ``Objective(phase,
    losses)`` with losses that are already built. The trainer calls `network_terms` and `adversary_terms`, adds up each
    result, and updates each side from its own sum. It updates the parameters of `adversary`, and hands the module to
    run (which may be wrapped, e.g. for several processes) to both methods as `discriminator`.
    """

    adversary: nn.Module | None
    """Discriminator that is trained, or None; the trainer passes the module to run as the argument `discriminator`."""

    def __init__(self, phase: Phase, losses: Sequence[tuple[Term, LossModule]]) -> None:
        super().__init__()
        self.phase = phase
        self.weights = [term.weight for term, _ in losses]
        self.losses = nn.ModuleList([loss for _, loss in losses])
        self.adversary = load(phase.adversary.build)(**phase.adversary.kwargs) if phase.adversary else None
        self.weights_used: dict[str, str] = {}
        """Weights that a loss with several choices uses for its frozen network (its `weights_used`), by loss, for the
        record."""
        self._reports: dict[str, Tensor] = {}

    def prepare(self, network: nn.Module) -> None:
        """Prepare `network` for this phase by calling each loss that has a method ``prepare(network)``.

        Called once, with the weights that the phase starts from, before those of a checkpoint replace them. Parameters
        that need no gradient afterwards are not trained.
        """
        for loss in self.losses:
            if isinstance(loss, Preparing):
                loss.prepare(network)

    def players(self, step: int, epoch_steps: int) -> tuple[Player, ...]:
        """Return the networks that are updated in `step` by the turns of the phase's adversary; see `players`."""
        return players(self.phase, step, epoch_steps)

    def network_terms(
        self, prediction: Prediction, batch: Batch, discriminator: nn.Module | None = None
    ) -> dict[str, Tensor]:
        """Return the terms that the network minimises in this step: named, weighted scalars to be added up.

        A name that a second loss returns again gets a number: ``vgg``, ``vgg-2``. The discriminator's parameters are
        not part of the graph.

        Args:
            prediction: Output of the network for the batch.
            batch: Batch of LR and HR patches.
            discriminator: Discriminator to run; None: `adversary`.
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
        """Return the terms that the discriminator minimises in this step; empty without an adversary.

        Args:
            prediction: Output of the network, which is detached from it here.
            batch: Batch of LR and HR patches.
            discriminator: Discriminator to run; None: `adversary`.
        """
        if self.adversary is None or self.phase.adversary is None:
            return {}
        real, fake = (self._logits(image, discriminator) for image in (batch.hr, prediction.sr.detach()))
        if self.phase.adversary.loss == "relativistic":
            self._reports |= adversarial_losses.accuracy(*adversarial_losses.relative(real, fake))
            return {"discriminator": adversarial_losses.adversary_relativistic(real, fake)}
        self._reports |= adversarial_losses.accuracy(real, fake)
        return {"discriminator": adversarial_losses.adversary_bce(real, fake)}

    def reports(self) -> dict[str, float | Tensor]:
        """Return values of the last step that are logged but not minimised.

        These are the accuracy of the discriminator on real and fake patches, and what losses with a method
        ``reports()`` return. Each value is returned only once, so that a value of an earlier turn is never logged
        again.
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
        """Treat the discriminator's parameters as constants in all computations inside."""
        parameters = self.adversary.parameters() if self.adversary else ()
        trained = [parameter for parameter in parameters if parameter.requires_grad]
        for parameter in trained:
            parameter.requires_grad_(False)
        try:
            yield
        finally:
            for parameter in trained:
                parameter.requires_grad_(True)

    def _logits(self, image: Tensor, discriminator: nn.Module | None) -> list[Tensor]:
        module = self.adversary if discriminator is None else discriminator
        if module is None:
            raise PluginError(f"phase {self.phase.name}: the objective has no discriminator; keep it in `adversary`")
        return adversarial_losses.levels(module(image))


def players(phase: Phase, step: int, epoch_steps: int) -> tuple[Player, ...]:
    """Return the networks that are updated in `step` of the phase.

    Turns follow each other in order and are then repeated.

    Args:
        phase: Phase with its adversary.
        step: Step of the phase, counted from 0.
        epoch_steps: Steps per epoch.

    Raises:
        PluginError: if a turn has no players or lasts less than a step.
    """
    if phase.adversary is None:
        return ("network",)
    turns = phase.adversary.turns
    if not turns:
        return ("network", "adversary")
    # Rounding the ends rather than the lengths makes turns given as shares fill the phase exactly.
    ends = [round(end) for end in accumulate(_steps(turn, phase, epoch_steps) for turn in turns)]
    for turn, begin, end in zip(turns, [0, *ends], ends, strict=False):
        if begin >= end or not turn.players:
            raise PluginError(
                f"phase {phase.name}: {turn} has no players or no steps; give it players and at least one step"
            )
    place = step % ends[-1]
    return next(turn.players for turn, end in zip(turns, ends, strict=True) if place < end)


def build_objective(
    phase: Phase, losses: Sequence[LossSpec], loss_weights: Sequence[WeightsSpec], roots: Sequence[Path]
) -> Objective:
    """Return the objective of `phase`, with its losses built.

    Args:
        phase: Phase that names the losses.
        losses: Registered losses, including those of the phase.
        loss_weights: Checkpoints that these losses can use.
        roots: Data roots in which the files of these checkpoints are searched.

    Raises:
        UnknownName: if a loss of the phase is not among `losses`.
        WeightsError: if a file has another SHA-256.
        PluginError: if a loss does not accept its arguments. Further errors are those of the losses.
    """
    known = {loss.name: loss for loss in losses}
    for term in phase.losses:
        if term.loss not in known:
            raise UnknownName("loss", term.loss, known)
    built = [(term, _build_loss(phase, term, known[term.loss], loss_weights, roots)) for term in phase.losses]
    kind = load(phase.objective.build) if phase.objective else Objective
    objective: Objective = kind(phase, built)
    objective.weights_used = {
        term.loss: str(loss.weights_used) for term, loss in built if hasattr(loss, "weights_used")
    }
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
