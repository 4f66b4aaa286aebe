"""Training recipes, written at the paper's budget. Plain values; nothing here imports numpy or torch.

A *profile* cuts a recipe's `Budget`: the number of steps, the batch and patch size, and the learning-rate schedule. It
may also name other images where the paper's are not available. It never changes the method: the network, the objective,
the optimizer, and how LR is made from HR.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

from srbench.errors import PluginError, UsageError
from srbench.specs.optimizer import Adam, Sgd

if TYPE_CHECKING:
    from collections.abc import Mapping

    from srbench.specs.adversary import Adversary
    from srbench.specs.protocol import ResizeMode

Profile = Literal["demo", "quick", "short", "paper"]
PROFILES: tuple[Profile, ...] = ("demo", "quick", "short", "paper")
"""Profiles by rising cost. demo: seconds to a minute on a CPU; quick: at most 10 minutes per model on two CPU cores;
short: about 20 minutes per model on one GPU; paper: the budget of the paper."""

Course = Literal["constant", "step", "cosine", "one-cycle"]
Keep = Literal["last", "best"]


@dataclass(frozen=True)
class Schedule:
    """A learning-rate schedule, in shares of a phase's steps so that a cut budget keeps its shape.

    ``constant``; ``step``: multiplied by `gamma` after every `every`; ``cosine``: down to zero; ``one-cycle``: up from
    nearly zero during the first `warm_up`, then down to zero along a cosine.
    """

    kind: Course = "constant"
    """Kind of schedule."""
    every: float = 1.0
    """Share of the steps between two reductions of ``step``."""
    gamma: float = 0.5
    """Factor of each reduction of ``step``."""
    warm_up: float = 0.1
    """Share of the steps during which ``one-cycle`` rises."""


ONE_CYCLE = Schedule("one-cycle")
"""Learning-rate schedule of most cut budgets: far fewer steps need a higher rate, which then falls to zero."""


@dataclass(frozen=True)
class Budget:
    """The budget of a phase: the part of a recipe that a profile may cut."""

    steps: int
    """Optimizer steps of the phase."""
    batch: int
    """Patches per step, over all processes."""
    patch: int
    """Side of a patch in LR pixels; for an `online` recipe in HR pixels, so that a batch costs the same at every
    scale."""
    learning_rate: float
    """Peak learning rate."""
    schedule: Schedule = field(default_factory=Schedule)
    parts: int = 1
    """Number of parts that the patches of a step are divided into, each at a randomly drawn scale; their losses are
    averaged."""


@dataclass(frozen=True)
class Term:
    """A term of the objective: a loss, by the name of its `LossSpec`, and its weight."""

    loss: str
    weight: float = 1.0
    kwargs: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class CustomObjective:
    """An objective that a plugin supplies in place of `srbench.training.objective.objective.Objective`."""

    name: str
    """Name that identifies the objective within its plugin."""
    build: str
    """``"module:attribute"``, called as ``build(phase, losses)``; `Objective` documents what the trainer requires."""
    version: int = 1
    """Version, raised whenever the minimised value changes; part of the keys of trainings."""


@dataclass(frozen=True)
class Phase:
    """A phase of training, with one objective."""

    name: str
    losses: tuple[Term, ...]
    budget: Budget
    adversary: Adversary | None = None
    optimizer: Adam | Sgd = field(default_factory=Adam)
    clip: float | None = None
    """Maximum norm of the gradient, to which larger gradients are clipped; None: no clipping."""
    ema: float | None = None
    """Decay per step of the exponential moving average of the weights that becomes the phase's result; None: no
    average."""
    keep: Keep = "last"
    """Weights that become the phase's result: the last, or those of the best validation PSNR."""
    objective: CustomObjective | None = None
    """Objective of the plugin; None: the weighted losses, plus the adversarial loss if there is an adversary."""
    settings: Mapping[str, Any] = field(default_factory=dict)
    """Settings for an `objective` of the plugin."""


@dataclass(frozen=True)
class Cut:
    """The changes that a profile makes to a recipe: a budget per phase, and other images where needed."""

    budgets: Mapping[str, Budget]
    """Budget by phase name; phases that are not named keep theirs."""
    data: tuple[str, ...] = ()
    """Training sets in place of the recipe's; empty: the recipe's."""
    validation: tuple[str, ...] = ()
    """Validation sets in place of the recipe's; empty: the recipe's if `data` is empty too, else none."""


@dataclass(frozen=True)
class Recipe:
    """A training recipe of a model, at the paper's budget.

    `data` are names of datasets, of parts of datasets (``BSDS500/train``), or folders. Phases follow each other, and
    each starts from the result of the one before.
    """

    name: str
    model: str
    """Name of the `ModelSpec`."""
    phases: tuple[Phase, ...]
    data: tuple[str, ...]
    cuts: Mapping[str, Cut] = field(default_factory=dict)
    """Changes by name of profile; ``paper`` needs none."""
    scales: tuple[float, ...] = ()
    """Scales to train at; one is drawn at random per batch, or per part of a batch (`Budget.parts`); empty: all scales
    of the model. Whole numbers, unless `online`; write tenths as ``23 / 10``, which equals the 2.3 that a user types
    (``1.1 + 12 * 0.1`` does not)."""
    lr_mode: ResizeMode = "matlab-uint8"
    """Mode of the imresize that makes LR images where the datasets have no LR files made this way."""
    online: bool = False
    """Whether LR patches are made from HR patches as they are drawn, at real scales above 1, without storing LR images.
    A pair of patches equals what `load_pair` makes of an HR image of `Budget.patch` pixels a side."""
    kwargs: Mapping[str, Any] = field(default_factory=dict)
    """Arguments in addition to the model's, for what matters only at the start, such as initialisation."""
    hold_out: int = 8
    """Number of images held out for validation, spread evenly over the training set and never trained on."""
    validation: tuple[str, ...] = ()
    """Datasets, or parts of datasets (``photos#valid``), for validation in place of held-out images."""
    least_correlation: float | None = None
    """Smallest allowed normalised cross-correlation of an LR/HR pair (`srbench.data.training_set.alignment`). Pairs
    below it at one of the scales are left out of training and validation, and listed in the card; None: no pair is left
    out."""
    paper_data: str = ""
    """The paper's training images, where `data` stand in for them, so that a method trained so is never comparable with
    print; empty: `data` are the paper's."""
    augment: bool = True
    """Whether patches are augmented by the eight flips and rotations."""
    paper: str = ""
    summary: str = ""
    plugin: str = ""
    """Name of the registering plugin; set by the catalog."""

    def at(self, profile: str) -> Recipe:
        """Return the recipe with the budget of `profile`.

        Raises:
            UsageError: if the recipe has no such profile.
            PluginError: if the profile names a phase that the recipe does not have.
        """
        if profile == "paper":
            return replace(self, cuts={})
        if profile not in self.cuts:
            profiles = ", ".join([*self.cuts, "paper"])
            raise UsageError(f"recipe {self.name} has no profile {profile!r}; choose from {profiles}")
        cut = self.cuts[profile]
        if unknown := set(cut.budgets) - {phase.name for phase in self.phases}:
            phases = ", ".join(phase.name for phase in self.phases)
            raise PluginError(
                f"recipe {self.name}: profile {profile} sets a budget for unknown phase {min(unknown)!r}; "
                f"phases: {phases}"
            )
        cut_phases = tuple(replace(phase, budget=cut.budgets.get(phase.name, phase.budget)) for phase in self.phases)
        validation = cut.validation or (() if cut.data else self.validation)
        return replace(self, phases=cut_phases, data=cut.data or self.data, validation=validation, cuts={})

    def up_to(self, phase: str) -> Recipe:
        """Return the recipe that ends with `phase`; empty: the whole recipe.

        Raises:
            UsageError: if the recipe has no such phase.
        """
        names = [entry.name for entry in self.phases]
        if not phase:
            return self
        if phase not in names:
            raise UsageError(f"recipe {self.name} has no phase {phase!r}; choose from {', '.join(names)}")
        return replace(self, phases=self.phases[: names.index(phase) + 1])


DEMO = "demo"
"""Name of the demo profile, and of the dataset that it is measured on."""

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
