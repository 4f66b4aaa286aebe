"""Figures 2, 3 and the gradual states: the numbers behind them, against the cells and networks they are of."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from srbench_ode_ivp.figures import BICUBIC, FIGURE_2, FIGURE_3, FIGURE_STATES, FIGURES, FINE, SMALL, slope, states
from srbench_ode_ivp.figures.scales import (
    BETWEEN,
    BEYOND,
    MEASURED,
    PRINTED,
    SEEN,
    Curve,
    Point,
    kind,
    printed,
    roughness,
    summary,
)
from srbench_ode_ivp.model import Ivp
from srbench_ode_ivp.recipes import SCALES
from srbench_ode_ivp.tables import OURS, PUBLISHED, TABLE_1

from srbench import Unavailable
from srbench.bench.measuring.run_job import run_job
from srbench.bench.planning.options import Options
from srbench.bench.results.gather import gather
from srbench.catalog import load_catalog
from srbench.data.datasets.finder import open_folder
from srbench.data.datasets.pairs import load_pair
from srbench.figures.context import FigureContext
from srbench.figures.draw import draw_figure, plan_figure
from srbench.imaging.rectangle import Rectangle
from srbench.metrics import Sample
from srbench.metrics.psnr import psnr
from srbench.published import published_table
from srbench.records.store import Store
from srbench.training.job import make_job

SLOPE = -4 / 255
"""What f is made to be everywhere: four grey levels brighter for each unit of t that is left behind."""


pytestmark = pytest.mark.usefixtures("small_demo")
PATCHES = {slope.EDGE: Rectangle(60, 92, 60, 45), slope.FLAT: Rectangle(120, 135, 60, 45)}
"""Parts of the small photograph, in place of those of the whole one."""


def drawn(figure, out, *, roots=(), profile="demo", measure=(), source="train"):
    """`figure` as drawn, and its context, with the cells of the methods `measure` measured; nothing is trained.

    Weights that ship with the plugin don't count.
    """
    catalog, store = load_catalog(), Store(out)
    plan = plan_figure(
        catalog, catalog.plugin("ode-ivp"), figure, Options(profile=profile, source=source, device="cpu"), roots, store
    )
    records = {}
    for job in plan.jobs:
        if job.method.name in measure:
            records |= {record.cell.key: record for record in run_job(job)}
    context = FigureContext(figure, plan, gather(plan, records), catalog, roots, store)
    return draw_figure(context), context


def as_trained(out, profile="demo"):
    """vdsr-ivp-reduced as if it had been trained, to a constant slope."""
    catalog = load_catalog()
    job = make_job(catalog, "vdsr-ivp-reduced", profile)
    model = Ivp(**catalog.models.get("vdsr-ivp-reduced").kwargs)
    state = {name: torch.zeros_like(value) for name, value in model.state_dict().items()}
    state[list(state)[-1]].fill_(SLOPE)
    folder = job.folder(out)
    folder.mkdir(parents=True)
    (folder / "card.json").write_text("{}")
    save_file(state, folder / "weights.safetensors")


def test_the_scales_are_the_papers():
    assert (len(FINE), FINE[0], FINE[-1]) == (69, 1.1, 4.5)
    assert np.allclose(np.diff(FINE), 0.05)
    assert [scale for scale in FINE if kind(scale) == SEEN] == list(SCALES)
    assert {kind(scale) for scale in (1.15, 3.95)} == {BETWEEN}
    assert {kind(scale) for scale in (4.05, 4.1, 4.5)} == {BEYOND}
    assert {(column.dataset, column.scale) for column in FIGURE_2.columns} == (
        {("Set14", scale) for scale in FINE} | {("B100", scale) for scale in SCALES}
    )


def test_rows_name_methods_that_are_registered():
    catalog = load_catalog()
    for figure in FIGURES:
        assert catalog.plugin("ode-ivp").figure(figure.id) == figure
        assert all(row.method in catalog.methods for row in figure.rows)
        assert figure.columns or figure.id == "1", "what it needs is trained for its cells"


def test_figure_2_has_the_printed_numbers():
    table = published_table(PUBLISHED, "1")
    curves = {curve.method: curve for curve in printed()}
    assert set(curves) == {BICUBIC, OURS, "RDN (ours)"}
    for label, curve in curves.items():
        assert (curve.dataset, curve.origin) == ("B100", PRINTED)
        assert [point.scale for point in curve.points] == list(SCALES)
        assert [point.psnr for point in curve.points] == [table.get(label, column).value for column in TABLE_1.columns]
    assert curves[OURS].points[0].gain == pytest.approx(41.46 - 36.56)
    assert {point.gain for point in curves[BICUBIC].points} == {0}


@pytest.mark.slow
def test_figure_2_has_what_was_measured(tmp_path):
    chosen = (1.1, 1.15, 2.0, 4.5)
    figure = replace(FIGURE_2, columns=tuple(column for column in FIGURE_2.columns if column.scale in chosen))
    as_trained(tmp_path)
    drawing, context = drawn(figure, tmp_path, measure=("bicubic",))
    lines = [dict(zip(drawing.numbers.header, line, strict=True)) for line in drawing.numbers.lines]
    assert [(line["scale"], line["kind"]) for line in lines] == list(
        zip(chosen, (SEEN, BETWEEN, SEEN, BEYOND), strict=True)
    )
    assert {(line["dataset"], line["method"], line["origin"]) for line in lines} == {("demo", BICUBIC, MEASURED)}
    assert [line["psnr"] for line in lines] == [context.value(BICUBIC, "psnr", "demo", scale) for scale in chosen]
    assert f"Not drawn: {SMALL}, not measured." in drawing.remarks
    assert len(drawing.picture.axes) == 2


def curve(gains):
    return Curve(
        "B100", SMALL, MEASURED, tuple(Point(scale, kind(scale), 30 + one, one) for scale, one in gains.items())
    )


def test_gains_are_summed_up_by_kind():
    table = summary([curve({1.1: 2.0, 1.2: 1.0, 1.15: 1.4, 4.05: 0.5, 4.5: 0.1})])
    assert [line[3:] for line in table.lines] == [
        (SEEN, 2, 1.5, 1.0, "x1.2"),
        (BETWEEN, 1, 1.4, 1.4, "x1.15"),
        (BEYOND, 2, 0.3, 0.1, "x4.5"),
    ]


def test_an_unseen_scale_is_compared_with_its_neighbours():
    (said,) = roughness([curve({1.1: 2.0, 1.15: 1.4, 1.2: 1.0, 1.25: 1.0, 1.3: 0.6, 4.0: 1.0, 4.05: 0.0, 4.1: 1.0})])
    assert "its gain is +0.050 dB from the mean" in said  # of -0.1 and +0.2; x4.05 is beyond, and not asked about
    assert "lowest, -0.100 dB, at x1.15" in said


@pytest.mark.slow
def test_figure_3_shows_the_size_of_f(tmp_path, monkeypatch):
    assert (slope.TIMES[0], slope.TIMES[-1], len(slope.TIMES)) == (4.0, 1.0, 16)
    monkeypatch.setattr(slope, "TIMES", (4.0, 2.0, 1.0))
    monkeypatch.setattr(slope, "DEMO_PATCHES", PATCHES)
    as_trained(tmp_path)
    drawing, context = drawn(FIGURE_3, tmp_path)
    lines = [dict(zip(drawing.numbers.header, line, strict=True)) for line in drawing.numbers.lines]
    for patch, part in PATCHES.items():
        own = [line for line in lines if line["patch"] == patch]
        assert [line["t"] for line in own] == list(slope.TIMES)
        assert {Rectangle(*(line[side] for side in Rectangle._fields)) for line in own} == {part}
        assert [line["mean_abs_f"] for line in own] == pytest.approx([4.0] * len(own), rel=1e-5)
    assert set(context.images) == {"demo/astronaut"}
    assert set(context.methods) == {"vdsr-ivp-reduced"}
    assert any(remark.startswith(f"Not drawn: {OURS}: ") for remark in drawing.remarks)
    assert any(remark.startswith(f"Network: {SMALL}. ") for remark in drawing.remarks)


@pytest.mark.parametrize(
    ("edge", "flat", "verdict"),
    [
        ((1, 2), (2, 1), "both as in the paper"),
        ((2, 1), (1, 2), "both unlike the paper"),
        ((1, 2), (1, 2), "growing towards t = 1 in both"),
        ((2, 1), (2, 1), "shrinking towards t = 1 in both"),
    ],
)
def test_figure_3_says_whether_the_papers_observation_holds(edge, flat, verdict):
    assert verdict in slope.trend({slope.EDGE: edge, slope.FLAT: flat})


@pytest.mark.parametrize("scale", [2.0, 4.0])
def test_states_are_equidistant_from_the_scale_to_1(scale):
    times = states.times(scale)
    assert (times[0], times[-1], len(times)) == (scale, 1.0, 4)
    assert np.allclose(np.diff(times), (1 - scale) / 3)


@pytest.mark.slow
def test_states_get_brighter_as_the_slope_says(tmp_path, monkeypatch):
    monkeypatch.setattr(states, "SHOWN", states.SHOWN[:1])
    as_trained(tmp_path)
    drawing, context = drawn(FIGURE_STATES, tmp_path)
    lines = [dict(zip(drawing.numbers.header, line, strict=True)) for line in drawing.numbers.lines]
    assert [(line["scale"], line["t"]) for line in lines] == [(4.0, t) for t in (*states.times(4.0), 1.0)]
    whole, hr, lr, *shown = (axes.images[0].get_array() for axes in drawing.picture.axes[:7])
    assert whole.shape[:2] > hr.shape[:2]
    assert [image.shape for image in (lr, *shown)] == [hr.shape] * 5
    brighter = [float(after.astype(float).mean() - before.mean()) for before, after in pairwise(shown)]
    assert brighter == pytest.approx([4.0] * 3, abs=0.3), "but for pixels that are white already"
    assert set(context.images) == {"demo/astronaut"}


@pytest.mark.slow
def test_the_first_state_is_the_measured_bicubic(shared, tmp_path, monkeypatch):
    """Of a float enlargement, rounded once; the protocol's own bicubic rounds between its two passes."""
    monkeypatch.setattr(states, "SHOWN", states.SHOWN[:1])
    as_trained(tmp_path, "quick")
    drawing, context = drawn(FIGURE_STATES, tmp_path, roots=(shared,), profile="quick")
    lines = [dict(zip(drawing.numbers.header, line, strict=True)) for line in drawing.numbers.lines]
    dataset = open_folder(shared / "data" / "Set5")
    for crop in states.SHOWN:
        (line,) = [line for line in lines if (line["image"], line["t"]) == (crop.image, crop.scale)]
        files = next(image for image in dataset.images if image.name == crop.image)
        pair = load_pair(files, crop.scale, context.protocol.lr, dataset, context.protocol.hr_crop)
        method = context.method("bicubic", crop.scale)
        sr = context.upscaler(method, crop.scale)(pair.lr).sr[0].permute(1, 2, 0).mul(255).round().byte().numpy()
        expected = psnr(Sample(crop.image, sr, pair.hr, crop.scale, context.protocol))
        assert line["psnr_image"] == pytest.approx(expected, abs=0.02)
        assert crop.part.cut(pair.hr, crop.image).std() > 20, "structure, not a flat patch"


def test_patches_of_figure_3_are_an_edge_and_none(shared):
    dataset = open_folder(shared / "data" / slope.DATASET)
    files = next(image for image in dataset.images if image.name == slope.IMAGE)
    hr = load_pair(files, slope.SCALE, "matlab-uint8", dataset, "tens").hr
    spread = {patch: part.cut(hr, slope.IMAGE).std(axis=(0, 1)).mean() for patch, part in slope.PATCHES.items()}
    assert spread[slope.EDGE] > 5 * spread[slope.FLAT]
    assert len({(part.width, part.height) for part in slope.PATCHES.values()}) == 1


@pytest.mark.parametrize("figure", [FIGURE_3, FIGURE_STATES], ids=lambda figure: figure.id)
def test_without_any_training_it_says_so(figure, tmp_path):
    with pytest.raises(
        Unavailable, match=rf"Not drawn: vdsr \(ours\): .*Not drawn: {SMALL.replace('(', '.').replace(')', '.')}: "
    ):
        drawn(figure, tmp_path)


@pytest.mark.slow
def test_a_gradual_method_with_weights_is_shown_beside(shared, tmp_path, monkeypatch):
    monkeypatch.setattr(states, "SHOWN", states.SHOWN[:1])
    as_trained(tmp_path, "quick")
    drawing, context = drawn(FIGURE_STATES, tmp_path, roots=(shared,), profile="quick", source="auto")
    dataset = open_folder(shared / "data" / "Set5")
    (files,) = (image for image in dataset.images if image.name == "butterfly")
    butterfly = load_pair(files, 4.0, context.protocol.lr, dataset, context.protocol.hr_crop)
    _, rivals = drawing.tables
    assert [(line[0], line[2], line[3]) for line in rivals.lines] == [("LapSRN", 4.0, 1), ("LapSRN", 4.0, 2)]
    sr = context.upscaler(context.method("lapsrn", 4.0), 4.0)(butterfly.lr).sr[0].permute(1, 2, 0)
    image = sr.mul(255).clamp(0, 255).round().byte().numpy()
    expected = psnr(Sample("butterfly", image, butterfly.hr, 4.0, context.protocol))
    assert rivals.lines[-1][-1] == pytest.approx(expected, abs=0.002), "the last state is what the method makes"
