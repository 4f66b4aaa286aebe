"""The losses on luma against their formulas, pixel by pixel."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from srbench_classics.losses.luma_distance import LumaDistance
from srbench_classics.losses.luma_pyramid import LumaPyramid

from srbench import Batch, PluginError, Prediction, UsageError, imresize


def batch_of(hr, scale=2.0):
    return Batch(lr=hr[..., ::2, ::2], hr=hr, scale=scale, names=("",) * len(hr))


def luma_by_hand(rgb):
    """BT.601 in [16, 235] / 255, (B, H, W), of RGB in [0, 1]."""
    red, green, blue = rgb.double().numpy().transpose(1, 0, 2, 3)
    return (16 + 65.481 * red + 128.553 * green + 24.966 * blue) / 255


@pytest.fixture
def images():
    torch.manual_seed(0)
    return torch.rand(2, 3, 7, 9), torch.rand(2, 3, 7, 9)


@pytest.mark.parametrize(
    ("distance", "formula"),
    [
        ("l1", np.abs),
        ("l2", np.square),
        ("charbonnier", lambda difference: np.sqrt(difference**2 + 0.1**2)),
    ],
)
def test_distances_and_reductions_by_hand(images, distance, formula):
    sr, hr = images
    each = formula(luma_by_hand(sr) - luma_by_hand(hr))
    kwargs = {"distance": distance, "eps": 0.1}
    mean = LumaDistance(**kwargs)(Prediction(sr), batch_of(hr))["luma"]
    assert float(mean) == pytest.approx(each.mean(), rel=1e-5)
    inner = LumaDistance(**kwargs, reduction="sum", border=2)(Prediction(sr), batch_of(hr))["luma"]
    assert float(inner) == pytest.approx(each[:, 2:5, 2:7].sum() / 2, rel=1e-5)


def test_chroma_does_not_count(images):
    sr, _ = images
    cancelling = torch.tensor([24.966, 0, -65.481]).view(3, 1, 1) / 100  # red and blue, in the luma
    assert float(LumaDistance("l1")(Prediction(sr + cancelling), batch_of(sr))["luma"]) < 1e-6
    assert float(LumaDistance("l1")(Prediction(sr + cancelling.flip(0)), batch_of(sr))["luma"]) > 1e-2


def test_levels_are_compared_with_hr_shrunk_by_matlabs_bicubic():
    torch.manual_seed(0)
    hr, small, whole = torch.rand(2, 3, 16, 16), torch.rand(2, 1, 8, 8), torch.rand(2, 1, 16, 16)
    expected = 0.0
    for level, factor in ((small, 0.5), (whole, 1.0)):
        for image, y in zip(level, luma_by_hand(hr), strict=True):
            truth = imresize(y[..., None] * 255, factor, mode="matlab-double")[..., 0] / 255 if factor < 1 else y
            expected += np.sqrt((image[0].double().numpy() - truth) ** 2 + 1e-3**2).sum() / 2
    prediction = Prediction(hr * 0, aux={"level-1": small, "level-2": whole, "other": whole * 9})
    found = LumaPyramid()(prediction, batch_of(hr, 4.0))["luma-pyramid"]
    assert float(found) == pytest.approx(expected, rel=1e-5)
    mean = LumaPyramid(reduction="mean")(prediction, batch_of(hr, 4.0))["luma-pyramid"]
    assert float(mean) < float(found) / 64


def test_rgb_images_of_the_levels_count_by_their_luma():
    torch.manual_seed(0)
    hr, small, whole = torch.rand(2, 3, 16, 16), torch.rand(2, 3, 8, 8), torch.rand(2, 3, 16, 16)
    aux = {
        f"level-{level}": torch.from_numpy(luma_by_hand(image))[:, None] for level, image in enumerate((small, whole))
    }
    expected = LumaPyramid()(Prediction(whole, aux=aux), batch_of(hr, 4.0))["luma-pyramid"]
    rgb = Prediction(whole, aux={"state-0": small, "state-1": whole})
    assert float(LumaPyramid()(rgb, batch_of(hr, 4.0))["luma-pyramid"]) == pytest.approx(float(expected), rel=1e-5)


def test_a_network_without_levels_is_refused():
    with pytest.raises(PluginError, match="level-1"):
        LumaPyramid()(Prediction(torch.rand(1, 3, 8, 8)), batch_of(torch.rand(1, 3, 8, 8)))


@pytest.mark.parametrize(
    ("kwargs", "match"),
    [
        ({"distance": "l3"}, "l1, l2"),
        ({"reduction": "max"}, "mean, sum"),
        ({"border": -1}, "0 or more"),
        ({"eps": 0}, "eps"),
    ],
)
def test_choices_that_there_are_not(kwargs, match):
    with pytest.raises(UsageError, match=match):
        LumaDistance(**kwargs)


def test_patches_that_are_all_border_are_refused(images):
    sr, hr = images
    with pytest.raises(UsageError, match="9 x 7 have no pixels within a border of 4"):
        LumaDistance(border=4)(Prediction(sr), batch_of(hr))
