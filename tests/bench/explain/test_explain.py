"""What a change of protocol does to a number, against scikit-image, Pillow and the facts of docs/protocols.md."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis.extra import numpy as arrays
from PIL import Image
from skimage.metrics import mean_squared_error, peak_signal_noise_ratio

from srbench.bench.events import RunEvents
from srbench.bench.explain.explanation import explain, jobs_by_lr_mode
from srbench.bench.explain.protocol_variants import describe, variants
from srbench.bench.explain.target import ExplainTarget
from srbench.bench.planning.job import Job
from srbench.bench.resolve.resolved import ResolvedMetric
from srbench.bench.resolve.resolver import Resolver
from srbench.catalog import load_catalog
from srbench.data.datasets.finder import open_folder
from srbench.data.datasets.pairs import load_pair
from srbench.imaging.colour import full_range
from srbench.imaging.resize import imresize
from srbench.inference.method import ResolvedMethod
from srbench.metrics import Sample
from srbench.metrics.psnr import psnr
from srbench.published import Published
from srbench.specs.protocol import MATLAB, PCARN, RGB, STANDARD

FULL_RANGE = 20 * math.log10(219 / 255)
"""What stretching Y to [0, 255] does to any PSNR."""


def explanation(shared, dataset, scale, base, metric="psnr", *, published=None):
    catalog = load_catalog()
    resolver = Resolver(catalog, [shared])
    method = resolver.method("bicubic", scale)
    data = resolver.dataset(dataset)
    data = replace(data, images=data.images[::4]) if dataset == "B100" else data  # what is asked of it holds for each
    job = Job(method, scale, base, (resolver.metric(catalog.metrics.get(metric)),), dataset=data, device="cpu")
    return explain(ExplainTarget("Bicubic", job, published), [job], "", RunEvents())


@pytest.fixture
def only(monkeypatch):
    """``only("full-range Y")``: no other change of a protocol is measured."""

    def choose(label):
        def chosen(*arguments, **options):
            found = [variant for variant in variants(*arguments, **options) if variant.label in {"as it is", label}]
            assert len(found) == 2
            return found

        monkeypatch.setattr("srbench.bench.explain.explanation.variants", chosen)

    return choose


def steps(found):
    return {each.variant.label: found.to_base(each) for each in found.variants}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("dataset", "base", "scale", "label", "fact"),
    [
        ("B100", MATLAB, 2, "full-range Y", -1.31),
        pytest.param("B100", MATLAB, 4, "full-range Y", -1.32, marks=pytest.mark.long),  # as at x2, and so below
        ("Set14", STANDARD.but(round_y=True), 2, "no border", -0.23),
        pytest.param("Set14", STANDARD.but(round_y=True), 4, "no border", -0.20, marks=pytest.mark.long),
        ("Set14", MATLAB, 2, "Y not rounded", +0.016),
        pytest.param("Set14", MATLAB, 4, "Y not rounded", +0.007, marks=pytest.mark.long),
    ],
)
def test_differences_between_protocols_are_those_of_the_documentation(shared, only, dataset, base, scale, label, fact):
    """The facts of docs/protocols.md that one of the sets at hand shows; the others are means with Urban100."""
    only(label)
    tolerance = 0.005 if abs(fact) < 0.02 else 0.02
    assert steps(explanation(shared, dataset, scale, base))[label] == pytest.approx(fact, abs=tolerance)


@pytest.mark.parametrize("scale", [2, 4])
def test_every_step_on_set5_is_scikit_images(shared, scale):
    """RGB, no border, scale + 6 and pooled, from MATLAB's imresize and scikit-image's PSNR alone."""
    found = {each.variant.label: each.value for each in explanation(shared, "Set5", scale, RGB).variants}
    data = open_folder(shared / "data" / "Set5")
    pairs = [load_pair(files, scale, RGB.lr, data) for files in data.images]
    images = [(pair.hr, imresize(pair.lr, scale, mode=RGB.lr, size=pair.hr.shape[:2])) for pair in pairs]

    def inside(border):
        inner = slice(border, -border or None)
        return [(hr[inner, inner], sr[inner, inner]) for hr, sr in images]

    def mean(border):
        return np.mean([peak_signal_noise_ratio(hr, sr, data_range=255) for hr, sr in inside(border)])

    pooled = 10 * math.log10(255**2 / np.mean([mean_squared_error(hr, sr) for hr, sr in inside(scale)]))
    assert found["as it is"] == pytest.approx(mean(scale), abs=1e-9)
    assert found["no border"] == pytest.approx(mean(0), abs=1e-9)
    assert found["border = scale + 6"] == pytest.approx(mean(scale + 6), abs=1e-9)
    assert found["pooled MSE"] == pytest.approx(pooled, abs=1e-9)


@settings(deadline=None)
@given(arrays.arrays(np.uint8, (9, 7, 3)), arrays.arrays(np.uint8, (9, 7, 3)))
def test_full_range_y_is_studio_range_stretched(sr, hr):
    """Of Y that isn't rounded, a stretch by 255 / 219 takes 1.32 dB from any PSNR."""
    studio, full = (psnr(Sample("", sr, hr, 1, STANDARD.but(colour=colour))) for colour in ("y", "y-full"))
    assert full == pytest.approx(studio + FULL_RANGE, abs=1e-6)


@settings(deadline=None)
@given(arrays.arrays(np.uint8, (9, 7, 3)))
def test_full_range_y_is_pillows_grey(image):
    """Pillow's weights have 16 bits, so that a colour in a thousand rounds otherwise."""
    grey = np.asarray(Image.fromarray(image).convert("L"), dtype=float)
    assert np.abs(full_range(image, rounded=False) - grey).max() <= 0.501
    assert np.abs(full_range(image, rounded=True) - grey).max() <= 1


def test_variants_change_one_part_or_two():
    found = variants(PCARN, pooled=True, pairs=True)
    assert [variant.label for variant in found[:10]] == [
        *(
            "as it is",
            "LR by matlab-uint8",
            "LR by matlab-double",
            "SR rounded",
            "Y not rounded",
            "full-range Y",
            "RGB",
        ),
        *("no border", "border = scale + 6", "pooled MSE"),
    ]
    assert len(found) == 1 + 9 + (9**2 - (2**2 + 1 + 3**2 + 2**2 + 1)) // 2
    assert len({variant.protocol.hash for variant in found}) == len(found)
    assert next(variant for variant in found if variant.label == "SR rounded").protocol.hash == MATLAB.hash
    assert describe(PCARN.but(crop_scale=0.5)) == (
        "LR by matlab-uint8-replicate, SR truncated, Y rounded, crop_scale = 0.5, crop_extra = 0, mean over images"
    )


@pytest.mark.slow
def test_heavy_methods_and_unknown_lr_images_are_not_run_again(shared, tmp_path):
    catalog = load_catalog()
    metric = (ResolvedMetric(catalog.metrics.get("psnr")),)
    set5 = Resolver(catalog, [shared]).dataset("Set5")
    edsr = ResolvedMethod("edsr-baseline", catalog.models.get("edsr-baseline"))
    jobs, why = jobs_by_lr_mode(ExplainTarget("", Job(edsr, 2.0, STANDARD, metric, dataset=set5, device="cpu")))
    assert len(jobs) == 1
    assert "316 G mult-adds" in why
    for part in ("HR", "LR_bicubic/X4"):
        (tmp_path / part).mkdir(parents=True)
    source = shared / "data" / "Set5"
    (tmp_path / "HR" / "bird.png").write_bytes((source / "HR" / "bird.png").read_bytes())
    (lr,) = (source / "LR_bicubic" / "X4").glob("bird*")
    (tmp_path / "LR_bicubic" / "X4" / "birdx4.png").write_bytes(lr.read_bytes())
    bicubic = ResolvedMethod("bicubic", catalog.models.get("bicubic"))
    mine = Job(bicubic, 4.0, STANDARD, metric, dataset=open_folder(tmp_path), device="cpu")
    assert jobs_by_lr_mode(ExplainTarget("", mine))[1].endswith("it is unknown how they were made")
    assert (
        len(jobs_by_lr_mode(ExplainTarget("", Job(bicubic, 4.0, STANDARD, metric, dataset=set5, device="cpu")))[0]) == 3
    )


@pytest.mark.slow
def test_a_pair_of_changes_can_be_what_a_paper_did(shared):
    target = next(each for each in explanation(shared, "Set5", 4, MATLAB, published=Published("0", 0.0)).variants
                  if each.variant.label == "RGB, no border")  # fmt: skip
    found = explanation(shared, "Set5", 4, MATLAB, published=Published(f"{target.value:.4f}", target.value))
    assert found.nearest(2).variant.label == "RGB, no border"
    assert found.to_published(found.nearest(2)) == 0


@pytest.mark.slow
def test_a_change_without_effect_is_never_the_nearest(shared):
    """NIQE knows no Y and no border of a protocol, and interpolation leaves nothing to round."""
    found = explanation(shared, "Set5", 4, MATLAB, "niqe", published=Published("5.0", 5.0))
    assert set(steps(found).values()) == {0.0}
    assert (found.nearest(0), found.nearest(1), found.nearest(2)) == (found.base, None, None)
