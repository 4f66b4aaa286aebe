"""Training from a job to weights: what is begun, kept, told, and left alone."""

from __future__ import annotations

import csv
import json
import types
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
import torch
from PIL import Image
from torch.optim.optimizer import register_optimizer_step_pre_hook

import srbench
from srbench.errors import PluginError, TrainingError, UsageError
from srbench.models.prediction import Prediction
from srbench.registry import Plugin
from srbench.training import run
from srbench.training.batches.sampler import PatchSampler
from srbench.training.learner import Learner, build_network
from srbench.training.recipe.learning_rate import learning_rate
from srbench.training.storage.checkpoint import Checkpoints
from srbench.training.storage.lock import training_lock
from srbench.training.storage.names import BEST, CARD, CURVE, STATE
from srbench.training.trainer import ReportSchedule
from srbench.weights.state_dict import load_state_dict

SHORT = ("l1.budget.steps=20", "l1.budget.schedule.kind=one-cycle")


def card(path):
    return json.loads((path.parent / CARD).read_text(encoding="utf-8"))


def contents(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def every_step(monkeypatch):
    """(phase, step) -> the network and the state that a checkpoint holds after that step."""
    seen = {}
    save = Checkpoints.save

    def keep(self, step, network, state):
        copy = {name: value.detach().clone() for name, value in network.items()}
        judge = {name: value.clone() for name, value in (state["adversary"] or {}).items()}
        seen[self.folder.name.split("-paper-")[0], step] = copy, judge
        return save(self, step, network, state)

    monkeypatch.setattr(Checkpoints, "save", keep)
    return seen


@pytest.fixture
def stepped():
    """What every optimizer was about to do: its learning rate, and the norm of the gradient."""
    seen = []

    def look(optimizer, *_):
        (group,) = optimizer.param_groups
        gradients = [parameter.grad.norm() for parameter in group["params"] if parameter.grad is not None]
        seen.append((group["lr"], float(torch.stack(gradients).norm())))

    handle = register_optimizer_step_pre_hook(look)
    yield seen
    handle.remove()


# Beginning, and beginning again


@pytest.mark.slow
def test_it_learns_and_leaves_what_a_reader_needs(training):
    job = training.job("tiny", "l1.budget.steps=300", "l1.budget.batch=8", phase="l1")
    path = training(job)
    found = card(path)
    assert found["validation"]["last"]["psnr"] > 17, "a grey image would have some 13 dB"
    assert found["paper_budget"]["l1"]["steps"] == 200
    assert found["trained_with"]["phases"][0]["budget"]["steps"] == 300
    assert (found["recipe"], found["phase"], found["seed"], found["key"]) == ("tiny", "l1", 0, job.key)
    assert (found["precision"], found["processes"], found["images"]["trained_on"]) == ("32-true", 1, 5)
    json.dumps(found, allow_nan=False)
    rows = list(csv.DictReader((path.parent / CURVE).open(encoding="utf-8")))
    assert [int(row["step"]) for row in rows] == list(range(3, 301, 3))
    assert float(rows[-1]["l1"]) < float(rows[0]["l1"]) / 2


def test_tensorboard_shows_the_curve(training):
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    path = training(training.job("tiny", *SHORT, phase="l1"))
    board = EventAccumulator(str(path.parent)).Reload()
    rows = list(csv.DictReader((path.parent / CURVE).open(encoding="utf-8")))
    shown = {scalar.step: scalar.value for scalar in board.Scalars("l1/loss")}
    assert shown == pytest.approx({int(row["step"]): float(row["loss"]) for row in rows})
    assert len(board.Scalars("l1/psnr")) == 1


@pytest.mark.slow
def test_a_finished_one_is_not_trained_again(training):
    job = training.job("tiny", *SHORT, phase="l1")
    path = training(job, on_existing="new")
    before = contents(path.parent)
    for begin in ("new", "resume"):
        assert training(job, on_existing=begin, observe=pytest.fail) == path
    assert contents(path.parent) == before
    seen = []
    assert training(job, on_existing="restart", observe=seen.append) == path
    assert seen[-1].step == 20


def stopped(training, *changes):
    """A job that was stopped after 10 steps."""
    job = training.job("tiny", "l1.budget.steps=20", *changes, phase="l1")

    def stop(state):
        if state.step == 12:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        training(job, schedule=ReportSchedule(save_steps=10), observe=stop)
    folder = job.folder(training.root)
    assert (folder / STATE).is_file()
    return job, folder


@pytest.mark.slow
def test_one_that_was_begun_is_refused_resumed_or_removed(training):
    job, folder = stopped(training)
    before = contents(folder)
    with pytest.raises(TrainingError, match=r"begun already; --resume goes on with it, --restart begins anew"):
        training(job, on_existing="new")
    assert contents(folder) == before
    steps = []
    training(job, on_existing="resume", observe=lambda state: steps.append(state.step))
    assert steps == list(range(11, 21))
    restarted = []
    training(job, on_existing="restart", observe=lambda state: restarted.append(state.step))
    assert restarted == list(range(1, 21))


@pytest.mark.slow
def test_another_recipe_does_not_resume_it(training):
    _, folder = stopped(training)
    before = contents(folder)
    other = training.job("tiny", "l1.budget.steps=20", "l1.budget.learning_rate=0.5", "l1.clip=1", phase="l1")
    with pytest.raises(TrainingError) as raised:
        training(other)
    said = str(raised.value)
    assert said.startswith(f"{folder}: stopped before its end, with another recipe (")
    assert "phases.0.budget.learning_rate: 0.01 -> 0.5" in said
    assert "phases.0.clip: not there -> 1" in said
    assert contents(folder) == before
    assert not other.folder(training.root).exists()
    training(other, on_existing="new")
    assert contents(folder) == before


@pytest.mark.slow
def test_other_images_do_not_resume_it(training, photos):
    job, folder = stopped(training)
    before = (folder / STATE).read_bytes()
    picture = photos / "image3.png"
    whole = picture.read_bytes()
    Image.new("RGB", (60, 48), (1, 2, 3)).save(picture)
    with pytest.raises(TrainingError, match=r"begun with other training images \(6 then, 6 now, or other pixels\)"):
        training(job)
    assert (folder / STATE).read_bytes() == before
    picture.write_bytes(whole)
    training(job)
    assert job.done(training.root)


def test_one_that_died_before_its_first_checkpoint_begins_anew(training, photos):
    """With whatever images: nothing was learnt from the others."""
    job = training.job("tiny", "l1.budget.steps=20", phase="l1")
    with pytest.raises(ZeroDivisionError):
        training(job, observe=lambda state: 1 / (state.step - 3))
    (photos / "image3.png").unlink()
    training(job, on_existing="new")
    assert card(job.weights(training.root))["images"]["trained_on"] == 4


def test_two_processes_do_not_train_in_one_folder(training):
    job = training.job("tiny", *SHORT, phase="l1")
    with training_lock(training.root / "training" / f".{job.key[:12]}.lock", job.folder(training.root), wait=False):
        for begin in ("new", "restart"):
            with pytest.raises(TrainingError, match="another process is training it"):
                training(job, on_existing=begin)
    training(job, on_existing="new")


# Phases


def test_a_phase_begins_with_the_weights_of_the_one_before(training, every_step, monkeypatch):
    job = training.job("tiny", "l1.budget.steps=5", "gan.budget.steps=1", "gan.budget.learning_rate=1e-12")
    path = training(job)
    before = load_state_dict(job.before.weights(training.root))
    after, judge = every_step["tiny-gan", 1]
    assert judge
    for name, value in before.items():
        torch.testing.assert_close(after[name], value, rtol=0, atol=1e-9)
    assert job.before.done(training.root)
    assert path.parent.name.startswith("tiny-gan-")


def test_a_phase_that_lacks_something_says_so_before_the_first_is_trained(training):
    job = training.job("tiny", "l1.budget.steps=5")
    gan = replace(job.phase, losses=(replace(job.phase.losses[0], loss="l7"),))
    broken = replace(job, recipe=replace(job.recipe, phases=(job.recipe.phases[0], gan)))
    with pytest.raises(UsageError, match="unknown loss 'l7'"):
        training(broken, observe=pytest.fail)
    assert not job.before.folder(training.root).exists()


@pytest.mark.slow
def test_the_average_is_the_result(training, every_step):
    job = training.job("tiny", "l1.budget.steps=2", "gan.ema=0.75")
    path = training(job, schedule=ReportSchedule(save_steps=1))
    average = every_step["tiny-gan", 1][0]
    for step in range(2, 7):
        network = every_step["tiny-gan", step][0]
        average = {name: 0.75 * average[name] + 0.25 * network[name] for name in network}
    result = load_state_dict(path)
    assert result.keys() == average.keys()
    for name, value in average.items():
        torch.testing.assert_close(result[name], value, rtol=1e-6, atol=1e-7)
        assert not torch.equal(result[name], network[name]) or not value.any()


@pytest.mark.slow
def test_who_is_not_at_turn_stays_equal(training, every_step):
    """The adversary alone twice, then the network alone."""
    training(training.job("tiny-other", "l1.budget.steps=2"), schedule=ReportSchedule(save_steps=1))
    start = every_step["tiny-other-l1", 2][0]
    networks = [start, *(every_step["tiny-other-gan", step][0] for step in range(1, 7))]
    judges = [every_step["tiny-other-gan", step][1] for step in range(1, 7)]

    def moved(states, learnt):
        names = [name for name in states[0] if learnt(name)]
        return [any(not torch.equal(a[name], b[name]) for name in names) for a, b in pairwise(states)]

    assert moved(networks, lambda _: True) == [False, False, True, False, False, True]
    assert moved(judges, lambda name: "running" not in name and "batches" not in name) == [
        *(True, False, True, True, False),
    ]


@pytest.mark.slow
def test_the_best_weights_are_kept(training, monkeypatch, every_step):
    values = iter([20.0, 25.0, float("nan"), *[24.0] * 7])
    monkeypatch.setattr("srbench.training.monitoring.reporter.validate", lambda *_: next(values))
    monkeypatch.setattr("srbench.training.trainer.FEW_STEPS", 100)
    changes = ("l1.budget.steps=100", "l1.budget.batch=1", "l1.keep=best")
    path = training(training.job("tiny", *changes, phase="l1"), schedule=ReportSchedule(save_steps=10))
    found, best = load_state_dict(path), load_state_dict(path.parent / BEST)
    assert card(path)["validation"]["best_step"] == 20
    for name, value in every_step["tiny-l1", 20][0].items():
        assert torch.equal(found[name], value)
        assert torch.equal(best[name], value)
        assert not torch.equal(every_step["tiny-l1", 100][0][name], value)


def test_the_best_of_no_images_can_not_be_told(training):
    with pytest.raises(UsageError, match=r"phase l1 keeps the best weights, but of 6 images none is held out"):
        training(training.job("tiny", "l1.keep=best", "hold_out=0", phase="l1"))


@pytest.mark.slow
def test_images_held_out_are_never_trained_on(training, monkeypatch):
    seen = set()
    draw = PatchSampler.next

    def spy(self):
        batch = draw(self)
        seen.update(batch.names)
        return batch

    monkeypatch.setattr(PatchSampler, "next", spy)
    path = training(training.job("tiny", "l1.budget.steps=40", phase="l1"))
    held_out = card(path)["images"]["held_out"]
    assert len(held_out) == 1, "2 are wanted, but of six images four and more are trained on"
    assert seen == {f"image{number}" for number in range(6)} - set(held_out)


# Steps


def test_the_schedule_is_followed(training, stepped):
    job = training.job("tiny", *SHORT, phase="l1")
    path = training(job)
    expected = [learning_rate(job.phase.budget, step) for step in range(20)]
    assert [rate for rate, _ in stepped] == expected
    rows = csv.DictReader((path.parent / CURVE).open(encoding="utf-8"))
    assert [float(row["learning_rate"]) for row in rows] == expected


def test_the_adversarys_rate_is_its_own(training, stepped):
    training(
        training.job("tiny", "l1.budget.steps=1", "gan.adversary.learning_rate=0.5", "gan.budget.learning_rate=0.1")
    )
    rates = [rate for rate, _ in stepped[1:]]
    assert rates[::2] == pytest.approx([0.1] * 6)
    assert rates[1::2] == pytest.approx([0.5] * 6)


@pytest.mark.slow
def test_the_gradient_is_clipped(training, stepped):
    training(training.job("tiny", *SHORT, phase="l1"))
    free = max(norm for _, norm in stepped)
    stepped.clear()
    training(training.job("tiny", *SHORT, f"l1.clip={free / 2}", phase="l1"), on_existing="new")
    assert max(norm for _, norm in stepped) == pytest.approx(free / 2, rel=1e-3)
    assert min(norm for _, norm in stepped) < free / 2 * 0.99, "what is shorter stays as it is"


@pytest.mark.slow
def test_the_seed_decides(training):
    paths = [training(training.job("tiny", *SHORT, seed=seed, phase="l1")) for seed in (0, 1)]
    again = training(training.job("tiny", *SHORT, phase="l1"), root=training.root / "again")
    assert again.read_bytes() == paths[0].read_bytes() != paths[1].read_bytes()


def test_all_generators_are_seeded(training):
    job = training.job("tiny")
    draws = []
    for _ in range(2):
        network = build_network(job, None)
        draws.append((np.random.random(), torch.rand(1).item(), network.body[0].weight.sum().item()))  # noqa: NPY002
    assert draws[0] == draws[1]


# Plugins


def observer(catalog, name, hook):
    module = types.SimpleNamespace(srbench_training_step=srbench.hookimpl(hook), __doc__="")
    catalog.register(Plugin(name), module)
    assert catalog.plugins[name].ok


@pytest.mark.slow
def test_plugins_are_told_and_one_that_raises_costs_nothing(training):
    seen = []

    def bad(state):
        raise RuntimeError("no connection")

    def good(state):
        seen.append(state)

    observer(training.catalog, "bad", bad)
    observer(training.catalog, "good", good)
    job = training.job("tiny", *SHORT, phase="l1")
    with pytest.warns(UserWarning, match="bad: srbench_training_step: .*RuntimeError: no connection"):
        path = training(job, observe=training.catalog.training_step)
    assert [state.step for state in seen] == list(range(1, 21))
    assert {(state.recipe, state.profile, state.phase, state.seed, state.steps) for state in seen} == {
        ("tiny", "paper", "l1", 0, 20)
    }
    assert set(seen[0].losses) == {"l1", "loss"}
    assert (seen[0].psnr, seen[-1].psnr) == (None, card(path)["validation"]["last"]["psnr"])
    assert path.read_bytes() == training(job, root=training.root / "alone").read_bytes()


class Plain(torch.nn.Module):
    def forward(self, lr):
        return lr * 2


class Scaled(torch.nn.Module):
    def forward(self, lr, scale):
        return Prediction(lr * scale, sigma=lr)


def test_a_learner_calls_networks_as_they_are_made():
    lr = torch.rand(1, 3, 4, 4)
    assert set(Learner(Plain())(lr, 3.0)) == {"sr"}
    torch.testing.assert_close(Learner(Plain()).predict(lr, 3.0).sr, lr * 2)
    found = Learner(Scaled()).predict(lr, 3.0)
    torch.testing.assert_close(found.sr, lr * 3)
    torch.testing.assert_close(found.sigma, lr)


def test_a_sigma_reaches_the_loss(training):
    path = training(training.job("tiny-sigma", *SHORT, scale=3.0))
    assert np.isfinite(card(path)["validation"]["last"]["nll"])
    assert path.parent.name.startswith("tiny-sigma-l1-x3-")


@pytest.mark.parametrize(
    ("name", "changes", "words"),
    [
        ("tiny-bad", (), r"model tiny-bad returned \(4, 3, 18, 18\) for LR patches of .* expected \(4, 3, 12, 12\)"),
        ("tiny-map", (), r"phase l1: expected losses that are scalar tensors, found map \(4, 3, \d\d, \d\d\)"),
        ("tiny", ("kwargs.widht=3",), r"model tiny, built with {'widht': 3}: .*'widht'"),
    ],
)
def test_a_plugin_that_breaks_the_contract_is_named(training, name, changes, words):
    with pytest.raises(PluginError, match=words):
        training(training.job(name, *changes, phase="l1", scale=2.0))


@pytest.mark.slow
def test_other_weights_of_a_loss_do_not_resume_it(training, monkeypatch):
    """As where torchvision's VGG19 was fetched while a training rested that the stand-in had begun."""

    def with_weights(name):
        def build(*arguments):
            objective = build_objective(*arguments)
            objective.weights_used = {"vgg": name}
            return objective

        return build

    build_objective = run.build_objective
    monkeypatch.setattr(run, "build_objective", with_weights("caffe-normalised"))
    job, folder = stopped(training)
    monkeypatch.setattr(run, "build_objective", with_weights("torchvision"))
    with pytest.raises(TrainingError, match=r"other weights of a loss .*caffe-normalised.* then, .*torchvision.* now"):
        training(job)
    monkeypatch.setattr(run, "build_objective", with_weights("caffe-normalised"))
    assert card(training(job))["loss_weights"] == {"vgg": "caffe-normalised"}
    assert (folder / CARD).is_file()
