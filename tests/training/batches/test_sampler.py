from __future__ import annotations

import io
from collections import Counter

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from srbench.data.training_set.training_set import TrainingSet
from srbench.errors import UsageError
from srbench.training.batches.patches import Crops, cut, gather
from srbench.training.batches.sampler import PatchSampler

SYMMETRIES = [
    lambda square, k=k, flipped=flipped: np.rot90(np.swapaxes(square, 0, 1) if flipped else square, k)
    for k in range(4)
    for flipped in (False, True)
]
"""The dihedral group of the square, as NumPy makes it."""


def training(sizes, scales=(2,)):
    """LR pixel (y, x) of image k is the colour (y, x, k); each HR pixel has that of its LR pixel."""
    pixels, tables = [], {}
    start = 0
    for scale in scales:
        rows = []
        for number, (height, width) in enumerate(sizes):
            y, x = np.mgrid[:height, :width]
            lr = np.stack([y, x, np.full_like(y, number)], axis=2).astype(np.uint8)
            hr = np.pad(lr.repeat(scale, 0).repeat(scale, 1), ((0, 1), (0, 2), (0, 0)), constant_values=255)
            rows.append((start, height, width, start + height * width, hr.shape[1]))
            pixels += [lr.reshape(-1, 3), hr.reshape(-1, 3)]
            start += lr.size // 3 + hr.size // 3
        tables[float(scale)] = np.array(rows, np.int64)
    names = tuple(f"image{number}" for number in range(len(sizes)))
    return TrainingSet(names, tuple(map(float, scales)), (), np.concatenate(pixels), tables, names)


def sampler(images, **options):
    return PatchSampler(images, **({"scales": images.scales, "batch": 8, "patch": 4, "seed": 0} | options))


def bytes_of(patches):
    """(B, side, side, 3) uint8, and no pixel was anything but a whole grey level."""
    levels = patches.double().mul(255)
    assert (levels - levels.round()).abs().max() < 1e-4
    return levels.round().permute(0, 2, 3, 1).byte().numpy()


sizes = st.lists(st.tuples(st.integers(5, 20), st.integers(5, 20)), min_size=1, max_size=4)


# Patches


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(sizes, st.integers(1, 5), st.sampled_from([1, 2, 3, 4]), st.integers(0, 2**32))
def test_hr_lies_over_lr_and_lr_is_a_turned_piece_of_its_image(sizes, patch, scale, seed):
    batch = sampler(training(sizes, (scale,)), patch=patch, seed=seed).next()
    lr, hr = bytes_of(batch.lr), bytes_of(batch.hr)
    assert (lr.shape, hr.shape) == ((8, patch, patch, 3), (8, patch * scale, patch * scale, 3))
    np.testing.assert_array_equal(hr, lr.repeat(scale, 1).repeat(scale, 2))
    for name, square in zip(batch.names, lr, strict=True):
        number = int(name.removeprefix("image"))
        top, left = square[..., 0].min(), square[..., 1].min()
        y, x = np.mgrid[top : top + patch, left : left + patch]
        piece = np.stack([y, x, np.full_like(y, number)], axis=2)
        assert any(np.array_equal(turn(piece), square) for turn in SYMMETRIES)
        assert y.max() < sizes[number][0]
        assert x.max() < sizes[number][1]


def test_the_eight_turns_are_the_symmetries_of_the_square():
    square = np.random.default_rng(0).integers(0, 256, (5, 5, 3), np.uint8)
    zeros = np.zeros(8, np.int64)
    made = cut(square.reshape(-1, 3), Crops(zeros, zeros + 5, np.arange(8), 5))
    assert {patch.tobytes() for patch in made} == {turn(square).tobytes() for turn in SYMMETRIES}
    np.testing.assert_array_equal(made[0], square)


@settings(deadline=None)
@given(st.integers(1, 9), st.integers(0, 6), st.data())
def test_gathered_patches_are_the_cut_ones(side, more, data):
    width, height, count = side + more, side + 2, 5
    pixels = np.random.default_rng(side).integers(0, 256, (2 * width * height, 3), np.uint8)
    draw = lambda top: np.array(data.draw(st.lists(st.integers(0, top), min_size=count, max_size=count)))  # noqa: E731
    start = draw(1) * width * height + draw(height - side) * width + draw(more)
    crops = Crops(start, np.full(count, width), draw(7), side)
    np.testing.assert_array_equal(gather(torch.from_numpy(pixels), crops).numpy(), cut(pixels, crops))


def test_an_image_as_large_as_the_patch_is_the_patch():
    batch = sampler(training([(4, 4)]), augment=False, batch=2).next()
    np.testing.assert_array_equal(bytes_of(batch.lr)[1, ..., :2], np.stack(np.mgrid[:4, :4], axis=2))


def test_tensors_are_what_networks_take():
    batch = sampler(training([(9, 9)], (3,))).next()
    for patches in (batch.lr, batch.hr):
        assert patches.dtype == torch.float32
        assert patches.is_contiguous(memory_format=torch.channels_last)
    assert (batch.scale, batch.names) == (3.0, ("image0",) * 8)
    other = sampler(training([(9, 9)], (3,)), layout=torch.contiguous_format).next()
    for patches, same in ((other.lr, batch.lr), (other.hr, batch.hr)):
        assert patches.is_contiguous()
        assert torch.equal(patches, same)
    levels = np.arange(256, dtype=np.uint8)[:, None].repeat(3, axis=1).reshape(-1, 3)
    rows = np.array([[0, 16, 16, 0, 16]])
    image = TrainingSet(("a",), (1.0,), (), levels, {1.0: rows}, ("",))
    batch = sampler(image, patch=16, batch=1, augment=False).next()
    assert torch.equal(batch.lr[0, 1].ravel(), torch.arange(256) / 255)


# Chance


@pytest.mark.slow
def test_images_places_turns_and_scales_are_uniform():
    images = training([(5, 4), (4, 6)], (2, 3))
    draws = sampler(images, batch=6)
    seen, scales = Counter(), Counter()
    for _ in range(2000):
        draw = draws._draw()
        scales[draw.scale] += 1
        seen.update(zip(draw.image.tolist(), draw.top.tolist(), draw.left.tolist(), draw.turn.tolist(), strict=True))
    # image 0 has 2 places, image 1 has 3; each in 8 turns
    expected = {(0, top, 0, turn): 12000 / 32 for top in range(2) for turn in range(8)}
    expected |= {(1, 0, left, turn): 12000 / 48 for left in range(3) for turn in range(8)}
    assert seen.keys() == expected.keys()
    chi2 = sum((seen[what] - count) ** 2 / count for what, count in expected.items())
    assert chi2 < 70  # 39 degrees of freedom: 1 in 500 is beyond 70
    assert abs(scales[2.0] - 1000) < 100


def test_without_augmentation_the_places_are_the_same():
    images = training([(20, 20), (11, 30)])
    with_turns, without = sampler(images), sampler(images, augment=False)
    for _ in range(5):
        one, other = with_turns._draw(), without._draw()
        np.testing.assert_array_equal([one.image, one.top, one.left], [other.image, other.top, other.left])
        assert not other.turn.any()


@pytest.mark.slow
@settings(max_examples=20, deadline=None)
@given(st.sampled_from([1, 2, 3, 4, 6, 12]), st.lists(st.integers(0, 2**40), min_size=1, max_size=3))
def test_processes_share_the_batch_of_one(world, seed):
    images = training([(20, 20), (11, 30)], (2, 3))
    alone = sampler(images, batch=12, seed=seed)
    shares = [sampler(images, batch=12, seed=seed, rank=rank, world=world) for rank in range(world)]
    for _ in range(3):
        whole, parts = alone.next(), [share.next() for share in shares]
        assert torch.equal(torch.cat([part.hr for part in parts]), whole.hr)
        assert torch.equal(torch.cat([part.lr for part in parts]), whole.lr)
        assert sum((part.names for part in parts), ()) == whole.names
        assert {part.scale for part in parts} == {whole.scale}


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 5), st.one_of(st.integers(0, 2**70), st.lists(st.integers(0, 2**32), min_size=1, max_size=4)))
def test_a_loaded_state_goes_on_with_the_same_batches(steps, seed):
    images = training([(20, 20), (11, 30)], (2, 3))
    first = sampler(images, seed=seed)
    for _ in range(steps):
        first.next()
    file = io.BytesIO()
    torch.save(first.state_dict(), file)
    file.seek(0)
    resumed = sampler(images, seed=99)
    resumed.load_state_dict(torch.load(file, weights_only=True))
    for _ in range(3):
        one, other = first.next(), resumed.next()
        assert one.names == other.names
        assert torch.equal(one.hr, other.hr)


def test_batches_and_seeds_differ():
    images = training([(40, 40)])
    batches = [sampler(images, seed=seed) for seed in (0, 1, [0, 1], [1, 0])]
    taken = [batch.next().lr.numpy().tobytes() for batch in batches for _ in range(3)]
    assert len(set(taken)) == 12


# Bad input


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"batch": 9, "world": 2}, "9.*evenly.*2 processes"),
        ({"batch": 0}, "0.*evenly"),
        ({"scales": (3,)}, "x3.*x2"),
        ({"scales": ()}, "no scale"),
        ({"patch": 9}, "9 LR pixels.*image1: 8 at x2"),
        ({"patch": 0}, "0 LR pixels"),
    ],
)
def test_what_cannot_be_sampled(options, words):
    with pytest.raises(UsageError, match=words):
        sampler(training([(30, 30), (12, 8)]), **options)


def test_a_set_without_images():
    empty = TrainingSet((), (2.0,), (), np.zeros((0, 3), np.uint8), {2.0: np.zeros((0, 5), np.int64)}, ())
    with pytest.raises(UsageError, match="no training images"):
        sampler(empty)


# On a GPU


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
@pytest.mark.parametrize("room", [True, False])
def test_a_gpu_gives_the_same_bits(room, monkeypatch):
    if not room:
        monkeypatch.setattr("srbench.training.batches.sampler.free_cuda_memory", lambda _: 0)
    noise = np.random.default_rng(0).integers(0, 256, (3 * 60 * 60, 3), np.uint8)
    rows = np.array([[0, 30, 30, 3600, 60], [900, 30, 30, 7200, 60]])
    images = TrainingSet(("a", "b"), (2.0,), (), noise, {2.0: rows}, ("", ""))
    on_gpu, on_cpu = sampler(images, device="cuda", patch=12), sampler(images, patch=12)
    assert (on_gpu._pixels is not None, on_cpu._pixels is None) == (room, True)
    for _ in range(5):
        one, other = on_gpu.next(), on_cpu.next()
        assert one.hr.is_contiguous(memory_format=torch.channels_last)
        assert torch.equal(one.hr.cpu(), other.hr)
        assert torch.equal(one.lr.cpu(), other.lr)
