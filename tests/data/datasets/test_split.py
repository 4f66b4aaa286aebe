"""The rule that cuts a set into three parts."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from srbench.data.datasets.split import PARTS, draw, named_part, part_sizes
from srbench.errors import PluginError, UsageError
from srbench.specs.dataset import Split

KEYS = st.lists(st.text(max_size=8), unique=True, max_size=60)
SHARES = st.tuples(*[st.integers(0, 40)] * 3).filter(any)
SEEDS = st.integers(0, 5)


def parts(keys, shares, seed):
    return [[keys[index] for index in draw(keys, Split(part, shares, seed))] for part in PARTS]


@given(KEYS, SHARES, SEEDS)
def test_parts_are_disjoint_and_together_everything(keys, shares, seed):
    train, valid, test = parts(keys, shares, seed)
    assert sorted([*train, *valid, *test]) == sorted(keys)


@given(KEYS, SHARES, SEEDS, st.randoms())
def test_the_order_on_disk_does_not_matter(keys, shares, seed, random):
    shuffled = random.sample(keys, len(keys))
    assert list(map(set, parts(keys, shares, seed))) == list(map(set, parts(shuffled, shares, seed)))


@given(KEYS, SEEDS)
def test_a_part_has_the_images_whose_sha256_comes_first(keys, seed):
    first = sorted(keys, key=lambda key: hashlib.sha256(f"{seed}:{key}".encode()).hexdigest())[:3]
    if len(keys) > 3:
        assert {keys[key] for key in draw(keys, Split("train", (3, len(keys) - 3, 0), seed))} == set(first)


def test_the_order_is_that_of_sha256_by_coreutils():
    # by coreutils: printf 0:T91/t1 | sha256sum; t3 22241bcb, t4 8b63c127, t5 d02dc621, t2 e528e9f9, t1 ecc13b09
    keys = [f"T91/t{number}" for number in range(1, 6)]
    order = [draw(keys, Split("train", (count, 5 - count, 0))) for count in range(1, 6)]
    assert order == [[2], [2, 3], [2, 3, 4], [1, 2, 3, 4], [0, 1, 2, 3, 4]]


@given(st.integers(0, 2000), SHARES)
def test_sizes_are_quotas_rounded_to_a_neighbour_without_a_rest(count, shares):
    sizes = part_sizes(count, shares)
    assert sum(sizes) == count
    assert all(abs(size - count * share / sum(shares)) < 1 for size, share in zip(sizes, shares, strict=True))


def test_part_sizes_of_the_paper_and_of_other_counts():
    assert part_sizes(903, (700, 101, 102)) == (700, 101, 102)  # esrgan-gan, Sec. 4.1
    assert part_sizes(900, (700, 101, 102)) == (698, 101, 101)
    assert part_sizes(2, (1, 1, 1)) == (1, 1, 0)


@pytest.mark.parametrize("shares", [(0, 0, 0), (1, -1, 1), (1, 1), (0.5, 0.5, 0)])
def test_invalid_shares_are_refused(shares):
    with pytest.raises(PluginError, match="three whole numbers"):
        part_sizes(10, shares)


def test_a_part_is_named_behind_a_folder():
    assert named_part("some/photos#train") == ("some/photos", Split("train"))
    assert named_part("a#b#test") == ("a#b", Split("test"))
    assert named_part("photos") is None
    for wrong in ("photos#trian", "photos#", "#train"):
        with pytest.raises(UsageError, match=r"#train or .*#valid or .*#test"):
            named_part(wrong)
