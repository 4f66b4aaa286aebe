"""A loss that is no number ends the training, and says all that is needed to go on."""

from __future__ import annotations

import pytest
import torch

from srbench.errors import TrainingError
from srbench.losses.batch import Batch
from srbench.specs.recipe import Budget, Phase
from srbench.training.monitoring.divergence import DivergenceGuard, FiniteDivergence
from srbench.training.storage.checkpoint import Checkpoints
from srbench.training.trainer import ReportSchedule
from srbench.weights.state_dict import load_state_dict

PHASE = Phase("l1", (), Budget(100, 1, 8, 1e-4))
NAN = torch.tensor(float("nan"))


def batch(*names):
    return Batch(torch.zeros(1), torch.zeros(1), 2.0, names)


def test_a_loss_is_looked_at_at_once(tmp_path):
    checkpoints = Checkpoints(tmp_path)
    finite = DivergenceGuard(PHASE, checkpoints, immediately=True)
    finite.check(torch.tensor(1.0), {}, batch("a"), 0)
    with pytest.raises(TrainingError, match="no checkpoint before it"):
        finite.check(NAN, {"l1": torch.tensor(0.5), "vgg": NAN}, batch("a", "b", "a"), 41)
    path = checkpoints.save(40, {"w": torch.zeros(1)}, {})
    with pytest.raises(TrainingError) as raised:
        finite.check(NAN, {"l1": torch.tensor(0.5), "vgg": NAN}, batch("a", "b", "a"), 41)
    said = str(raised.value)
    assert said.startswith("phase l1, step 42: the loss is not finite (l1 0.5, vgg nan) on x2 patches of a, b; ")
    assert f"last good checkpoint: {path}" in said
    assert said.endswith("(--set l1.budget.learning_rate=1e-05) or clip the gradient (--set l1.clip=NORM)")


def test_or_one_step_late_but_before_a_checkpoint(tmp_path):
    finite = DivergenceGuard(PHASE, Checkpoints(tmp_path), immediately=False)
    finite.check(torch.tensor(float("inf")), {}, batch("early"), 0)
    with pytest.raises(TrainingError, match=r"step 1: .* of early"):
        finite.check(torch.tensor(1.0), {}, batch("late"), 1)
    finite = DivergenceGuard(PHASE, Checkpoints(tmp_path), immediately=False)
    finite.check(NAN, {}, batch("early"), 0)
    with pytest.raises(TrainingError, match=r"step 1: .* of early"):
        finite.settle()


def test_another_process_finds_the_checkpoint_too(tmp_path):
    path = Checkpoints(tmp_path).save(40, {"w": torch.zeros(1)}, {})
    with pytest.raises(TrainingError, match=f"last good checkpoint: {path}"):
        DivergenceGuard(PHASE, Checkpoints(tmp_path), immediately=True).check(NAN, {}, batch("a"), 50)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("tiny-breaks", r"step 30: the loss is not finite \(breaks nan\) on x[23] patches of image\d"),
        ("tiny-gradient", r"step 30: .* of Joint is not finite, though every loss was"),
    ],
)
def test_a_training_stops_and_its_last_checkpoint_is_good(training, name, words):
    """A NaN loss; and a finite loss with a NaN gradient, just before a checkpoint would be written."""
    job = training.job(name)
    with pytest.raises(TrainingError, match=words) as raised:
        training(job, schedule=ReportSchedule(save_steps=10))
    path = job.folder(training.root) / "step-00000020.safetensors"
    assert f"last good checkpoint: {path}" in str(raised.value)
    assert all(tensor.isfinite().all() for tensor in load_state_dict(path).values())
    assert Checkpoints(path.parent).load()[1]["step"] == 20
    assert not job.done(training.root)


def test_a_training_that_diverges_in_finite_numbers_is_warned_of_once():
    reports = [(10, 0.1, None), (20, 9.0, 12.0), (30, None, 5.0), (40, 99.0, 5.1), (50, 999.0, 5.0)]
    watch = FiniteDivergence(PHASE)
    said = [watch.add(step, {} if loss is None else {"loss": loss}, psnr) for step, loss, psnr in reports]
    assert [len(found) for found in said] == [0, 0, 0, 1, 0]
    text = "phase l1, step 40 of 100: the training diverges: its loss has risen from 0.1 to 99, and its validation PSNR"
    assert said[3][0].startswith(f"{text}, 5.10 dB, is below that of plain grey; lower the learning rate (--set l1.")
    rows = [{"step": step, "loss": loss, "psnr": psnr} for step, loss, psnr in reports]
    assert FiniteDivergence(PHASE, rows).warnings == watch.warnings == list(said[3])


def test_a_network_that_has_only_begun_to_learn_is_not_warned_of():
    assert not FiniteDivergence(PHASE, [{"step": 1, "loss": 0.6}, {"step": 2, "loss": 0.5, "psnr": 4.0}]).warnings


def test_more_images_than_a_line_holds_are_counted(tmp_path):
    with pytest.raises(TrainingError, match="patches of 0, 1, 2, 3, 4 and 3 more; "):
        DivergenceGuard(PHASE, Checkpoints(tmp_path), immediately=True).check(NAN, {}, batch(*map(str, range(8))), 50)
