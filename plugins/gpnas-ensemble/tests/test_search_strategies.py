"""The strategies on functions whose optimum is known."""

from __future__ import annotations

import pytest
from srbench_gpnas_ensemble.search.expected_improvement import ExpectedImprovement
from srbench_gpnas_ensemble.search.gp_nas import GPNAS
from srbench_gpnas_ensemble.spaces import SPACES

from srbench.search.random_search import RandomSearch

SPACE = SPACES[0]
POINTS = [SPACE.encode(architecture) for architecture in SPACE.architectures]


def psnr(point):
    """Rises with each coordinate, and falls where a network is wide, deep and long: its top is at none of the ends."""
    width, depth, stages = point
    return 30 + 1.2 * width + 0.6 * depth + 0.2 * stages - 0.8 * (width + depth - 1.1) ** 2 - 0.7 * depth * stages


VALUES = [psnr(point) for point in POINTS]
TOP = max(VALUES)


def searched(strategy, budget=12, batch=4, failing=()):
    asked = []
    while len(asked) < budget:
        chosen = strategy.ask(min(batch, budget - len(asked)))
        for index in chosen:
            strategy.tell(index, None if index in failing else VALUES[index])
        asked += chosen
    return asked


@pytest.mark.slow
@pytest.mark.parametrize("build", [GPNAS, ExpectedImprovement, RandomSearch])
def test_the_same_seed_asks_the_same_and_nothing_twice(build):
    first, again, other = (searched(build(POINTS, 8, seed), 8) for seed in (0, 0, 1))
    assert first == again
    assert first != other
    assert len(set(first)) == 8


@pytest.mark.slow
@pytest.mark.parametrize("build", [GPNAS, ExpectedImprovement])
def test_twelve_evaluations_find_an_architecture_near_the_top(build):
    regrets = [TOP - max(VALUES[index] for index in searched(build(POINTS, 12, seed))) for seed in range(2)]
    spread = TOP - min(VALUES)
    assert max(regrets) < 0.05 * spread


def test_predictions_come_near_what_was_never_measured():
    strategy = GPNAS(POINTS, 12, 0)
    asked = searched(strategy)
    rest = [index for index in range(len(POINTS)) if index not in asked]
    predictions = strategy.predict()
    errors = [abs(predictions[other].mean - VALUES[other]) for other in rest]
    assert sum(errors) / len(errors) < 0.1
    assert sum(error < 3 * predictions[one].deviation for one, error in zip(rest, errors, strict=True)) > 0.9 * len(
        rest
    )


@pytest.mark.slow
def test_the_last_quarter_goes_to_the_best_predicted():
    strategy = GPNAS(POINTS, 12, 3)
    asked = searched(strategy, 9)
    predictions = strategy.predict()
    promising = sorted(
        (index for index in range(len(POINTS)) if index not in asked), key=lambda index: -predictions[index].mean
    )
    assert strategy.ask(3) == promising[:3]


@pytest.mark.slow
@pytest.mark.parametrize("build", [GPNAS, ExpectedImprovement])
def test_what_diverged_is_left_out_and_not_asked_again(build):
    strategy = build(POINTS, 8, 0)
    failing = strategy.ask(1)
    asked = searched(strategy, 8, failing=failing)
    assert asked[:1] == failing
    assert len(set(asked)) == 8
    assert all(forecast.mean < 100 for forecast in strategy.predict())


@pytest.mark.slow
@pytest.mark.parametrize("build", [GPNAS, ExpectedImprovement, RandomSearch])
@pytest.mark.parametrize("budget", [1, 3])
def test_what_is_over_a_limit_costs_no_budget(build, budget):
    """Three of four are too slow, which is known only once they were asked for."""
    strategy, asked, dropped = build(POINTS, budget, 0), [], []
    while len(asked) < budget:
        (one,) = strategy.ask(1)
        if (len(asked) + len(dropped)) % 4 < 3:
            strategy.drop(one)
            dropped.append(one)
        else:
            strategy.tell(one, VALUES[one])
            asked.append(one)
    assert dropped
    assert len(set(asked)) == budget
    left = len(POINTS) if budget == 1 else 8  # of a fitted model, the best of all left take seconds
    assert not {*asked, *dropped} & set(strategy.ask(left))


def test_drops_leave_the_share_that_explores_as_it_is():
    strategy = GPNAS(POINTS, 8, 0)
    asked = searched(strategy, 4)
    for index in range(20):
        if index not in asked:
            strategy.drop(index)
    predictions = strategy.predict()
    left = [index for index in range(20, len(POINTS)) if index not in asked]
    promising = sorted(left, key=lambda index: -predictions[index].mean)
    assert strategy.ask(2) != promising[:2], "4 of the 6 that explore are spent"
    searched(strategy, 2, 2)
    predictions = strategy.predict()
    assert strategy.ask(1) == [
        max((index for index in left if index in strategy.seen.open), key=lambda x: predictions[x].mean)
    ]


@pytest.mark.slow
@pytest.mark.parametrize("build", [GPNAS, ExpectedImprovement])
def test_a_search_that_goes_on_asks_what_it_would_have_asked(build):
    """As `srbench.search.search.Search` does it: what a batch dropped is told before what it asked for."""
    whole, resumed = build(POINTS, 12, 5), build(POINTS, 12, 5)
    batches = []
    for _ in range(3):
        chosen, dropped = whole.ask(4), []
        whole.drop(chosen[0])
        dropped, asked = chosen[:1], [*chosen[1:], *(index for index in whole.ask(4) if index not in chosen)][:4]
        for index in asked:
            whole.tell(index, VALUES[index])
        batches.append((dropped, asked))
    for dropped, asked in batches:
        for index in dropped:
            resumed.drop(index)
        for index in asked:
            resumed.tell(index, VALUES[index])
    assert resumed.ask(4) == whole.ask(4)
    assert resumed.predict() == whole.predict()


@pytest.mark.parametrize("build", [GPNAS, ExpectedImprovement, RandomSearch])
def test_a_space_smaller_than_the_budget_is_used_up(build):
    strategy = build(POINTS[:3], 12, 0)
    for _ in range(3):
        [one] = strategy.ask(1)
        strategy.tell(one, VALUES[one])
    assert strategy.ask(2) == []


def test_equal_values_break_nothing():
    for build in (GPNAS, ExpectedImprovement):
        strategy = build(POINTS, 6, 0)
        for index in strategy.ask(4):
            strategy.tell(index, 30.0)
        assert len(strategy.ask(2)) == 2
        assert all(abs(forecast.mean - 30) < 0.5 for forecast in strategy.predict())


def test_the_prior_deviation_is_of_psnr_after_one_value():
    strategy = GPNAS(POINTS, 6, 0)
    assert strategy.predict() is None
    strategy.tell(0, 30.0)
    assert {round(forecast.mean) for forecast in strategy.predict()} == {30}
