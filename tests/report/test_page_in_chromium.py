"""The page in a real Chromium, driven as a person would: mouse, keyboard, and an accessibility check."""

from __future__ import annotations

import json
import os
import shutil

import numpy as np
import pytest

from srbench.imaging.colour import luma
from srbench.imaging.image_io import read_image
from srbench.report.images.crops import places
from srbench.report.images.encode import PageImages

playwright = pytest.importorskip("playwright.sync_api", reason="needs playwright: pip install playwright")
axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="needs axe-playwright-python")
CHROMIUM = os.environ.get("SRBENCH_CHROMIUM") or shutil.which("chromium")
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
)

pytestmark = pytest.mark.skipif(not CHROMIUM, reason="needs Chromium (Debian's package chromium), or SRBENCH_CHROMIUM")


@pytest.fixture(scope="module")
def browser():
    with playwright.sync_playwright() as driver:
        running = driver.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield running
        running.close()


@pytest.fixture(scope="module")
def opened(browser, page, tmp_path_factory):
    """Return the page, opened once for all tests, with everything that it asked for and complained of."""
    file = tmp_path_factory.mktemp("report") / "report.html"
    file.write_text(page, encoding="utf-8")
    tab = browser.new_page(viewport={"width": 1280, "height": 900})
    tab.asked, tab.complaints = [], []
    tab.on("request", lambda request: tab.asked.append(request.url))
    tab.on("console", lambda message: tab.complaints.append(message.text))
    tab.on("pageerror", lambda error: tab.complaints.append(str(error)))
    tab.goto(file.as_uri())
    yield tab
    # whatever the tests did, the page stayed by itself, and without an error
    assert not tab.complaints
    assert {url for url in tab.asked if not url.startswith("data:")} == {file.as_uri()}
    assert tab.evaluate("window.hacked") is None


def until(tab, expression):
    """Wait until a JavaScript expression is true; Playwright's own waiting evaluates text, which the page forbids."""
    for _ in range(200):
        if tab.evaluate(expression):
            return
        tab.wait_for_timeout(50)
    pytest.fail(f"never true: {expression}")


def column(tab, index):
    cells = tab.locator(f"#t-pcarn-3 tbody td:nth-child({index})")
    return [float(text) for text in cells.evaluate_all("cells => cells.map((cell) => cell.dataset.value)") if text]


def test_a_click_on_a_heading_sorts(opened):
    heading = opened.locator("#t-pcarn-3 th.leaf").first
    index = opened.locator("#t-pcarn-3 thead th.label").count() + 1
    before = column(opened, index)
    assert len(set(before)) > 2
    heading.locator("button").click()
    assert column(opened, index) == sorted(before, reverse=True)
    assert heading.get_attribute("aria-sort") == "descending"
    heading.locator("button").press("Enter")
    assert column(opened, index) == sorted(before)
    heading.locator("button").click()
    assert column(opened, index) == before


def test_columns_fold(opened):
    table = opened.locator("#t-pcarn-4")
    shown = table.locator("tbody tr").first.locator("td:visible").count()
    table.locator("details.columns summary").click()
    table.locator("details.columns input").nth(1).uncheck()
    assert table.locator("tbody tr").first.locator("td:visible").count() == shown - 1
    assert table.locator("thead th.leaf:visible").count() == shown - 1
    table.locator("details.columns input").nth(1).check()
    assert table.locator("tbody tr").first.locator("td:visible").count() == shown


def test_filters_of_the_long_table(opened, data):
    opened.get_by_label("Metric", exact=True).first.select_option("PSNR ↑")
    expected = [cell for cell in data["cells"] if cell["metric"] == "PSNR ↑"]
    assert opened.locator("#long tbody tr").count() == len(expected)
    assert opened.locator("#shown").inner_text().startswith(f"{len(expected)} of {len(data['cells'])} numbers")
    opened.locator("#filters").get_by_label("measured only").check()
    assert opened.locator("#long tbody tr").count() == sum("measured" in cell for cell in expected)
    opened.locator("#long th[data-key=value] button").click()
    values = [float(text) for text in opened.locator("#long button.cell").all_inner_texts()]
    assert values == sorted(values)


def test_printed_values_are_sorted_as_numbers_whatever_their_unit(opened):
    """0.4M parameters are more than 41K, and fewer than 1,592K."""
    opened.get_by_label("Metric", exact=True).first.select_option("Params ↓")
    opened.locator("#long th[data-key=published] button").click()
    texts = [text for text in opened.locator("#long tbody tr td.num:nth-child(8)").all_inner_texts() if text.strip()]
    units = {"K": 1e3, "M": 1e6}
    values = [float(text.replace(",", "").rstrip("KM")) * units.get(text[-1], 1) for text in texts]
    assert len(set(values)) > 2
    assert values == sorted(values)


def test_a_cell_opens_by_keyboard_with_its_worst_image_first(opened, data):
    row = next(number for number, cell in enumerate(data["cells"]) if cell["table"] == "4" and "values" in cell)
    cell = data["cells"][row]
    button = opened.locator(f"#t-pcarn-4 button.cell[data-cell='{row}']")
    button.focus()
    button.press("Enter")
    dialog = opened.locator("dialog#detail")
    assert dialog.is_visible()
    values = [float(text) for text in dialog.locator(".values td").all_inner_texts()]
    assert values == sorted(values, reverse=cell["better"] == "lower")
    assert "window.hacked = 1" in dialog.inner_text()  # the hostile name of an image, as text
    assert dialog.locator("svg.histogram rect").count() > 1
    assert "LR made by" in dialog.inner_text()
    opened.keyboard.press("Escape")
    assert not dialog.is_visible()
    assert opened.evaluate("document.activeElement.dataset.cell") == str(row)


def test_infinite_values_of_images_are_sorted_as_numbers_and_nan_is_the_worst(opened, data):
    row, cell = next(
        (number, cell)
        for number, cell in enumerate(data["cells"])
        if cell["table"] == "4" and "values" in cell and cell["better"] == "higher"
    )
    opened.evaluate(f"DATA.cells[{row}].values.values.splice(1, 2, 'inf', 'nan')")
    opened.locator(f"#t-pcarn-4 button.cell[data-cell='{row}']").press("Enter")
    texts = opened.locator("dialog#detail .values td").all_inner_texts()
    assert (texts[0], texts[-1], len(texts)) == ("nan", "inf", len(cell["values"]["values"]))
    opened.keyboard.press("Escape")
    numbers = [float(text) for text in texts[1:]]
    assert numbers == sorted(numbers)


def test_the_leaderboard_can_leave_out_what_is_printed_only(opened):
    names = opened.locator("#board tbody th")
    assert names.last.inner_text() == "printed only"
    opened.locator("#board-choice").get_by_label("measured only").check()
    assert "printed only" not in names.all_inner_texts()
    assert names.count() == 3
    opened.locator("#board-choice").get_by_label("measured only").uncheck()
    assert names.count() == 4


def divider(opened):
    """Return how far right the divider of the two images stands, from 0 to 100."""
    return float(opened.locator("img-comparison-slider").evaluate("slider => slider.value"))


def test_the_slider_follows_mouse_and_keys(opened):
    opened.locator("#images").scroll_into_view_if_needed()
    slider = opened.locator("img-comparison-slider")
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    y = box["y"] + box["height"] / 3
    opened.mouse.move(box["x"] + box["width"] / 2, y)
    opened.mouse.down()
    opened.mouse.move(box["x"] + box["width"] / 4, y, steps=5)
    opened.mouse.up()
    assert divider(opened) == pytest.approx(25, abs=2)
    slider.focus()
    opened.keyboard.down("ArrowRight")  # it moves while the key is down: on a busy machine not at once
    until(opened, "document.querySelector('img-comparison-slider').value > 26")
    opened.keyboard.up("ArrowRight")


def test_the_loupe_shows_one_crop_of_all(opened):
    opened.locator("#images").scroll_into_view_if_needed()
    loupe = opened.locator(".loupes")
    loupe.locator("figure").nth(3).wait_for()  # HR, LR and two methods
    before = loupe.locator(".hint").inner_text()
    loupe.focus()
    opened.keyboard.press("d")
    until(opened, f"document.querySelector('.loupes .hint').innerText !== {json.dumps(before)}")
    captions = loupe.locator("figcaption").all_inner_texts()
    assert len(captions) == 4
    assert all(" dB, LPIPS " in caption for caption in captions[2:])


def test_curves_and_samples_of_a_training(opened):
    card = opened.locator("#trainings details").first
    assert card.locator("svg.curve").count() == 3
    losses = card.locator("figure.training", has_text="Losses")
    losses.locator("svg").hover(position={"x": 5, "y": 50})
    assert losses.locator(".reading").inner_text() == "step 1: l1 3"
    shown = card.locator(".strip img")
    shown.last.scroll_into_view_if_needed()
    until(opened, "[...document.querySelectorAll('.strip img')].every((image) => image.naturalWidth === 128)")
    assert card.locator(".strip figcaption").all_inner_texts() == ["step 1, 21.00 dB", "step 3, 23.00 dB", "HR"]


def test_a_site_on_a_disk_has_the_same_numbers(browser, opened, write, scene, tmp_path):
    """A page that is opened from a disk can't read the files beside it; PSNR, LPIPS and error maps are there."""
    images = PageImages(tmp_path)
    (tmp_path / "index.html").write_text(write(images), encoding="utf-8")
    tab = browser.new_page()
    complaints = []
    tab.on("console", lambda message: complaints.append(message.text))
    tab.on("pageerror", lambda error: complaints.append(str(error)))
    tab.goto((tmp_path / "index.html").as_uri())
    tab.locator("#images").scroll_into_view_if_needed()
    tab.locator(".loupes figure").nth(3).wait_for()
    tab.locator(".errors img").nth(1).wait_for()
    assert tab.locator(".errors figcaption").all_inner_texts() == opened.locator(".errors figcaption").all_inner_texts()
    middle = (len(places(96)) // 2) * len(places(128)) + len(places(128)) // 2
    expected = [(each.crops.psnr[middle], each.crops.lpips[middle]) for each in scene.pictures]
    captions = tab.locator(".loupes figcaption").all_inner_texts()[2:]
    for caption, (decibels, distance) in zip(captions, expected, strict=True):
        assert caption.endswith(f" {decibels:.2f} dB, LPIPS {distance:.3f}")
    tab.locator(".errors").scroll_into_view_if_needed()
    until(tab, "[...document.images].every((image) => image.complete && image.naturalWidth)")
    error = read_image(tmp_path / tab.locator(".errors img").first.get_attribute("src"))
    hr, sr = (luma(image, rounded=False) for image in (scene.hr, scene.pictures[0].image))
    np.testing.assert_array_equal(error, np.rint(np.minimum(8 * np.abs(sr - hr), 255)))
    tab.close()
    assert not complaints


def test_axe_finds_nothing_serious(opened):
    for scheme in ("light", "dark"):
        opened.emulate_media(color_scheme=scheme)
        found = axe.Axe().run(opened).response["violations"]
        grave = [(each["id"], each["nodes"][0]["html"]) for each in found if each["impact"] in {"serious", "critical"}]
        assert not grave, scheme


def test_a_phone_scrolls_in_one_direction(opened):
    opened.set_viewport_size({"width": 390, "height": 800})
    wide = opened.evaluate("""() => [...document.querySelectorAll("main *")].filter((element) => {
        const scrolled = element.closest(".scroll, .stage, details.missing, svg");
        return element.getBoundingClientRect().right > 391 && (!scrolled || scrolled === element);
    }).map((element) => element.outerHTML.slice(0, 200))""")
    assert not wide
    assert opened.evaluate("document.documentElement.scrollWidth") == 390
