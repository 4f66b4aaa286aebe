"""Patches at real-numbered scales, with LR made of HR as they are drawn."""

from __future__ import annotations

import json

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from srbench.catalog import Catalog
from srbench.data.datasets.finder import DatasetFinder, open_folder
from srbench.data.datasets.pairs import load_pair
from srbench.data.training_set.training_set import load_training_set, split
from srbench.errors import UsageError
from srbench.imaging.hr_crop import hr_side, lr_side
from srbench.imaging.resize import imresize
from srbench.models.prediction import Prediction
from srbench.training.batches.sampler import PatchSampler
from srbench.training.monitoring.validation import spread, validate
from srbench.training.storage.names import CARD

SCALES = tuple(tenths / 10 for tenths in range(11, 41))
real_scales = st.floats(1.05, 4.5) | st.sampled_from(SCALES)


def load(folder, scales, patch, lr_mode="matlab-uint8", **options):
    arguments = {"scales": scales, "patch": patch, "lr_mode": lr_mode, "online": True} | options
    return load_training_set([str(folder)], DatasetFinder((), Catalog().datasets), **arguments)


def sampler(images, patch, **options):
    return PatchSampler(images, patch=patch, **({"scales": images.scales, "batch": 4, "seed": 0} | options))


def levels(patches):
    return patches.double().mul(255).round().permute(0, 2, 3, 1).byte().numpy()


@pytest.fixture(scope="module")
def one_image(tmp_path_factory):
    """Writes a folder of one image of noise, (height, width), grey or in colour."""

    def write(height, width, *, grey=False):
        folder = tmp_path_factory.mktemp("image")
        shape = (height, width) if grey else (height, width, 3)
        Image.fromarray(np.random.default_rng(height).integers(0, 256, shape, np.uint8)).save(folder / "a.png")
        return folder

    return write


# Patches


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(st.integers(16, 96), real_scales, st.booleans(), st.sampled_from(["matlab-uint8", "matlab-uint8-replicate"]))
def test_the_patches_of_an_image_of_their_size_are_its_pair(one_image, patch, scale, grey, mode):
    folder = one_image(patch, patch, grey=grey)
    dataset = open_folder(folder)
    pair = load_pair(dataset.images[0], scale, mode, dataset)
    batch = sampler(load(folder, (scale,), patch, mode), patch, augment=False).next()
    for patches, picture in ((batch.lr, pair.lr), (batch.hr, pair.hr)):
        colour = picture[..., None].repeat(3, axis=2) if grey else picture
        np.testing.assert_array_equal(levels(patches), [colour] * 4)
    assert batch.scale == scale


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(st.integers(16, 96), real_scales, st.tuples(st.integers(0, 30), st.integers(0, 30)), st.integers(0, 99))
def test_lr_is_made_of_hr_which_is_a_turned_piece_of_the_image(one_image, patch, scale, more, seed):
    folder = one_image(patch + more[0], patch + more[1])
    image = np.asarray(Image.open(folder / "a.png"))
    batch = sampler(load(folder, (scale,), patch), patch, seed=seed).next()
    lr, hr = levels(batch.lr), levels(batch.hr)
    small = lr_side(patch, scale)
    side = hr_side(small, scale)
    assert (lr.shape[1:3], hr.shape[1:3]) == ((small, small), (side, side))
    assert patch - scale - 0.5 <= side <= patch  # the last half is hr_side's rounding
    pieces = np.lib.stride_tricks.sliding_window_view(image, (side, side), (0, 1)).transpose(0, 1, 3, 4, 2)
    for one, piece in zip(lr, hr, strict=True):
        np.testing.assert_array_equal(one, imresize(piece, 1 / scale, size=(small, small)))
        turned = (np.rot90(flipped, k) for k in range(4) for flipped in (piece, piece.swapaxes(0, 1)))
        assert any((pieces[:, :, 0, 0] == turn[0, 0]).all(-1).any() and _lies_in(turn, pieces) for turn in turned)


def _lies_in(square, pieces):
    rows, columns = (pieces[:, :, 0, 0] == square[0, 0]).all(-1).nonzero()
    return any(np.array_equal(pieces[row, column], square) for row, column in zip(rows, columns, strict=True))


def test_every_place_is_drawn_and_every_scale(one_image):
    # at x2.37 the image has 5 x 4 LR pixels and is cut to 12 x 9, a patch of 6 to 2 and 5
    draws = sampler(load(one_image(12, 11), (2.37, 3.0), 6), 6, batch=8)
    seen, scales = set(), set()
    for _ in range(300):
        draw = draws._draw()
        scales.add(draw.scale)
        if draw.scale == 2.37:
            seen |= set(zip(draw.top.tolist(), draw.left.tolist(), strict=True))
    assert seen == {(top, left) for top in range(8) for left in range(5)}
    assert scales == {2.37, 3.0}


def test_processes_share_the_batch_of_one(photos):
    images = load(photos, SCALES, 40)
    alone = sampler(images, 40)
    shares = [sampler(images, 40, rank=rank, world=2) for rank in range(2)]
    seen = set()
    for _ in range(8):
        whole, parts = alone.next(), [share.next() for share in shares]
        assert torch.equal(torch.cat([part.lr for part in parts]), whole.lr)
        assert torch.equal(torch.cat([part.hr for part in parts]), whole.hr)
        seen.add(whole.scale)
    assert len(seen) > 3


def test_tensors_are_what_networks_take(photos):
    batch = sampler(load(photos, (2.37,), 40), 40).next()
    for patches in (batch.lr, batch.hr):
        assert patches.dtype == torch.float32
        assert patches.is_contiguous(memory_format=torch.channels_last)


def test_patches_that_cannot_be_had(one_image):
    images = load(one_image(40, 40), (2.3, 4.0), 8)
    with pytest.raises(UsageError, match="3 HR pixels has no LR pixel at x4"):
        sampler(images, 3)
    with pytest.raises(UsageError, match=r"44 HR pixels, 19 LR pixels, can't be cut from a: 17 at x2\.3"):
        sampler(images, 44)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
@pytest.mark.parametrize("room", [True, False])
def test_a_gpu_gives_the_same_bits(photos, room, monkeypatch):
    if not room:
        monkeypatch.setattr("srbench.training.batches.sampler.free_cuda_memory", lambda _: 0)
    images = load(photos, SCALES, 40)
    on_gpu, on_cpu = sampler(images, 40, device="cuda"), sampler(images, 40)
    assert (on_gpu._pixels is not None) == room
    for _ in range(20):
        one, other = on_gpu.next(), on_cpu.next()
        assert one.lr.is_contiguous(memory_format=torch.channels_last)
        assert torch.equal(one.lr.cpu(), other.lr)
        assert torch.equal(one.hr.cpu(), other.hr)


# Validation


def test_of_many_scales_validation_looks_at_four_the_ends_among_them(photos):
    assert spread((2.0, 3.0, 4.0)) == (2.0, 3.0, 4.0)
    assert spread(SCALES[::-1]) == [1.1, 2.1, 3.0, 4.0]
    seen = set()

    def forward(lr, scale):
        seen.add(scale)
        size = [round(side * scale) for side in lr.shape[2:]]
        return Prediction(torch.nn.functional.interpolate(lr, size, mode="bicubic"))

    assert 15 < validate(forward, split(load(photos, SCALES, 40), 2)[1], SCALES, "cpu") < 40
    assert seen == {1.1, 2.1, 3.0, 4.0}


# Training


@pytest.mark.slow
def test_a_network_learns_at_real_scales(training):
    job = training.job("tiny-real", "l1.budget.steps=40")
    path = training(job)
    found = json.loads((path.parent / CARD).read_text(encoding="utf-8"))
    assert found["trained_with"]["online"] is True
    assert found["validation"]["last"]["psnr"] > 20
    assert found["images"]["trained_on"] == 5


@pytest.mark.slow
@pytest.mark.parametrize("scale", [2.37, 23 / 10])
def test_two_steps_at_one_real_scale(training, scale):
    training(training.job("tiny-real", "l1.budget.steps=2", f"scales=[{scale}]"))
