"""Figures 2 and 4 to 7: the numbers behind them, against print, SciPy and the files they were read from."""

from __future__ import annotations

import csv
from dataclasses import replace

import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from scipy import stats
from srbench_probabilistic_l1.figures import EQ_6, FIGURE_2, FIGURE_4, FIGURE_5, FIGURE_6, FIGURE_7, FIGURES, OURS
from srbench_probabilistic_l1.figures.comparison import BENCHMARKS
from srbench_probabilistic_l1.figures.degradation import COLUMNS, FLOOR, read_sigma
from srbench_probabilistic_l1.figures.tradeoff import MEASURED, PRINTED, printed
from srbench_probabilistic_l1.figures.uncertainty import HEADER, maps, values
from srbench_probabilistic_l1.tables import PUBLISHED

from srbench import DataError, Row, Unavailable
from srbench.bench.measuring.run_job import run_job
from srbench.bench.planning.options import Options
from srbench.bench.results.gather import gather
from srbench.catalog import load_catalog
from srbench.data.datasets.finder import open_folder
from srbench.figures.context import FigureContext
from srbench.figures.draw import draw_figure, plan_figure
from srbench.imaging.image_io import read_image
from srbench.metrics.sample import Sample
from srbench.models.build import builder
from srbench.published import published_table
from srbench.records.store import Store
from srbench.specs.protocol import STANDARD
from srbench.training.job import make_job


def drawn(figure, out, *, roots=(), profile="demo", measure=()):
    """`figure` as drawn, and its context, with the cells of the metrics `measure` measured; trainings are not begun."""
    catalog, store = load_catalog(), Store(out)
    plugin = catalog.plugin("probabilistic-l1")
    plan = plan_figure(catalog, plugin, figure, Options(profile=profile, device="cpu"), roots, store)
    records = {}
    for job in plan.jobs:
        if {metric.spec.name for metric in job.metrics} <= set(measure):
            records |= {record.cell.key: record for record in run_job(job)}
    context = FigureContext(figure, plan, gather(plan, records), catalog, roots, store)
    return draw_figure(context), context


def as_trained(out, name, scale, files, profile="demo"):
    """The folder of a training of `name` as if it were done, with `files` in it."""
    job = make_job(load_catalog(), name, profile, 0, "", scale)
    folder = job.folder(out)
    folder.mkdir(parents=True)
    for file, text in {"card.json": "{}", **files}.items():
        (folder / file).write_text(text)
    return folder


def with_weights(out, name, scale):
    """The same with the weights of a network as it is initialised."""
    catalog = load_catalog()
    model = catalog.models.get(catalog.recipes.get(name).model)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        network = builder(model, scale, "matlab-uint8")()
    save_file(network.state_dict(), as_trained(out, name, scale, {}) / "weights.safetensors")


def curve(rows):
    header = ",".join(("step", "learning_rate", *COLUMNS, "psnr"))
    return "\n".join([header, *(",".join([str(step), "0.1", *map(str, sigma), ""]) for step, sigma in rows)])


GONE = ((20, (0.5, 0.45, 0.5, 0.55)), (40, (0.001, 0.0, 1e-12, 0.003)))
KEPT = ((20, (0.5, 0.45, 0.5, 0.55)), (40, (0.02, 0.002, 0.015, 0.06)))


def test_figure_2_shows_what_the_curves_hold(tmp_path):
    for row, rows in zip(FIGURE_2.rows, (GONE, KEPT), strict=True):
        as_trained(tmp_path, row.method, 2.0, {"curve.csv": curve(rows)})
    drawing, context = drawn(FIGURE_2, tmp_path)
    assert list(drawing.numbers.lines) == [
        *((EQ_6, step, *sigma) for step, sigma in GONE),
        *((OURS, step, *sigma) for step, sigma in KEPT),
    ]
    assert drawing.remarks[0] == (
        "Mean sigma ends at 0.001 under Eq. 6 after 40 steps, at 0.02 under Eq. 8 and 10 after 40 steps "
        "(in [0, 1], where a grey level is 0.0039)."
    )
    assert drawing.remarks[1] == "That of Eq. 8 and 10 is 20 times that of Eq. 6 in the end."
    assert f"Drawn at {FLOOR:g} is what is smaller, or exactly 0." in drawing.remarks
    assert set(context.methods) == {row.method for row in FIGURE_2.rows}
    low, _ = drawing.picture.axes[0].get_ylim()
    assert low < FLOOR, "the band ends in the panel"


def test_figure_2_without_one_training_names_it(tmp_path):
    as_trained(tmp_path, FIGURE_2.rows[1].method, 2.0, {"curve.csv": curve(KEPT)})
    drawing, _ = drawn(FIGURE_2, tmp_path)
    assert len(drawing.picture.axes) == 1
    assert any(
        remark.startswith("Not drawn: Eq. 6: edsr-baseline-reduced+eq6 has not been") for remark in drawing.remarks
    )


def test_figure_2_without_any_training_says_so(tmp_path):
    with pytest.raises(Unavailable, match=r"Not drawn: Eq\. 6: .*has not been trained yet"):
        drawn(FIGURE_2, tmp_path)


def test_a_curve_without_sigma_is_refused(tmp_path):
    (tmp_path / "curve.csv").write_text("step,l1\n20,0.1\n")
    with pytest.raises(DataError, match="no column 'sigma_mean'; expected a training with a sigma branch"):
        read_sigma(tmp_path)


def test_figure_4_has_the_printed_numbers(shared):
    """Against the material's own copy of Table 3; what +Ours costs is merged with the row above it there."""
    with (shared / "published" / "published.csv").open(encoding="utf-8", newline="") as file:
        cells = {
            (line["row"], line["metric"]): float(line["value"])
            for line in csv.DictReader(file)
            if (line["plugin"], line["table"], line["scale"]) == ("probabilistic-l1", "3", "3")
            and line["dataset"] in {"", "Set5"}
            and line["value"]
        }
    points = {point.label: point for point in printed(published_table(PUBLISHED, "3"))}
    assert set(points) == {row for row, metric in cells if metric == "psnr"}
    for label, point in points.items():
        costs = tuple(cells[label.removesuffix("+Ours"), cost] for cost in ("params", "macs"))
        assert (point.params, point.macs, point.psnr) == (*costs, cells[label, "psnr"])
        assert point.origin == PRINTED


@pytest.mark.slow
def test_figure_4_has_the_measured_numbers_beside(tmp_path, monkeypatch, small_photographs):
    monkeypatch.setattr("srbench.data.datasets.demo.images", lambda: list(small_photographs))
    # of the whole figure, they are placed in tests/figures/test_committed.py
    monkeypatch.setattr("srbench_probabilistic_l1.figures.tradeoff.place_labels", lambda *_words, **_options: [])
    row = replace(FIGURE_4.rows[1], method="bicubic")  # CARN-M's costs, and a quality that needs no weights
    figure = replace(FIGURE_4, rows=(replace(row, model="carn-m"),))
    drawing, context = drawn(figure, tmp_path, measure={"params", "macs", "psnr"})
    (line,) = [line for line in drawing.numbers.lines if line[1] == MEASURED]
    assert line[0] == "CARN-M"
    assert line[2:4] == (414_787, context.value("CARN-M", "macs"))  # 412K in its paper, without biases
    assert line[4] == context.value("CARN-M", "psnr")
    assert not any("Not drawn" in remark for remark in drawing.remarks)
    without, _ = drawn(figure, tmp_path / "other")
    assert "Not drawn: CARN-M, not measured." in without.remarks


@pytest.mark.slow
def test_figure_5_in_a_demo_has_what_needs_no_weights(tmp_path):
    figure = replace(FIGURE_5, rows=(*FIGURE_5.rows, Row("Nearest", method="nearest")))
    drawing, context = drawn(figure, tmp_path)
    assert [line[7] for line in drawing.numbers.lines] == ["Bicubic", "Nearest"] * 3
    assert list(dict.fromkeys(context.images)) == ["demo/astronaut", "demo/chelsea", "demo/coffee"]
    assert any("IMDN at x2" in remark for remark in drawing.remarks)
    assert any("EDSR-baseline, reduced at x3" in remark for remark in drawing.remarks)


def test_figure_5_with_bicubic_alone_has_nothing_to_compare(tmp_path):
    with pytest.raises(Unavailable, match="nothing to compare yet: Bicubic alone"):
        drawn(FIGURE_5, tmp_path)


def test_parts_of_figure_5_are_inside_their_images(shared):
    for crop in BENCHMARKS:
        images = {image.name: image for image in open_folder(shared / "data" / crop.dataset).images}
        part = crop.part.cut(read_image(images[crop.image].hr), crop.image)
        assert part.std() > 20, "structure, not a flat patch"


@pytest.mark.slow
def test_figure_6_shows_the_sample_and_names_what_is_not_there(material, tmp_path):
    root = material("data/RealSR-sample")
    with pytest.raises(Unavailable, match=r"nothing to compare yet: Bicubic alone.*RCAN.Ours at x4"):
        drawn(FIGURE_6, tmp_path, roots=(root,), profile="quick")
    figure = replace(FIGURE_6, rows=(*FIGURE_6.rows, Row("Nearest", method="nearest")))
    drawing, context = drawn(figure, tmp_path, roots=(root,), profile="quick")
    assert set(context.images) == {"RealSR-sample/cam1_01"}
    said = " ".join(drawing.remarks)
    assert "Not drawn: RealSR x3; RealSR x4: dataset RealSR not found" in said
    assert "RCAN+Ours at x4" in said
    assert {"Bicubic", "Nearest"} == {line[drawing.numbers.header.index("method")] for line in drawing.numbers.lines}


def sample(*, constant=False):
    generator = np.random.default_rng(3)
    hr = generator.integers(0, 256, (20, 24, 3), dtype=np.uint8)
    sigma = np.full((20, 24, 3), 0.05) if constant else generator.uniform(0.01, 0.2, (20, 24, 3))
    sr = hr / 255 + generator.normal(0, 1, hr.shape) * sigma
    made = np.clip(np.rint(sr * 255), 0, 255).astype(np.uint8)
    return Sample("noise", made, hr, 2.0, STANDARD, sr_float=sr.astype(np.float32), sigma=sigma.astype(np.float32))


def test_values_of_figure_7_against_scipy():
    one = maps(sample())
    assert one.error.shape == one.sigma.shape == (16, 20)
    found = dict(zip(HEADER[3:], values(one), strict=True))
    assert found["pll"] == pytest.approx(stats.norm(0, one.sigma).logpdf(one.error).mean())
    assert found["correlation"] == pytest.approx(stats.pearsonr(one.error.ravel(), one.sigma.ravel()).statistic)
    assert found["sigma_p50"] == pytest.approx(np.median(one.sigma))
    assert found["psnr_sigma"] == pytest.approx(-10 * np.log10(((one.sigma - one.error) ** 2).mean()))


def test_a_constant_sigma_correlates_with_nothing():
    found = dict(zip(HEADER[3:], values(maps(sample(constant=True))), strict=True))
    assert found["correlation"] is None
    assert found["sigma_p5"] == pytest.approx(found["sigma_p95"])


@pytest.mark.slow
def test_figure_7_draws_what_the_network_predicts(tmp_path, monkeypatch):
    monkeypatch.setattr("srbench.bench.measuring.run_job.constant_sigma", lambda job, upscaler: 0.02)
    monkeypatch.setattr("srbench_probabilistic_l1.figures.uncertainty.IMAGES", ("chelsea",))
    trained = [row for row in FIGURE_7.rows if not row.method.endswith("-bundled")]
    for row in trained:
        with_weights(tmp_path, row.method, 3.0)
    drawing, context = drawn(FIGURE_7, tmp_path)
    lines = [dict(zip(HEADER, line, strict=True)) for line in drawing.numbers.lines]
    assert [line["method"] for line in lines] == [row.label for row in trained]
    predicted, constant = lines
    assert 0.35 < predicted["sigma_mean"] < 0.5, "a sigmoid that has learned nothing, times luma's 219/255"
    assert constant["sigma_mean"] == pytest.approx(0.02, rel=1e-6)
    hr, sr, error, sigma, _bar = drawing.picture.axes
    assert error.images[0].get_clim() == sigma.images[0].get_clim()
    assert error.images[0].get_array().mean() == pytest.approx(255 * predicted["error_mean"])
    assert sigma.images[0].get_array().mean() == pytest.approx(255 * predicted["sigma_mean"])
    assert sigma.images[0].cmap(0)[0] > sigma.images[0].cmap(255)[0], "dark where large"
    assert hr.images[0].get_array().shape == sr.images[0].get_array().shape
    assert set(context.images) == {"demo/astronaut"}
    assert "Maps are of luma, dark where large" in drawing.remarks[0]


def test_rows_name_methods_that_are_registered_or_the_figure_says_so():
    catalog = load_catalog()
    for figure in FIGURES:
        assert catalog.plugin("probabilistic-l1").figure(figure.id) == figure
        unknown = {row.method for row in figure.rows if row.method not in catalog.methods}
        assert not unknown
