"""A small page with hostile names: two tables on demo data, a leaderboard, an image and a training, all made up."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import numpy as np
import pytest

from srbench.bench.planning.options import Options
from srbench.bench.planning.plan import make_plan
from srbench.bench.planning.selection import Selection
from srbench.catalog import load_catalog
from srbench.imaging.rectangle import Rectangle
from srbench.metrics import Sample
from srbench.records.record import Record
from srbench.report.images.crops import crop_values
from srbench.report.images.encode import PageImages
from srbench.report.images.scenes import Scene, SrPicture
from srbench.report.page import ReportContent, render_page
from srbench.report.ranks.rank_tables import rank_tables
from srbench.report.tables import reported_table
from srbench.specs.protocol import STANDARD

HOSTILE = '</script><script>window.hacked = 1</script><img src=x onerror="window.hacked = 1"> \'&quot;" {{ 7 * 7 }} -->'
"""Name of a row, an image, a dataset and a training."""
VALUES = {"psnr": 30.0, "ssim": 0.8, "lpips": 0.2, "params": 1e6, "macs": 2e9}


@pytest.fixture(scope="module")
def catalog():
    return load_catalog()


@pytest.fixture(scope="module")
def tables(catalog):
    """Tables 3 (methods down) and 4 (methods across) of pcarn with values made up: showing is tested, not measuring."""
    plugin = catalog.plugin("pcarn")
    return [_table(catalog, plugin, plugin.table(number)) for number in ("3", "4")]


def _table(catalog, plugin, table):
    rows = (replace(table.rows[0], label=HOSTILE), *table.rows[1:])
    options = Options(profile="demo")
    plan = make_plan(catalog, plugin, replace(table, rows=rows), Selection(), options, (), None, hash_files=False)
    records = {}
    for number, slot in enumerate(plan.slots):
        if slot.cell and slot.cell.metric in VALUES:
            value = VALUES[slot.cell.metric] * (1 + (number * 7 % 11) / 1000)
            names = ("",) if slot.cell.metric in {"params", "macs"} else (HOSTILE, "b", "c", "d", "e", "f")
            values = {name: value * (1 + index / 100) for index, name in enumerate(names)}
            protocol = {} if names == ("",) else slot.protocol.identity()
            records[slot.cell.key] = Record(
                slot.cell, "ok", values, value, weights={HOSTILE: "0" * 64}, protocol=protocol
            )
    return reported_table(plugin, plan, records)


@pytest.fixture(scope="module")
def scene():
    chance = np.random.default_rng(0)
    images = {name: chance.integers(0, 256, (96, 128, 3), np.uint8) for name in ("hr", HOSTILE, "second")}
    lr = np.ascontiguousarray(images["hr"][::4, ::4])
    samples = {name: Sample(name, image, images["hr"], 4.0, STANDARD) for name, image in images.items() if name != "hr"}
    pictures = tuple(
        SrPicture(
            name, sample.sr, crop_values(sample, Rectangle(0, 0, 128, 96), lambda crop: float(crop.sr.mean() / 255))
        )
        for name, sample in samples.items()
    )
    return Scene(HOSTILE, 4.0, HOSTILE, images["hr"], lr, pictures, Rectangle(0, 0, 128, 96))


@pytest.fixture(scope="module")
def board():
    number = {"text": "30.00", "value": 30.0, "where": "pcarn 4"}
    lines = [
        {
            "method": name,
            "other": [],
            "subject": name,
            "printed": [number | {"disputed": bool(index)}],
            "measured": [number | {"value": 30.0 + index, "verdict": "reproduced", "profile": "paper", "row": name}],
        }
        for index, name in enumerate((HOSTILE, "second", "third"))
    ]
    lines.append(lines[0] | {"method": "printed only", "subject": "printed only", "measured": []})
    of = {"dataset": HOSTILE, "scale": 4.0, "better": "higher", "lines": lines}
    return [of | {"metric": "psnr", "title": "PSNR"}, of | {"metric": "lpips", "title": "LPIPS", "better": "lower"}]


@pytest.fixture(scope="module")
def write(catalog, tables, scene, board):
    """Return a function that returns the page, with its images in it or in a folder beside it."""

    def page(images):
        address = images.address(scene.hr, "sample")
        steps = [{"step": step, "src": address, "psnr": 20.0 + step} for step in (1, 3)]
        training = {
            "name": HOSTILE,
            "steps": [1, 2, 3],
            "series": {"psnr": [20.0, 21.0, 22.0], "l1": [3.0, None, 0.1], "accuracy_real": [0.5, 0.7, 1.0]},
            "samples": [{"image": HOSTILE, "hr": address, "width": 128, "height": 96, "steps": steps, "left": 0}],
        }
        scenes = [images.scene(scene)]
        site = images.folder is not None
        content = ReportContent(tables, board, rank_tables(tables), scenes, [training], site=site)
        return render_page(content, catalog)

    return page


@pytest.fixture(scope="module")
def page(write):
    return write(PageImages())


@pytest.fixture(scope="module")
def data(page):
    """Return what the page's script reads."""
    (text,) = re.findall(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    return json.loads(text)
