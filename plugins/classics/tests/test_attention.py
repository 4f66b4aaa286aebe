"""The attentions of SAN, HAN and NLSN against dense, plain computations of the same."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from srbench_classics.han import LayerAttention
from srbench_classics.nlsa import SparseAttention
from srbench_classics.san import NonLocal, RegionNonLocal, SecondOrderAttention
from srbench_classics.sparse_attention import MOST_CODES, bucket_attention, codes
from srbench_classics.square_root import covariance, square_root
from torch.nn.functional import normalize

seeds = st.integers(0, 10_000)


def drawn(seed, *size):
    return torch.randn(size, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


@given(seed=seeds, channels=st.integers(1, 6), pixels=st.integers(1, 9))
def test_covariance_is_numpys(seed, channels, pixels):
    x = drawn(seed, 2, channels, 3, pixels)
    for one, measured in zip(x, covariance(x), strict=True):
        expected = np.cov(one.flatten(1).numpy(), bias=True).reshape(channels, channels)
        np.testing.assert_allclose(measured, expected, atol=1e-12)


@settings(deadline=None)  # the first product may load a library
@given(seed=seeds, channels=st.integers(1, 6))
def test_square_root_squares_to_the_matrix(seed, channels):
    matrix = covariance(drawn(seed, 2, channels, 5, 8))
    root = square_root(matrix, steps=40)
    torch.testing.assert_close(root @ root, matrix, atol=1e-9, rtol=1e-6)


def test_five_steps_are_near_the_root_of_large_eigenvalues():
    eigenvalues = torch.tensor([1.0, 0.7, 0.4], dtype=torch.float64)
    turn, _ = torch.linalg.qr(drawn(0, 3, 3))
    root = square_root(turn * eigenvalues @ turn.T)
    torch.testing.assert_close(root, turn * eigenvalues.sqrt() @ turn.T, atol=2e-3, rtol=0)


def test_constant_features_have_a_root_of_zero_and_a_gradient():
    x = torch.full((1, 4, 3, 3), 0.3, requires_grad=True)
    attention = SecondOrderAttention(4, reduction=2)
    attention(x).sum().backward()
    assert attention.statistic(x).abs().max() < 1e-5
    assert x.grad.isfinite().all()


def test_second_order_attention_is_as_exact_under_autocast():
    x = drawn(0, 1, 16, 12, 12).float()
    attention = SecondOrderAttention(16)
    expected = attention.statistic(x)
    with torch.autocast("cpu", torch.bfloat16):
        torch.testing.assert_close(attention.statistic(x), expected, atol=0, rtol=0)


def opened(module):
    torch.nn.init.normal_(module.out.weight, generator=torch.Generator().manual_seed(0))  # zero before training
    return module.double().eval()


def dense_non_local(module, x):
    query, key, value = (layer(x).flatten(2) for layer in (module.query, module.key, module.value))
    weights = (query.mT @ key).softmax(-1)
    return x + module.out((value @ weights.mT).view(x.shape[0], -1, *x.shape[2:]))


def test_non_local_is_the_embedded_gaussian():
    torch.manual_seed(0)
    module, x = opened(NonLocal(16)), drawn(1, 2, 16, 6, 7)
    torch.testing.assert_close(module(x), dense_non_local(module, x))


@pytest.mark.parametrize("size", [(6, 8), (7, 5), (1, 4), (1, 1)])
def test_regions_are_quarters_that_know_nothing_of_each_other(size):
    torch.manual_seed(0)
    module, x = opened(RegionNonLocal(16)), drawn(1, 1, 16, *size)
    whole, (height, width) = module(x), size
    for rows in (slice(0, height // 2), slice(height // 2, None)):
        for columns in (slice(0, width // 2), slice(width // 2, None)):
            if x[..., rows, columns].numel():
                expected = dense_non_local(module, x[..., rows, columns])
                torch.testing.assert_close(whole[..., rows, columns], expected)


def test_layer_attention_mixes_in_the_layers_that_are_least_alike():
    module = LayerAttention().double()
    x = torch.zeros(1, 3, 1, 1, 2, dtype=torch.float64)
    x[0, :, 0, 0] = torch.tensor([[9.0, 0.0], [9.0, 0.0], [0.0, 9.0]])
    torch.testing.assert_close(module(x), x)  # before training
    module.weight.data.fill_(1)
    added = (module(x) - x)[0, :, 0, 0]
    expected = torch.tensor([[0.0, 9.0], [0.0, 9.0], [9.0, 0.0]], dtype=torch.float64)
    torch.testing.assert_close(added, expected)


@given(seed=seeds, length=st.integers(1, 40), size=st.integers(40, 60))
def test_a_single_bucket_is_dense_attention(seed, length, size):
    queries, values, directions = drawn(seed, 2, length, 4), drawn(seed + 1, 2, length, 3), drawn(seed, 4, 64)
    averages, _ = bucket_attention(queries, values, directions, size)
    dense = (queries @ normalize(queries, dim=-1).mT).softmax(-1) @ values
    torch.testing.assert_close(averages, dense)


@given(seed=seeds, length=st.integers(1, 90), size=st.integers(1, 20))
def test_averages_stay_in_order_and_within_the_values(seed, length, size):
    """Values that say where a pixel is: with strong matches on itself alone, each gets its own back."""
    queries = 1e4 * normalize(drawn(seed, 1, length, 8), dim=-1)
    values = torch.arange(length, dtype=torch.float64).view(1, length, 1)
    averages, matched = bucket_attention(queries, values, drawn(seed + 1, 8, 64), size)
    torch.testing.assert_close(averages, values)
    assert matched.shape == (1, length, 1)


def test_each_bucket_sees_itself_and_its_neighbours_alone():
    size, clusters = 8, 5
    queries = torch.zeros(1, clusters * size, 2, dtype=torch.float64)  # no match is better than another
    values = torch.eye(clusters * size, dtype=torch.float64)[None]
    averages, _ = bucket_attention(queries, values, drawn(0, 2, 64), size)
    buckets = averages[0].view(clusters, size, clusters, size)[:, 0].sum(-1)
    near = torch.eye(clusters, dtype=torch.float64)
    torch.testing.assert_close(buckets, (near + near.roll(1, 0) + near.roll(-1, 0)) / 3)


@given(seed=seeds, buckets=st.integers(1, 300))
def test_codes_are_even_in_number_and_opposites_are_apart(seed, buckets):
    x, directions = drawn(seed, 1, 30, 6), drawn(seed + 1, 6, 64)
    count = min(buckets + buckets % 2, MOST_CODES)
    found = codes(x, directions, buckets)
    assert found.max() < count
    assert torch.equal((found + count // 2) % count, codes(-x, directions, buckets))


def test_sparse_attention_repeats_itself_but_not_in_training():
    torch.manual_seed(0)
    x = torch.randn(1, 8, 20, 20)
    first, second = SparseAttention(8, bucket=16), SparseAttention(8, bucket=16)
    second.load_state_dict(first.state_dict())
    assert "directions" not in first.state_dict()
    with torch.no_grad():
        assert torch.equal(first.eval()(x), second.eval()(x))
        assert not torch.equal(first.train()(x), first(x))
