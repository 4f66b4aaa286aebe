"""Metrics on tensors, for SR on a GPU, against those on NumPy arrays of the same images, and on a fake CUDA device."""

from __future__ import annotations

import csv
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from srbench.bench.measuring.run_job import _sample as sample_of_prediction
from srbench.data.datasets.pairs import Pair
from srbench.errors import Unavailable
from srbench.imaging.image_io import read_image
from srbench.imaging.resize import imresize
from srbench.metrics import MetricSetup, Sample
from srbench.metrics.device_sample import DeviceSample
from srbench.metrics.lpips import LpipsAlex
from srbench.metrics.niqe import NaturalImages, Niqe, NiqeGrey
from srbench.metrics.niqe_tensors import tensor_niqe
from srbench.metrics.psnr import psnr, tensor_mse
from srbench.metrics.ssim import mean_ssim, ssim, tensor_ssim
from srbench.models.prediction import Prediction
from srbench.nn.resize import imresize_levels
from srbench.specs.protocol import MATLAB, MATLAB_GREY, PCARN, RGB, STANDARD, Y_FLOAT
from srbench.testing.devices.fake_cuda import CUDA, follow, on_fake_cuda

PROTOCOLS = st.sampled_from(
    [STANDARD, MATLAB, PCARN, RGB, Y_FLOAT, MATLAB_GREY, STANDARD.but(colour="y-full", round_y=True, crop_extra=3)]
)
SEEDS = st.integers(0, 2**32 - 1)


def images(seed, height, width, *, colours=True):
    """HR, and SR that differs by some levels; both with a flat part."""
    generator = np.random.default_rng(seed)
    shape = (height, width, 3) if colours else (height, width)
    hr = generator.integers(0, 256, shape, np.uint8)
    hr[: height // 3] = hr[0, 0]
    noise = np.rint(generator.normal(0, 6, shape)) * (generator.random(shape) < 0.7)
    return np.clip(hr + noise, 0, 255).astype(np.uint8), hr


def planes(image):
    return torch.from_numpy(np.ascontiguousarray(np.atleast_3d(image).transpose(2, 0, 1)))[None]


def both(sr, hr, scale, protocol):
    """The same sample in host memory, and as if its SR lay on a GPU."""
    return Sample("x", sr, hr, scale, protocol), DeviceSample("x", planes(sr), hr, scale, protocol)


def outcome(metric, sample):
    try:
        return metric(sample)
    except Unavailable as reason:
        return str(reason)


def agree(metric, there, here):
    """Whether a metric has the same value on tensors, or is unavailable for the same reason."""
    expected = outcome(metric, here)
    return outcome(metric, there) == (
        expected if isinstance(expected, str) else pytest.approx(expected, rel=0, abs=1e-9)
    )


@given(
    SEEDS,
    st.integers(11, 60),
    st.integers(11, 60),
    st.sampled_from([1.5, 2, 3, 4]),
    PROTOCOLS,
    st.sampled_from([(True, True), (False, False), (True, False), (False, True)]),
)
@settings(deadline=None)
def test_psnr_and_ssim_are_those_of_numpy(seed, height, width, scale, protocol, colours):
    sr, hr = (images(seed, height, width, colours=has_colours)[n] for n, has_colours in enumerate(colours))
    here, there = both(sr, hr, scale, protocol)
    for metric in (psnr, ssim):
        assert agree(metric, there, here)


def test_equal_images_are_equal_on_tensors_too():
    _, hr = images(0, 30, 40)
    _, there = both(hr, hr, 2, STANDARD)
    assert (psnr(there), ssim(there)) == (np.inf, 1)


@pytest.fixture(scope="module")
def niqes(shared):
    setup = MetricSetup(weights={"niqe-parameters": shared / "weights/metrics/niqe_modelparameters.mat"})
    return Niqe(setup), NiqeGrey(setup)


@pytest.mark.parametrize(
    ("height", "width", "colours"), [(104, 104, True), (210, 300, True), (200, 110, False), (90, 300, True)]
)
def test_niqe_is_that_of_numpy(niqes, height, width, colours):
    sr, hr = images(7, height, width, colours=colours)
    for image in (sr, hr, imresize(imresize(hr, 1 / 2), 2), np.zeros_like(hr)):
        here, there = both(image, None, 4, PCARN)
        for metric in niqes:
            assert agree(metric, there, here)


def test_niqe_far_from_natural_images_agrees_to_a_part_of_its_value(niqes):
    """With one block, the covariance hangs on all 36 features, and the inverse enlarges the last digits."""
    here, there = both(np.random.default_rng(0).integers(0, 256, (104, 106), np.uint8), None, 4, PCARN)
    assert niqes[0](there) == pytest.approx(niqes[0](here), rel=1e-9)
    assert niqes[0](here) > 50


def test_niqe_of_one_textured_block_among_flat_ones(niqes):
    image = np.full((200, 300), 99, np.uint8)
    image[4:100, 4:100] = images(3, 96, 96, colours=False)[0]
    here, there = both(image, None, 4, PCARN)
    assert niqes[0](there) == pytest.approx(niqes[0](here), rel=0, abs=1e-9)


def test_golden_niqe_of_the_authors_code(shared, niqes):
    with (shared / "fixtures/golden/niqe_hr_x4_shave4.csv").open(newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["dataset"] == "Set5"]
    assert len(rows) == 5
    for row in rows:
        hr = read_image(shared / "data/Set5/HR" / f"{row['image']}.png")
        hr = hr[: len(hr) // 4 * 4, : hr.shape[1] // 4 * 4]
        assert niqes[0](DeviceSample("x", planes(hr), None, 4, PCARN)) == pytest.approx(float(row["niqe"]), abs=1e-6)


@pytest.fixture(scope="module")
def alex(shared):
    return LpipsAlex(MetricSetup(weights={"a": shared / "weights/alexnet-torchvision-features.safetensors"}))


@pytest.mark.parametrize("colours", [True, False])
def test_lpips_is_that_of_numpy(alex, colours):
    sr, hr = images(5, 70, 81, colours=colours)
    here, there = both(sr, hr, 4, PCARN)
    assert alex(there) == pytest.approx(alex(here), rel=0, abs=1e-6)
    assert "luma alone" in outcome(alex, both(sr, hr, 4, Y_FLOAT)[1])


@pytest.mark.parametrize(("example", "printed"), [("ex_p0", 0.7219), ("ex_p1", 0.1376)])
def test_golden_lpips_of_the_authors_repository(shared, alex, example, printed):
    sr, hr = (read_image(shared / f"fixtures/lpips_examples/{name}.png") for name in (example, "ex_ref"))
    there = DeviceSample(example, planes(sr), hr, 1, STANDARD.but(crop_scale=0.0))
    assert alex(there) == pytest.approx(printed, abs=1e-4)


def test_a_batch_has_the_values_of_its_images(alex, niqes):
    pairs = [images(seed, 120, 130) for seed in range(3)]
    sr, hr = (torch.cat([planes(pair[n]) for pair in pairs]) for n in (0, 1))
    exact = [mean_ssim(*(image.astype(float) for image in pair)) for pair in pairs]
    assert tensor_ssim(sr.double(), hr.double()).tolist() == pytest.approx(exact, rel=0, abs=1e-9)
    errors = [np.mean((a.astype(float) - b) ** 2) for a, b in pairs]
    assert tensor_mse(sr.double(), hr.double()).tolist() == pytest.approx(errors, rel=0, abs=1e-9)
    alone = [alex(both(a, b, 1, STANDARD.but(crop_scale=0.0))[0]) for a, b in pairs]
    assert alex.distances(sr, hr).tolist() == pytest.approx(alone, rel=0, abs=1e-6)
    natural: NaturalImages = niqes[0].natural
    luma = niqes[0].planes(sr[..., 4:-4, 4:-4])
    values = [niqes[0](Sample("x", a, None, 4, PCARN)) for a, _ in pairs]
    assert tensor_niqe(luma, natural.mean, natural.covariance).tolist() == pytest.approx(values, rel=0, abs=1e-9)


TYPES = {
    "uint8": lambda levels: levels,
    "float32": lambda levels: levels.float(),
    "not contiguous": lambda levels: levels.double().mT.contiguous().mT,
    "with gradient": lambda levels: levels.double().requires_grad_(),
}


@pytest.mark.parametrize("name", TYPES)
def test_levels_of_any_type_have_the_same_values(name, niqes):
    pairs = [images(seed, 104, 110) for seed in range(2)]
    sr, hr = (torch.cat([planes(pair[n]) for pair in pairs]) for n in (0, 1))
    grey = [levels[:, :1] for levels in (sr, hr)]
    natural: NaturalImages = niqes[0].natural
    for metric, batches in (
        (tensor_mse, (sr, hr)),
        (tensor_ssim, (sr, hr)),
        (lambda image, _: tensor_niqe(image, natural.mean, natural.covariance), grey),
    ):
        found = metric(*map(TYPES[name], batches))
        assert torch.equal(found, metric(*(levels.double() for levels in batches)))
        assert not found.requires_grad


def test_images_that_do_not_fit_are_refused(alex, niqes):
    ones, three = torch.zeros(1, 1, 20, 20), torch.zeros(1, 3, 20, 20)
    for metric in (tensor_mse, tensor_ssim):
        for a, b in ((ones, three), (three[0], three[0])):
            with pytest.raises(ValueError, match="shape"):
                metric(a, b)
    with pytest.raises(Unavailable, match="20 x 10 pixels; needs 11 x 11"):
        tensor_ssim(three[:, :, :10], three[:, :, :10])
    natural: NaturalImages = niqes[0].natural
    with pytest.raises(ValueError, match=r"give \(B, 1, H, W\)"):
        tensor_niqe(three, natural.mean, natural.covariance)
    for a, b in ((three, three), (three.byte(), three.byte()[..., :9]), (ones.byte(), ones.byte())):
        with pytest.raises(ValueError, match="in uint8"):
            alex.distances(a, b)
    with pytest.raises(ValueError, match="give uint8"):
        imresize_levels(three, 2)


@given(
    SEEDS,
    st.integers(1, 30),
    st.integers(1, 30),
    st.sampled_from([1 / 4, 1 / 3, 1 / 2, 2, 3, 4, 2.37]),
    st.sampled_from(["matlab-uint8", "matlab-uint8-replicate", "matlab-double"]),
)
def test_imresize_of_a_batch_is_that_of_numpy_bit_for_bit(seed, height, width, scale, mode):
    batch = np.random.default_rng(seed).integers(0, 256, (2, height, width, 3), np.uint8)
    resized = imresize_levels(torch.from_numpy(batch).permute(0, 3, 1, 2), scale, mode=mode)
    expected = np.stack([imresize(image, scale, mode=mode) for image in batch])
    assert np.array_equal(resized.permute(0, 2, 3, 1).numpy(), expected)


def test_metrics_on_numpy_arrays_get_copies_in_host_memory():
    sr, hr = images(1, 24, 30)
    output, sigma = torch.rand(1, 3, 24, 30), torch.rand(1, 1, 24, 30)
    there = DeviceSample("x", planes(sr), hr, 2, RGB, output, sigma)
    assert np.array_equal(there.sr, sr)
    assert there.sr_float.shape == (24, 30, 3)
    assert np.array_equal(there.sigma[..., 0], sigma[0, 0].numpy())
    assert all(map(np.array_equal, there.pair, Sample("x", sr, hr, 2, RGB).pair))
    assert there.finite
    half = DeviceSample("x", planes(sr), hr, 2, RGB, output.bfloat16(), sigma.bfloat16())
    assert half.sr_float.dtype == half.sigma.dtype == np.float32
    assert np.array_equal(half.sr_float, output.bfloat16()[0].permute(1, 2, 0).float())
    assert not DeviceSample("x", planes(sr), hr, 2, RGB, output / 0).finite
    other = replace(there, sr=hr, protocol=STANDARD)
    assert other.device_pair is None
    assert psnr(other) == np.inf
    assert other.finite


NATURAL = NaturalImages(np.ones(36), np.eye(36))


def metric_of(natural):
    """Return NIQE against other natural images than those of the authors' file."""
    metric = Niqe.__new__(Niqe)
    metric.parameters, metric.natural = None, natural
    return metric


ON_THE_DEVICE = {
    "psnr": psnr,
    "ssim": ssim,
    "pair": lambda sample: dict(enumerate(sample.device_pair)),
    "imresize": lambda sample: imresize_levels(sample.device_sr, 1 / 3),
    "niqe": metric_of(NATURAL),
}


@pytest.mark.parametrize("protocol", [STANDARD, RGB], ids=["Y", "RGB"])
@pytest.mark.parametrize("name", ON_THE_DEVICE)
def test_everything_stays_on_the_device(name, protocol):
    hr = np.zeros((220, 230, 3), np.uint8)
    with on_fake_cuda():
        sample = DeviceSample("x", torch.empty(1, 3, 220, 230, dtype=torch.uint8, device=CUDA), hr, 4, protocol)
        found = follow(lambda: ON_THE_DEVICE[name](sample))
    assert (found.problem, found.unknown) == ("", "")


def test_a_network_on_a_gpu_hands_its_output_over_where_it_is():
    job = SimpleNamespace(protocol=PCARN, scale=2)
    pair = Pair("x", np.zeros((4, 5, 3), np.uint8), np.zeros((8, 10, 3), np.uint8), "file")
    with on_fake_cuda():
        sample = sample_of_prediction(job, pair, Prediction(torch.empty(1, 3, 8, 10, device=CUDA)))
        assert isinstance(sample, DeviceSample)
        assert sample.device_sr.device.type == "cuda"
        assert follow(lambda: sample.finite) == ("", "")
    assert type(sample_of_prediction(job, pair, Prediction(torch.rand(1, 3, 8, 10)))) is Sample
