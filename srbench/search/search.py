"""The search: ask, evaluate, tell, until the budget is spent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from srbench.errors import DataError, UsageError
from srbench.execution.executor import Work
from srbench.records.recorder import Recorder
from srbench.search.evaluation import evaluate, evaluation_failed
from srbench.search.journal import Asked, AskedBatch, Journal

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from srbench.execution.executor import Events, Executor
    from srbench.records.record import Record
    from srbench.records.store import Store
    from srbench.search.costs import Cost
    from srbench.search.evaluation import Evaluation
    from srbench.search.strategy import Forecast, Strategy
    from srbench.specs.search_space import Architecture


@dataclass(frozen=True)
class Candidate:
    """An architecture that may be asked for."""

    architecture: Architecture
    label: str
    cost: Cost
    evaluation: Evaluation


@dataclass(frozen=True)
class Evaluated:
    """A candidate that was asked for, what was expected of it, and what it scored."""

    asked: Asked
    candidate: Candidate
    record: Record

    @property
    def value(self) -> float | None:
        """PSNR in dB; None: it diverged or failed."""
        return self.record.value


@dataclass(frozen=True)
class SearchOutcome:
    """A finished search."""

    candidates: tuple[Candidate, ...]
    evaluated: tuple[Evaluated, ...]
    """In the order in which they were asked for."""
    predictions: tuple[Forecast, ...] | None
    """Of all candidates, after all that was learnt; None: the strategy has no model."""
    recommended: int | None = None
    """The candidate of the best predicted mean that is within the limits; None: nothing predicts."""

    @property
    def best(self) -> Evaluated | None:
        """The best that was measured."""
        known = [one for one in self.evaluated if one.value is not None]
        return max(known, key=lambda one: one.value or 0.0, default=None)


@dataclass
class Search:
    """Everything that a search needs; `run` does it."""

    candidates: Sequence[Candidate]
    strategy: Strategy
    budget: int
    batch: int
    journal: Journal
    store: Store
    executor: Executor
    events: Events[Evaluation]
    observe: Callable[[Record], object] = lambda _record: None
    fast_enough: Callable[[Candidate], bool] = lambda _candidate: True
    """Whether its measured latency is within the limit; asked only of those that the strategy chose."""

    def run(self) -> SearchOutcome:
        """Evaluate `budget` candidates: those of the journal first, each of which the store has or is trained.

        Raises `DataError` where the input is at fault, which would fail any architecture, `UsageError` where no
        candidate is within the limits, and `StoreError` for a journal of other candidates.
        """
        if not self.candidates:
            raise UsageError("no architecture of the space is within the limits: raise --max-params or --max-mult-adds")
        self.journal.check([one.label for one in self.candidates])
        evaluated: list[Evaluated] = []
        slow: set[int] = set()
        for written in list(self.journal.batches):
            evaluated += self._evaluate(written, self.budget - len(evaluated), slow)
        while len(evaluated) < self.budget:
            chosen = self._choose(min(self.batch, self.budget - len(evaluated)))
            if chosen != AskedBatch(()):
                self.journal.add(chosen)
            if not chosen.asked:  # every candidate within the limits has been evaluated
                slow.update(chosen.dropped)
                break
            evaluated += self._evaluate(chosen, len(chosen.asked), slow, told=True)
        if slow and not evaluated:
            raise UsageError(
                f"none of the {len(slow)} architectures is within the limit of latency: raise --max-latency"
            )
        predictions = self.strategy.predict()
        best = self._recommended(predictions, evaluated, slow) if predictions else None
        return SearchOutcome(
            tuple(self.candidates), tuple(evaluated), tuple(predictions) if predictions else None, best
        )

    def _recommended(
        self, predictions: Sequence[Forecast], evaluated: Sequence[Evaluated], slow: set[int]
    ) -> int | None:
        """The best predicted of those with a value, and of those not evaluated that are fast enough."""
        known = {one.asked.candidate: one.value for one in evaluated}
        best_first = sorted(range(len(predictions)), key=lambda one: -predictions[one].mean)
        fitting = (
            one
            for one in best_first
            if one not in slow and (known[one] is not None if one in known else self.fast_enough(self.candidates[one]))
        )
        return next(fitting, None)

    def _choose(self, count: int) -> AskedBatch:
        """The next batch; what is too slow is dropped, and another asked for in its place."""
        expected = self.strategy.predict()
        asked: list[int] = []
        dropped: list[int] = []
        while len(asked) < count:
            more = [one for one in self.strategy.ask(count) if one not in asked][: count - len(asked)]
            if not more:
                break
            for one in more:
                if self.fast_enough(self.candidates[one]):
                    asked.append(one)
                else:
                    dropped.append(one)
                    self.strategy.drop(one)
        return AskedBatch(
            tuple(Asked(one, self.candidates[one].label, expected[one] if expected else None) for one in asked),
            tuple(dropped),
        )

    def _evaluate(self, batch: AskedBatch, left: int, slow: set[int], *, told: bool = False) -> list[Evaluated]:
        """Evaluate what of `batch` the store hasn't got, and tell the strategy of all, in the order of asking."""
        slow.update(batch.dropped)
        for number in () if told else batch.dropped:
            self.strategy.drop(number)
        asked = batch.asked[: max(left, 0)]
        waiting = {one.candidate: self.candidates[one.candidate].evaluation for one in asked}
        records = {number: self.store.done(task.cell.key) for number, task in waiting.items()}
        recorder = Recorder(self.events, self.store, self.observe)
        unknown = [task for number, task in waiting.items() if records[number] is None]
        self.executor.run(unknown, Work(evaluate, evaluation_failed), recorder)
        found = []
        for one in asked:
            record = records[one.candidate] or recorder.records[waiting[one.candidate].cell.key]
            if record.status == "failed" and record.bad_input:
                raise DataError(record.error)
            self.strategy.tell(one.candidate, record.value)
            found.append(Evaluated(one, self.candidates[one.candidate], record))
        return found
