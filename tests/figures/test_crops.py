"""Crops of SR images: their PSNR against scikit-image's, and what is left out."""

from __future__ import annotations

import shutil
from types import SimpleNamespace

import numpy as np
import pytest
from skimage.color import rgb2ycbcr
from skimage.metrics import peak_signal_noise_ratio

from srbench import Figure, PluginError, Row, Unavailable
from srbench.bench.planning.options import Options
from srbench.bench.resolve.costs import untrained
from srbench.bench.results.gather import gather
from srbench.catalog import load_catalog
from srbench.data.datasets.pairs import load_pair
from srbench.figures.context import FigureContext
from srbench.figures.crop_strips import budget_note, redraw_crops
from srbench.figures.crops import HEADER, Crop, crops_side_by_side
from srbench.figures.draw import plan_figure
from srbench.figures.recorded import RecordedFigure, to_sheet
from srbench.imaging.image_io import write_png
from srbench.imaging.rectangle import Rectangle
from srbench.metrics.sample import Sample
from srbench.records.store import Store
from srbench.specs.protocol import STANDARD

ROWS = (Row("Bicubic", method="bicubic"), Row("Nearest", method="nearest"))
PART = Rectangle(10, 20, 24, 16)


@pytest.fixture
def photos(tmp_path):
    """A folder of two colour images, 60x48 pixels."""
    generator = np.random.default_rng(0)
    folder = tmp_path / "photos"
    folder.mkdir()
    for name in ("one", "two"):
        coarse = generator.integers(0, 256, (12, 15, 3), dtype=np.uint8)
        write_png(folder / f"{name}.png", coarse.repeat(4, axis=0).repeat(4, axis=1))
    return folder


def context(tmp_path, rows=ROWS, profile="paper"):
    catalog, store = load_catalog(), Store(tmp_path / "out")
    figure = Figure("1", "crops", draw="", rows=rows)
    plan = plan_figure(catalog, SimpleNamespace(name="test"), figure, Options(profile=profile, device="cpu"), [], store)
    return FigureContext(figure, plan, gather(plan, {}), catalog, [tmp_path], store)


def numbers(drawing):
    return [dict(zip(HEADER, line, strict=True)) for line in drawing.numbers.lines]


def test_psnr_of_the_part_is_scikit_images(tmp_path, photos):
    made = context(tmp_path)
    drawing = crops_side_by_side(made, [Crop("photos", "two", 2.0, PART)])
    dataset = made.dataset("photos", 2.0)
    pair = load_pair(dataset.images[1], 2.0, "matlab-uint8", dataset)
    for line, scaled in zip(numbers(drawing), ("bicubic", "nearest"), strict=True):
        sr = made.sample(made.method(scaled, 2.0), dataset, dataset.images[1], 2.0).sr
        cut = (PART.cut(rgb2ycbcr(image)[..., 0], "two") for image in (pair.hr, sr))
        assert line["psnr_crop"] == pytest.approx(peak_signal_noise_ratio(*cut, data_range=255))
        border = (rgb2ycbcr(image)[2:-2, 2:-2, 0] for image in (pair.hr, sr))
        assert line["psnr_image"] == pytest.approx(peak_signal_noise_ratio(*border, data_range=255))
    assert {line["image"] for line in numbers(drawing)} == {"two"}
    bicubic, nearest = (line["psnr_crop"] for line in numbers(drawing))
    marks = [", best" if value == max(bicubic, nearest) else "" for value in (bicubic, nearest)]
    captions = [axes.get_xlabel() for axes in drawing.picture.axes]
    assert captions[1:] == ["HR", "LR", f"Bicubic\n{bicubic:.2f} dB{marks[0]}", f"Nearest\n{nearest:.2f} dB{marks[1]}"]
    lr = drawing.crops[0][1]
    np.testing.assert_array_equal(lr, PART.cut(pair.lr.repeat(2, axis=0).repeat(2, axis=1), "two"))
    assert drawing.remarks == ("PSNR is of the part shown: protocol `standard`, without its border.",)
    assert "photos/two" in made.images


def test_without_a_name_it_is_the_first_image_and_its_middle(tmp_path, photos):
    first, *_ = numbers(crops_side_by_side(context(tmp_path), [Crop("photos", "", 2.0, 16)]))
    assert [first[name] for name in HEADER[:7]] == ["photos", "one", 2.0, 22, 16, 16, 16]


@pytest.mark.slow
def test_what_is_not_at_hand_is_named_and_the_rest_drawn(tmp_path, photos):
    made = context(tmp_path, (*ROWS, Row("Other", method="nothing-of-that-name")))
    crops = [Crop("photos", "one", 2.0, PART), Crop("photos", "three", 2.0, PART), Crop("elsewhere", "", 2.0, PART)]
    drawing = crops_side_by_side(made, crops)
    assert [line["method"] for line in numbers(drawing)] == ["Bicubic", "Nearest"]
    said = " ".join(drawing.remarks)
    assert "Not drawn: Other at x2: method nothing-of-that-name is not installed." in said
    assert "Not drawn: photos/three x2:" in said
    assert "no image three" in said
    assert "Not drawn: elsewhere x2: dataset elsewhere not found" in said


def test_nothing_at_hand_is_an_error_that_says_so(tmp_path):
    with pytest.raises(Unavailable, match="photos x2: dataset photos not found"):
        crops_side_by_side(context(tmp_path), [Crop("photos", "", 2.0, PART)])


def test_a_part_outside_its_image_is_refused(tmp_path, photos):
    crop = Crop("photos", "one", 2.0, Rectangle(50, 0, 20, 20))
    with pytest.raises(PluginError, match=r"photos/one: .* 20x20 at \(50, 0\) is not inside the image of 60x48"):
        crops_side_by_side(context(tmp_path), [crop])


def test_pairs_of_one_size_refuse_what_enlarges(tmp_path, photos):
    for side in ("HR", "LR"):
        shutil.copytree(photos, tmp_path / "real" / side)
    row = Row("LapSRN", method="lapsrn")
    made = context(tmp_path, (row,))
    made.method = lambda name, scale, **_: untrained(made.catalog.models.get(name), 4.0)
    said = "nothing to compare yet: no method alone.* LapSRN at x1: model lapsrn enlarges, but the LR images"
    with pytest.raises(Unavailable, match=said):
        crops_side_by_side(made, [Crop("real", "", 1.0, 16)])


def test_pairs_of_one_size_show_no_lr_image(tmp_path, photos):
    for side in ("HR", "LR"):
        shutil.copytree(photos, tmp_path / "real" / side)
    drawing = crops_side_by_side(context(tmp_path), [Crop("real", "", 1.0, 16)])
    assert [axes.get_xlabel().split("\n")[0] for axes in drawing.picture.axes[1:]] == ["HR", "Bicubic", "Nearest"]


def test_a_picture_is_drawn_again_from_what_was_kept(tmp_path, photos):
    made = context(tmp_path)
    drawing = crops_side_by_side(made, [Crop("photos", name, 2.0, PART) for name in ("one", "two")])
    header, lines = drawing.numbers.header, drawing.numbers.lines
    kept = [{name: str(value) for name, value in zip(header, line, strict=True)} for line in lines]
    again = redraw_crops(made, RecordedFigure(kept, to_sheet(drawing.crops), "paper"))
    assert [axes.get_xlabel() for axes in again.axes] == [axes.get_xlabel() for axes in drawing.picture.axes]
    for one, other in zip(again.axes, drawing.picture.axes, strict=True):
        np.testing.assert_array_equal(one.images[0].get_array(), other.images[0].get_array())
        np.testing.assert_allclose(one.get_position().bounds, other.get_position().bounds)


def test_parts_of_one_image_and_labels_that_are_numbers_are_drawn_again(tmp_path, photos):
    rows = (Row("4096", method="bicubic"), Row("Nearest", method="nearest"))
    made = context(tmp_path, rows)
    parts = (PART, Rectangle(0, 0, 16, 8))
    drawing = crops_side_by_side(made, [Crop("photos", "one", 2.0, part) for part in parts])
    header, lines = drawing.numbers.header, drawing.numbers.lines
    kept = [{name: str(value) for name, value in zip(header, line, strict=True)} for line in lines]
    again = redraw_crops(made, RecordedFigure(kept, to_sheet(drawing.crops), "paper"))
    texts = [axes.get_xlabel() for axes in again.axes]
    assert texts == [axes.get_xlabel() for axes in drawing.picture.axes]
    assert sum(text.startswith("4096\n") for text in texts) == 2


def test_a_crop_that_no_method_has_is_not_drawn(tmp_path, photos, monkeypatch):
    """HR alone would be a strip without a line among the numbers, with which it could not be drawn again."""
    made = context(tmp_path)
    method = made.method

    def at_x2_alone(name, scale, **more):
        if scale != 2:
            raise Unavailable(f"{name} is for x2")
        return method(name, scale, **more)

    monkeypatch.setattr(made, "method", at_x2_alone)
    drawing = crops_side_by_side(made, [Crop("photos", "one", 2.0, PART), Crop("photos", "two", 3.0, PART)])
    assert len(drawing.crops) == 1
    assert drawing.remarks[1:] == (
        "Not drawn: Bicubic at x3: bicubic is for x2.",
        "Not drawn: Nearest at x3: nearest is for x2.",
    )


def test_a_demo_takes_its_photographs(tmp_path):
    made = context(tmp_path, profile="demo")
    line, _ = numbers(crops_side_by_side(made, [Crop("Set14", "barbara", 4.0, PART)]))
    assert [line[name] for name in HEADER[:7]] == ["demo", "astronaut", 4.0, 244, 244, 24, 24]


@pytest.mark.slow
def test_another_metric_stands_beside(shared, tmp_path):
    """LPIPS is what the metric gives for the image, and for the two parts cut by hand."""
    shutil.copytree(shared / "data" / "Set5", tmp_path / "Set5", ignore=lambda _, names: {"LR_bicubic"} & set(names))
    made = context(tmp_path)
    made._resolver.roots = (tmp_path, shared)
    part = Rectangle(60, 40, 96, 80)
    drawing = crops_side_by_side(made, [Crop("Set5", "butterfly", 4.0, part)], also=("lpips",))
    header = (*HEADER, "lpips_crop", "lpips_image")
    assert drawing.numbers.header == header
    bicubic, nearest = (dict(zip(header, line, strict=True)) for line in drawing.numbers.lines)
    assert 0 < bicubic["lpips_crop"] < 1
    assert bicubic["lpips_image"] != nearest["lpips_image"]
    dataset = made.dataset("Set5", 4.0)
    files = next(image for image in dataset.images if image.name == "butterfly")
    sample = made.sample(made.method("bicubic", 4.0), dataset, files, 4.0)
    lpips = made.measure("lpips")
    assert bicubic["lpips_image"] == lpips(sample)
    whole = STANDARD.but(crop_scale=0.0, crop_extra=0)
    cut = Sample("", part.cut(sample.sr, ""), part.cut(sample.hr, ""), 4.0, whole)
    assert bicubic["lpips_crop"] == lpips(cut)
    captions = [axes.get_xlabel() for axes in drawing.picture.axes]
    assert f"Bicubic\n{bicubic['psnr_crop']:.2f} dB, best\nLPIPS {bicubic['lpips_crop']:.3f}" in captions
    assert f"Nearest\n{nearest['psnr_crop']:.2f} dB\nLPIPS {nearest['lpips_crop']:.3f}, best" in captions
    psnr_table, lpips_table = drawing.tables
    assert psnr_table.title.startswith("PSNR of the part shown, in dB")
    assert lpips_table.lines[0][2:] == (bicubic["lpips_crop"], nearest["lpips_crop"])
    assert drawing.remarks == ("PSNR and LPIPS are of the part shown: protocol `standard`, without its border.",)


def test_a_metric_without_its_weights_is_named_and_the_rest_drawn(tmp_path, photos):
    drawing = crops_side_by_side(context(tmp_path), [Crop("photos", "one", 2.0, PART)], also=("lpips",))
    assert drawing.numbers.header == HEADER
    assert any(remark.startswith("Not drawn: lpips: not available: alexnet") for remark in drawing.remarks)


def test_a_part_too_small_for_a_metric_has_none(shared, tmp_path, photos):
    made = context(tmp_path)
    made._resolver.roots = (tmp_path, shared)
    drawing = crops_side_by_side(made, [Crop("photos", "one", 2.0, PART)], also=("lpips",))
    assert {line[-2] for line in drawing.numbers.lines} == {None}


def test_the_note_names_the_rows_whose_weights_ship(tmp_path):
    rows = (*ROWS, Row("Ours", method="pcarn-m-l1"), Row("Theirs", method="pcarn-m"))
    made = context(tmp_path, rows)
    assert budget_note(made, "paper", ["Bicubic", "Theirs"]) == ""
    assert budget_note(made, "paper", ["Bicubic", "Ours"]).startswith("With weights that srbench trained")
    assert budget_note(made, "paper", ["Bicubic", "Ours", "Theirs"]).startswith("Ours: with weights that srbench")
    assert budget_note(made, "quick", ["Theirs"]).startswith("Profile quick: ")
