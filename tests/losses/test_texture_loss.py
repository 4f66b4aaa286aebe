"""The texture loss against its formula, sum by sum."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from srbench import Prediction, Unavailable, UsageError
from srbench.losses.batch import Batch
from srbench.losses.specs import CAFFE_NORMALISED
from srbench.losses.texture import Texture
from srbench.nn.vgg import STAGES, Vgg19Features
from srbench.weights.state_dict import load_state_dict


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """A VGG19 of random weights, in torchvision's layout."""
    generator = torch.Generator().manual_seed(0)
    state, number, before = {}, 0, 3
    for stage in STAGES:
        for width in stage:
            deviation = (2 / (9 * before)) ** 0.5
            state[f"features.{number}.weight"] = torch.randn(width, before, 3, 3, generator=generator) * deviation
            state[f"features.{number}.bias"] = torch.randn(width, generator=generator) * 0.1
            number, before = number + 2, width
        number += 1
    path = tmp_path_factory.mktemp("weights") / "vgg19-dcbb9e9d.pth"
    torch.save(state, path)
    return {"vgg19": path}


@pytest.fixture(scope="module")
def features(files):
    network = Vgg19Features(["relu1_1", "relu2_1"]).load_numbered(load_state_dict(files["vgg19"]), files["vgg19"])

    def call(image, layer):
        return network(image)[layer].double().numpy()

    return call


def gram_by_hand(features, top, left, side):
    """G_ij = sum over the positions (x, y) of F_i(x, y) F_j(x, y) (Gatys et al. 2015, Eq. 1)."""
    square = features[:, top : top + side[0], left : left + side[1]]
    return np.einsum("ixy,jxy->ij", square, square)


def test_one_gram_matrix_for_the_whole_map_by_hand(files, features, value):
    """TSRN-G's: Gram matrices over the number of elements of the map, mean squared difference, summed over layers."""
    sr, hr = torch.rand(2, 3, 9, 11), torch.rand(2, 3, 9, 11)
    expected = 0.0
    for layer, weight in (("relu1_1", 0.5), ("relu2_1", 3.0)):
        differences = []
        for a, b in zip(features(sr, layer), features(hr, layer), strict=True):
            matrices = [gram_by_hand(image, 0, 0, image.shape[1:]) / image.size for image in (a, b)]
            differences.append((matrices[0] - matrices[1]) ** 2)
        expected += weight * np.mean(differences)
    loss = value(Texture({"relu1_1": 0.5, "relu2_1": 3.0}, files=files), sr, hr, "texture")
    assert float(loss) == pytest.approx(expected, rel=1e-4)


def test_squares_of_the_map_by_hand(files, features, value):
    """EnhanceNet's: a Gram matrix, not divided, for each square; what is left over is not used."""
    sr, hr = torch.rand(1, 3, 9, 14), torch.rand(1, 3, 9, 14)
    a, b = features(sr, "relu1_1")[0], features(hr, "relu1_1")[0]
    differences = [
        (gram_by_hand(a, top, left, (4, 4)) - gram_by_hand(b, top, left, (4, 4))) ** 2
        for top in (0, 4)
        for left in (0, 4, 8)
    ]
    expected = float(np.mean(differences))
    squares = Texture("relu1_1", patch=4, divide_by="none", files=files)
    assert float(value(squares, sr, hr, "texture")) == pytest.approx(expected, rel=1e-4)
    by_positions = Texture("relu1_1", patch=4, divide_by="positions", files=files)
    assert float(value(by_positions, sr, hr, "texture")) == pytest.approx(expected / 16**2, rel=1e-4)
    by_elements = Texture("relu1_1", patch=4, divide_by="elements", files=files)
    assert float(value(by_elements, sr, hr, "texture")) == pytest.approx(expected / (64 * 16) ** 2, rel=1e-4)
    outside = hr.clone()
    outside[..., 13:] = 0.5  # the features in the squares see one pixel more
    assert float(value(squares, outside, hr, "texture")) == 0


def test_a_rolled_texture_has_nearly_the_same_gram_matrix(files, value):
    """A texture that is rolled around keeps its statistics, while a pixel loss is large."""
    torch.manual_seed(0)
    tile = torch.rand(1, 3, 8, 8).repeat(1, 1, 8, 8)
    rolled, other = tile.roll((0, 4), (2, 3)), torch.rand(1, 3, 64, 64)
    loss = Texture("relu1_1", files=files)
    assert 50 * value(loss, rolled, tile, "texture") < value(loss, other, tile, "texture")


def test_gradients_reach_sr_alone(files):
    sr, hr = (torch.rand(1, 3, 16, 16, requires_grad=True) for _ in range(2))
    Texture("relu2_1", files=files)(Prediction(sr), Batch(sr, hr, 1.0, ()))["texture"].backward()
    assert sr.grad.abs().sum() > 0
    assert hr.grad is None


@pytest.mark.parametrize(
    ("kwargs", "match"), [({"divide_by": "area"}, "positions"), ({"patch": 0}, "1 or more"), ({"weights": "x"}, "auto")]
)
def test_unknown_choices_are_refused(files, kwargs, match):
    with pytest.raises(UsageError, match=match):
        Texture("relu1_1", files=files, **kwargs)


def test_maps_smaller_than_a_square_are_refused(files, value):
    with pytest.raises(UsageError, match="relu2_1 are 8 x 8, smaller than a patch of 16 x 16"):
        value(Texture("relu2_1", patch=16, files=files), torch.rand(1, 3, 16, 16), torch.rand(1, 3, 16, 16), "texture")


def test_missing_weights_are_unavailable_with_the_way_to_get_them():
    with pytest.raises(Unavailable, match=r"texture: .*srbench data get vgg19"):
        Texture("relu1_1", files={})


@pytest.mark.slow
def test_the_stand_in_has_its_factor(shared, value):
    path = {"vgg19-caffe-normalised": shared / "weights" / CAFFE_NORMALISED.filename}
    sr, hr = torch.rand(1, 3, 16, 16), torch.rand(1, 3, 16, 16)
    whole, tenth = (
        Texture("relu1_1", weights="caffe-normalised", stand_in=factor, files=path) for factor in (1.0, 0.1)
    )
    assert whole.weights_used == "caffe-normalised"
    assert float(value(tenth, sr, hr, "texture")) == pytest.approx(float(value(whole, sr, hr, "texture")) / 10)
