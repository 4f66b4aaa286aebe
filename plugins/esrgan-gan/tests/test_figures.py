"""Figures 6 and 7 and that of network interpolation: the numbers behind them, against the files they were read from."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from srbench_esrgan_gan.figures import (
    ALPHAS,
    CNN,
    FIGURE_6,
    FIGURE_7,
    FIGURES,
    GAN,
    INTERPOLATION,
    REMEDY,
    between,
)
from srbench_esrgan_gan.figures.comparison import CROPS
from srbench_esrgan_gan.figures.gan_curve import COLUMNS, HEADER, read_gan_curve
from srbench_esrgan_gan.figures.tradeoff import Point, _sentences

from srbench import DataError, MethodSpec, Unavailable
from srbench.bench.measuring.run_job import run_job
from srbench.bench.planning.options import Options
from srbench.bench.results.gather import gather
from srbench.catalog import load_catalog
from srbench.data.datasets.demo import images
from srbench.data.datasets.finder import open_folder
from srbench.figures.context import FigureContext
from srbench.figures.draw import draw_figure, plan_figure
from srbench.imaging.image_io import read_image, write_png
from srbench.models.build import builder
from srbench.records.store import Store


@pytest.fixture
def small(monkeypatch, tmp_path):
    """The demo's photographs cut to 136x128 pixels, so that LPIPS takes no time."""
    cut = []
    for name, path in images()[:3]:
        write_png(tmp_path / "demo" / f"{name}.png", read_image(path)[100:228, 100:236])
        cut.append((name, tmp_path / "demo" / f"{name}.png"))
    monkeypatch.setattr("srbench.data.datasets.demo.images", lambda: cut)


def drawn(figure, out, *, roots=(), measure=()):
    """`figure` in a demo and its context, with the cells of the metrics `measure` measured; nothing is trained."""
    catalog, store = load_catalog(), Store(out)
    plugin = catalog.plugin("esrgan-gan")
    plan = plan_figure(catalog, plugin, figure, Options(profile="demo", source="train", device="cpu"), roots, store)
    records = {}
    for job in plan.jobs:
        wanted = tuple(metric for metric in job.metrics if metric.spec.name in measure)
        if wanted and all(training.done(out) for training in job.method.trainings):
            for record in run_job(replace(job, metrics=wanted)):
                assert record.status == "ok", record.traceback
                records[record.cell.key] = record
                store.put(record)
    context = FigureContext(figure, plan, gather(plan, records), catalog, roots, store)
    return draw_figure(context), context


def as_trained(out, name, **files):
    """The folder of the training of method `name` as if it were done, its card with the job's own identity."""
    from srbench.bench.resolve.method_weights import WeightsPolicy
    from srbench.bench.resolve.resolver import Resolver

    job = Resolver(load_catalog(), (), weights=WeightsPolicy("train", "demo", out)).method(name, 4.0).training
    folder = job.folder(out)
    folder.mkdir(parents=True, exist_ok=True)
    card = {"trained_with": job.identity, "warnings": [], **files.pop("card", {})}
    (folder / "card.json").write_text(json.dumps(card))
    for file, text in files.items():
        (folder / f"{file}.csv").write_text(text)
    return folder


def with_weights(out, name, seed):
    """The same with the weights of a network as it is initialised from `seed`."""
    catalog = load_catalog()
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        network = builder(catalog.models.get(catalog.methods.get(name).model), 4.0, "matlab-uint8")()
    save_file(network.state_dict(), as_trained(out, name) / "weights.safetensors")


def curve(*rows):
    header = ",".join(("step", "learning_rate", *COLUMNS, "psnr"))
    lines = (
        ",".join([str(step), "0.1", *("" if other is None else str(other) for other in rest), ""])
        for step, *rest in rows
    )
    return "\n".join([header, *lines])


IN_TURNS = ((1, None, None, 0.6, 0.7), (3, 0.006, 0.002, None, None), (5, 0.003, 1e-6, 0.9, 1.0))


def numbers(drawing, header=HEADER):
    return [dict(zip(header, line, strict=True)) for line in drawing.numbers.lines]


def test_figure_7_shows_what_the_curve_holds_without_its_weights(tmp_path):
    warned = "phase gan, step 5 of 5: the discriminator is fooled"
    as_trained(tmp_path, GAN, curve=curve(*IN_TURNS), card={"warnings": [warned]})
    drawing, context = drawn(FIGURE_7, tmp_path)
    phase = load_catalog().recipes.get(GAN).phases[-1]
    vgg = next(term.weight for term in phase.losses if term.loss == "vgg")
    first, middle, last = numbers(drawing)
    assert first["perceptual"] is None
    assert first["accuracy_fake"] == 0.7
    assert middle["perceptual"] == pytest.approx(0.006 / vgg)
    assert middle["adversarial"] == pytest.approx(0.002 / phase.adversary.weight)
    assert last["adversarial"] == pytest.approx(1e-6 / phase.adversary.weight)
    perceptual, adversarial, accuracy = drawing.picture.axes
    assert perceptual.get_yscale() == adversarial.get_yscale() == "log"
    shown = perceptual.lines[0].get_ydata()
    assert np.isnan(shown[0])
    assert shown[1] == pytest.approx(0.006 / vgg)
    assert adversarial.lines[1].get_ydata()[0] == pytest.approx(-math.log(0.5))
    assert accuracy.lines[0].get_ydata()[2] == 0.9
    (table,) = drawing.tables
    assert table.lines[0][4] == pytest.approx(0.95), "the mean of both sides, at the end"
    assert f"in turns (the report's): {warned}." in drawing.remarks
    assert any(remark.startswith("Not drawn: both at once: ") for remark in drawing.remarks)
    assert set(context.methods) == {GAN}


def test_the_relativistic_discriminator_has_twice_the_chance_level(tmp_path):
    as_trained(tmp_path, REMEDY, curve=curve(*IN_TURNS))
    drawing, _ = drawn(FIGURE_7, tmp_path)
    recipe = load_catalog().recipes.get(REMEDY)
    assert recipe.phases[-1].adversary.loss == "relativistic"
    assert drawing.picture.axes[1].lines[1].get_ydata()[0] == pytest.approx(2 * math.log(2))


def test_figure_7_without_any_training_says_so(tmp_path):
    with pytest.raises(Unavailable, match=r"Not drawn: in turns \(the report's\): .*has not been trained yet"):
        drawn(FIGURE_7, tmp_path)


def test_a_curve_without_a_discriminator_is_refused(tmp_path):
    folder = as_trained(tmp_path, GAN, curve="step,l1\n20,0.1\n")
    with pytest.raises(DataError, match="no column 'vgg'; expected a training with a discriminator and VGG"):
        read_gan_curve(folder)
    (folder / "curve.csv").unlink()
    with pytest.raises(Unavailable, match="no such file"):
        read_gan_curve(folder)


ALEXNET = "weights/alexnet-torchvision-features.safetensors"


@pytest.mark.slow
def test_figure_6_in_a_demo_has_what_is_at_hand(material, tmp_path, small):
    with_weights(tmp_path, CNN, 0)
    drawing, context = drawn(FIGURE_6, tmp_path, roots=(material(ALEXNET),))
    header = drawing.numbers.header
    assert header[-2:] == ("lpips_crop", "lpips_image")
    lines = numbers(drawing, header)
    assert [line["method"] for line in lines] == ["CNN (L1)", "Bilinear", "Nearest"] * len(CROPS)
    assert all(line["psnr_crop"] > 0 and 0 < line["lpips_crop"] < 1.5 for line in lines)
    assert {line["width"] for line in lines} == {112}
    captions = [axes.get_xlabel() for axes in drawing.picture.axes]
    assert any("Bilinear" in caption and " dB" in caption and "LPIPS 0." in caption for caption in captions)
    assert set(context.methods) == {CNN}
    assert any("GAN at x4" in remark for remark in drawing.remarks)


def test_parts_of_figure_6_are_inside_their_images(shared):
    known = {image.name: image for image in open_folder(shared / "data" / "Set14").images}
    for crop in CROPS:
        part = crop.part.cut(read_image(known[crop.image].hr), crop.image)
        assert part.std() > 20, "structure, not a flat patch"


@pytest.mark.slow
def test_the_figure_of_interpolation_measures_what_lies_between(material, tmp_path, small):
    with_weights(tmp_path, CNN, 0)
    with_weights(tmp_path, REMEDY, 1)
    drawing, context = drawn(INTERPOLATION, tmp_path, roots=(material(ALEXNET),), measure={"psnr", "lpips"})
    points = [Point(*line) for line in drawing.numbers.lines]
    assert tuple(point.alpha for point in points) == ALPHAS
    assert len({point.psnr for point in points}) == len(points)
    for point, row in zip(points, INTERPOLATION.rows, strict=True):
        (record,) = context.records(row, "psnr")
        assert point.psnr == record.value == pytest.approx(np.mean(list(record.values.values())))
        assert point.lpips == context.value(row, "lpips")
    assert set(context.methods) == {row.method for row in INTERPOLATION.rows}
    left, middle, right = drawing.picture.axes
    np.testing.assert_allclose(middle.lines[0].get_ydata(), [point.lpips for point in points])
    np.testing.assert_allclose(left.lines[0].get_ydata(), [point.psnr for point in points])
    np.testing.assert_allclose(right.lines[0].get_xydata(), [(point.psnr, point.lpips) for point in points])


def test_what_is_said_of_the_interpolation():
    points = [Point(0.0, 26.0, 0.30), Point(0.4, 25.5, 0.24), Point(0.8, 24.5, 0.20), Point(1.0, 24.0, 0.21)]
    assert _sentences(points) == [
        "LPIPS is least at alpha 0.8: 0.2000, with 24.50 dB.",
        "From alpha 0 to 1 LPIPS changes by -30.0 %, PSNR by -2.00 dB.",
        "As good in LPIPS as the GAN, and better in PSNR: alpha 0.8.",
        "Seed 0.",
    ]


def test_without_trainings_the_figure_of_interpolation_says_so(tmp_path):
    with pytest.raises(Unavailable, match="Not drawn: alpha 0: "):
        drawn(INTERPOLATION, tmp_path)


def test_the_methods_between_have_the_names_of_their_rows():
    made = between(MethodSpec(REMEDY, "any", blend_with=CNN))
    assert [drawn.name for drawn in made] == [row.method for row in INTERPOLATION.rows[1:-1]]
    assert [drawn.alpha for drawn in made] == [0.2, 0.4, 0.6, 0.8]


def test_figures_and_the_methods_of_their_rows_are_registered():
    catalog = load_catalog()
    for figure in FIGURES:
        assert catalog.plugin("esrgan-gan").figure(figure.id) == figure
        assert not {row.method for row in figure.rows if row.method not in catalog.methods}
