"""Markdown pages of tables, read back by a parser: what was measured comes first, and nothing is lost or too wide."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from srbench.bench.results.table_result import Result, TableEntry
from srbench.bench.results.verdict import Verdict
from srbench.published import Published
from srbench.render.markdown import to_markdown
from srbench.render.markup.best import Best
from srbench.render.markup.place import common_place
from srbench.render.numbers import measured_text, published_text
from srbench.specs.metric import MetricSpec
from srbench.specs.table import Column, Row, Table

PSNR = MetricSpec("psnr", "m:psnr", better="higher", title="PSNR", decimals=2)
PARAMS = MetricSpec("params", "m:params", better="lower", title="Params", subject="model", decimals=0)


def parsed(text):
    """The page as (kind, content) in order: headings, paragraphs, HTML, and tables as lists of lists of cells."""
    markdown_it = pytest.importorskip("markdown_it")
    tokens = iter(markdown_it.MarkdownIt("gfm-like", {"linkify": False}).parse(text))
    page, table = [], None
    for token in tokens:
        if token.type == "table_open":
            page.append(("table", table := []))
        elif token.type == "table_close":
            table = None
        elif token.type == "tr_open":
            table.append([])
        elif token.type == "inline" and table is not None:
            breaks = {"html_inline": "\n", "softbreak": " "}
            content = "".join(breaks.get(child.type, child.content) for child in token.children)
            bold = any(child.type == "strong_open" for child in token.children)
            table[-1].append(f"**{content}**" if bold else content)
        elif token.type == "heading_open":
            page.append((token.tag, next(tokens).content))
        elif token.type == "inline":
            page.append(("text", token.content))
        elif token.type == "html_block":
            page.append(("html", token.content.strip()))
    return page


def tables(page):
    return [content for kind, content in page if kind == "table"]


def unfolded(page):
    """The page without what is folded."""
    opened = next(
        (place for place, (kind, text) in enumerate(page) if kind == "html" and "<details>" in text), len(page)
    )
    return page[:opened]


def test_the_summary_comes_first(partly):
    for result in partly.values():
        kind, text = parsed(to_markdown(result))[1]
        assert kind == "text"
        assert text.startswith(f"**{len(result.measured)} of {len(result.entries)} cells measured")


def test_no_table_of_numbers_is_wider_than_a_page(partly, full):
    for result in (*partly.values(), *full.values()):
        for table in tables(parsed(to_markdown(result))):
            assert len(table[0]) <= 12
            assert len({len(line) for line in table}) == 1


def test_all_measured_numbers_are_unfolded_and_all_printed_ones_on_the_page(partly):
    for result in partly.values():
        page = parsed(to_markdown(result))
        cells = [cell.replace("*", "") for table in tables(unfolded(page)) for line in table for cell in line]
        everywhere = [cell.replace("*", "") for table in tables(page) for line in table for cell in line]
        for entry in result.entries:
            if entry.measured is not None:
                assert any(cell.startswith(measured_text(entry)) for cell in cells), entry
            if entry.published:
                printed = published_text(entry)
                assert any(cell == printed or f"/ {printed}" in cell for cell in everywhere), entry


def test_rows_without_a_measured_number_are_folded(partly):
    result = partly["pcarn-1"]
    text = to_markdown(result)
    shown, _, folded = text.partition("<details>")
    assert "| + Global " in shown.replace("\\", "")
    assert "| + Local " not in shown.replace("\\", "")
    assert "| + Local " in folded.replace("\\", "")
    assert "<summary>Printed, not measured: " in folded


def test_nothing_is_folded_where_all_is_measured(full):
    assert "<details>" not in to_markdown(full["pcarn-1"])


def test_a_wide_table_is_divided_by_dataset(partly):
    headings = [text for kind, text in parsed(to_markdown(partly["esrgan-gan-1"])) if kind == "h2"]
    assert headings[:5] == ["NTIRE2017-half-test", "Set5", "Set14", "B100", "Photographs-test"]


def test_ten_methods_across_become_lines_of_a_table_per_dataset(full):
    """Of 12 columns, but each of some 26 characters."""
    page = parsed(to_markdown(full["pcarn-4"]))
    assert [text for kind, text in page if kind == "h2"][:5] == ["Costs", "Set5", "Set14", "B100", "Urban100"]
    assert [line[0] for line in tables(page)[1]][:3] == ["Method", "SRCNN", "MSLapSRN"]


@pytest.mark.parametrize(("scales", "first"), [(11, "Method"), (12, "Scale")])
def test_twelve_columns_are_the_most(scales, first):
    """However narrow they are; labels count."""
    row, columns = Row("a"), tuple(Column("psnr", "Set5", 2.0 + number) for number in range(scales))
    entries = tuple(TableEntry(row, column, PSNR, None, Verdict.UNPUBLISHED, measured=1.0) for column in columns)
    table = Table("1", "T", (row,), columns, column_axes=("scale",))
    result = Result("p", table, "standard", "0", "paper", demo=False, entries=entries)
    assert tables(parsed(to_markdown(result)))[0][0][0] == first


def test_many_scales_become_lines(full):
    (table, *_) = tables(parsed(to_markdown(full["ode-ivp-1"])))
    assert [line[0] for line in table] == ["Scale", *(f"x{scale / 10:g}" for scale in range(11, 41))]


@pytest.mark.parametrize(
    ("name", "place"),
    [("pcarn-2", "Set14 x4"), ("pcarn-4", ""), ("probabilistic-l1-1", ""), ("ode-ivp-1", ""), ("esrgan-gan-3", "x4")],
)
def test_the_heading_says_where(full, name, place):
    """Dataset and scale where there is one of them, unless the title says so."""
    result = full[name]
    assert common_place(result) == place
    heading = to_markdown(result).splitlines()[0]
    assert heading.endswith(f" ({place})" if place else result.table.title.replace("*", r"\*"))


def test_the_table_s_lines_are_in_the_paper_s_order(full):
    result = full["probabilistic-l1-3"]
    page = to_markdown(result)
    scales = re.findall(r"^\| x(\d)", page, re.MULTILINE)
    assert scales[:30] == ["2"] * 10 + ["3"] * 10 + ["4"] * 10


def made(*rows, metric=PSNR, printed=True, profile="paper", plugin="p"):
    """A table of one column; each row is (label, value) and fields of the row or of the entry."""
    column = Column(metric.name, "Set5" if metric is PSNR else "", 4.0)
    entries, in_print = [], {}
    for label, value, given in rows:
        fields = dict(given)
        row = Row(label, reference=fields.pop("reference", False), reduced=fields.pop("reduced", ""))
        published = Published("30.00", 30.0) if printed and not row.reduced and fields.pop("printed", True) else None
        in_print |= {(row.reduced or label, column): 30.0} if printed else {}
        verdict = Verdict.REPRODUCED if published else Verdict.UNPUBLISHED
        entries.append(TableEntry(row, column, metric, published, verdict, measured=value))
        entries[-1] = replace(entries[-1], **fields)
    table = Table("1", "T", tuple(entry.row for entry in entries), (column,))
    return Result(plugin, table, "standard", "0", profile, demo=False, entries=tuple(entries), in_print=in_print)


def ranks(*rows, **settings):
    result = made(*rows, **settings)
    best = Best.of(result)
    return [best.rank(entry) for entry in result.entries]


def test_the_best_of_the_rows_by_the_paper_s_rules():
    assert ranks(("a", 30.0, {}), ("b", 31.0, {}), ("c", 29.0, {})) == [2, 1, 0]
    assert ranks(("a", 3e6, {}), ("b", 1e6, {}), metric=PARAMS) == [2, 1]


@pytest.mark.parametrize(
    "fields",
    [
        {"protocol": "matlab"},
        {"verdict": Verdict.CUT_BUDGET},
        {"verdict": Verdict.OTHER_DATA},
        {"verdict": Verdict.OTHER_WEIGHTS},
        {"reference": True},
        {"printed": False},
        {"reduced": "a"},
    ],
)
def test_other_rules_and_budgets_do_not_compete(fields):
    assert ranks(("a", 30.0, {}), ("b", 31.0, {}), ("c", 99.0, fields)) == [2, 1, 0]


def test_costs_do_not_depend_on_the_protocol():
    assert ranks(("a", 3e6, {"protocol": "matlab"}), ("b", 4e6, {}), metric=PARAMS) == [1, 2]


def test_rows_trained_on_a_cut_budget_do_not_compete():
    rows = (("a", 30.0, {}), ("b", 31.0, {}), ("c", 99.0, {"trained": True}))
    assert ranks(*rows, profile="quick") == [2, 1, 0]
    assert ranks(*rows, profile="paper") == [0, 2, 1]


def test_reduced_rows_compete_where_the_paper_s_are_not_measured():
    reduced = (("A", 20.0, {"reduced": "a"}), ("B", 21.0, {"reduced": "b"}))
    assert ranks(("a", None, {}), ("b", None, {}), *reduced) == [0, 0, 2, 1]
    assert ranks(("a", None, {}), ("b", 99.0, {}), *reduced) == [0, 0, 0, 0]
    assert ranks(("a", 98.0, {"protocol": "matlab"}), ("b", 99.0, {}), *reduced) == [0, 0, 0, 0]


def test_equal_numbers_have_no_best():
    assert ranks(("a", 30.0, {}), ("b", 30.0, {})) == [0, 0]


def test_numbers_that_look_alike_share_a_rank():
    assert ranks(("a", 30.0001, {}), ("b", 30.0004, {}), ("c", 29.0, {})) == [1, 1, 2]
    assert ranks(("a", 30.0001, {}), ("b", 30.0004, {})) == [0, 0]


def test_only_measured_numbers_are_bold(full):
    for result in full.values():
        best = Best.of(result)
        text = to_markdown(result).partition("\n## Claims")[0]
        bold = re.findall(r"\| \*\*([^*]+)\*\*", text)
        expected = [measured_text(entry) for entry in result.entries if best.rank(entry) == 1]
        assert sorted(bold) == sorted(expected)


def test_one_notation_of_deviations(full):
    text = to_markdown(full["pcarn-1"])
    assert "/ 28.42±0.02" in text
    assert "/ 0.7773±0.0003" in text
    assert not re.search(r"±\d+e", text)


def test_a_deviation_that_is_not_zero_does_not_read_as_zero():
    result = made(("a", 30.0, {"seed_std": 0.00004}), ("b", 31.0, {"seed_std": 0.0}))
    small, zero = (measured_text(entry) for entry in result.entries)
    assert small == "30.000±0.00004"
    assert zero == "31.000±0.000"


HOSTILE = [
    "a|b",
    "<script>alert(1)</script>",
    "<details>",
    "x](http://e.vil)",
    "**b**",
    "`c`",
    "# h",
    "a\n\n| b",
    "$x$",
    "\\",
]


def test_hostile_names_stay_text():
    rows = tuple(Row(f"{name}{number}", group=name) for number, name in enumerate(HOSTILE * 2))
    columns = tuple(Column(name, name) for name in HOSTILE[:3])
    entries = tuple(
        TableEntry(row, column, None, Published("1", 1.0), Verdict.DIFFERS, measured=1.0 if number % 2 else None)
        for number, row in enumerate(rows)
        for column in columns
    )
    table = Table("1", "".join(HOSTILE), rows, columns)
    page = parsed(to_markdown(Result("|<b>", table, "`p`", "0", "quick", demo=False, entries=entries)))
    html = [text for kind, text in page if kind == "html"]
    assert len(html) == 2, html
    assert html[0].startswith("<details>\n<summary>Printed, not measured: ")
    assert html[1] == "</details>"
    assert {cell for line in tables(page)[0][1:] for cell in line[1:]} <= {"1.00 / 1 (+0.00 ✗)", "1.0 / 1 (+0.0 ✗)"}
    assert len({tuple(map(len, table)) for table in tables(page)}) <= 2


def test_files_are_told_apart(full):
    """Two of them end in .csv."""
    text = to_markdown(full["pcarn-1"])
    assert "`.cells.csv` has one line for each number" in text
    assert "`.csv` has the paper's layout" in text
