"""VGG19 against torchvision's, and the perceptual loss with the weights at hand."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
import torch

from srbench import Prediction, Unavailable, UsageError, WeightsError
from srbench.errors import UnknownName
from srbench.imaging.image_io import read_image
from srbench.losses.batch import Batch
from srbench.losses.specs import CAFFE_NORMALISED
from srbench.losses.vgg import Vgg
from srbench.nn.vgg import CONVOLUTIONS, MEAN, STAGES, STD, Vgg19Features
from srbench.weights.state_dict import load_state_dict

TORCHVISION_LAYERS = {"conv1_1": 0, "relu1_1": 1, "relu2_2": 8, "pool2": 9, "relu3_4": 17, "conv5_4": 34, "relu5_4": 35}
TORCHVISION_LAYERS |= {"pool5": 36}
"""Number of each layer in torchvision's ``features``."""


@pytest.fixture(scope="module")
def random_state():
    """torchvision's key names and shapes, its classifier cut short, with random values."""
    generator = torch.Generator().manual_seed(0)
    state, number, before = {"classifier.0.weight": torch.zeros(1)}, 0, 3
    for stage in STAGES:
        for width in stage:
            deviation = (2 / (9 * before)) ** 0.5
            state[f"features.{number}.weight"] = torch.randn(width, before, 3, 3, generator=generator) * deviation
            state[f"features.{number}.bias"] = torch.randn(width, generator=generator) * 0.1
            number, before = number + 2, width
        number += 1
    return state


@pytest.fixture(scope="module")
def random_file(random_state, tmp_path_factory):
    path = tmp_path_factory.mktemp("weights") / "vgg19-dcbb9e9d.pth"
    torch.save(random_state, path)
    return path


@pytest.fixture
def caffe_file(shared):
    return shared / "weights" / CAFFE_NORMALISED.filename


@pytest.mark.slow
def test_every_layer_is_torchvisions(random_state, tmp_path):
    torchvision = pytest.importorskip("torchvision")
    with torch.device("meta"):  # its initialisation takes seconds
        reference = torchvision.models.vgg19().features
    reference.load_state_dict({k[9:]: v for k, v in random_state.items() if k.startswith("features.")}, assign=True)
    for layer in reference:
        layer.inplace = False
    ours = Vgg19Features(list(TORCHVISION_LAYERS)).load_numbered(random_state, tmp_path)
    image = torch.rand(1, 3, 40, 35)
    with torch.no_grad():
        features = ours(image)
        x = (image - torch.tensor(MEAN).view(3, 1, 1)) / torch.tensor(STD).view(3, 1, 1)
        for number, layer in enumerate(reference):
            x = layer(x)
            for name in (name for name, index in TORCHVISION_LAYERS.items() if index == number):
                torch.testing.assert_close(features.pop(name), x, msg=name)
    assert not features


def test_vgg19_ends_with_the_deepest_layer_and_draws_no_random_numbers(random_state, tmp_path):
    before = torch.get_rng_state()
    network = Vgg19Features(["relu1_2", "conv2_1"]).load_numbered(random_state, tmp_path)
    assert torch.equal(before, torch.get_rng_state())
    assert len(network.convolutions) == 3
    assert not any(parameter.requires_grad for parameter in network.parameters())
    features = network(torch.rand(1, 3, 8, 8))
    assert features["relu1_2"].min() == 0
    assert features["conv2_1"].min() < 0  # not turned into its activation in place
    with pytest.raises(UsageError, match="2 x 2"):
        network(torch.rand(1, 3, 8, 1))


def test_a_pooling_needs_twice_the_image(random_state, tmp_path):
    network = Vgg19Features(["pool2"]).load_numbered(random_state, tmp_path)
    assert len(network.convolutions) == 4
    assert network(torch.rand(1, 3, 4, 7))["pool2"].shape == (1, 128, 1, 1)
    with pytest.raises(UsageError, match="needs 4 x 4"):
        network(torch.rand(1, 3, 8, 3))


@pytest.mark.parametrize(("drop", "add", "match"), [("features.34", {}, "15 numbered"), ("", {"x.y": 1}, "unexpected")])
def test_another_networks_weights_are_refused(drop, add, match, random_state, tmp_path):
    kept = {key: value for key, value in random_state.items() if not drop or not key.startswith(drop)}
    with pytest.raises(WeightsError, match=match):
        Vgg19Features(["relu5_4"]).load_numbered(kept | {k: torch.tensor(v) for k, v in add.items()}, tmp_path)


def test_unknown_layers_are_named():
    with pytest.raises(UnknownName, match="relu5_4"):
        Vgg19Features(["relu5_5"])


@pytest.mark.slow
def test_distances_and_reductions_by_hand(random_file, value):
    files = {"vgg19": random_file}
    sr, hr = torch.rand(2, 3, 16, 16), torch.rand(2, 3, 16, 16)
    features = Vgg19Features(["conv1_2", "relu2_1"]).load_numbered(load_state_dict(random_file), random_file)
    a, b = features(sr), features(hr)
    first, second = ((a[name] - b[name]).double() for name in ("conv1_2", "relu2_1"))
    for distance, power in (("l1", 1), ("l2", 2)):
        mean = value(Vgg("conv1_2", distance=distance, files=files), sr, hr, "vgg")
        assert float(mean) == pytest.approx(float((first.abs() ** power).mean()), rel=1e-4)
        pixels = value(Vgg("conv1_2", distance=distance, reduction="pixels", files=files), sr, hr, "vgg")
        assert float(pixels) == pytest.approx(float((first.abs() ** power).sum() / (2 * 16 * 16)), rel=1e-4)
    both = value(Vgg({"conv1_2": 0.5, "relu2_1": 2.0}, files=files), sr, hr, "vgg")
    assert float(both) == pytest.approx(float(0.5 * (first**2).mean() + 2 * (second**2).mean()), rel=1e-4)


def test_without_normalise_colours_are_passed_unchanged(random_file, value):
    sr, hr = torch.rand(1, 3, 16, 16), torch.rand(1, 3, 16, 16)
    plain = value(Vgg("relu1_1", normalise=False, files={"vgg19": random_file}), sr, hr, "vgg")
    mean, std = (torch.tensor(constant).view(3, 1, 1) for constant in (MEAN, STD))
    normalised = Vgg("relu1_1", files={"vgg19": random_file})
    torch.testing.assert_close(plain, value(normalised, sr * std + mean, hr * std + mean, "vgg"), rtol=1e-4, atol=0)


def test_gradients_reach_sr_alone(random_file):
    sr, hr = (torch.rand(1, 3, 16, 16, requires_grad=True) for _ in range(2))
    loss = Vgg("relu2_2", files={"vgg19": random_file})
    loss(Prediction(sr), Batch(sr, hr, 1.0, ()))["vgg"].backward()
    assert sr.grad.abs().sum() > 0
    assert hr.grad is None
    assert all(parameter.grad is None for parameter in loss.parameters())


def test_autocast_reaches_the_convolutions_and_not_the_distance(random_file, value):
    loss, sr, hr = Vgg("relu3_1", files={"vgg19": random_file}), torch.rand(1, 3, 16, 16), torch.rand(1, 3, 16, 16)
    exact = value(loss, sr, hr, "vgg")
    with torch.autocast("cpu", torch.bfloat16):
        assert loss.features(sr)["relu3_1"].dtype == torch.bfloat16
        assert float(value(loss, sr, hr, "vgg")) == pytest.approx(float(exact), rel=0.05)


def test_auto_prefers_torchvisions_weights_and_warns_of_the_stand_in(random_file, caffe_file):
    both = {"vgg19": random_file, "vgg19-caffe-normalised": caffe_file}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert Vgg("relu1_1", files=both).weights_used == "torchvision"
        assert Vgg("relu1_1", weights="caffe-normalised", files=both).weights_used == "caffe-normalised"
    with pytest.warns(UserWarning, match="srbench data get vgg19") as caught:
        assert Vgg("relu1_1", files={"vgg19-caffe-normalised": caffe_file}).weights_used == "caffe-normalised"
    assert [warning.filename for warning in caught] == [__file__]  # the line that builds the loss


@pytest.mark.parametrize(("weights", "how"), [("auto", "srbench data get vgg19"), ("caffe-normalised", "safetensors")])
def test_missing_weights_are_unavailable_with_the_way_to_get_them(weights, how):
    with pytest.raises(Unavailable, match=how):
        Vgg(weights=weights, files={})


def test_named_weights_are_not_replaced_by_others(random_file):
    with pytest.raises(Unavailable, match="safetensors"):
        Vgg(weights="caffe-normalised", files={"vgg19": random_file})


@pytest.mark.parametrize("wrong", [{"distance": "l3"}, {"reduction": "sum"}, {"weights": "imagenet"}])
def test_unknown_choices_are_refused(wrong):
    with pytest.raises(UsageError, match="choose from"):
        Vgg(files={}, **wrong)


@pytest.mark.slow
def test_the_stand_in_is_normalised(shared, caffe_file):
    """Mean activation near 1 at every layer, over photographs: true only with its colours in the order it expects."""
    layers = [f"relu{name}" for name in CONVOLUTIONS]
    network = Vgg19Features(layers, "file").load_numbered(load_state_dict(caffe_file), caffe_file)
    means = []
    for name in ("baboon", "comic", "flowers", "lenna", "pepper", "zebra"):
        image = read_image(next((shared / "data" / "Set14" / "HR").glob(f"{name}.png")))[:128, :128]
        features = network(torch.from_numpy(image).movedim(-1, 0)[None] / 255)
        means.append([float(feature.mean()) for feature in features.values()])
    average = np.mean(means, axis=0)
    assert average.min() > 0.7
    assert average.max() < 1.35


@pytest.mark.slow
def test_the_stand_in_sees_blur(shared, caffe_file, value):
    """Blurring is farther from the photograph than a shift of its brightness that is as large in L2."""
    image = read_image(next((shared / "data" / "Set14" / "HR").glob("comic.png")))[:96, :96]
    hr = torch.from_numpy(image).movedim(-1, 0)[None] / 255
    blurred = torch.nn.functional.avg_pool2d(torch.nn.functional.pad(hr, (1, 1, 1, 1), mode="replicate"), 3, stride=1)
    shifted = hr + (blurred - hr).square().mean().sqrt()
    loss = Vgg("relu5_4", weights="caffe-normalised", files={"vgg19-caffe-normalised": caffe_file})
    assert float(value(loss, hr, hr, "vgg")) == 0
    assert value(loss, blurred, hr, "vgg") > 2 * value(loss, shifted, hr, "vgg")
