import pytest
import torch
from srbench_classics import checkpoints
from srbench_classics.authors_weights import AUTHORS_WEIGHTS
from srbench_classics.methods import METHODS
from srbench_classics.weights import WEIGHTS

from srbench import WeightsError
from srbench.weights.files import find_weights, require_weights
from srbench.weights.state_dict import load_into, load_state_dict

RELEASED = [(m.name, s) for m in METHODS if m.source == "released" for s in (2, 3, 4) if m.weights_for(s)]
TORCH = [spec for spec in WEIGHTS if spec not in AUTHORS_WEIGHTS]  # those: test_authors_weights.py
MEAN_SHIFTS = 4


def skip_if_missing(spec, shared):
    if find_weights(spec, [shared]) is None:
        pytest.skip(f"{spec.filename} is not at hand")


@pytest.fixture
def carn_m(shared):
    return load_state_dict(shared / "weights" / "sr" / "carn_m.pth")


@pytest.mark.parametrize("spec", WEIGHTS, ids=lambda spec: spec.name)
def test_files_are_the_ones_that_were_released(spec, shared):
    skip_if_missing(spec, shared)
    require_weights(spec, [shared])


@pytest.mark.parametrize("spec", TORCH, ids=lambda spec: spec.name)
def test_every_tensor_is_used_unchanged(spec, shared):
    skip_if_missing(spec, shared)
    path = shared / "weights" / "sr" / spec.filename
    theirs, ours = load_state_dict(path), load_state_dict(path, spec)
    dropped = MEAN_SHIFTS if spec.name == "carn-m" else 0
    assert len(ours) == len(theirs) - dropped
    unused = list(theirs.values())
    for tensor in ours.values():
        unused.pop(next(i for i, other in enumerate(unused) if tensor.equal(other)))
    assert len(unused) == dropped


@pytest.mark.parametrize(("name", "scale"), RELEASED)
def test_released_weights_fill_every_parameter(name, scale, released, shared):
    method = next(method for method in METHODS if method.name == name)
    skip_if_missing(next(spec for spec in WEIGHTS if spec.name == method.weights_for(scale)), shared)
    model = released(name, scale)
    assert all(tensor.isfinite().all() for tensor in model.state_dict().values())


@pytest.mark.parametrize(
    ("model", "scale", "weights"),
    [
        ("vdsr", 4, "lapsrn"),
        ("lapsrn", 4, "vdsr"),
        ("lapsrn", 8, "lapsrn"),
        ("imdn", 4, "imdn-x2"),
        ("carn", 4, "carn-m"),
        ("vdsr", 4, "vdsr-authors"),
        ("vdsr-y", 4, "idn-x4"),
        ("lapsrn", 4, "mslapsrn"),
        ("carn", 4, "carn-x2"),
    ],
)
def test_another_networks_weights_are_refused(model, scale, weights, build, shared):
    spec = next(spec for spec in WEIGHTS if spec.name == weights)
    path = require_weights(spec, [shared])
    with pytest.raises(WeightsError, match=r"missing|unexpected|shape"):
        load_into(build(model, scale), load_state_dict(path, spec), path)


def test_a_tensor_that_we_do_not_know_is_refused(carn_m, build, tmp_path):
    state = checkpoints.carn(carn_m | {"b4.b1.body.0.weight": torch.zeros(1)})
    with pytest.raises(WeightsError, match=r"unexpected: b4\.b1"):
        load_into(build("carn-m", 4), state, tmp_path)


def test_another_mean_colour_is_refused(carn_m):
    with pytest.raises(WeightsError, match=r"add_mean\.shifter"):
        checkpoints.carn(carn_m | {"add_mean.shifter.bias": torch.full((3,), 0.5)})


@pytest.mark.parametrize("convert", [checkpoints.carn, checkpoints.imdn])
def test_a_checkpoint_without_what_the_conversion_looks_for_is_refused(convert):
    with pytest.raises(WeightsError, match="checkpoint has no"):
        convert({"conv.weight": torch.zeros(1)})
