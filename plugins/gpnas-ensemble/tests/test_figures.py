"""Figures 3 to 6: parts that lie in their images, rows that are methods, a drawing with the PSNR of every row."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from srbench_gpnas_ensemble.figures import FIGURES as ALL
from srbench_gpnas_ensemble.figures.parts import HEIGHT, IMAGES, PHOTOGRAPHS, WIDTH, most_different

from srbench import Row, Unavailable
from srbench.bench.planning.options import Options
from srbench.bench.resolve.resolver import Resolver
from srbench.bench.results.gather import gather
from srbench.catalog import load_catalog
from srbench.figures.context import FigureContext
from srbench.figures.draw import draw_figure, plan_figure
from srbench.imaging.image_io import read_image
from srbench.records.store import Store
from srbench.storage.roots import data_roots

FIGURES = [figure for figure in ALL if not figure.sketch]


def test_every_row_is_a_method_and_the_scales_are_the_paper_s():
    catalog = load_catalog()
    for figure in FIGURES:
        assert all(row.method in catalog.methods for row in figure.rows)
    assert [figure.id for figure in FIGURES] == ["3", "4", "5", "6"]
    assert list(IMAGES) == [2.0, 3.0, 4.0]


def test_the_part_shown_is_where_the_images_differ_most():
    first, second = (np.full((200, 300, 3), 128, np.uint8) for _ in range(2))
    second[100:110, 200:220] = 140  # the parts that hold all of it differ alike; the first of them is taken
    second[:4, 0] = 160  # larger differences, of fewer pixels
    part = most_different([first, second])
    assert (part.width, part.height) == (WIDTH, HEIGHT)
    assert part.left <= 200
    assert part.left + WIDTH >= 220
    assert part.top <= 100
    assert part.top + HEIGHT >= 110


@pytest.mark.parametrize("crop", PHOTOGRAPHS, ids=lambda crop: f"{crop.image} x{crop.scale:g}")
def test_the_parts_lie_in_their_images(crop, shared):
    dataset = Resolver(load_catalog(), data_roots((shared,))).dataset(crop.dataset)
    (files,) = (image for image in dataset.at(crop.scale).images if image.name == crop.image)
    crop.part.cut(read_image(files.hr), crop.image)


@pytest.mark.parametrize("figure", FIGURES[:3], ids=lambda figure: f"figure {figure.id}")
def test_what_is_not_trained_is_named_and_the_rest_drawn(figure, tmp_path):
    catalog, store = load_catalog(), Store(tmp_path)
    plugin = catalog.plugin("gpnas-ensemble")
    figure = replace(figure, rows=(*figure.rows, Row("Nearest", method="nearest")))
    plan = plan_figure(catalog, plugin, figure, Options(profile="demo", source="train", device="cpu"), (), store)
    context = FigureContext(figure, plan, gather(plan, {}), catalog, (), store)
    drawing = draw_figure(context)
    assert {line[drawing.numbers.header.index("method")] for line in drawing.numbers.lines} == {"Bicubic", "Nearest"}
    assert len(drawing.numbers.lines) == 6
    remarks = " ".join(drawing.remarks)
    assert all(row.label in remarks for row in figure.rows[1:-1])


def test_bicubic_alone_has_nothing_to_compare(tmp_path):
    catalog, store = load_catalog(), Store(tmp_path)
    options = Options(profile="demo", source="train", device="cpu")
    plan = plan_figure(catalog, catalog.plugin("gpnas-ensemble"), FIGURES[0], options, (), store)
    with pytest.raises(Unavailable, match="nothing to compare yet: Bicubic alone"):
        draw_figure(FigureContext(FIGURES[0], plan, gather(plan, {}), catalog, (), store))
