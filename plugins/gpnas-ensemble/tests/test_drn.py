"""The dense residual network: its size by hand, and what is wired to what."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from srbench_gpnas_ensemble.drn import DRN, DenseResidualBlock

from srbench.errors import UsageError


def parameters(module):
    return sum(parameter.numel() for parameter in module.parameters())


def by_hand(scale, features, blocks, stages, reduction):
    """Weights and biases, layer by layer, as Sec. 4.1 has them."""

    def conv(into, out, kernel):
        return into * out * kernel**2 + out

    squeezed = features // reduction
    attention = conv(features, squeezed, 1) + conv(squeezed, features, 1)
    block = stages * 2 * conv(features, features, 3) + conv(features * stages, features, 1) + attention
    steps = {2: [2], 3: [3], 4: [2, 2]}[scale]
    upsampler = sum(conv(features, features * step**2, 3) for step in steps)
    return conv(3, features, 3) + blocks * block + upsampler + conv(features, 3, 3)


@pytest.mark.slow
@settings(max_examples=20)
@given(
    scale=st.sampled_from([2, 3, 4]),
    features=st.sampled_from([8, 12, 16]),
    blocks=st.integers(1, 4),
    stages=st.integers(1, 4),
)
def test_parameters(scale, features, blocks, stages):
    with torch.device("meta"):
        network = DRN(scale, features=features, blocks=blocks, stages=stages, reduction=4)
    assert parameters(network) == by_hand(scale, features, blocks, stages, 4)


def test_the_paper_s_choice():
    """F = 128, D = 18, L = 3 (Sec. 5.1); the paper prints no count."""
    with torch.device("meta"):
        network = DRN(4)
    assert parameters(network) == by_hand(4, 128, 18, 3, 16) == 18_053_139


def small_block(stages=3, **settings):
    torch.manual_seed(0)
    return DenseResidualBlock(4, stages, reduction=2, **settings).eval()


def features(seed):
    return torch.randn(1, 4, 7, 9, generator=torch.Generator().manual_seed(seed))


def inputs_of_stages(block, x, earlier):
    seen = {}
    for number, stage in enumerate(block.stages):
        stage.register_forward_pre_hook(lambda _, inputs, number=number: seen.__setitem__(number, inputs[0].clone()))
    outputs = {}
    for number, stage in enumerate(block.stages):
        stage.register_forward_hook(lambda *call, number=number: outputs.__setitem__(number, call[2].clone()))
    result = block(x, earlier)
    return seen, outputs, result


@pytest.mark.parametrize("inter", [(0, 1), (0, 2), (1, 2), (2,), ()])
def test_inter_block_skips_end_where_they_are_said_to(inter):
    x, earlier = features(1), features(2)
    seen, outputs, _ = inputs_of_stages(small_block(inter=inter), x, earlier)
    for number in range(3):
        before = x if number == 0 else outputs[number - 1]
        expected = before + earlier if number in inter else before
        torch.testing.assert_close(seen[number], expected)


def test_every_stage_is_concatenated_and_the_block_skipped():
    block = small_block()
    x = features(1)
    _, outputs, result = inputs_of_stages(block, x, None)
    squeezed = block.attention(block.squeeze(torch.cat([outputs[k] for k in range(3)], dim=1)))
    torch.testing.assert_close(result, x + squeezed)


def test_a_block_reads_the_input_of_the_one_before_not_of_that_before_it():
    """Perturbation: with everything else held, only the input of B_{i-1} matters to the skips of B_i."""
    network = DRN(2, features=4, blocks=3, stages=2, reduction=2).eval()
    seen = []
    for block in network.body:
        block.register_forward_pre_hook(lambda _, inputs: seen.append(inputs))
    network(torch.rand(1, 3, 6, 6), 2)
    (first, none), (second, to_second), (_, to_third) = seen
    assert none is None
    assert to_second is first
    assert to_third is second


@pytest.mark.parametrize("changed", [{"inter": ()}, {"inter": (0, 2)}, {"residual_stages": True}, {"long_skip": True}])
def test_what_the_text_leaves_open_makes_a_difference(changed):
    def build(**settings):
        torch.manual_seed(0)
        return DRN(2, features=4, blocks=2, stages=3, reduction=2, **settings).eval()

    one, other = build(), build(**changed)
    other.load_state_dict(one.state_dict())
    lr = torch.rand(1, 3, 6, 6)
    assert not torch.allclose(one(lr, 2), other(lr, 2))


def test_stages_that_a_block_has_not_got_are_left_out():
    x, earlier = features(1), features(2)
    seen, _, _ = inputs_of_stages(small_block(stages=1), x, earlier)
    torch.testing.assert_close(seen[0], x + earlier)


@pytest.mark.parametrize("wrong", [{"features": 8}, {"blocks": 0}, {"stages": 0}])
def test_no_network_without_blocks_stages_or_channels_of_attention(wrong):
    with pytest.raises(UsageError, match="DRN with"):
        DRN(2, **{"features": 16, "blocks": 1, "stages": 1, **wrong})
