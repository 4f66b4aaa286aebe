"""Detects that the balance between a network and its discriminator is lost, from the reports of a training."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from srbench.specs.recipe import Phase

SHARE = 0.1
"""Share of the phase's steps over which a value is averaged before it is judged."""
REPORTS = 5
"""Smallest number of reports that are averaged."""
WON = 0.99
"""Accuracy, the mean over real and fake patches, at or above which the discriminator has won."""
CHANCE = 0.5
"""Accuracy of random guessing."""
VANISHED = 0.05
"""Adversarial term, without its weight, below which the discriminator gives SR patches 95 % of being real.

For a discriminator that cannot tell SR from HR it is log 2 = 0.69, in the relativistic form 1.39.
"""
STRONGER = (
    "a higher learning_rate of the adversary, more of its turns or both sides learning in every step (no turns), "
    "or a smaller weight"
)
WEAKER = "a lower learning_rate of the adversary, fewer of its turns, or the relativistic loss"


class GanReport(NamedTuple):
    """Values of one report; None if the side that yields the value has not learned since the previous report."""

    accuracy: float | None
    adversarial: float | None


class Window:
    """Mean of a value over the last reports that have it, as soon as they span `steps` steps.

    Reports without the value, from turns of the other side, are skipped.
    """

    def __init__(self, steps: float) -> None:
        self.steps = steps
        self._reports: deque[tuple[int, float]] = deque()
        self._span = 0

    def add(self, steps: int, value: float | None) -> float | None:
        """Add a report on `steps` steps; return the mean, or None if reports are too few or this one has no value."""
        if value is None:
            return None
        self._reports.append((steps, value))
        self._span += steps
        while len(self._reports) > REPORTS and self._span - self._reports[0][0] >= self.steps:
            self._span -= self._reports.popleft()[0]
        if len(self._reports) < REPORTS or self._span < self.steps:
            return None
        return sum(length * reported for length, reported in self._reports) / self._span


class GanBalance:
    """Watches the discriminator's accuracy and the adversarial term of `phase`, averaged over a tenth of its steps.

    It warns, once each, if the discriminator has won (its accuracy is 0.99 or more: the network learns little from it),
    if it is fooled (the adversarial term has vanished: esrgan-gan, Fig. 7), and if it is no better than random
    guessing. `rows` are the reports before a resume. In a phase without an adversary it does nothing.
    """

    def __init__(self, phase: Phase, rows: Iterable[Mapping[str, Any]] = ()) -> None:
        self.phase = phase
        self.warnings: list[str] = []
        self.last: dict[str, float] = {}
        """Last known values of ``accuracy_real``, ``accuracy_fake`` and ``adversarial`` (with its weight)."""
        needed = SHARE * phase.budget.steps
        self._accuracy, self._adversarial = Window(needed), Window(needed)
        self._warned: set[str] = set()
        self._step = 0
        for row in rows:
            self.add(row["step"], row)

    def add(self, step: int, losses: Mapping[str, Any]) -> tuple[str, ...]:
        """Add the means since the previous report; return the new warnings, mostly none."""
        if self.phase.adversary is None:
            return ()
        names = ("accuracy_real", "accuracy_fake", "adversarial")
        self.last |= {name: losses[name] for name in names if losses.get(name) is not None}
        report = _values(losses, self.phase.adversary.weight)
        length, self._step = step - self._step, step
        accuracy = self._accuracy.add(length, report.accuracy)
        adversarial = self._adversarial.add(length, report.adversarial)
        new = []
        if accuracy is not None and accuracy >= WON:
            new += self._once("won", f"the discriminator has won: its accuracy is {accuracy:.4f}", step, WEAKER)
        if adversarial is not None and adversarial <= VANISHED:
            fault = f"the discriminator is fooled: the adversarial term is {adversarial:.2g} before its weight"
            new += self._once("fooled", fault, step, STRONGER)
        if accuracy is not None and accuracy <= CHANCE:
            fault = f"the discriminator is no better than random guessing: its accuracy is {accuracy:.4f}"
            new += self._once("chance", fault, step, STRONGER)
        self.warnings += new
        return tuple(new)

    def _once(self, kind: str, fault: str, step: int, remedy: str) -> list[str]:
        if kind in self._warned:
            return []
        self._warned.add(kind)
        where = f"phase {self.phase.name}, step {step} of {self.phase.budget.steps}"
        return [f"{where}: {fault}, averaged over the last {SHARE:.0%} of the steps; what helps: {remedy}"]


def _values(losses: Mapping[str, Any], weight: float) -> GanReport:
    sides = [losses.get(name) for name in ("accuracy_real", "accuracy_fake")]
    known = [float(share) for share in sides if share is not None]
    adversarial = losses.get("adversarial")
    return GanReport(
        sum(known) / 2 if len(known) == 2 else None,
        float(adversarial) / weight if adversarial is not None and weight else None,
    )
