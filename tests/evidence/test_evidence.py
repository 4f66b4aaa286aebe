"""The page of evidence is that of the committed records, and ``srbench power`` says the same."""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from srbench.catalog import load_catalog
from srbench.cli.verbs.power import HEADERS, power
from srbench.errors import StoreError, UsageError
from srbench.evidence.claim_lines import FIELDS, claim_lines
from srbench.evidence.page import evidence_page
from srbench.records.store import Store
from srbench.report.tables import other_prints

ROOT = Path(__file__).parents[2]
KNOWN = "pcarn,2,L1 beats adversarial training in PSNR,psnr,Set14"
"""A claim as a list of claims names it."""
RESULTS, PAGE = ROOT / "results", ROOT / "docs" / "evidence.md"


@pytest.fixture(scope="module")
def lines():
    """All claims that are measured, found without data or weights at hand."""
    catalog = load_catalog()
    papers = [plugin for plugin in catalog.plugins.values() if plugin.ok and plugin.tables]
    return claim_lines(catalog, papers, Store(RESULTS), ())


@pytest.mark.slow
def test_page_is_up_to_date(lines):
    """``SRBENCH_DOCS_UPDATE=1`` writes it anew."""
    papers = [plugin for plugin in load_catalog().plugins.values() if plugin.ok and plugin.tables]
    text = evidence_page(lines, RESULTS / "evidence" / "before.csv", papers, PAGE.parent)
    if os.environ.get("SRBENCH_DOCS_UPDATE"):
        PAGE.write_text(text, encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == text


@pytest.mark.slow
def test_claims_without_a_line_are_named(lines):
    """No images of AIM2020 are here; with a claim's lines gone it is named too."""
    plugin = load_catalog().plugin("gpnas-ensemble")
    text = evidence_page(lines, None, [plugin])
    assert "48 more claims have no line" in text
    assert "gpnas-ensemble Table 1, 48 on AIM2020." in text
    without = [line for line in lines if line.table != "1-real"]
    assert "96 more claims have no line" in evidence_page(without, None, [plugin])


@pytest.mark.slow
def test_every_claim_of_the_plan_is_on_the_page(lines):
    """The plan was written first; a claim that has vanished since would be one that was not followed up."""
    with (RESULTS / "evidence" / "plan.csv").open(encoding="utf-8", newline="") as file:
        planned = {
            (row["plugin"], row["table"], row["claim"], row["metric"], row["dataset"], float(row["scale"]))
            for row in csv.DictReader(file)
        }
    objects = [line.as_object() for line in lines]
    shown = {
        tuple(entry[key] for key in ("plugin", "table", "claim", "metric", "dataset", "scale")) for entry in objects
    }
    assert len(planned) > 150
    assert planned <= shown


@pytest.mark.slow
def test_claims_added_with_the_data_seen_are_marked(lines):
    """The list has all claims that weren't asked, by whoever asks them now, when their first values came.

    The plan holds the claims of the earlier answers, which precede their values, and pcarn's, which don't: two seeds of
    its tables had been printed. Those of ode-ivp's Table gradual came after the plan, but before their data.
    """
    keys = ("plugin", "table", "claim", "metric", "dataset", "scale")
    listed, planned, answered = (
        list(csv.DictReader((RESULTS / "evidence" / name).read_text(encoding="utf-8").splitlines()))
        for name in ("post-hoc.csv", "plan.csv", "before.csv")
    )
    laid_down, answers_before = (
        {(*(row[key] for key in keys[:-1]), f"{float(row['scale']):g}", row["asked_by"]) for row in rows}
        for rows in (planned, answered)
    )
    assert {place[0] for place in laid_down - answers_before} == {"pcarn"}
    laid_down &= answers_before
    found = {(*(row[key] for key in keys[:-1]), f"{row['scale']:g}"): row for row in (o.as_object() for o in lines)}
    added = {
        place
        for place, row in found.items()
        if (*place, row["asked_by"]) not in laid_down and place[:2] != ("ode-ivp", "gradual")
    }
    assert len(found) == len(lines)
    assert added == {tuple(row[key] for key in keys) for row in listed}
    assert added == {place for place, row in found.items() if row["post_hoc"]}
    assert all(line.asked.endswith(" (post hoc)") for line in lines if line.post_hoc)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("plugin,table,claim,metric,dataset,scale\npcarn,2,a claim,psnr,Set14,four\n", "line 2: scale 'four' is not"),
        ("plugin,table,claim,metric,dataset\npcarn,2,a claim,psnr,Set14\n", "line 1: no column 'scale'"),
        ("plugin,table,claim,metric,dataset,scale\npcarn,2\n", "line 2: 2 fields, but the heading has 6"),
        (
            "plugin,table,claim,metric,dataset,scale\npcarn,2,a claim,psnr,Set14,4\n",
            "line 2: pcarn Table 2 has no claim 'a claim' in psnr Set14 x4; write it as the plugin does",
        ),
        (
            "plugin,table,claim,metric,dataset,scale\npcran,2,a claim,psnr,Set14,4\n",
            "line 2: unknown plugin 'pcran'; did you mean 'pcarn'",
        ),
        (
            f"plugin,table,claim,metric,dataset,scale\n{KNOWN},4\n{KNOWN},4.0\n",
            "line 3: the claim of line 2 again; leave out one of the two",
        ),
    ],
)
def test_a_damaged_list_of_claims_is_named(tmp_path, text, message):
    (tmp_path / "evidence").mkdir()
    (tmp_path / "evidence" / "post-hoc.csv").write_text(text, encoding="utf-8")
    with pytest.raises(StoreError, match=rf"post-hoc\.csv, {message}"):
        claim_lines(load_catalog(), [load_catalog().plugin("pcarn")], Store(tmp_path), ())


def test_a_list_of_claims_that_is_no_file_is_named(tmp_path):
    (tmp_path / "evidence" / "post-hoc.csv").mkdir(parents=True)
    with pytest.raises(StoreError, match=r"post-hoc\.csv: a folder"):
        claim_lines(load_catalog(), [load_catalog().plugin("pcarn")], Store(tmp_path), ())


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda text: text.replace(",", ";"), None),
        (lambda _: "", "line 1: no heading"),
        (
            lambda text: text.replace("undecided", "yess", 1),
            "line 2: answer 'yess' is unknown; write one of yes, no",
        ),
        (
            lambda text: text.replace(",paper,", ",Paper,", 1),
            r"line \d+: asked_by 'Paper' is unknown; write one of paper, srbench",
        ),
    ],
)
def test_earlier_answers_are_read_or_their_fault_is_named(tmp_path, change, message):
    file = tmp_path / "before.csv"
    file.write_text(change((RESULTS / "evidence" / file.name).read_text(encoding="utf-8")), encoding="utf-8")
    if message:
        with pytest.raises(StoreError, match=rf"before\.csv, {message}"):
            evidence_page([], file)
    else:
        page = evidence_page([], file)
        answers = Counter(
            row["answer"] for row in csv.DictReader(file.read_text(encoding="utf-8").splitlines(), delimiter=";")
        )
        (row,) = (line.split("|")[-4:-1] for line in page.splitlines() if line.startswith("| all  "))
        assert [int(cell) for cell in row] == [answers[key] for key in ("yes", "no", "undecided")], (
            "though no line is left"
        )


@pytest.mark.slow
def test_earlier_answers_count_for_whoever_asks_the_claim_now(lines):
    """Twelve questions of gpnas-ensemble were claims of the paper then."""
    text = evidence_page(lines, RESULTS / "evidence" / "before.csv")
    rows = {cells[1].strip(): cells[-4:-1] for row in text.splitlines() if len(cells := row.split("|")) == 13}
    moved = [[int(cell) for cell in rows[name]] for name in ("gpnas-ensemble", "gpnas-ensemble (asked by srbench)")]
    assert moved == [[11, 5, 38], [3, 0, 9]]


@pytest.mark.slow
def test_the_print_with_the_most_seeds_counts(lines):
    """Table 1 of ode-ivp at four scales: its first print has one seed and 30 scales, another has three seeds."""
    objects = [line.as_object() for line in lines]
    found = {
        (entry["scale"], entry["seeds"], entry["options"])
        for entry in objects
        if (entry["plugin"], entry["table"]) == ("ode-ivp", "1")
    }
    assert found == {(scale, 3, "quick-3seeds") for scale in (1.1, 2.0, 3.0, 4.0)}


@pytest.mark.parametrize(
    ("label", "counts"),
    [
        ("quick-5seeds", True),
        ("quick", False),
        ("quick-train-5seeds", False),
        ("short-5seeds", False),
        ("standard-quick-5seeds", False),
    ],
)
def test_only_prints_that_differ_in_their_seeds_count(tmp_path, label, counts):
    catalog = load_catalog()
    plugin = catalog.plugin("ode-ivp")
    table = replace(plugin.tables["1"], rows=plugin.tables["1"].rows[:1], columns=plugin.tables["1"].columns[:1])
    folder = tmp_path / plugin.name
    folder.mkdir()
    head = "row,dataset,scale,metric,measured,options"
    for name, options in (("table-1", "quick"), (f"table-1@{label}", label), ("table-1@partial", "quick-9seeds")):
        (folder / f"{name}.cells.csv").write_text(f"{head}\nbicubic,B100,2,psnr,,{options}\n", encoding="utf-8")
    found = other_prints(catalog, plugin, table, Store(tmp_path), ())
    assert [result.options for result in found] == [label] * counts


def test_claims_whose_records_are_lost_are_named(tmp_path):
    """Table 3 of pcarn was printed, but no record is left; that of Table 2 was not printed."""
    (tmp_path / "pcarn").mkdir()
    shutil.copy(RESULTS / "pcarn" / "table-3.cells.csv", tmp_path / "pcarn")
    message = (
        "pcarn, Table 3: 5 claims about printed cells whose records are missing, damaged, or of other data or weights "
        "than those at hand; left out, or answered from other rows or runs; the first is "
        r"'Unif\. 1\.0\*sqrt\(1/F\) beats .*' in psnr Set14 x4; print the table again"
    )
    with pytest.warns(UserWarning, match=f"^{message}") as warned:
        assert not claim_lines(load_catalog(), [load_catalog().plugin("pcarn")], Store(tmp_path), ())
    assert len(warned) == 1


@pytest.mark.parametrize("beside", ["table-3.md", "table-3@quick.cells.csv"])
def test_lost_cells_of_a_table_are_named(tmp_path, beside):
    """Without them its options aren't known, and its records aren't looked for."""
    (tmp_path / "pcarn").mkdir()
    shutil.copy(RESULTS / "pcarn" / "table-3.cells.csv", tmp_path / "pcarn" / beside)
    with pytest.warns(
        UserWarning, match=r"pcarn/table-3\.cells\.csv: missing, so that the options of the table aren't"
    ):
        claim_lines(load_catalog(), [load_catalog().plugin("pcarn")], Store(tmp_path), ())


def test_cells_of_different_options_are_refused(tmp_path):
    (tmp_path / "pcarn").mkdir()
    text = (RESULTS / "pcarn" / "table-3.cells.csv").read_text(encoding="utf-8")
    (tmp_path / "pcarn" / "table-3.cells.csv").write_text(text.replace("quick-5seeds", "quick", 1), encoding="utf-8")
    with pytest.raises(
        StoreError, match=r"table-3\.cells\.csv: lines of runs with different options, quick, quick-5seeds;"
    ):
        claim_lines(load_catalog(), [load_catalog().plugin("pcarn")], Store(tmp_path), ())


@pytest.mark.slow
def test_lines_that_compare_the_same_trainings_are_counted(lines):
    """Found by their differences; here by their methods, in tables of one protocol: the line with more seeds stays."""
    catalog = load_catalog()

    def networks(line):
        answer = line.prospect.answer
        table = catalog.plugin(line.plugin).tables[line.table]
        methods = {(row.reduced if answer.reduced else row.label): row.method for row in table.rows}
        claim = answer.claim
        sides = ((claim.better, *claim.better_over), (claim.worse, *claim.worse_over))
        return line.plugin, claim.column, frozenset(tuple(methods[label] for label in side) for side in sides)

    again, seen = [], {}
    for line in sorted(lines, key=lambda line: -line.prospect.answer.test.seeds):
        if networks(line) in seen:
            again.append(line)
        seen.setdefault(networks(line), line)
    assert {(line.plugin, line.table) for line in again} >= {("ode-ivp", "1"), ("probabilistic-l1", "3")}
    answers = Counter(line.prospect.answer.holds for line in again)
    (sentence,) = re.findall(
        r"no further answers; there are (\d+) .*: (\d+) yes .*, (\d+) no .* and (\d+) und", evidence_page(lines)
    )
    assert tuple(map(int, sentence)) == (len(again), *(answers[key] for key in ("yes", "no", "undecided")))


@pytest.mark.slow
def test_answers_and_counts_agree(lines):
    text = evidence_page(lines)
    counted = Counter(line.prospect.answer.holds for line in lines)
    rows = {cells[1].strip(): cells[2:-1] for line in text.splitlines() if len(cells := line.split("|")) == 10}
    yes, firm_yes, no, firm_no, undecided, excluded, elsewhere = map(int, rows["all"])
    assert {"yes": yes, "no": no, "undecided": undecided} == {key: counted[key] for key in ("yes", "no", "undecided")}
    firm = Counter(line.prospect.answer.holds for line in lines if line.prospect.answer.firm)
    assert firm == {"yes": firm_yes, "no": firm_no}
    assert firm_yes < yes
    assert firm_no < no
    below = [line.prospect for line in lines if line.prospect.below_print]
    assert (excluded, elsewhere) == (len(below), sum(bool(prospect.printed.elsewhere) for prospect in below))
    papers, srbench = ([int(cell) for cell in rows[name]] for name in ("all claims of papers", "all asked by srbench"))
    assert [a + b for a, b in zip(papers, srbench, strict=True)] == list(map(int, rows["all"]))
    asked = Counter(line.prospect.answer.holds for line in lines if line.prospect.answer.claim.asked_by == "paper")
    assert papers[:5:2] == [asked[key] for key in ("yes", "no", "undecided")]
    assert all(srbench[:5:2])
    excluded_still = [prospect for prospect in below if prospect.below_print_corrected]
    assert 0 < len(excluded_still) < len(below)
    assert all(prospect.below_print for prospect in excluded_still)
    assert f"of {len(below)} printed effects that they exclude, {len(excluded_still)} would stay excluded" in text
    families = {(line.plugin, line.table, line.prospect.answer.claim.asked_by) for line in lines}
    assert f"within {len(families)} families" in text
    assert f"{0.05 * len(families):.1f} families with a wrong answer" in text
    added = [line.prospect.answer for line in lines if line.post_hoc]
    assert sum(line.startswith("|") and " (post hoc) " in line for line in text.splitlines()) == len(added) > 0
    shown = {key: sum(answer.holds == key for answer in added) for key in ("yes", "no", "undecided")}
    certain = {key: sum(answer.firm for answer in added if answer.holds == key) for key in ("yes", "no")}
    assert (
        f"{len(added)} of the {len(lines)} lines are post hoc: {shown['yes']} yes ({certain['yes']} firm), "
        f"{shown['no']} no ({certain['no']} firm) and {shown['undecided']} undecided."
    ) in text
    assert "before: yes" not in text
    assert "more claims have no line" not in text
    assert all(line.prospect.answer.tested for line in lines if line.prospect.answer.holds != "undecided")


def test_the_verb_prints_claims_as_text_and_as_json(tmp_path):
    """Of a table with five seeds of each row."""
    asked = ["--plugin", "pcarn", "--table", "3", "--out", str(RESULTS), "--data", str(tmp_path)]
    found = CliRunner().invoke(power, [*asked, "--json"], catch_exceptions=False)
    objects = json.loads(found.output)
    assert [tuple(entry) for entry in objects] == [FIELDS] * 5
    assert [(entry["answer"], entry["seeds"], entry["images"]) for entry in objects] == [
        (answer, 5, 14) for answer in ("undecided", "yes", "undecided", "yes", "yes")
    ]
    found = CliRunner().invoke(power, [*asked, "--page", str(tmp_path / "page.md")], catch_exceptions=False)
    assert "(5 claims)" in found.output
    text = (tmp_path / "page.md").read_text(encoding="utf-8")
    assert text.count("Unif. 1.0\\*sqrt(1/F) beats") == 5
    assert text.count("Measured with reduced networks in place of the paper's.") == 1
    assert "](" not in text, "nothing lies beside this page that it could refer to"
    found = CliRunner().invoke(power, asked, catch_exceptions=False)
    assert found.output.splitlines()[0].split() == " ".join(HEADERS).split()


def test_a_page_of_one_table_counts_no_earlier_answers_of_the_whole_paper(tmp_path):
    page = tmp_path / "page.md"
    asked = ["--plugin", "pcarn", "--table", "2", "--out", str(RESULTS), "--data", str(tmp_path), "--page", str(page)]
    CliRunner().invoke(power, asked, catch_exceptions=False)
    assert "before" not in page.read_text(encoding="utf-8").partition("## Answers by paper")[2].lower()


def test_without_a_measured_claim_a_page_stays_as_it_was(tmp_path):
    """Of a plugin and a table without claims, and of a folder with another paper's records."""
    page = tmp_path / "page.md"
    page.write_text("kept", encoding="utf-8")
    (tmp_path / "records").mkdir()
    for out, asked, message in (
        (RESULTS, ["--plugin", "mlflow"], "--plugin mlflow: no claims there"),
        (
            RESULTS,
            ["--plugin", "pcarn", "--table", "4,5"],
            "--table 4, 5: no claims there; tables of pcarn with claims are 1, 2, 3",
        ),
        (tmp_path, ["--plugin", "pcarn"], "no claim of pcarn is measured there"),
    ):
        options = [*asked, "--out", str(out), "--data", str(tmp_path)]
        found = CliRunner().invoke(power, [*options, "--page", str(page)])
        assert isinstance(found.exception, StoreError if out == tmp_path else UsageError)
        assert message in str(found.exception)
        assert CliRunner().invoke(power, [*options, "--json"]).output == "[]\n"
    assert page.read_text(encoding="utf-8") == "kept"


def test_without_a_plugin_a_table_is_that_of_each_paper_that_has_it(tmp_path):
    """Only gpnas-ensemble has a Table 1-real, and no paper a Table 99."""
    asked = ["--table", "1-real", "--out", str(RESULTS), "--data", str(tmp_path), "--json"]
    found = CliRunner().invoke(power, asked, catch_exceptions=False)
    assert {(entry["plugin"], entry["table"]) for entry in json.loads(found.output)} == {("gpnas-ensemble", "1-real")}
    found = CliRunner().invoke(power, ["--table", "1,99", "--out", str(RESULTS)])
    assert "unknown table '99' of all papers" in str(found.exception)


def test_what_srbench_asks_and_what_is_printed_for_other_images_is_said(tmp_path):
    asked = ["--plugin", "esrgan-gan", "--table", "1", "--out", str(RESULTS), "--data", str(tmp_path)]
    found = CliRunner().invoke(power, asked, catch_exceptions=False)
    assert found.output.count("(asked by srbench)") == found.output.count("(NTIRE2017-half-test)") == 9


def test_the_verb_needs_records(tmp_path):
    found = CliRunner().invoke(power, ["--out", str(tmp_path)])
    assert isinstance(found.exception, StoreError)
    assert "no records there" in str(found.exception)
