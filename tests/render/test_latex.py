"""LaTeX tables: they compile without a line that is too wide, and say what their signs mean."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import replace

import pytest

from srbench.bench.results.table_result import Result, TableEntry
from srbench.bench.results.verdict import Verdict
from srbench.published import Published
from srbench.render.latex import to_latex, to_plain_latex
from srbench.render.latex.style import BOOKTABS, PLAIN
from srbench.render.latex.width import SIZES, TEXT_HEIGHT, TEXT_WIDTH
from srbench.specs.table import Column, Row, Table

PDFLATEX = shutil.which("pdflatex")
needs_latex = pytest.mark.skipif(
    not PDFLATEX, reason="needs pdflatex: apt-get install texlive-latex-base texlive-latex-recommended"
)
STYLES = {"booktabs": (to_latex, BOOKTABS), "plain": (to_plain_latex, PLAIN)}
HOSTILE = [
    "".join(map(chr, range(32, 127))),
    r"\input{/etc/passwd}",
    r"\\[1pt]",
    "a\n%b",
    "}&{",
    "$x_1^2$~#",
    "é±×≁…–Ωβ₂"[:-1],
]
"""Names that mean something to LaTeX."""


def compiled(folder, tables, packages):
    """What pdflatex says about a document with all `tables`, on the smallest page that they are meant for."""
    options = f"textwidth={TEXT_WIDTH}pt,textheight={TEXT_HEIGHT}pt"
    packages = ",".join((*packages, "rotating"))
    head = rf"\documentclass{{article}}\usepackage[{options}]{{geometry}}\usepackage{{{packages}}}\begin{{document}}"
    body = [rf"\typeout{{TABLE {name}}}{text}\clearpage" for name, text in tables.items()]
    (folder / "a.tex").write_text("\n".join([head, *body, r"\end{document}"]), encoding="utf-8")
    done = subprocess.run(
        [PDFLATEX, "-interaction=nonstopmode", "-halt-on-error", "a.tex"], cwd=folder, check=False, capture_output=True
    )
    output = done.stdout.decode("utf-8", "replace")
    assert done.returncode == 0, output[-3000:]
    return output


def faults(output):
    """Lines that are too wide and floats that are too long, each with the table before it."""
    table, found = "", []
    for line in output.splitlines():
        if line.startswith("TABLE "):
            table = line
        if "Overfull" in line or "Float too large" in line or "Missing character" in line:
            found.append(f"{table}: {line}")
    return found


@needs_latex
@pytest.mark.parametrize("style", STYLES)
def test_all_tables_of_all_papers_fit_the_page(full, partly, tmp_path, style):
    render, rules = STYLES[style]
    tables = {
        f"{name} {kind}": render(result)
        for kind, of in (("full", full), ("partly", partly))
        for name, result in of.items()
    }
    assert len(tables) > 40
    assert faults(compiled(tmp_path, tables, rules.packages)) == []


def hostile():
    names = [*HOSTILE, *(f"{name} {number}" for number, name in enumerate(HOSTILE))]
    rows = tuple(Row(name, group=name) for name in names)
    columns = (Column(HOSTILE[0], HOSTILE[1]), Column("psnr", HOSTILE[2], 4.0))
    entries = tuple(
        TableEntry(row, column, None, Published("1.5", 1.5), Verdict.DIFFERS, measured=1.0, remarks=row.label)
        for row in rows
        for column in columns
    )
    table = Table("1", HOSTILE[0] + HOSTILE[1], rows, columns)
    return Result(HOSTILE[0], table, HOSTILE[1], HOSTILE[3], HOSTILE[3], demo=True, entries=entries)


@needs_latex
@pytest.mark.parametrize("style", STYLES)
def test_hostile_names_compile(tmp_path, style):
    render, rules = STYLES[style]
    output = compiled(tmp_path, {"hostile": render(hostile())}, rules.packages)
    assert "(/etc" not in output, "TeX names the files that it opens so"


def test_hostile_names_are_escaped():
    text = to_latex(hostile())
    environment = text[text.index(r"\begin{") :]
    assert r"\input" not in environment.replace(r"\textbackslash{}input", "")
    assert all(line.startswith("%") for line in text[: -len(environment)].splitlines())


@pytest.mark.parametrize("style", STYLES)
def test_every_sign_has_its_word_below_the_table(full, style):
    render, rules = STYLES[style]
    for result in full.values():
        text = render(result)
        for entry in result.entries:
            if entry.published and entry.verdict.mark:
                assert f"; {rules.mark(entry.verdict.mark)} {entry.verdict}" in text
        assert not set("✓✗≁‡†") & set(text[text.index(r"\begin{") :])


def test_the_caption_is_the_papers_and_the_hash_a_comment(full):
    for result in full.values():
        text = to_latex(result)
        comments = [line for line in text.splitlines() if line.startswith("%")]
        assert any(result.protocol_hash in line for line in comments)
        assert result.protocol_hash not in text[text.index(r"\begin{") :]
    assert r"\caption{Adversarial training and the multi-scale discriminator (MSD) (Set14 x4).}" in to_latex(
        full["pcarn-2"]
    )


def test_type_is_never_smaller_than_a_footnotes_footnote(full):
    for result in full.values():
        for render, _ in STYLES.values():
            text = render(result)
            assert "resizebox" not in text
            used = re.findall(r"\\par\\smallskip\n(\\\w+)\n", text)
            assert used
            assert set(used) <= {size.command for size in SIZES}


def test_a_rule_stands_between_groups_not_lines(full):
    """Table 3 of probabilistic-l1 has three scales of ten methods."""
    text = to_latex(full["probabilistic-l1-3"])
    for sheet in text.split(r"\begin{tabular}")[1:]:
        body = sheet.partition(r"\midrule")[2].partition(r"\bottomrule")[0]
        assert body.count(r"\midrule") == 2
        assert re.findall(r"^x\d", body, re.MULTILINE) == ["x2", "x3", "x4"]


def test_reduced_rows_stand_below_their_heading(full):
    text = to_latex(full["pcarn-1"])
    assert re.search(r"\\midrule\n\\multicolumn\{4\}\{l\}\{\\textit\{Reduced\}\} \\\\\nBaseline, reduced &", text)


def test_wide_tables_are_turned_or_divided(full):
    """Thirty scales in a line would be 2 pt high if they were shrunk to the page."""
    text = to_latex(full["ode-ivp-1"])
    widest = max(len(re.findall(r"(?<!\\)&", line)) for line in text.splitlines() if line.endswith(r"\\"))
    assert widest < 16
    assert all(re.search(rf"x{scale / 10:g} (&|\\)", text) for scale in range(11, 41))
    turned = [name for name, result in full.items() if r"\begin{sidewaystable" in to_latex(result)]
    assert turned


def test_no_number_is_lost(full):
    """Every printed number is in the table, however it is divided."""
    for result in full.values():
        text = to_latex(result)
        for entry in result.entries:
            if entry.published:
                assert rf"\textit{{{entry.published.printed.partition('e')[0]}" in text, (result.plugin, entry)


def test_plain_needs_no_package_of_rules(full):
    text = to_plain_latex(full["pcarn-1"])
    assert r"\hline" in text
    assert not re.search(r"\\(top|mid|bottom|cmid)rule|\\checkmark|\\nsim", text)


def long(result, group=""):
    """A table of 120 lines."""
    rows = tuple(
        replace(result.table.rows[0], label=f"row {number}", group=f"{group}{number // 40}") for number in range(120)
    )
    of_row = [entry for entry in result.entries if entry.row == result.table.rows[0]]
    entries = tuple(replace(entry, row=row) for row in rows for entry in of_row)
    return replace(result, table=replace(result.table, rows=rows), entries=entries)


@needs_latex
def test_long_tables_fit_the_page(full, tmp_path):
    tables = {name: to_latex(long(full[name])) for name in ("pcarn-1", "pcarn-3", "esrgan-gan-1", "ode-ivp-2")}
    assert faults(compiled(tmp_path, tables, BOOKTABS.packages)) == []


def test_more_lines_than_a_page_has_are_divided(full):
    text = to_latex(long(full["pcarn-1"]))
    assert text.count(r"\begin{tabular}") > 1
    assert ", part 2 of " in text
    assert all(f"row {number} &" in text for number in range(120))


def test_a_table_of_no_paper_has_a_label_of_its_title_and_no_profile():
    table = Table("", "srbench eval --method my_net", (Row("a"),), (Column("psnr", "Set5", 2.0),))
    text = to_latex(Result("", table, "standard", "0", "paper", demo=False, entries=()))
    assert r"\label{tab:srbench-eval-method-my-net}" in text
    assert "profile" not in text
