"""Whether the game between a network and its adversary is still one, from what a training reports."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from srbench.specs.recipe import Phase

SHARE = 0.1
"""Of the phase's steps: how long a value is averaged over before it says anything."""
REPORTS = 5
"""The fewest reports that are averaged."""
WON = 0.99
"""Accuracy, the mean over real and fake patches, from which on the discriminator has won."""
CHANCE = 0.5
"""The accuracy of a coin."""
VANISHED = 0.05
"""The adversarial term, without its weight, below which the discriminator gives SR patches 95 % of being real; one that
can't tell is at log 2 = 0.69, in the relativistic form at 1.39."""
STRONGER = (
    "a higher learning_rate of the adversary, more of its turns or both sides learning in every step (no turns), "
    "or a smaller weight"
)
WEAKER = "a lower learning_rate of the adversary, fewer of its turns, or the relativistic loss"


class GanReport(NamedTuple):
    """What a report says of the game; None: that side has not learned since the report before."""

    accuracy: float | None
    adversarial: float | None


class Window:
    """The mean of a value over the last reports that have it, as soon as they span `steps` steps.

    Reports without it, from turns of the other side, neither count nor interrupt.
    """

    def __init__(self, steps: float) -> None:
        self.steps = steps
        self._reports: deque[tuple[int, float]] = deque()
        self._span = 0

    def mean(self, steps: int, value: float | None) -> float | None:
        """With a report on `steps` steps taken in; None as long as there are too few, and for a report without it."""
        if value is None:
            return None
        self._reports.append((steps, value))
        self._span += steps
        while len(self._reports) > REPORTS and self._span - self._reports[0][0] >= self.steps:
            self._span -= self._reports.popleft()[0]
        if len(self._reports) < REPORTS or self._span < self.steps:
            return None
        return sum(length * one for length, one in self._reports) / self._span


class GanBalance:
    """Watches the discriminator's accuracy and the adversarial term of `phase`, averaged over a tenth of its steps.

    It notices that the discriminator has won (its accuracy is 0.99 or more: the network learns little from it), that it
    is fooled (the adversarial term has vanished: esrgan-gan, Fig. 7) and that it is no better than a coin. Each is said
    once. `rows` are the reports before a resume; without an adversary there is nothing to watch.
    """

    def __init__(self, phase: Phase, rows: Iterable[Mapping[str, Any]] = ()) -> None:
        self.phase = phase
        self.warnings: list[str] = []
        self.last: dict[str, float] = {}
        """The last known value of each: ``accuracy_real``, ``accuracy_fake``, ``adversarial`` (with its weight)."""
        needed = SHARE * phase.budget.steps
        self._accuracy, self._adversarial = Window(needed), Window(needed)
        self._said: set[str] = set()
        self._step = 0
        for row in rows:
            self.add(row["step"], row)

    def add(self, step: int, losses: Mapping[str, Any]) -> tuple[str, ...]:
        """Take in the means since the report before; gives what is to be said now, mostly nothing."""
        if self.phase.adversary is None:
            return ()
        names = ("accuracy_real", "accuracy_fake", "adversarial")
        self.last |= {name: losses[name] for name in names if losses.get(name) is not None}
        found = _values(losses, self.phase.adversary.weight)
        length, self._step = step - self._step, step
        accuracy = self._accuracy.mean(length, found.accuracy)
        adversarial = self._adversarial.mean(length, found.adversarial)
        said = []
        if accuracy is not None and accuracy >= WON:
            said += self._once("won", f"the discriminator has won: its accuracy is {accuracy:.4f}", step, WEAKER)
        if adversarial is not None and adversarial <= VANISHED:
            what = f"the discriminator is fooled: the adversarial term is {adversarial:.2g} before its weight"
            said += self._once("fooled", what, step, STRONGER)
        if accuracy is not None and accuracy <= CHANCE:
            what = f"the discriminator is no better than a coin: its accuracy is {accuracy:.4f}"
            said += self._once("coin", what, step, STRONGER)
        self.warnings += said
        return tuple(said)

    def _once(self, kind: str, what: str, step: int, helps: str) -> list[str]:
        if kind in self._said:
            return []
        self._said.add(kind)
        where = f"phase {self.phase.name}, step {step} of {self.phase.budget.steps}"
        return [f"{where}: {what}, averaged over the last {SHARE:.0%} of the steps; what helps: {helps}"]


def _values(losses: Mapping[str, Any], weight: float) -> GanReport:
    sides = [losses.get(name) for name in ("accuracy_real", "accuracy_fake")]
    known = [float(one) for one in sides if one is not None]
    adversarial = losses.get("adversarial")
    return GanReport(
        sum(known) / 2 if len(known) == 2 else None,
        float(adversarial) / weight if adversarial is not None and weight else None,
    )
