"""The images between LR and SR that gradual networks hand out."""

import pytest
import torch

SIZE = (7, 10)
COUNTS = {"drcn": 17, "drrn": 25, "drrn-bn": 25, "srfbn": 4, "srfbn-s": 4}
"""States: one an application of the shared layers; DRCN's average comes after its 16."""
NARROW = {"features": 4}


@pytest.fixture
def lr():
    return torch.rand(2, 3, *SIZE, generator=torch.Generator().manual_seed(0))


@pytest.mark.parametrize("scale", [2, 3])
@pytest.mark.parametrize("name", COUNTS)
def test_states_end_in_what_the_network_gives(name, scale, build, lr):
    torch.manual_seed(0)
    model = build(name, scale, **NARROW)
    with torch.inference_mode():
        states, sr = model.states(lr, scale), model(lr, scale)
    assert len(states) == COUNTS[name]
    assert all(state.shape == (2, 3, 7 * scale, 10 * scale) for state in states)
    torch.testing.assert_close(states[-1], sr, atol=0, rtol=0)
    assert not torch.equal(states[0], sr)


def test_states_at_a_real_scale(build, lr):
    with torch.inference_mode():
        assert {state.shape[2:] for state in build("drrn", 2.37, **NARROW).states(lr, 2.37)} == {(17, 24)}


@pytest.mark.parametrize("scale", [2, 4, 8])
def test_lapsrn_states_double(scale, build, lr):
    model = build("lapsrn", scale, **NARROW)
    with torch.inference_mode():
        states, sr = model.states(lr, scale), model(lr, scale)
    assert [state.shape[2] // 7 for state in states] == [2**level for level in range(1, len(states) + 1)]
    torch.testing.assert_close(states[-1], sr, atol=0, rtol=0)


def test_every_state_of_a_shorter_recursion_is_one_of_the_longer(build, lr):
    """A network that stops earlier, with the same weights, gives what the longer had come to by then."""
    for name, change, dropped in (("srfbn", {"steps": 2}, ()), ("drrn", {"units": 3}, ("before1.", "before2."))):
        long, short = build(name, 2, **NARROW), build(name, 2, **NARROW, **change)
        state = {key: value for key, value in long.state_dict().items() if not key.startswith(dropped)}
        short.load_state_dict(state)
        with torch.inference_mode():
            states = long.states(lr, 2)
            torch.testing.assert_close(short(lr, 2), states[len(short.states(lr, 2)) - 1], atol=0, rtol=0)


def test_untrained_drcn_recurses_without_change_and_averages(build, lr):
    model = build("drcn", 2, **NARROW)
    with torch.inference_mode():
        states = model.states(lr, 2)
    for state in states:
        torch.testing.assert_close(state, states[0], atol=1e-5, rtol=0)


def test_drcn_is_the_sum_of_its_predictions_by_weight(build, lr):
    model = build("drcn", 2, **NARROW)
    torch.nn.init.normal_(model.infer[0].weight, std=0.3, generator=torch.Generator().manual_seed(1))
    with torch.inference_mode():
        model.weights.copy_(torch.eye(16)[4])
        states = model.states(lr, 2)
    assert not torch.allclose(states[3], states[4])
    torch.testing.assert_close(states[-1], states[4], atol=1e-6, rtol=0)


def test_a_projection_that_comes_back_exactly_is_not_corrected(build):
    """Where down(up(x)) is x, the error that is projected is zero (Sec. 3.2)."""
    unit = build("d-dbpn", 2, **NARROW).ups[0]
    unit.back = torch.nn.AvgPool2d(2)
    unit.there = torch.nn.Upsample(scale_factor=2)
    torch.nn.init.zeros_(unit.error[0].bias)
    x = torch.rand(1, 4, 5, 6)
    with torch.inference_mode():
        torch.testing.assert_close(unit(x), unit.there(x))
        unit.back = torch.nn.MaxPool2d(4, stride=2, padding=1)
        assert not torch.allclose(unit(x), unit.there(x))
