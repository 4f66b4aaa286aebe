from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from srbench_pcarn import MOBILE, RECEPTIVE_FIELD, srbench_models
from srbench_pcarn.model import PCARN

from srbench.errors import UsageError
from srbench.loading import load
from srbench.metrics.macs import macs
from srbench.metrics.params import params
from srbench.metrics.subject import Subject
from srbench.nn.cascade import EResidualBlock, ResidualBlock

MEAN_SHIFTS = 2 * (3 * 3 + 3)
"""The reference counts take in two frozen 1x1 convolutions, which are constants here."""

MODELS = {spec.name: spec for spec in srbench_models()}


def subject(name: str, scale: float) -> Subject:
    spec = MODELS[name]

    def build():
        return load(spec.build)(**spec.kwargs)

    model = build().eval()
    return Subject(model, lambda lr: model(lr, scale), build, scale, "cpu")


@pytest.mark.parametrize(("name", "reference"), [("pcarn", 1_591_963), ("pcarn-m", 414_811)])
def test_parameters_as_counted_from_the_authors_networks(name, reference):
    assert params(subject(name, 4)) == reference - MEAN_SHIFTS


@pytest.mark.parametrize(
    ("name", "scale", "giga"),
    [("pcarn", 4, 90.87), ("pcarn-m", 4, 32.48), ("pcarn-m", 2, 91.17), ("pcarn-m", 3, 46.05)],
)
def test_mult_adds(name, scale, giga):
    assert macs(subject(name, scale)) / 1e9 == pytest.approx(giga, abs=0.005)


@pytest.mark.parametrize(
    ("name", "printed"),
    [
        ("pcarn-baseline", 963),
        ("pcarn-local", 1_074),
        ("pcarn-global", 1_000),
        ("pcarn-local-global", 1_111),
        ("pcarn-single", 1_111),
    ],
)
def test_parameters_of_table_1_in_whole_thousands(name, printed):
    assert params(subject(name, 4)) // 1000 == printed


@pytest.mark.parametrize("groups", [2, 4, 8, 16, 32, 64])
def test_cost_of_an_efficient_block_follows_equation_10(groups):
    def weights(block):
        return sum(parameter.numel() for name, parameter in block.named_parameters() if name.endswith("weight"))

    assert weights(EResidualBlock(64, groups)) / weights(ResidualBlock(64)) == pytest.approx(1 / groups + 1 / 18)


@pytest.mark.parametrize("groups", [2, 4, 8, 16, 32, 64])
def test_sharing_blocks_saves_parameters_and_no_operations(groups):
    plain, shared = (subject(f"pcarn-g{groups}{suffix}", 4) for suffix in ("", "r"))
    one_block = sum(parameter.numel() for parameter in EResidualBlock(64, groups).parameters())
    assert params(plain) - params(shared) == 6 * one_block
    assert macs(plain) == macs(shared)


@settings(max_examples=10, deadline=None)
@given(
    blocks=st.integers(1, 3),
    units=st.integers(1, 3),
    groups=st.sampled_from([1, 2, 4]),
    efficient=st.booleans(),
    recursive=st.booleans(),
    local_cascading=st.booleans(),
    global_cascading=st.booleans(),
)
def test_every_parameter_of_every_form_gets_a_gradient(blocks, units, groups, **switches):
    torch.manual_seed(0)
    model = PCARN((2,), features=16, blocks=blocks, units=units, groups=groups, **switches)
    model(torch.rand(2, 3, 8, 8), 2).square().sum().backward()
    assert all(parameter.grad is not None and parameter.grad.isfinite().all() for parameter in model.parameters())


def test_global_residual_adds_the_first_convolution():
    torch.manual_seed(0)
    with_sum = PCARN((2,), features=8, global_residual=True)
    without = PCARN((2,), features=8, global_residual=False)
    without.load_state_dict(with_sum.state_dict())
    for model in (with_sum, without):
        torch.nn.init.zeros_(model.cascade.fusions[-1].weight)
    lr = torch.rand(1, 3, 6, 6)
    entry = with_sum.entry(with_sum.subtract_mean(lr))
    expected = with_sum.add_mean(with_sum.exit(with_sum.upsamplers(entry, 2)))
    assert with_sum(lr, 2).equal(expected)
    assert not without(lr, 2).equal(expected)


def test_no_upsampler_for_a_scale_is_a_usage_error():
    with pytest.raises(UsageError, match="x4"):
        PCARN((2, 3), features=8)(torch.rand(1, 3, 4, 4), 4)
    with pytest.raises(UsageError, match="x5"):
        PCARN((5,))


@pytest.mark.slow
@pytest.mark.parametrize("scale", [2, 3, 4])
@pytest.mark.parametrize("name", ["pcarn", "pcarn-m"])
def test_receptive_field_is_the_declared_radius(name, scale):
    model = load(MODELS[name].build)(**MODELS[name].kwargs, features=8).double()  # as far as 64 look
    for parameter in model.parameters():  # positive throughout, so that no path is cut off or cancelled
        torch.nn.init.constant_(parameter, 0.01)
    size, centre = 2 * RECEPTIVE_FIELD + 11, RECEPTIVE_FIELD + 5
    lr = torch.ones(1, 3, size, size, dtype=torch.float64, requires_grad=True)
    cell = model(lr, scale)[..., centre * scale : (centre + 1) * scale, centre * scale : (centre + 1) * scale]
    (gradient,) = torch.autograd.grad(cell.sum(), lr)
    rows = gradient[0].sum(0).sum(1).nonzero().flatten()
    columns = gradient[0].sum(0).sum(0).nonzero().flatten()
    for seen in (rows, columns):
        assert (centre - seen.min(), seen.max() - centre) == (RECEPTIVE_FIELD, RECEPTIVE_FIELD)


def test_mobile_is_g4r():
    assert MODELS["pcarn-g4r"].kwargs == {"scales": (4.0,), **MOBILE}
