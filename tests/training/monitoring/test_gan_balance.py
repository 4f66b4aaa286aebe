"""Collapse of GAN training between network and discriminator: series made by hand, and trainings that collapse."""

from __future__ import annotations

import csv
import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from srbench.specs.adversary import Adversary
from srbench.specs.recipe import Budget, Phase, Term
from srbench.training.monitoring.gan_balance import CHANCE, VANISHED, WON, GanBalance, Window
from srbench.training.storage.names import CARD

WEIGHT = 0.005
PHASE = Phase("gan", (Term("l1"),), Budget(1000, 4, 6, 1e-3), Adversary("judge", "srbench_tiny:Judge", weight=WEIGHT))


def report(real=None, fake=None, adversarial=None):
    known = {"accuracy_real": real, "accuracy_fake": fake}
    weighted = {} if adversarial is None else {"adversarial": WEIGHT * adversarial}
    return {"l1": 0.1} | {name: value for name, value in known.items() if value is not None} | weighted


def said(reports, phase=PHASE, every=10):
    """What is said at which step of reports every `every` steps."""
    balance = GanBalance(phase)
    told = {number * every: balance.add(number * every, one) for number, one in enumerate(reports, 1)}
    assert balance.warnings == [value for several in told.values() for value in several]
    return {step: value for step, several in told.items() for value in several}


def test_a_discriminator_that_is_always_right_has_won():
    found = said([*([report(0.8, 0.7, 1.0)] * 20), *([report(1.0, 0.99, 5.0)] * 30)])
    assert list(found) == [300], "once, when a tenth of the 1000 steps is over"
    assert found[300] == (
        "phase gan, step 300 of 1000: the discriminator has won: its accuracy is 0.9950, averaged over the last 10% of "
        "the steps; what helps: a lower learning_rate of the adversary, fewer of its turns, or the relativistic loss"
    )


def test_one_report_below_does_not_hide_it():
    assert list(said([report(1.0, 1.0), report(0.98, 1.0)] * 20)) == [100]


def test_a_term_that_falls_to_zero_is_noticed_through_its_weight():
    found = said([report(adversarial=2.0), *([report(adversarial=0.02)] * 40)])
    assert list(found) == [110]
    assert "step 110 of 1000: the discriminator is fooled: the adversarial term is 0.02 before its weight" in found[110]
    assert "a higher learning_rate of the adversary" in found[110]
    assert "learning in every step" in found[110]


def test_random_guessing_is_noticed():
    (text,) = said([report(0.9, 0.05, 0.4)] * 20).values()
    assert "no better than random guessing: its accuracy is 0.4750" in text


def test_a_turn_of_the_other_side_neither_counts_nor_interrupts():
    turns = [*([report(0.995, 0.995)] * 6), *([report(adversarial=0.01)] * 6)] * 3
    found = said(turns)
    assert [step for step, text in found.items() if "has won" in text] == [160], "the tenth report with an accuracy"
    assert [step for step, text in found.items() if "fooled" in text] == [220]


def test_a_short_phase_needs_several_reports():
    phase = replace(PHASE, budget=replace(PHASE.budget, steps=8))
    assert list(said([report(1.0, 1.0)] * 8, phase, every=1)) == [5]
    assert not said([report(1.0, 1.0)] * 4, replace(phase, budget=replace(phase.budget, steps=4)), every=1)


def test_without_adversary_or_weight_there_is_nothing_to_watch():
    assert not said([report(1.0, 1.0, 0.0)] * 50, replace(PHASE, adversary=None))
    unweighted = replace(PHASE, adversary=replace(PHASE.adversary, weight=0.0))
    assert not any("fooled" in value for value in said([report(0.7, 0.7, 0.0)] * 50, unweighted).values())


balanced = st.builds(report, st.floats(0.55, 0.98), st.floats(0.55, 0.98), st.floats(0.06, 9))


@given(st.lists(balanced, max_size=60))
def test_a_balanced_training_is_never_warned_of(reports):
    assert CHANCE < 0.55
    assert WON > 0.98
    assert VANISHED < 0.06
    assert not said(reports)


some = st.one_of(st.none(), st.floats(0, 1))


@given(st.lists(st.builds(report, some, some, some), min_size=1, max_size=40), st.integers(0, 40))
def test_taken_up_from_the_curve_it_goes_on_as_if_undisturbed(reports, cut):
    rows = [{"step": 10 * number, **one} for number, one in enumerate(reports, 1)]
    whole, resumed = GanBalance(PHASE, rows), GanBalance(PHASE, rows[:cut])
    for row in rows[cut:]:
        resumed.add(row["step"], row)
    assert (resumed.warnings, resumed.last) == (whole.warnings, whole.last)


LONG = ("gan.budget.steps=100", "l1.budget.steps=20", "gan.budget.learning_rate=0.01")
LINEAR = {"in_channels": 3, "out_channels": 1, "kernel_size": 3}


def collapsing(training, **adversary):
    """The card and the reports of a training against a linear discriminator that is expected to warn."""
    job = training.job("tiny", *LONG)
    first, last = job.recipe.phases
    last = replace(last, adversary=Adversary("convolution", "torch.nn:Conv2d", LINEAR, **adversary))
    job = replace(job, recipe=replace(job.recipe, phases=(first, last)))
    states = []
    with pytest.warns(UserWarning, match="tiny-gan-paper-seed0: phase gan, step .* of 100: the discriminator is"):
        path = training(job, observe=states.append)
    return json.loads((path.parent / CARD).read_text()), states, path.parent


@pytest.mark.slow
def test_a_network_that_fools_a_discriminator_which_hardly_learns(training):
    card, states, folder = collapsing(training, weight=1000.0, learning_rate=1e-9)
    assert len([warning for warning in card["warnings"] if "fooled" in warning]) == 1
    assert [warning for state in states for warning in state.warnings] == card["warnings"]
    with (folder / "curve.csv").open() as file:
        last = list(csv.DictReader(file))[-1]
    assert card["adversary"] == {name: float(last[name]) for name in ("accuracy_real", "accuracy_fake", "adversarial")}
    assert card["adversary"]["adversarial"] < 1000 * VANISHED


def test_reports_count_by_their_steps():
    window = Window(40)
    found = [window.add(steps, value) for steps, value in ((10, 1.0), (10, 1.0), (10, 1.0), (10, 1.0), (60, 0.5))]
    assert found == [None] * 4 + [pytest.approx(0.7)]
