"""Steps on several scales at once: a batch in parts."""

from __future__ import annotations

import csv

import pytest
import torch
from torch.optim.optimizer import register_optimizer_step_pre_hook

from srbench.errors import UsageError
from srbench.training.batches.sampler import PatchSampler
from srbench.training.learner import build_network
from srbench.training.storage.names import CURVE

STILL = "l1.budget.learning_rate=1e-12"
"""So that each step sees the network that the first has seen."""
FOUR = ("l1.budget.batch=8", "l1.budget.parts=4", "l1.budget.steps=3")


@pytest.fixture
def drawn(monkeypatch):
    """Every batch that was drawn."""
    seen = []
    draw = PatchSampler.next

    def keep(self):
        seen.append(draw(self))
        return seen[-1]

    monkeypatch.setattr(PatchSampler, "next", keep)
    return seen


def gradient(parameter):
    """Nothing, where the upsampler of a scale wasn't used."""
    return torch.zeros_like(parameter) if parameter.grad is None else parameter.grad.clone()


def test_the_gradient_of_a_step_is_the_mean_over_its_parts(training, drawn):
    gradients = []
    handle = register_optimizer_step_pre_hook(
        lambda optimizer, *_: gradients.append([gradient(param) for param in optimizer.param_groups[0]["params"]])
    )
    job = training.job("tiny", *FOUR, STILL, phase="l1")
    try:
        path = training(job)
    finally:
        handle.remove()
    network = build_network(job, None)
    rows = list(csv.DictReader((path.parent / CURVE).open(encoding="utf-8")))
    for step in range(3):  # the second would show what the first had left behind
        parts = drawn[4 * step : 4 * step + 4]
        network.zero_grad()
        losses = torch.stack([(network(part.lr, part.scale) - part.hr).abs().mean() for part in parts])
        losses.mean().backward()
        for found, parameter in zip(gradients[step], network.parameters(), strict=True):
            torch.testing.assert_close(found, gradient(parameter), rtol=1e-4, atol=1e-7)
        assert float(rows[step]["l1"]) == pytest.approx(losses.mean().item(), rel=1e-5)


def test_each_part_has_a_scale_of_its_own(training, drawn):
    training(training.job("tiny", *FOUR, phase="l1"))
    assert [len(part.names) for part in drawn] == [2] * 12
    steps = [{part.scale for part in drawn[step : step + 4]} for step in (0, 4, 8)]
    assert {2.0, 3.0} in steps


def test_both_players_step_once(training):
    rates = []
    handle = register_optimizer_step_pre_hook(lambda optimizer, *_: rates.append(optimizer.param_groups[0]["lr"]))
    try:
        training(training.job("tiny", "l1.budget.steps=1", "gan.budget.parts=2", "gan.budget.steps=3"))
    finally:
        handle.remove()
    assert len(rates) == 1 + 3 * 2


@pytest.mark.parametrize("parts", [3, 0, -1, 5])
def test_a_batch_that_can_not_be_divided_so_is_refused(training, parts):
    with pytest.raises(UsageError, match=rf"l1\.budget\.parts is {parts}: expected a divisor of budget\.batch, 4"):
        training.job("tiny", f"l1.budget.parts={parts}", phase="l1")
