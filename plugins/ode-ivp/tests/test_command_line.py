"""Any scale from 1 on the command line, with a network that was trained in the demo."""

from __future__ import annotations

import pytest

from srbench.data.datasets.demo import images
from srbench.imaging.hr_crop import hr_side, lr_side
from srbench.imaging.image_io import read_image, write_png

HEIGHT, WIDTH = 100, 120
UNSEEN = 2.37
SCALES = (UNSEEN, 4.5)
"""One that no batch had, and one beyond all of them."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A dataset of one photograph."""
    _, path = images()[0]
    root = tmp_path_factory.mktemp("photos")
    write_png(root / "photo.png", read_image(path)[100 : 100 + HEIGHT, 200 : 200 + WIDTH])
    return root


@pytest.mark.parametrize(
    "call",
    [
        ("upscale", "photo.png", "--method", "vdsr-ivp-reduced", "--scale", "0.99"),
        ("run", "--plugin", "ode-ivp", "--table", "1", "--scales", "2,0.99"),
    ],
    ids=lambda call: call[0],
)
def test_a_scale_below_1_is_refused(srbench, tmp_path, call):
    outcome = srbench(*call, "--out", tmp_path / "out")
    assert outcome.code == 2
    (line,) = outcome.err.strip().splitlines()
    assert "scale 0.99 is below 1: super-resolution enlarges" in line
    assert not (tmp_path / "out").exists()


@pytest.mark.slow
def test_trained_in_the_demo_it_has_every_scale(srbench, small_demo, short_demo, folder, tmp_path):
    trained = srbench("train", "--recipe", "vdsr-ivp-reduced", "--profile", "demo", "--out", tmp_path / "results")
    assert trained.code == 0, trained.err
    (weights,) = (tmp_path / "results").rglob("weights.safetensors")
    outcome = srbench(
        *("eval", "--model", "vdsr-ivp-reduced", "--weights", weights, "--datasets", folder, "--metrics", "psnr"),
        *("--scales", ",".join(map(str, SCALES)), "--protocol", "ode-ivp", "--save-images", tmp_path / "sr", "--json"),
    )
    assert outcome.code == 0, outcome.err
    assert [line["scale"] for line in outcome.json] == list(SCALES)
    assert all(10 < line["measured"] < 50 for line in outcome.json)
    for scale in SCALES:
        (made,) = (tmp_path / "sr").rglob(f"X{scale:g}/photo.png")
        sides = tuple(hr_side(lr_side(side, scale, "tens"), scale) for side in (HEIGHT, WIDTH))
        assert read_image(made).shape[:2] == sides


@pytest.mark.slow
def test_the_network_that_ships_stands_in_for_the_papers(srbench, folder, tmp_path):
    sr = {}
    for method in ("vdsr-ivp", "bicubic"):
        outcome = srbench(
            *("upscale", folder / "photo.png", "--method", method, "--scale", UNSEEN, "--out", tmp_path / method)
        )
        assert outcome.code == 0, outcome.err
        assert ("vdsr-ivp-reduced-bundled stands in" in outcome.err) == (method == "vdsr-ivp")
        sr[method] = read_image(tmp_path / method / f"photo_x{UNSEEN:g}.png")
        assert sr[method].shape[:2] == (round(HEIGHT * UNSEEN), round(WIDTH * UNSEEN))
    assert (sr["vdsr-ivp"] != sr["bicubic"]).any()


def test_the_weights_that_ship_beat_bicubic(srbench, folder):
    found = {}
    for method in ("vdsr-ivp-reduced-shipped", "bicubic"):
        outcome = srbench(
            *("eval", "--model", method, "--datasets", folder, "--metrics", "psnr", "--protocol", "ode-ivp"),
            *("--scales", "1.1,2.37,4", "--json"),
        )
        assert outcome.code == 0, outcome.err
        found[method] = [line["measured"] for line in outcome.json]
    assert all(one > other for one, other in zip(*found.values(), strict=True))
