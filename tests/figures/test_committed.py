"""Every committed figure is drawn again from its numbers: nothing collides, no place is empty, one style."""

from __future__ import annotations

import re
import shutil
from functools import cache
from itertools import combinations
from pathlib import Path

import pytest

from srbench.bench.planning.options import Options
from srbench.bench.results.gather import gather
from srbench.catalog import load_catalog
from srbench.escape import markdown, markdown_prose
from srbench.figures.context import FigureContext
from srbench.figures.draw import plan_figure, redraw_figure
from srbench.figures.recorded import RecordedFigure
from srbench.records.store import Store
from srbench.render.figure_files import write_pictures

RESULTS = Path(__file__).parents[2] / "results"
CATALOG = load_catalog()
COMMITTED = [
    (plugin.name, figure)
    for plugin in CATALOG.plugins.values()
    for figure in plugin.figures.values()
    if (RESULTS / plugin.name / f"figure-{figure.id}.csv").is_file()
]
NEEDS_NETWORKS = {("probabilistic-l1", "7")}
"""Its maps are whole images, which are not kept; the network ships."""
FROM_DATA = {("ode-ivp", "3"), ("ode-ivp", "states")}
"""Figures whose whole image comes from Set5."""
REDRAWN = [(name, figure) for name, figure in COMMITTED if (name, figure.id) not in NEEDS_NETWORKS]
SMALLEST = [(name, figure) for name, figure in REDRAWN if (name, figure.id) == ("ode-ivp", "1")]
IDS = [f"{name}-{figure.id}" for name, figure in REDRAWN]


def redrawn(name, figure, roots=()):
    store = Store(RESULTS)
    bare = type(figure)(figure.id, figure.title, figure.draw, rows=figure.rows, protocol=figure.protocol)
    plan = plan_figure(CATALOG, CATALOG.plugin(name), bare, Options(device="cpu"), roots, store)
    context = FigureContext(figure, plan, gather(plan, {}), CATALOG, roots, store)
    return redraw_figure(context, RecordedFigure.read(RESULTS / name, figure.id)), context


@cache
def drawn_once(name, number):
    """The picture of a committed figure, without datasets; drawn once for all tests, which only look at it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("SRBENCH_DATA", raising=False)
        drawn, _ = redrawn(name, CATALOG.plugin(name).figure(number))
    drawn.draw_without_rendering()
    return drawn


@pytest.fixture(scope="module", params=REDRAWN, ids=IDS)
def picture(request):
    name, figure = request.param
    if (name, figure.id) in FROM_DATA:
        pytest.skip("its whole image comes from Set5")
    return drawn_once(name, figure.id)


def texts(picture):
    """All texts that are seen, with their boxes; tick labels are laid out by matplotlib."""
    found = [*picture.texts]
    for panel in picture.axes:
        found += [*panel.texts, panel.title, panel.xaxis.label, panel.yaxis.label]
        found += [text for legend in [panel.get_legend()] if legend for text in legend.get_texts()]
    found += [text for legend in picture.legends for text in legend.get_texts()]
    return [text for text in found if text.get_text().strip() and text.get_visible()]


def test_no_figure_is_committed_that_cannot_be_drawn_again():
    assert len(COMMITTED) >= 18
    assert {(name, figure.id) for name, figure in COMMITTED if not figure.redraw} <= NEEDS_NETWORKS


@pytest.mark.slow
def test_labels_do_not_cover_each_other(picture):
    boxes = [(text.get_text(), text.get_window_extent()) for text in texts(picture)]
    # a pixel of two boxes may be shared: descenders of a line that has none
    apart = [(name, box.padded(-1)) for name, box in boxes if box.width > 2 and box.height > 2]
    assert [(a[0], b[0]) for a, b in combinations(apart, 2) if a[1].overlaps(b[1])] == []


@pytest.mark.slow
def test_labels_are_inside_the_picture(picture):
    width, height = picture.bbox.size
    for text in texts(picture):
        box = text.get_window_extent()
        assert box.x0 >= -1, text.get_text()
        assert box.y0 >= -1, text.get_text()
        assert box.x1 <= width + 1, text.get_text()
        assert box.y1 <= height + 1, text.get_text()


@pytest.mark.slow
def test_no_panel_is_empty(picture):
    for panel in picture.axes:
        shown = [*panel.lines, *panel.collections, *panel.images, *panel.patches]
        assert shown or panel.get_legend(), "a panel without anything in it"


@pytest.mark.slow
def test_a_page_is_as_wide_as_all(picture):
    assert picture.get_figwidth() == pytest.approx(7.2)


@pytest.mark.slow
def test_the_panels_of_pcarns_figure_6_have_one_axis():
    drawn = drawn_once("pcarn", "6")
    assert len(drawn.axes) == 18
    assert len({panel.get_ylim() for panel in drawn.axes}) == 1
    assert len({panel.get_xlim() for panel in drawn.axes}) == 1


@pytest.mark.slow
@pytest.mark.parametrize(("name", "figure"), SMALLEST, ids=["ode-ivp-1"])
def test_a_picture_drawn_twice_has_the_same_bytes_in_every_format(name, figure, tmp_path):
    first, context = redrawn(name, figure)
    second, _ = redrawn(name, figure)
    formats = ("png", "pdf", "svg")
    once = [path.read_bytes() for path in write_pictures(first, context, tmp_path / "a", formats)]
    again = [path.read_bytes() for path in write_pictures(second, context, tmp_path / "b", formats)]
    assert once == again
    assert once[1].startswith(b"%PDF")
    assert b"<svg" in once[2]


@pytest.mark.slow
def test_the_numbers_stay_where_a_picture_is_drawn_again(tmp_path):
    from click.testing import CliRunner

    from srbench.cli.verbs.run import run

    shutil.copytree(RESULTS / "pcarn", tmp_path / "pcarn")
    before = {path.name: path.read_bytes() for path in (tmp_path / "pcarn").glob("figure-8.*") if path.suffix != ".png"}
    arguments = ["--plugin", "pcarn", "--figure", "8", "--redraw", "--format", "png,svg", "--out", str(tmp_path)]
    done = CliRunner().invoke(run, arguments)
    assert done.exit_code == 0, done.output
    assert "drawn again, nothing measured" in done.output
    after = {path.name: path.read_bytes() for path in (tmp_path / "pcarn").glob("figure-8.*") if path.suffix != ".png"}
    assert before == {name: data for name, data in after.items() if not name.endswith(".svg")}
    assert "figure-8.svg" in after


@pytest.mark.parametrize(("name", "figure"), COMMITTED, ids=[f"{name}-{figure.id}" for name, figure in COMMITTED])
def test_a_page_says_what_the_figure_says_now(name, figure):
    page = (RESULTS / name / f"figure-{figure.id}.md").read_text(encoding="utf-8")
    title = markdown(figure.title)
    assert page.startswith(
        f"# {markdown(f'{name}, Figure {figure.id}')}: {title}\n\n![{title}](figure-{figure.id}.png)"
    )
    notes = "".join(f"- {markdown_prose(note)}\n" for note in figure.notes)
    assert page.endswith(notes)
    named = re.findall(r"^- `([^`]+)`: .*(?:SHA-256|no longer at hand)", page, re.MULTILINE)
    assert set(named) <= {spec.name for spec in CATALOG.methods}
