"""What verbs print fits the terminal: over the committed results, and over a plugin of wide names."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from srbench.bench.planning.options import Options
from srbench.bench.planning.plan import make_plan
from srbench.bench.planning.selection import Selection
from srbench.bench.results.gather import gather
from srbench.catalog import load_catalog
from srbench.cli.dry_run.summary import MOST_LINES, summary_lines
from srbench.cli.verbs.list_ import KINDS
from srbench.records.store import Store
from srbench.render.terminal.result import to_text
from srbench.specs.table import Column, Row, Table
from srbench.terminal.width import display_width

ROOT = Path(__file__).parents[2]
WIDTHS = (80, 120, 200)
ENDS = (80, 200)
TABLES = [(plugin.name, table) for plugin in load_catalog().plugins.values() for table in plugin.tables]
VERBS = (
    *(("list", kind) for kind in KINDS),
    ("show", "pcarn"),
    ("show", "pcarn", "--table", "4"),
    ("show", "esrgan-gan", "--table", "all"),
    ("show", "ode-ivp", "--table", "1"),
    ("show", "--datasets", "Set5", "--scales", "2", "--metrics", "psnr", "--out", ROOT / "results"),
    ("show", "--method", "VDSR", "--out", ROOT / "results"),
    ("data", "list"),
    ("doctor",),
    ("doctor", "--measurable", "--out", ROOT / "results"),
    ("run", "--plugin", "probabilistic-l1", "--table", "3", "--dry-run", "--out", ROOT / "results"),
    ("run", "--plugin", "probabilistic-l1", "--table", "3", "--dry-run", "-v", "--out", ROOT / "results"),
)
LONG = "a method whose authors gave it a name of very many words and_one_word_that_nobody_can_break_anywhere"
CJK = "基于深度学习的超解像度重建方法（轻量级）テスト"


def widest(text: str) -> int:
    return max(map(display_width, text.split("\n")))


@pytest.mark.parametrize(
    ("verb", "columns"),
    [(verb, columns) for verb in VERBS for columns in (ENDS[:1] if "--dry-run" in verb else ENDS)]
    + [(VERBS[-1], WIDTHS[-1])],
    ids=lambda value: " ".join(map(str, value[:4])) if isinstance(value, tuple) else None,
)
def test_no_line_is_wider_than_the_terminal(srbench, monkeypatch, verb, columns):
    """On the narrowest and the widest; dry runs, which take a second and whose summary is laid out below, on one."""
    monkeypatch.setattr("srbench.cli.dry_run.costs.remote_sizes", lambda _urls: {})
    done = srbench(*verb, columns=columns)
    assert done.code == 0
    assert widest(done.out) <= columns


@pytest.fixture(scope="module")
def committed():
    """Each committed table, filled from the records, without any data."""
    catalog, store = load_catalog(), Store(ROOT / "results")
    results = {}
    for name, table in TABLES:
        plugin = catalog.plugin(name)
        plan = make_plan(
            catalog, plugin, plugin.table(table), Selection(), Options(), (), store, keep=True, measures=False
        )
        results[name, table] = plan, gather(plan, plan.cached)
    return results


@pytest.mark.parametrize(("plugin", "table"), TABLES)
def test_a_committed_table_fits_and_keeps_its_numbers(committed, plugin, table):
    _, result = committed[plugin, table]
    whole = to_text(result)
    numbers = [entry.published.printed for entry in result.entries if entry.published]
    for columns in WIDTHS:
        text = to_text(result, columns)
        assert widest(text) <= columns
        assert all(number in text for number in numbers)
    if widest(whole) <= max(WIDTHS):
        assert to_text(result, max(WIDTHS)) == whole


@pytest.mark.parametrize(("plugin", "table"), TABLES)
@pytest.mark.parametrize("columns", [None, *WIDTHS])
def test_a_dry_run_fits_on_a_screen(committed, plugin, table, columns):
    plan, _ = committed[plugin, table]
    costs = ["to train: " + ", ".join(["pcarn-m-l1-paper-seed0 (600000 steps)"] * 20), "by hand: " + "Set5, " * 60]
    lines = summary_lines([plan], costs, columns)
    assert len(lines) <= MOST_LINES
    assert columns is None or widest("\n".join(lines)) <= columns
    states = [slot.cells for slot in plan.slots]
    assert f"{sum(not cells for cells in states)} missing" in lines[-1]


@pytest.mark.parametrize("columns", WIDTHS)
def test_a_dry_run_of_everything_fits_on_a_screen(committed, columns):
    lines = summary_lines([plan for plan, _ in committed.values()], ["to measure: much"], columns)
    assert len(lines) <= MOST_LINES
    assert widest("\n".join(lines)) <= columns


@pytest.fixture(scope="module")
def wide():
    """A table of twelve rows with long and with Chinese names, in six columns of which one is never measured."""
    catalog = load_catalog()
    rows = tuple(
        Row(f"{LONG if number % 2 else CJK} {number}", reason=f"{LONG} ({number % 3})") for number in range(12)
    )
    columns = tuple(Column(metric, dataset, 2) for dataset in ("Set5", CJK, LONG) for metric in ("psnr", "ssim"))
    table = Table("wide", CJK * 4, rows, columns, notes=(LONG,))
    plan = make_plan(catalog, catalog.plugin("pcarn"), table, Selection(), Options(), (), None, hash_files=False)
    result = gather(plan, {})
    entries = tuple(
        entry if entry.column == columns[-1] else replace(entry, measured=number + 0.125)
        for number, entry in enumerate(result.entries)
    )
    return plan, replace(result, entries=entries)


@pytest.mark.parametrize("columns", [40, *WIDTHS])
def test_long_and_chinese_names_fit(wide, columns):
    plan, result = wide
    text = to_text(result, columns)
    assert widest(text) <= columns
    numbers = [f"{entry.measured:.2f}" for entry in result.entries if entry.measured and entry.column.metric == "psnr"]
    assert all(number in text for number in numbers)
    assert "left out" in text
    lines = summary_lines([plan], [], columns)
    assert len(lines) <= MOST_LINES
    assert widest("\n".join(lines)) <= columns


def test_a_pipe_gets_a_line_a_row(srbench):
    done = srbench("list", "models")
    assert len(done.out.splitlines()) == 2 + len(srbench("list", "models", "--json").json)
    assert widest(done.out) > max(WIDTHS)


def test_protocols_are_looked_up_by_name(srbench):
    """ode-ivp has settings that the others leave at their default, which shifted its row."""
    documents = {document["name"]: document for document in srbench("list", "protocols", "--json").json}
    header, rule, *lines = srbench("list", "protocols").out.splitlines()
    starts = [place for place in range(len(rule)) if rule[place] == "-" and (not place or rule[place - 1] == " ")]
    ends = [*(start - 2 for start in starts[1:]), None]
    names = [header[start:end].strip() for start, end in zip(starts, ends, strict=True)]
    assert names[-1] == "description"
    for line in lines:
        cells = dict(
            zip(names, (line[start:end].strip() for start, end in zip(starts, ends, strict=True)), strict=True)
        )
        document = documents[cells["name"]]
        for name, cell in cells.items():
            value = document.get(name)
            shown = (
                {None: "", True: "yes", False: "no"}[value]
                if value is None or value is True or value is False
                else value
            )
            assert cell == (f"{shown:g}" if isinstance(shown, float) else str(shown)), (cells["name"], name)
