"""Networks hand out their states in training, and each state is compared with HR."""

import pytest
import torch
from srbench_classics.supervised import STATE, States

from srbench import Batch, Prediction, UsageError, imresize_tensor

SMALL = {"drcn": {"recursions": 3}, "lapsrn": {"depth": 1}, "srfbn": {"steps": 3, "groups": 1}}
COUNT = {"drcn": 3, "lapsrn": 2, "srfbn": 3}


@pytest.fixture(params=["drcn", "lapsrn", "srfbn"])
def whole(request, build):
    torch.manual_seed(0)
    changes = {"features": 4, **SMALL[request.param]}
    plain = build(request.param, 4, **changes)
    arguments = {**changes, "bias": False} if request.param == "lapsrn" else changes
    wrapped = build(f"{request.param}+states", 4, kwargs=arguments)
    wrapped.network.load_state_dict(plain.state_dict())
    return request.param, plain, wrapped


def test_it_is_the_network_but_for_the_states_that_it_hands_out(whole):
    name, plain, wrapped = whole
    lr = torch.rand(1, 3, 8, 8)
    assert torch.equal(wrapped(lr, 4), plain(lr, 4))
    found = wrapped.train()(lr, 4)
    assert torch.allclose(found.sr, plain(lr, 4), atol=1e-6)
    expected = plain.states(lr, 4)[: COUNT[name]]
    assert list(found.aux) == [f"{STATE}{index}" for index in range(COUNT[name])]
    assert all(torch.allclose(one, other, atol=1e-6) for one, other in zip(found.aux.values(), expected, strict=True))


def batch_of(hr):
    return Batch(hr[..., ::4, ::4].contiguous(), hr, 4.0, ("one",))


@pytest.mark.parametrize(
    ("distance", "expected"), [("l1", 0.25), ("l2", 0.0625), ("charbonnier", (0.0625 + 1e-6) ** 0.5)]
)
def test_distances(distance, expected):
    hr = torch.rand(1, 3, 16, 16)
    aux = {f"{STATE}0": hr + 0.25, f"{STATE}1": hr + 0.25, "other": hr}
    prediction = Prediction(hr, aux=aux)
    for over, times in (("mean", 1), ("sum", 2)):
        found = States(distance, over)(prediction, batch_of(hr))
        assert float(found["states"]) == pytest.approx(times * expected, rel=1e-4)


def test_a_smaller_state_is_compared_with_hr_of_its_size():
    hr = torch.rand(1, 3, 16, 16)
    aux = {f"{STATE}0": imresize_tensor(hr, 0.5), f"{STATE}1": hr}
    assert float(States("l1")(Prediction(hr, aux=aux), batch_of(hr))["states"]) == pytest.approx(0, abs=1e-7)


def test_what_is_refused():
    hr = torch.rand(1, 3, 16, 16)
    with pytest.raises(UsageError, match="hands out no states"):
        States()(Prediction(hr), batch_of(hr))
    with pytest.raises(UsageError, match="distance is 'l3'"):
        States("l3")
