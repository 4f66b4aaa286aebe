"""Search spaces, and the parts of a search that need no training: loop, journal, front."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from srbench.errors import PluginError, StoreError, UnknownName, UsageError
from srbench.execution.task import Outcome
from srbench.records.record import Record
from srbench.records.store import Store
from srbench.search.costs import Cost
from srbench.search.evaluation import Evaluation
from srbench.search.journal import Asked, AskedBatch, Journal
from srbench.search.pareto import front
from srbench.search.random_search import RandomSearch
from srbench.search.search import Candidate, Search
from srbench.search.strategy import Forecast
from srbench.specs.search_space import SearchSpace

SPACE = SearchSpace("s", "r", {"features": (8, 16, 32), "kind": ("a", "b", "c"), "blocks": (5,), "skip": (True, False)})


def test_the_encoding_is_the_documented_one():
    assert SPACE.encode({"features": 16, "kind": "c", "blocks": 5, "skip": False}) == (0.5, 0.0, 1.0, 1.0)
    assert SPACE.encode({"features": 8, "kind": "a", "blocks": 5, "skip": True}) == (0.0, 0.0, 0.0, 0.0)


@given(
    st.dictionaries(
        st.text(min_size=1),
        st.lists(st.integers(1, 10**6), min_size=1, max_size=4, unique=True).map(tuple),
        min_size=1,
        max_size=3,
    )
)
def test_architectures_are_all_and_told_apart_by_their_points(choices):
    space = SearchSpace("s", "r", choices)
    points = [space.encode(architecture) for architecture in space.architectures]
    count = 1
    for values in choices.values():
        count *= len(values)
    assert len(points) == len(set(points)) == count
    assert all(0 <= place <= 1 for point in points for place in point)


@pytest.mark.parametrize("choices", [{}, {"features": ()}, {"features": (8, 8)}])
def test_a_space_without_a_choice_is_refused(choices):
    with pytest.raises(PluginError, match="search space s"):
        SearchSpace("s", "r", choices)


def test_strategies_are_found_by_name():
    space = SearchSpace("s", "r", {"a": (1, 2)}, strategies={"gp": "m:GP"})
    assert space.strategy() == ("gp", "m:GP")
    assert space.strategy("random")[1].endswith(":RandomSearch")
    with pytest.raises(UnknownName, match="unknown strategy 'rando' of search space s; did you mean 'random'"):
        space.strategy("rando")


@given(st.lists(st.tuples(st.integers(0, 5).map(float), st.integers(0, 5).map(float))))
def test_the_front_has_the_points_that_no_other_beats(points):
    beaten = {
        one
        for one, (cost, value) in enumerate(points)
        if any(other[0] <= cost and other[1] >= value and other != (cost, value) for other in points)
    }
    assert sorted(front(points)) == [index for index in range(len(points)) if index not in beaten]


class RecordingStrategy:
    """Strategy that chooses by number, predicts the number as PSNR, and keeps all values that it is told."""

    def __init__(self, count):
        self.left, self.heard, self.dropped, self.count = list(range(count)), [], [], count

    def ask(self, count):
        return self.left[:count]

    def tell(self, candidate, value):
        self.left.remove(candidate)
        self.heard.append((candidate, value))

    def drop(self, candidate):
        self.left.remove(candidate)
        self.dropped.append(candidate)

    def predict(self):
        return [Forecast(float(index), 1.0) for index in range(self.count)]


class FakeExecutor:
    """Executor that trains nothing: a candidate's value is 20 dB and its number; candidate 2 has none."""

    def __init__(self):
        self.ran = []

    def submit(self, tasks, observer):
        self.tasks = tasks

    def wait(self):
        ended = []
        for task in self.tasks:
            number = int(task.label)
            self.ran.append(number)
            value = None if number == 2 else 20.0 + number
            values = {} if value is None else {"validation": value}
            ended.append((task, Outcome([Record(task.cell, "ok", values, value)])))
        return ended

    def close(self, *, cancel):
        pass


class SilentProgress:
    def started(self, job): ...
    def image(self, job, name): ...
    def finished(self, job, records): ...


@pytest.fixture
def search(training, tmp_path):
    """Makes a search over five candidates; another one over the same folder goes on."""

    def make(budget=4, batch=2, slow=(), identity="x"):
        candidates = []
        for number in range(5):
            job = training.job("tiny-single", seed=number, scale=2)
            candidates.append(Candidate({}, str(number), Cost(job), Evaluation(str(number), job, (), tmp_path, "cpu")))
        journal = Journal.open(tmp_path, "s", {"name": identity})
        strategy, executor = RecordingStrategy(5), FakeExecutor()
        made = Search(
            candidates, strategy, budget, batch, journal, Store(tmp_path), executor, SilentProgress(),
            fast_enough=lambda architecture: int(architecture.label) not in slow,
        )  # fmt: skip
        return made, strategy, executor

    return make


def test_a_search_tells_in_the_order_of_asking_and_keeps_its_predictions(search):
    made, strategy, _ = search()
    outcome = made.run()
    assert strategy.heard == [(0, 20.0), (1, 21.0), (2, None), (3, 23.0)]
    assert outcome.best.candidate.label == "3"
    assert [entry.asked.predicted.mean for entry in outcome.evaluated] == [0.0, 1.0, 2.0, 3.0]


def test_slow_candidates_are_never_evaluated_and_cost_no_budget(search):
    made, strategy, executor = search(budget=3, slow=(0, 3))
    made.run()
    assert executor.ran == [1, 2, 4]
    assert strategy.dropped == [0, 3]
    again, told, ran = search(budget=3, slow=(0, 3))
    again.run()
    assert ran.ran == []
    assert (told.heard, told.dropped) == (strategy.heard, strategy.dropped)


def test_the_recommendation_is_within_the_latency_limit(search):
    """Predictions rise with the number; 2 has no value."""
    assert search(budget=1)[0].run().recommended == 4
    assert search(budget=1, slow=(4,), identity="y")[0].run().recommended == 3
    assert search(budget=3, slow=(3, 4), identity="z")[0].run().recommended == 1


def test_a_search_without_a_fast_candidate_is_refused(search):
    made, *_ = search(slow=range(5))
    with pytest.raises(UsageError, match="none of the 5 architectures is within the limit of latency; raise --max-lat"):
        made.run()


@pytest.mark.parametrize(
    "batch",
    [
        {"asked": [{"candidate": 9, "label": "9", "predicted": None}], "dropped": []},
        {"asked": [{"candidate": "1", "label": "1", "predicted": None}], "dropped": []},
        {"asked": [{"candidate": -1, "label": "4", "predicted": None}], "dropped": []},
        {"asked": [{"candidate": 1, "label": "4", "predicted": None}], "dropped": []},
        {"asked": [{"candidate": 1, "label": "1", "predicted": None}], "dropped": [1]},
        {"asked": [], "dropped": [7]},
    ],
)
def test_a_journal_of_other_architectures_is_refused(batch, search):
    made, _, executor = search()
    made.journal.path.parent.mkdir(exist_ok=True)
    made.journal.path.write_text(json.dumps({"batches": [batch]}))
    with pytest.raises(StoreError, match="damaged, its indices do not match the 5 architectures of the search"):
        search()[0].run()
    assert executor.ran == []


def test_another_search_over_the_same_architectures_trains_nothing_again(search):
    search()[0].run()
    made, _, executor = search(budget=5, identity="y")
    assert len(made.run().evaluated) == 5
    assert executor.ran == [4]


def test_a_search_ends_where_nothing_is_left(search):
    made, _, executor = search(budget=9)
    made.run()
    assert executor.ran == [0, 1, 2, 3, 4]


def test_a_search_without_candidates_is_refused(search):
    made, *_ = search()
    made.candidates = []
    with pytest.raises(UsageError, match="raise --max-params"):
        made.run()


def test_the_journal_is_read_back(tmp_path):
    written = Journal.open(tmp_path, "s", {"seed": 1})
    written.add(AskedBatch((Asked(3, "a=1", Forecast(30.5, 0.1)), Asked(4, "a=2")), (7,)))
    assert Journal.open(tmp_path, "s", {"seed": 1}).batches == written.batches
    assert Journal.open(tmp_path, "s", {"seed": 2}).batches == []
    forecast = {"candidate": 1, "label": "a", "predicted": {"mean": "30", "deviation": 1.0}}
    for content in (
        *({"batches": [{"asked": 1}]}, {"batches": [{"asked": [forecast], "dropped": []}]}, {"batches": {"a": 1}}),
        *([], 3, None, {}, {"batches": [[]]}),
    ):
        written.path.write_text(json.dumps(content))
        with pytest.raises(StoreError, match="damaged, or not a search's journal"):
            Journal.open(tmp_path, "s", {"seed": 1})
    for text in (b"[" * 100_000, b"", b"\xff"):
        written.path.write_bytes(text)
        with pytest.raises(StoreError, match="damaged, or not a search's journal"):
            Journal.open(tmp_path, "s", {"seed": 1})


@given(st.integers(1, 20), st.integers(0, 100))
def test_random_search_asks_every_candidate_once(count, seed):
    strategy, asked = RandomSearch([(0.0,)] * count, 5, seed), []
    while chosen := strategy.ask(3):
        for index in chosen:
            strategy.tell(index, 1.0)
        asked += chosen
    assert sorted(asked) == list(range(count))
