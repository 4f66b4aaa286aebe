"""Size of a page of `srbench report`, and seconds until Chromium has opened it from the disk.

    srbench report results --datasets Set5,Set14 --scales 4 --make-images --out report.html
    python benchmarks/report_page.py report.html [--rounds 7]

Each round starts a new browser, so that nothing is cached but the file. Times count from the start of the navigation:
to the first paint, to the end of `DOMContentLoaded` (the page's scripts have run: tables sort, cells open), to the end
of the `load` event, and to the first moment after it at which the page answers (a frame has been drawn, and a task of
its own has been run). "CPU" is what the page's main thread has computed until then, whatever else the machine does. The
last line is a click on a number until its dialog has been drawn.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, sync_playwright

MARKS = ("paint", "DOMContentLoaded", "load", "answers", "CPU", "cell opens")
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")
ANSWERS = "() => new Promise((done) => requestAnimationFrame(() => setTimeout(() => done(performance.now()))))"
OPENS = """() => new Promise((done) => {
    const start = performance.now();
    document.querySelector("button.cell").click();
    requestAnimationFrame(() => setTimeout(() => done(performance.now() - start)));
})"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pages", nargs="+", type=Path)
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    chromium = shutil.which("chromium")
    for page in options.pages:
        print(f"{page.name}: {contents(page)}")
        with sync_playwright() as driver:
            rounds = []
            for _ in range(options.rounds):
                browser = driver.chromium.launch(executable_path=chromium, args=list(FLAGS))
                rounds.append(times(browser, page))
                browser.close()
        for index, name in enumerate(MARKS):
            values = [seconds[index] for seconds in rounds]
            print(f"  {name:>16}: {min(values):.2f} s at best, {median(values):.2f} s in the median")


def contents(page: Path) -> str:
    """Return size, numbers and images of a page."""
    text = page.read_text(encoding="utf-8")
    (data,) = re.findall(r'id="data">(.*?)</script>', text, re.DOTALL)
    cells = json.loads(data)["cells"]
    measured = sum("measured" in cell for cell in cells)
    images = text.count("data:image/webp")
    return f"{page.stat().st_size / 1e6:.1f} MB, {len(cells)} cells, {measured} of them measured, {images} images"


def times(browser: Browser, page: Path) -> list[float]:
    """Return the seconds of one opening, in the order of `MARKS`."""
    tab = browser.new_page(viewport={"width": 1280, "height": 900})
    session = tab.context.new_cdp_session(tab)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})
    tab.goto(page.resolve().as_uri(), wait_until="load")
    answers = tab.evaluate(ANSWERS)
    entry = tab.evaluate("performance.getEntriesByType('navigation')[0].toJSON()")
    paint = tab.evaluate("performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0")
    metrics = {metric["name"]: metric["value"] for metric in session.send("Performance.getMetrics")["metrics"]}
    marks = [
        paint,
        entry["domContentLoadedEventEnd"],
        entry["loadEventEnd"],
        answers,
        1000 * metrics["TaskDuration"],
        tab.evaluate(OPENS),
    ]
    return [mark / 1000 for mark in marks]


if __name__ == "__main__":
    main()
