"""Names as Markdown, CSV, LaTeX and terminal text: a reader of each format gets them back, and nothing acts."""

from __future__ import annotations

import csv
import io
import re
import shutil
import subprocess

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from srbench.escape import csv_field, latex, markdown, markdown_code, markdown_prose, of_csv_field, terminal, visible

NAMES = st.text(
    st.one_of(st.sampled_from("|<>`*_[]()#+-.=!&~$\\{}%^'\",;: \n\r\t\x1b\u202e0123ab"), st.characters(codec="utf-8")),
    max_size=30,
)
"""Names with many of the characters that mean something in one of the formats."""
SEEN = {
    "a|b": r"a\|b",
    "<b>x</b>": r"\<b\>x\</b\>",
    "DRN*+RCAN*": r"DRN\*+RCAN\*",
    "[a](b)": r"\[a\](b)",
    "a\nb": "a b",
    "# a": r"\# a",
    "1. a": r"1\. a",
    "\x1b[31mred": r"\\x1b\[31mred",
}


def shown(name):
    """What a reader should see of a name in running text: spaces are one, none at the ends."""
    return re.sub(" +", " ", visible(name)).strip()


@pytest.mark.parametrize("name", SEEN)
def test_markdown_by_hand(name):
    assert markdown(name) == SEEN[name]


@given(NAMES)
@example("a|b")
@example("&lt;")
@example("- a")
@example("    code")
@example("a\\")
def test_a_markdown_table_has_the_name_in_its_cell(name):
    tokens = (
        pytest.importorskip("markdown_it")
        .MarkdownIt("gfm-like", {"linkify": False})
        .parse(f"| Method | {markdown(name)} |\n|---|---|\n| {markdown(name)} | 1 |\n")
    )
    cells = [token for token in tokens if token.type == "inline"]
    assert len(cells) == 4
    for cell in (cells[1], cells[2]):
        assert {child.type for child in cell.children} <= {"text", "text_special"}
        assert shown("".join(child.content for child in cell.children)) == shown(name)


@given(NAMES)
@example("1) a")
@example("===")
def test_a_markdown_list_has_the_name_as_its_text(name):
    tokens = pytest.importorskip("markdown_it").MarkdownIt("commonmark").parse(f"- {markdown(name)}\n")
    kinds = [token.type for token in tokens]
    inline = [token for token in tokens if token.type == "inline"]
    assert kinds.count("list_item_open") == 1
    assert not {"heading_open", "code_block", "fence", "html_block", "hr", "blockquote_open"} & set(kinds)
    assert shown("".join(child.content for token in inline for child in token.children)) == shown(name)


@given(NAMES.filter(shown))
@example("``a`")
def test_markdown_code(name):
    (paragraph,) = [
        token
        for token in pytest.importorskip("markdown_it").MarkdownIt("commonmark").parse(f"x {markdown_code(name)} y")
        if token.type == "inline"
    ]
    (code,) = [child for child in paragraph.children if child.type == "code_inline"]
    assert shown(code.content) == shown(name)


@given(st.one_of(NAMES, st.from_regex(r"'{0,2}[=+\-@][\w.()]{0,5}", fullmatch=True)))
@example("=cmd|'/c calc'!A0")
@example("'=a")
@example("-1e5")
@example("+1_0")
def test_csv_has_no_formula_and_gives_the_name_back(name):
    file = io.StringIO(newline="")
    csv.writer(file).writerow([csv_field(name)])
    ((field,),) = csv.reader(io.StringIO(file.getvalue(), newline=""))
    assert of_csv_field(field) == name
    if field.startswith(("=", "+", "-", "@", "\t", "\r")):
        assert re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*", field, re.IGNORECASE | re.ASCII)


@pytest.mark.parametrize("number", [-1.5, 3, None, True])
def test_numbers_stay(number):
    assert csv_field(number) is number


@given(NAMES)
def test_a_terminal_gets_no_control_characters(name):
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", terminal(name))
    assert terminal(name).count("\n") == name.count("\n")
    assert "\n" not in visible(name)


def test_terminal_by_hand():
    assert terminal("\x1b]0;title\x07") == r"\x1b]0;title\x07"
    assert visible("caf\udce9 日本語 é") == r"caf\xe9 日本語 é"


PDFLATEX = shutil.which("pdflatex")
PLAIN = {
    r"\textbackslash{}": "\\", r"\textasciitilde{}": "~", r"\textasciicircum{}": "^", r"\textless{}": "<",
    r"\textgreater{}": ">", r"\textbar{}": "|", r"\symbol{34}": '"', r"\textasciigrave{}": "`",
    r"\&": "&", r"\%": "%", r"\$": "$", r"\#": "#", r"\_": "_", r"\{": "{", r"\}": "}",
    "{[}": "[", "{]}": "]", "{*}": "*", "{}": "",
}  # fmt: skip
"""What LaTeX prints for each command that `latex` writes for ASCII."""


@given(st.text(st.characters(codec="ascii"), max_size=30))
@example("a\n\nb")
@example("--")
@example("[x]*")
def test_latex_prints_the_name(name):
    """Everything that is special in LaTeX is one of the known commands, which give the name back."""
    tokens = re.findall("|".join(map(re.escape, PLAIN)) + "|.", latex(name), re.DOTALL)
    assert "".join(PLAIN.get(token, token) for token in tokens) == visible(name)
    assert not {"\\", "&", "%", "$", "#", "_", "{", "}", "~", "^", "[", "*", "\n"} & set(tokens)
    assert not re.search("--|''|,,", latex(name))


@pytest.mark.slow
@pytest.mark.skipif(not PDFLATEX, reason="needs pdflatex")
def test_latex_compiles(tmp_path):
    name = latex("".join(map(chr, range(32, 127))) + "±×τ↑")
    body = rf"\begin{{tabular}}{{ll}} {name} & b \\ {name} & {name} \\ \end{{tabular}}"
    text = rf"\documentclass{{article}}\usepackage{{amssymb}}\begin{{document}}{body}\end{{document}}"
    (tmp_path / "a.tex").write_text(text, encoding="utf-8")
    subprocess.run([PDFLATEX, "-halt-on-error", "a.tex"], cwd=tmp_path, check=True, capture_output=True)


def test_sentences_keep_their_stars_code_and_links():
    assert markdown_prose("DRN*+RCAN* is 2nd, by `a*b` of [x](y)") == r"DRN\*+RCAN\* is 2nd, by `a*b` of [x](y)"
    assert markdown_prose(r"escaped\* by its author") == r"escaped\* by its author"
