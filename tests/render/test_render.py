"""Tables as files: the same numbers in every format, and every format well-formed."""

from __future__ import annotations

import csv
import io
import re

import pytest

from srbench.bench.planning.options import Options
from srbench.bench.planning.plan import make_plan
from srbench.bench.planning.selection import Selection
from srbench.bench.results.gather import gather
from srbench.bench.results.table_result import FIELDS
from srbench.catalog import load_catalog
from srbench.escape import latex as escape
from srbench.records.record import Record
from srbench.render.csv_tables import to_cells_csv, to_layout_csv
from srbench.render.grid import lay_out
from srbench.render.latex import to_latex
from srbench.render.markdown import to_markdown

VALUES = {"psnr": 30.0, "ssim": 0.8, "params": 1e6, "macs": 2e9}


@pytest.fixture(scope="module")
def result():
    """Table 4 on demo data with made-up records: rendering is tested here, not measuring."""
    catalog = load_catalog()
    plugin = catalog.plugin("pcarn")
    plan = make_plan(
        catalog, plugin, plugin.table("4"), Selection(), Options(profile="demo"), (), None, hash_files=False
    )
    records = {}
    for number, cell in enumerate(slot.cell for slot in plan.slots if slot.cell):
        if cell.metric in VALUES:
            value = VALUES[cell.metric] * (1 + number / 1000)
            records[cell.key] = Record(cell, "ok", {"a": value}, value)
    return gather(plan, records)


def test_the_paper_s_layout(result):
    grid = lay_out(result)
    assert grid.methods_across
    assert [column[0] for column in grid.columns][:2] == ["SRCNN", "MSLapSRN"]
    assert [line for line in grid.lines if line[0]] == [("demo", f"{name}") for name in
                                                       ("PSNR ↑", "SSIM ↑", "LPIPS ↓", "NIQE ↓")]  # fmt: skip


def test_cells_csv_has_every_place_in_full_precision(result):
    lines = list(csv.DictReader(io.StringIO(to_cells_csv(result))))
    assert tuple(lines[0]) == FIELDS
    assert len(lines) == len(result.entries)
    for line, entry in zip(lines, result.entries, strict=True):
        assert line["row"] == entry.row.label
        assert (float(line["measured"]) if line["measured"] else None) == entry.measured
        assert line["verdict"] == str(entry.verdict)


def test_layout_csv_agrees_with_cells_csv(result):
    header, *lines = csv.reader(io.StringIO(to_layout_csv(result)))
    at = header.index("Bicubic measured")
    psnr = next(line for line in lines if line[:2] == ["demo", "PSNR ↑"])
    expected = next(e for e in result.entries if (e.row.label, e.column.metric) == ("Bicubic", "psnr"))
    assert float(psnr[at]) == expected.measured
    assert psnr[at + 3] == "demo data"


def test_markdown_has_its_banner(result):
    assert "**demo data: not comparable with the paper**" in to_markdown(result)


def test_latex_is_balanced_and_marks_the_best_and_the_second_measured(result):
    text = to_latex(result)
    for sheet in text.split(r"\begin{tabular}")[1:]:
        body = sheet.partition(r"\midrule")[2].partition(r"\bottomrule")[0]
        rows = [line for line in body.splitlines() if line.endswith(r"\\") and r"\multicolumn" not in line]
        assert len({len(re.split(r"(?<!\\)&", row)) for row in rows}) == 1
    assert text.count("{") == text.count("}")
    macs = sorted(e.measured for e in result.entries if e.column.metric == "macs" and e.published and e.measured)
    bold, underlined = (re.findall(rf"\\{command}{{([\d.]+)G}}", text) for command in ("textbf", "underline"))
    shown = [f"{count / 1e9:.2f}" for count in macs]
    best, second, *_ = dict.fromkeys(shown)
    assert bold == [best] * shown.count(best), "the best of the measured; published numbers do not compete"
    assert underlined == [second] * shown.count(second), "numbers that look alike share the mark"


@pytest.mark.parametrize(
    ("text", "escaped"), [("a_b & 50%", r"a\_b \& 50\%"), ("×4 ↑", r"$\times$4 $\uparrow$"), ("a–b--c", "a--b-{}-c")]
)
def test_latex_escapes(text, escaped):
    assert escape(text) == escaped
