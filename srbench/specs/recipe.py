"""How a network is trained, written at the paper's budget. Plain values; nothing here imports numpy or torch.

A *profile* cuts the budget of a recipe, which is all that `Budget` holds: how many steps, how large a batch and patch,
the course of the learning rate, and on which images where the paper's can't be had. It never changes the method: the
network, what is minimised, by which optimizer, and how LR is made from HR.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

from srbench.errors import PluginError, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from srbench.specs.protocol import ResizeMode

Profile = Literal["demo", "quick", "short", "paper"]
PROFILES: tuple[Profile, ...] = ("demo", "quick", "short", "paper")
"""demo: seconds to a minute on a CPU; quick: at most 10 minutes a model on two CPU cores; short: meant for 20 minutes a
model on one GPU; paper: what the paper says."""

Player = Literal["network", "adversary"]
Course = Literal["constant", "step", "cosine", "one-cycle"]
AdversarialLoss = Literal["bce", "relativistic"]
Keep = Literal["last", "best"]


@dataclass(frozen=True)
class Schedule:
    """The course of the learning rate, in shares of a phase's steps so that a cut budget keeps its shape.

    ``constant``; ``step``: times `gamma` after every `every`; ``cosine``: down to zero; ``one-cycle``: up from
    nearly zero during the first `warm_up`, then down to zero by a cosine.
    """

    kind: Course = "constant"
    every: float = 1.0
    gamma: float = 0.5
    warm_up: float = 0.1


ONE_CYCLE = Schedule("one-cycle")
"""Learning-rate schedule of most cut budgets: far fewer steps need a higher rate, which then falls to zero."""


@dataclass(frozen=True)
class Budget:
    """How long, and on how much, a phase is trained: what a profile may cut."""

    steps: int
    batch: int
    """Patches a step, over all processes."""
    patch: int
    """LR pixels a side; of an `online` recipe HR pixels a side, so that a batch costs the same at every scale."""
    learning_rate: float
    """At its highest."""
    schedule: Schedule = field(default_factory=Schedule)
    parts: int = 1
    """Into which the patches of a step are divided, each part at a scale drawn for it; their losses are averaged."""


@dataclass(frozen=True)
class Adam:
    """Adam's constants (Kingma and Ba 2015)."""

    betas: tuple[float, float] = (0.9, 0.999)
    eps: float = 1e-8
    weight_decay: float = 0.0


@dataclass(frozen=True)
class Term:
    """A loss, by the name of its `LossSpec`, and its weight in what is minimised."""

    loss: str
    weight: float = 1.0
    kwargs: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Turn:
    """Who learns, for how long, before the next turn begins."""

    players: tuple[Player, ...]
    length: float
    unit: Literal["step", "epoch", "share"] = "step"
    """``share``: of the phase's steps, which a cut budget keeps. An epoch is one pass over as many patches as there are
    training images."""


@dataclass(frozen=True)
class Adversary:
    """A discriminator, trained beside the network.

    `build` makes a module from (B, 3, H, W) RGB in [0, 1] to logits, or to a list of them of which the losses add up
    (a multi-scale discriminator).
    """

    name: str
    """Identifies the discriminator within its plugin."""
    build: str
    """``"module:attribute"``, called with `kwargs`."""
    kwargs: Mapping[str, Any] = field(default_factory=dict)
    loss: AdversarialLoss = "bce"
    """``bce``: the non-saturating form of Goodfellow et al. 2014; ``relativistic``: average, as in ESRGAN."""
    weight: float = 1.0
    learning_rate: float | None = None
    """None: the network's."""
    turns: tuple[Turn, ...] = ()
    """Gone through in order, then anew; empty: both learn in every step."""
    version: int = 1
    """Raised whenever its output changes; part of the keys of trainings."""


@dataclass(frozen=True)
class CustomObjective:
    """An objective of the plugin's own, in place of `srbench.training.objective.objective.Objective`."""

    name: str
    """Identifies the objective within its plugin."""
    build: str
    """``"module:attribute"``, called as ``build(phase, losses)``; see `Objective` for what the trainer asks of it."""
    version: int = 1
    """Raised whenever what it minimises changes; part of the keys of trainings."""


@dataclass(frozen=True)
class Phase:
    """One stretch of training with one objective."""

    name: str
    losses: tuple[Term, ...]
    budget: Budget
    adversary: Adversary | None = None
    optimizer: Adam = field(default_factory=Adam)
    clip: float | None = None
    """Largest norm of the gradient."""
    ema: float | None = None
    """Decay a step of the exponential moving average that becomes the phase's result; None: the weights themselves."""
    keep: Keep = "last"
    """Which weights are the phase's result: the last, or those of the best validation PSNR."""
    objective: CustomObjective | None = None
    """What is minimised; None: the losses, weighted, and the game with the adversary."""
    settings: Mapping[str, Any] = field(default_factory=dict)
    """For an `objective` of the plugin's own."""


@dataclass(frozen=True)
class Cut:
    """What a profile makes of a recipe: a budget for each phase, and other images where need be."""

    budgets: Mapping[str, Budget]
    data: tuple[str, ...] = ()
    """Training sets in place of the recipe's; empty: the recipe's own."""
    validation: tuple[str, ...] = ()
    """Validation sets in place of the recipe's; empty, and no `data` either: the recipe's own."""


@dataclass(frozen=True)
class Recipe:
    """How a model is trained, at the paper's budget.

    `data` are names of datasets, of parts of them (``BSDS500/train``), or folders. Phases follow each other, each
    starting from the one before.
    """

    name: str
    model: str
    """Name of a `ModelSpec`."""
    phases: tuple[Phase, ...]
    data: tuple[str, ...]
    cuts: Mapping[str, Cut] = field(default_factory=dict)
    """Profile -> what it cuts. ``paper`` needs none."""
    scales: tuple[float, ...] = ()
    """One is drawn for each batch, or for each of its parts (`Budget.parts`); empty: all that the model is built for.
    Whole numbers, unless `online`; tenths are written as ``23 / 10``, which is the 2.3 that a user types
    (``1.1 + 12 * 0.1`` is not)."""
    lr_mode: ResizeMode = "matlab-uint8"
    """Which imresize makes the LR images, where the data bring none made so."""
    online: bool = False
    """LR patches are made of HR patches as they are drawn, at real scales above 1, and no LR image is kept. A pair of
    patches is what `load_pair` makes of an HR image of `Budget.patch` pixels a side."""
    kwargs: Mapping[str, Any] = field(default_factory=dict)
    """Beside the model's own: what only matters at the start, as its initialisation."""
    hold_out: int = 8
    """Images set aside for validation: spread evenly over the training set, never trained on."""
    validation: tuple[str, ...] = ()
    """Sets, or parts of them (``photos#valid``), to validate on in place of images held out."""
    least_correlation: float | None = None
    """Pairs of which LR and HR have a smaller normalised cross-correlation (`srbench.data.training_set.alignment`) at one of the
    scales are left out, of training and validation alike, and listed in the card; None: none is."""
    augment: bool = True
    """The eight flips and rotations."""
    paper: str = ""
    summary: str = ""
    plugin: str = ""
    """Name of the registering plugin; set by the catalog."""

    def at(self, profile: str) -> Recipe:
        """The recipe with the budget of `profile`. Raises `UsageError` where it has no such cut."""
        if profile == "paper":
            return replace(self, cuts={})
        if profile not in self.cuts:
            has = ", ".join([*self.cuts, "paper"])
            raise UsageError(f"recipe {self.name} has no profile {profile!r}: it has {has}")
        cut = self.cuts[profile]
        if unknown := set(cut.budgets) - {phase.name for phase in self.phases}:
            raise PluginError(f"recipe {self.name}: profile {profile} cuts a phase {min(unknown)!r} that it hasn't got")
        phases = tuple(replace(phase, budget=cut.budgets.get(phase.name, phase.budget)) for phase in self.phases)
        validation = cut.validation or (() if cut.data else self.validation)
        return replace(self, phases=phases, data=cut.data or self.data, validation=validation, cuts={})

    def up_to(self, phase: str) -> Recipe:
        """The recipe that ends with `phase`; empty: the whole. Raises `UsageError` for a phase that it hasn't got."""
        names = [one.name for one in self.phases]
        if not phase:
            return self
        if phase not in names:
            raise UsageError(f"recipe {self.name} has no phase {phase!r}: it has {', '.join(names)}")
        return replace(self, phases=self.phases[: names.index(phase) + 1])


DEMO = "demo"
"""Name of the profile, and of the dataset that it measures on."""

CPU_TRAINING_SETS = ("T91", "BSDS500")
"""Datasets for training on a CPU or without DIV2K.

BSDS500's validation images are B100, and are never used.
"""


def profile_cuts(
    *,
    demo: Mapping[str, Budget] | None = None,
    quick: Mapping[str, Budget] | None = None,
    short: Mapping[str, Budget] | None = None,
    quick_data: tuple[str, ...] = CPU_TRAINING_SETS,
    quick_validation: tuple[str, ...] = (),
    short_data: tuple[str, ...] = (),
) -> dict[str, Cut]:
    """Return the cuts of a recipe by profile, for `Recipe.cuts`.

    Args:
        demo: budgets by phase of the profile ``demo``, which trains on the demo photographs; None for no such profile.
        quick: budgets by phase of the profile ``quick``; None for a network that ten minutes of a CPU cannot train.
        short: budgets by phase of the profile ``short``, meant for 20 minutes on one GPU; None for no such profile.
        quick_data: training sets of the profile ``quick``.
        quick_validation: validation sets of the profile ``quick``; empty to hold out training images.
        short_data: training sets of the profile ``short``; empty for the recipe's.
    """
    cuts = {}
    if demo is not None:
        cuts["demo"] = Cut(demo, (DEMO,))
    if quick is not None:
        cuts["quick"] = Cut(quick, quick_data, quick_validation)
    if short is not None:
        cuts["short"] = Cut(short, short_data)
    return cuts
