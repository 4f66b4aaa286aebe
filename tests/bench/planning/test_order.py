"""A narrowed run goes in the paper's order, whatever the order of the options."""

from __future__ import annotations

import pytest

from srbench.bench.planning.options import Options
from srbench.bench.planning.plan import make_plan
from srbench.bench.planning.selection import Selection, select
from srbench.bench.results.gather import gather
from srbench.catalog import load_catalog
from srbench.render.grid import lay_out


@pytest.fixture(scope="module")
def catalog():
    return load_catalog()


def test_typed_names_go_in_the_order_of_the_table(catalog):
    table = catalog.plugin("pcarn").table("4")
    chosen = select(
        table, Selection(datasets=("B100", "Set14", "Set5"), scales=(4.0, 2.0), metrics=("ssim", "psnr")), catalog
    )
    names = [(column.scale, column.dataset, column.metric) for column in chosen.columns]
    datasets, metrics = ("Set5", "Set14", "B100"), ("psnr", "ssim")
    assert names == [(scale, dataset, metric) for scale in (2, 4) for dataset in datasets for metric in metrics]


def test_names_that_the_paper_lacks_come_last_as_typed(catalog):
    table = catalog.plugin("pcarn").table("4")
    chosen = select(table, Selection(datasets=("Manga109", "Set14", "DIV2K", "Set5"), metrics=("psnr",)), catalog)
    assert [column.dataset for column in chosen.columns] == ["Set5", "Set14", "Manga109", "DIV2K"]


def test_lines_go_by_the_first_part_of_their_label(catalog):
    plugin = catalog.plugin("probabilistic-l1")
    table = plugin.table("3")
    plan = make_plan(catalog, plugin, table, Selection(), Options(), (), None, hash_files=False)
    lines = lay_out(gather(plan, {})).lines
    rows = [row.label for row in table.rows]
    assert table.row_axes == ("scale", "row")
    assert [line[0] for line in lines] == sorted(line[0] for line in lines)
    for scale in ("x2", "x3", "x4"):
        of_scale = [rows.index(row) for at, row in lines if at == scale]
        assert of_scale == sorted(of_scale)
