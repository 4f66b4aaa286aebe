"""PISR: the teacher that sees HR, its student, and what both refuse."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from scipy import stats
from srbench_classics.models import MODELS as CLASSICS
from srbench_probabilistic_l1 import with_teacher
from srbench_probabilistic_l1.losses.privileged import Imitation, Teacher
from srbench_probabilistic_l1.models import EDSR_REDUCED, TAUGHT
from srbench_probabilistic_l1.privileged.network import WithTeacher

from srbench import ModelSpec
from srbench.errors import PluginError, UsageError
from srbench.losses.batch import Batch
from srbench.models.build import builder
from srbench.models.prediction import Prediction
from srbench.weights.state_dict import select_submodule

SMALL = replace(EDSR_REDUCED, kwargs={"blocks": 1, "features": 4, "residual_weight": 1.0})
BY_NAME = {spec.name: spec for spec in CLASSICS}


def build(spec=SMALL, scale=2, **changes):
    return builder(with_teacher(replace(spec, kwargs={**spec.kwargs, **changes})), scale, "matlab-uint8")()


@pytest.fixture
def network():
    torch.manual_seed(0)
    return build()


@pytest.fixture
def batch():
    torch.manual_seed(1)
    hr = torch.rand(2, 3, 16, 16)
    return Batch(hr[..., ::2, ::2].contiguous(), hr, 2.0, ("one", "two"))


@pytest.fixture
def saved(network, tmp_path):
    path = tmp_path / "teacher.pt"
    torch.save(network.state_dict(), path)
    return path


def learns(network):
    """The parts of `network` of which some parameter needs a gradient."""
    return {name.partition(".")[0] for name, one in network.named_parameters() if one.requires_grad}


def test_the_teacher_sees_hr_and_not_lr(network, batch):
    Imitation().prepare(network)
    assert learns(network) == {"network", "encoder"}
    found = network(batch.lr, 2.0, batch.hr)
    assert torch.equal(found.sr, network(0 * batch.lr, 2.0, batch.hr).sr)
    assert not torch.equal(found.sr, network(batch.lr, 2.0, batch.hr.flip(-1)).sr)
    assert found.aux["encoded"].shape == batch.lr.shape
    found.sr.mean().backward()
    assert next(network.encoder.parameters()).grad.abs().sum() > 0


def test_the_student_sees_lr_and_is_asked_for_the_teachers_features(network, batch):
    Teacher().prepare(network)
    assert learns(network) == {"network", "estimator"}
    found = network(batch.lr, 2.0, batch.hr)
    assert torch.equal(found.sr, network(batch.lr, 2.0).sr)
    assert {name: value.shape for name, value in found.aux.items()} == dict.fromkeys(
        ("taught", "location", "log_scale"), (2, 4, 8, 8)
    )
    assert not found.aux["taught"].requires_grad
    assert not torch.equal(found.aux["taught"], network(batch.lr, 2.0, batch.hr.flip(-1)).aux["taught"])


def test_the_student_begins_as_the_decoder_and_the_teacher_stays_it(network, batch):
    Imitation().prepare(network)
    with torch.no_grad():
        for parameter in network.network.parameters():
            parameter.add_(0.1)
    Teacher().prepare(network)
    decoder = {name: value.clone() for name, value in network.network.state_dict().items()}
    optimizer = torch.optim.Adam([parameter for parameter in network.parameters() if parameter.requires_grad], 0.01)
    prediction = network.train()(batch.lr, 2.0, batch.hr)
    (prediction.sr.mean() + Teacher()(prediction, batch)["teacher"]).backward()
    optimizer.step()
    teacher, student = network.teacher.state_dict(), network.network.state_dict()
    assert all(torch.equal(teacher[name], decoder[name]) for name in decoder)
    assert any(not torch.equal(student[name], decoder[name]) for name in decoder)
    assert not network.teacher.training


def test_imitation_is_l1_to_lr(batch):
    encoded = batch.lr + 0.25
    found = Imitation()(Prediction(batch.hr, aux={"encoded": encoded}), batch)
    assert float(found["imitation"]) == pytest.approx(0.25)


def test_distillation_is_the_likelihood_of_a_laplace_distribution(batch):
    torch.manual_seed(2)
    location, log_scale, taught = torch.randn(3, 2, 4, 8, 8).double()
    aux = {"location": location, "log_scale": log_scale, "taught": taught}
    found = float(Teacher()(Prediction(batch.hr, aux=aux), batch)["teacher"])
    expected = -stats.laplace.logpdf(taught, location, log_scale.exp()).mean() - torch.tensor(2.0).log()
    assert found == pytest.approx(float(expected), rel=1e-5)


def test_features_that_are_met_exactly_are_not_infinitely_likely(batch):
    taught = torch.zeros(2, 4, 8, 8)
    aux = {"location": taught, "log_scale": taught - 100, "taught": taught}
    assert float(Teacher(log_scale_floor=-3)(Prediction(batch.hr, aux=aux), batch)["teacher"]) == -3


@pytest.mark.parametrize("name", [*TAUGHT, EDSR_REDUCED.name])
def test_without_the_teacher_it_is_the_network(name):
    spec = BY_NAME.get(name, EDSR_REDUCED)
    torch.manual_seed(3)
    whole, plain = build(spec, 3).eval(), builder(spec, 3, "matlab-uint8")().eval()
    plain.load_state_dict(dict(select_submodule(whole.state_dict(), "network")))
    lr, hr = torch.rand(1, 3, 8, 10), torch.rand(1, 3, 24, 30)
    with torch.inference_mode():
        assert torch.equal(whole(lr, 3.0).sr, plain(lr, 3.0))
        assert whole(lr, 3.0, hr).aux["encoded"].shape == lr.shape
        whole.learn("student")
        assert set(whole(lr, 3.0, hr).aux) == {"taught", "location", "log_scale"}


def test_a_teacher_from_a_file(network, saved):
    other = build()
    loss = Teacher(weights=str(saved))
    loss.prepare(other)
    for name in ("network", "encoder"):
        for key, value in getattr(network, name).state_dict().items():
            assert torch.equal(getattr(other, name).state_dict()[key], value)
    assert torch.equal(other.teacher.head.weight, network.network.head.weight)
    assert len(loss.weights_used) == 64


@pytest.mark.parametrize(
    ("student", "words"),
    [
        (lambda: build(scale=3), r"teacher.pt: a teacher for x2, but the student is for x3"),
        (lambda: build(BY_NAME["vdsr-rgb"]), r"a teacher for x2, but the student is for x2 and x3 and x4"),
        (
            lambda: build(features=8),
            r"another network than EDSR: its body.0.0.bias is \(4,\), the student's \(8,\)",
        ),
        (lambda: build(blocks=2), r"another network than EDSR: its body.1.bias is|only the student has body.1.0.bias"),
    ],
)
def test_a_teacher_of_another_scale_or_network_is_refused(saved, student, words):
    with pytest.raises(UsageError, match=words):
        Teacher(weights=str(saved)).prepare(student())


def test_what_is_no_teacher_is_refused(network, tmp_path, batch):
    path = tmp_path / "network.pt"
    torch.save(network.network.state_dict(), path)
    with pytest.raises(UsageError, match=r"network.pt: no teacher \(no encoder of HR in it\)"):
        Teacher(weights=str(path)).prepare(network)
    with pytest.raises(UsageError, match=r"needs a trained teacher: no file is named; use --set student"):
        Teacher(weights="")
    with pytest.raises(UsageError, match=r"elsewhere.pt: no such file"):
        Teacher(weights="elsewhere.pt")
    for loss, name, aux in ((Imitation(), "imitation", "encoded"), (Teacher(), "teacher", "location")):
        with pytest.raises(UsageError, match=f"loss {name} needs a network with a teacher, not EDSR"):
            loss.prepare(network.network)
        with pytest.raises(UsageError, match=f"loss {name} needs `{aux}` of the prediction"):
            loss(Prediction(batch.hr), batch)


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        (ModelSpec("bare", "x:Y"), "model bare exposes no features, so a teacher cannot be attached"),
        (BY_NAME["realsr-srresnet"], "LR images of the HR size: a teacher has nothing to encode"),
    ],
)
def test_a_model_that_can_have_none(spec, words):
    with pytest.raises(PluginError, match=words):
        with_teacher(spec)


def test_an_encoder_strides_by_whole_numbers():
    with pytest.raises(UsageError, match=r"no encoder of HR at x2.5"):
        WithTeacher("srbench_classics.vdsr:VDSR", {"depth": 3, "features": 4}, "refine.4", scales=(2.5,))
