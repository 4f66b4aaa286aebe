"""What a phase minimises, against the papers' formulas written out, and who learns when."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from srbench import (
    Adversary,
    Budget,
    CustomObjective,
    Phase,
    PluginError,
    Prediction,
    Term,
    Turn,
    Unavailable,
    UnknownName,
)
from srbench.catalog import load_catalog
from srbench.losses.batch import Batch
from srbench.training.objective.adversarial_losses import accuracy, levels
from srbench.training.objective.objective import Objective, build_objective, players

BUDGET = Budget(steps=1000, batch=2, patch=8, learning_rate=1e-4)
D, N = ("adversary",), ("network",)


class Judge(nn.Module):
    """A discriminator small enough to be written out: a logit a place, at `scales` scales."""

    def __init__(self, scales=1, *, as_list=False):
        super().__init__()
        self.convolutions = nn.ModuleList(nn.Conv2d(3, 1, 3) for _ in range(scales))
        self.as_list = as_list or scales > 1
        self.frozen = nn.Parameter(torch.zeros(1), requires_grad=False)

    def forward(self, image):
        logits = [one(nn.functional.avg_pool2d(image, 2**i)) for i, one in enumerate(self.convolutions)]
        return logits if self.as_list else logits[0]


def objective_of(phase, roots):
    """The objective of a phase, its losses looked up in the catalog."""
    catalog = load_catalog()
    losses = [catalog.losses.get(term.loss) for term in phase.losses]
    weights = [catalog.weights.get(name) for loss in losses for name in loss.weights]
    return build_objective(phase, losses, weights, roots)


@pytest.fixture(autouse=True)
def judge(monkeypatch):
    """`Judge` by the name that phases give it."""
    monkeypatch.setattr("srbench.training.objective.adversarial_losses.Judge", Judge, raising=False)


def phase(**adversary):
    build = {"name": "judge", "build": "srbench.training.objective.adversarial_losses:Judge", **adversary}
    return Phase("gan", (Term("l1", 0.5),), BUDGET, adversary=Adversary(**build))


def batch(seed=0):
    generator = torch.Generator().manual_seed(seed)
    sr, hr = (torch.rand(2, 3, 12, 12, generator=generator) for _ in range(2))
    return Prediction(sr.requires_grad_()), Batch(lr=sr.detach(), hr=hr, scale=1.0, names=("a", "b"))


def sigmoid(x):
    return 1 / (1 + torch.exp(-x.double()))


@pytest.mark.parametrize("scales", [1, 3])
def test_bce_as_goodfellow_prints_it(scales):
    objective = objective_of(phase(kwargs={"scales": scales}, weight=0.25), [])
    prediction, data = batch()
    real, fake = levels(objective.adversary(data.hr)), levels(objective.adversary(prediction.sr))
    pairs = list(zip(map(sigmoid, real), map(sigmoid, fake), strict=True))
    expected = sum(-r.log().mean() - (1 - f).log().mean() for r, f in pairs)
    terms = objective.adversary_terms(prediction, data)
    assert list(terms) == ["discriminator"]
    assert terms["discriminator"].item() == pytest.approx(expected.item(), rel=1e-5)
    terms = objective.network_terms(prediction, data)
    assert list(terms) == ["l1", "adversarial"]
    assert terms["adversarial"].item() == pytest.approx(0.25 * sum(-f.log().mean().item() for _, f in pairs), rel=1e-5)
    assert terms["l1"].item() == pytest.approx(0.5 * (prediction.sr - data.hr).abs().mean().item(), rel=1e-5)


@pytest.mark.parametrize("scales", [1, 2])
def test_relativistic_as_esrgan_prints_it(scales):
    """Wang et al. 2018, Eq. 1 and 2, with D(a, b) = sigmoid(C(a) - E[C(b)])."""
    objective = objective_of(phase(loss="relativistic", kwargs={"scales": scales}), [])
    prediction, data = batch(1)
    sum_d = sum_g = 0
    logits = [levels(objective.adversary(image)) for image in (data.hr, prediction.sr)]
    for real, fake in zip(*logits, strict=True):
        real_to_fake, fake_to_real = sigmoid(real - fake.mean()), sigmoid(fake - real.mean())
        sum_d += -real_to_fake.log().mean() - (1 - fake_to_real).log().mean()
        sum_g += -(1 - real_to_fake).log().mean() - fake_to_real.log().mean()
    found = objective.adversary_terms(prediction, data)["discriminator"]
    assert found.item() == pytest.approx(sum_d.item(), rel=1e-5)
    found = objective.network_terms(prediction, data)["adversarial"]
    assert found.item() == pytest.approx(sum_g.item(), rel=1e-5)


@given(shift=st.floats(-5, 5), seed=st.integers(0, 9))
def test_the_relativistic_adversary_is_blind_to_a_shift_of_all_logits(shift, seed):
    from srbench.training.objective.adversarial_losses import adversary_relativistic

    generator = torch.Generator().manual_seed(seed)
    real, fake = (torch.randn(4, 1, 3, 3, generator=generator) for _ in range(2))
    shifted = adversary_relativistic([real + shift], [fake + shift])
    torch.testing.assert_close(shifted, adversary_relativistic([real], [fake]), atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("kind", ["bce", "relativistic"])
def test_each_side_gets_its_own_gradients(kind):
    torch.manual_seed(3)  # from some starts a ReLU gives the discriminator nothing to learn from
    objective = objective_of(phase(loss=kind), [])
    prediction, data = batch()
    learning = list(objective.adversary.convolutions.parameters())
    sum(objective.network_terms(prediction, data).values()).backward()
    assert prediction.sr.grad.abs().sum() > 0
    assert all(parameter.grad is None for parameter in objective.adversary.parameters())
    assert all(parameter.requires_grad for parameter in learning)
    assert not objective.adversary.frozen.requires_grad
    prediction.sr.grad = None
    sum(objective.adversary_terms(prediction, data).values()).backward()
    assert prediction.sr.grad is None
    assert all(parameter.grad.abs().sum() > 0 for parameter in learning)


def test_learning_adversarially_moves_the_loss_the_right_way():
    """A step of each side down its own gradient: the discriminator tells better, then the network fools better."""
    torch.manual_seed(0)
    objective = objective_of(phase(), [])
    prediction, data = batch()
    optimizer = torch.optim.SGD(objective.adversary.convolutions.parameters(), 0.1)
    before = objective.adversary_terms(prediction, data)["discriminator"]
    before.backward()
    optimizer.step()
    assert objective.adversary_terms(prediction, data)["discriminator"] < before
    fooled = objective.network_terms(prediction, data)["adversarial"]
    (slope,) = torch.autograd.grad(fooled, prediction.sr)
    better = Prediction(prediction.sr.detach() - 0.1 * slope)
    assert objective.network_terms(better, data)["adversarial"] < fooled


def test_a_wrapped_adversary_is_used_by_both_sides():
    class Wrapped(nn.Module):
        def __init__(self, module):
            super().__init__()
            self.module, self.calls = module, 0

        def forward(self, image):
            self.calls += 1
            return self.module(image)

    objective = objective_of(phase(), [])
    objective.adversary = wrapped = Wrapped(objective.adversary)
    objective.network_terms(*batch())
    assert wrapped.calls == 1
    objective.adversary_terms(*batch())
    assert wrapped.calls == 3


def test_accuracy_is_reported_once():
    objective = objective_of(phase(), [])
    prediction, data = batch()
    assert objective.reports() == {}
    objective.adversary_terms(prediction, data)
    reports = objective.reports()
    assert float(reports["accuracy_real"]) == float((objective.adversary(data.hr) > 0).float().mean())
    assert float(reports["accuracy_fake"]) == float((objective.adversary(prediction.sr) < 0).float().mean())
    assert objective.reports() == {}


def test_accuracy_by_hand():
    found = accuracy([torch.tensor([1.0, -1.0]), torch.tensor([2.0])], [torch.tensor([1.0, -1.0, -2.0, -3.0])] * 2)
    assert {name: float(one) for name, one in found.items()} == {"accuracy_real": 0.75, "accuracy_fake": 0.75}


@pytest.mark.parametrize("wrong", [[], None, [1.0], {"logits": torch.zeros(1)}])
def test_an_adversary_that_returns_no_logits(wrong):
    with pytest.raises(PluginError, match="return logits"):
        levels(wrong)


def test_a_name_that_comes_twice_is_numbered():
    terms = (Term("l1"), Term("l1", 2.0), Term("charbonnier", kwargs={"eps": 0.1}), Term("l1", 3.0))
    objective = objective_of(Phase("p", terms, BUDGET), [])
    found = objective.network_terms(*batch())
    assert list(found) == ["l1", "l1-2", "charbonnier", "l1-3"]
    assert found["l1-3"].item() == pytest.approx(3 * found["l1"].item())
    assert objective.adversary is None
    assert objective.adversary_terms(*batch()) == {}
    assert objective.reports() == {}


@pytest.mark.parametrize(
    ("term", "error", "match"),
    [
        (Term("l7"), UnknownName, "l7"),
        (Term("charbonnier", kwargs={"epsilon": 1}), PluginError, "epsilon"),
        (Term("vgg"), Unavailable, "srbench data get vgg19"),
    ],
)
def test_a_loss_that_can_not_be_built(term, error, match, tmp_path):
    with pytest.raises(error, match=match):
        objective_of(Phase("p", (term,), BUDGET), [tmp_path])


def test_the_weights_of_a_loss_are_found(material):
    roots = [material("weights/vgg19-caffe-normalised-fp16.safetensors")]
    with pytest.warns(UserWarning, match="stands in"):
        objective = objective_of(Phase("p", (Term("vgg", kwargs={"layers": "relu1_1"}),), BUDGET), roots)
    prediction, data = batch()
    assert objective.network_terms(prediction, data)["vgg"] > 0


def test_an_objective_of_a_plugins_own(monkeypatch):
    class Own(Objective):
        pass

    monkeypatch.setattr("srbench.training.objective.adversarial_losses.Own", Own, raising=False)
    own = Phase(
        "p",
        (Term("l1"),),
        BUDGET,
        objective=CustomObjective("own", "srbench.training.objective.adversarial_losses:Own"),
    )
    assert isinstance(objective_of(own, []), Own)


def turns(*sequence):
    return replace(phase(), adversary=replace(phase().adversary, turns=sequence))


def test_without_turns_all_learn():
    assert players(Phase("p", (), BUDGET), 7, 10) == N
    assert players(phase(), 7, 10) == ("network", "adversary")


def test_the_schedule_of_the_esrgan_gan_report():
    """The discriminator 50 epochs, then network and discriminator by turns of 50, twice."""
    alternate = (Turn(N, 50, "epoch"), Turn(D, 50, "epoch"))
    report = turns(Turn(D, 50, "epoch"), *alternate, *alternate)
    of_epoch = [players(report, epoch * 7 + 3, 7) for epoch in range(250)]
    assert of_epoch == [*[D] * 50, *[N] * 50, *[D] * 50, *[N] * 50, *[D] * 50]
    assert players(report, 50 * 7 - 1, 7) == D
    assert players(report, 50 * 7, 7) == N
    assert players(report, 250 * 7, 7) == D  # anew


def test_turns_by_step_begin_anew():
    both = ("network", "adversary")
    assert [players(turns(Turn(D, 2), Turn(both, 1)), step, 1) for step in range(6)] == [D, D, both, D, D, both]


@pytest.mark.slow
@given(shares=st.lists(st.integers(1, 9), min_size=2, max_size=6), steps=st.integers(200, 2000))
def test_shares_of_the_phase_fill_it(shares, steps):
    total = sum(shares)
    sequence = [Turn((N, D)[number % 2], share / total, "share") for number, share in enumerate(shares)]
    cut = replace(turns(*sequence), budget=replace(BUDGET, steps=steps))
    found = [players(cut, step, 1) for step in range(steps)]
    changes = [step for step in range(1, steps) if found[step] != found[step - 1]]
    exact = [steps * sum(shares[:number]) / total for number in range(1, len(shares))]
    assert changes == pytest.approx(exact, abs=0.5 + 1e-6)


@pytest.mark.parametrize("turn", [Turn(N, 0), Turn((), 3), Turn(D, 1e-4, "share"), Turn(D, -1, "epoch")])
def test_a_turn_that_is_none(turn):
    with pytest.raises(PluginError, match="at least one step"):
        players(turns(Turn(N, 3), turn), 0, 10)
