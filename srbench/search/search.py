"""Search loop: ask the strategy for candidates, evaluate them, and tell it their values until the budget is spent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from srbench.errors import DataError, UsageError
from srbench.execution.graph import closing, run_tasks
from srbench.records.recorder import Recorder
from srbench.search.evaluation import evaluation_failed
from srbench.search.journal import Asked, AskedBatch, Journal

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from srbench.execution.executor import Executor
    from srbench.execution.task import Outcome
    from srbench.records.record import Record
    from srbench.records.recorder import Progress
    from srbench.records.store import Store
    from srbench.search.costs import Cost
    from srbench.search.evaluation import Evaluation
    from srbench.search.strategy import Forecast, Strategy
    from srbench.specs.search_space import Architecture


@dataclass(frozen=True)
class Candidate:
    """Architecture that the strategy may choose."""

    architecture: Architecture
    label: str
    """Settings of the architecture as text: ``features=16,blocks=4``."""
    cost: Cost
    evaluation: Evaluation


@dataclass(frozen=True)
class Evaluated:
    """A candidate that was evaluated, with its prediction and its record."""

    asked: Asked
    candidate: Candidate
    record: Record

    @property
    def value(self) -> float | None:
        """PSNR in dB; None if the training diverged or failed."""
        return self.record.value


@dataclass(frozen=True)
class SearchOutcome:
    """Outcome of a finished search."""

    candidates: tuple[Candidate, ...]
    evaluated: tuple[Evaluated, ...]
    """Evaluated candidates, in the order in which the strategy chose them."""
    predictions: tuple[Forecast, ...] | None
    """Final predictions for all candidates; None if the strategy has no model."""
    recommended: int | None = None
    """Index of the candidate with the best predicted mean within the limits; None without predictions."""

    @property
    def best(self) -> Evaluated | None:
        """Evaluated candidate with the highest PSNR; None if no candidate has a value."""
        measured = [evaluated for evaluated in self.evaluated if evaluated.value is not None]
        return max(measured, key=lambda evaluated: evaluated.value or 0.0, default=None)


@dataclass
class Search:
    """Configuration of a search, which `run` carries out."""

    candidates: Sequence[Candidate]
    strategy: Strategy
    budget: int
    """Number of candidates to evaluate."""
    batch: int
    """Number of candidates that the strategy chooses at once."""
    journal: Journal
    store: Store
    executor: Executor
    events: Progress[Evaluation]
    observe: Callable[[Record], object] = lambda _record: None
    fast_enough: Callable[[Candidate], bool] = lambda _candidate: True
    """Check of a candidate's measured latency against the limit; called only for candidates that the strategy chose."""

    def run(self) -> SearchOutcome:
        """Evaluate `budget` candidates: first those of the journal, then those that the strategy chooses.

        A candidate that has no record in the store is trained.

        Raises:
            DataError: if the input is bad, which would fail any architecture.
            UsageError: if no candidate is within the limits.
            StoreError: if the journal belongs to other candidates.
        """
        with closing(self.executor):
            return self._run()

    def _run(self) -> SearchOutcome:
        if not self.candidates:
            raise UsageError("no architecture of the space is within the limits; raise --max-params or --max-mult-adds")
        self.journal.check([candidate.label for candidate in self.candidates])
        evaluated: list[Evaluated] = []
        slow: set[int] = set()
        for batch in list(self.journal.batches):
            evaluated += self._evaluate(batch, self.budget - len(evaluated), slow)
        while len(evaluated) < self.budget:
            chosen = self._choose(min(self.batch, self.budget - len(evaluated)))
            if chosen != AskedBatch(()):
                self.journal.add(chosen)
            if not chosen.asked:  # every candidate within the limits has been evaluated
                slow.update(chosen.dropped)
                break
            evaluated += self._evaluate(chosen, len(chosen.asked), slow, dropped_already=True)
        if slow and not evaluated:
            raise UsageError(
                f"none of the {len(slow)} architectures is within the limit of latency; raise --max-latency"
            )
        predictions = self.strategy.predict()
        best = self._recommended(predictions, evaluated, slow) if predictions else None
        return SearchOutcome(
            tuple(self.candidates), tuple(evaluated), tuple(predictions) if predictions else None, best
        )

    def _recommended(
        self, predictions: Sequence[Forecast], evaluated: Sequence[Evaluated], slow: set[int]
    ) -> int | None:
        """Return the best predicted candidate that has a value, or that is not evaluated and fast enough."""
        values = {result.asked.candidate: result.value for result in evaluated}
        best_first = sorted(range(len(predictions)), key=lambda index: -predictions[index].mean)
        eligible = (
            index
            for index in best_first
            if index not in slow
            and (values[index] is not None if index in values else self.fast_enough(self.candidates[index]))
        )
        return next(eligible, None)

    def _choose(self, count: int) -> AskedBatch:
        """Return the next batch of `count` candidates; candidates that are too slow are dropped and replaced."""
        predictions = self.strategy.predict()
        asked: list[int] = []
        dropped: list[int] = []
        while len(asked) < count:
            more = [index for index in self.strategy.ask(count) if index not in asked][: count - len(asked)]
            if not more:
                break
            for index in more:
                if self.fast_enough(self.candidates[index]):
                    asked.append(index)
                else:
                    dropped.append(index)
                    self.strategy.drop(index)
        return AskedBatch(
            tuple(
                Asked(index, self.candidates[index].label, predictions[index] if predictions else None)
                for index in asked
            ),
            tuple(dropped),
        )

    def _evaluate(
        self, batch: AskedBatch, left: int, slow: set[int], *, dropped_already: bool = False
    ) -> list[Evaluated]:
        """Evaluate the first `left` candidates of `batch` and tell the strategy their values, in the order of asking.

        Candidates with a record in the store are not evaluated again. `dropped_already` states that the strategy has
        dropped the slow candidates of the batch.
        """
        slow.update(batch.dropped)
        for index in () if dropped_already else batch.dropped:
            self.strategy.drop(index)
        asked = batch.asked[: max(left, 0)]
        evaluations = {entry.candidate: self.candidates[entry.candidate].evaluation for entry in asked}
        records = {index: self.store.done(evaluation.cell.key) for index, evaluation in evaluations.items()}
        recorder = Recorder(self.events, self.store, self.observe)
        unknown = [evaluation for index, evaluation in evaluations.items() if records[index] is None]
        run_tasks(unknown, self.executor, _Observer(recorder))
        results = []
        for entry in asked:
            record = records[entry.candidate] or recorder.records[evaluations[entry.candidate].cell.key]
            if record.status == "failed" and record.bad_input:
                raise DataError(record.error)
            self.strategy.tell(entry.candidate, record.value)
            results.append(Evaluated(entry, self.candidates[entry.candidate], record))
        return results


class _Observer:
    """Observer of the tasks of a search, which passes their records to a recorder."""

    def __init__(self, recorder: Recorder[Evaluation]) -> None:
        self._recorder = recorder

    def started(self, task: Any) -> None:
        self._recorder.started(task)

    def reported(self, task: Any, value: object) -> None:
        self._recorder.image(task, str(value))

    def retried(self, task: Any, outcome: Outcome[Any]) -> None:
        """Do nothing: a search retries no task."""

    def ended(self, task: Any, outcome: Outcome[Any]) -> None:
        records = outcome.result if outcome.error is None else evaluation_failed(task, outcome.error)
        self._recorder.finished(task, records or [])
