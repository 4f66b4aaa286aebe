"""Exit codes of commands that measure: failures, empty tables, and what ``--strict`` asks for."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from srbench.bench.results.table_result import Result, TableEntry
from srbench.bench.results.verdict import Verdict
from srbench.cli.exit_code import exit_code, report_failures, report_strict
from srbench.specs.table import Column, Row, Table

X2, X3 = (Column("psnr", "Set5", scale) for scale in (2.0, 3.0))


def entry(verdict, measured=None, *, row=None, column=X2, bad_input=False):
    return TableEntry(
        row or Row("Ours"), column, None, None, verdict, measured, remarks=str(verdict), bad_input=bad_input
    )


def result(*entries):
    table = Table("4", "A table", tuple(dict.fromkeys(entry.row for entry in entries)), (X2, X3))
    return Result("paper", table, "standard", "", "paper", demo=False, entries=entries)


REPRODUCED = entry(Verdict.REPRODUCED, 30.0)
DIFFERS = entry(Verdict.DIFFERS, 30.0)
CUT = entry(Verdict.CUT_BUDGET, 30.0)
MISSING = entry(Verdict.UNMEASURED)
UNAVAILABLE = entry(Verdict.UNAVAILABLE)
FAILED = entry(Verdict.FAILED)
BAD_INPUT = entry(Verdict.FAILED, bad_input=True)
FOR_X3 = entry(Verdict.UNMEASURED, row=Row("VDSR", scales=(3.0,)))


@pytest.mark.parametrize(
    ("entries", "code", "strict"),
    [
        ((REPRODUCED,), 0, 0),
        ((REPRODUCED, MISSING), 0, 1),
        ((REPRODUCED, UNAVAILABLE), 0, 1),
        ((REPRODUCED, DIFFERS), 0, 1),
        ((REPRODUCED, CUT), 0, 0),  # measured, and another question than the paper's
        ((REPRODUCED, FOR_X3), 0, 0),  # the paper has no such row at x2
        ((REPRODUCED, entry(Verdict.UNMEASURED, row=Row("VDSR", scales=(3.0,)), column=X3)), 0, 1),
        ((MISSING, MISSING), 1, 1),
        ((UNAVAILABLE,), 1, 1),
        ((REPRODUCED, FAILED), 1, 1),
        ((REPRODUCED, BAD_INPUT, FAILED), 2, 2),
        ((), 0, 0),
    ],
)
def test_the_code_of_a_table(entries, code, strict):
    assert exit_code([result(*entries)]) == code
    assert exit_code([result(*entries)], strict=True) == strict


def test_every_table_has_to_have_a_value():
    assert exit_code([result(REPRODUCED), result(MISSING)]) == 1
    assert exit_code([result(REPRODUCED), result(MISSING, DIFFERS)]) == 0
    assert exit_code([]) == 0


def test_a_table_without_a_value_is_a_warning(capsys):
    report_failures(result(MISSING, UNAVAILABLE, MISSING))
    assert capsys.readouterr().err == "warning: paper, Table 4: 0 of 3 cells measured: not measured; not available\n"
    report_failures(result(MISSING, REPRODUCED))
    assert capsys.readouterr().err == ""
    of_figure = result(MISSING)
    report_failures(replace(of_figure, table=replace(of_figure.table, id="figure-6")))
    assert capsys.readouterr().err == "warning: paper, Figure 6: 0 of 1 cells measured: not measured\n"
    report_failures(result(FAILED, MISSING))
    assert capsys.readouterr().err == "error: Ours Set5 (psnr): failed\n"


def test_strict_says_how_many(capsys):
    report_strict(result(REPRODUCED, MISSING, DIFFERS, UNAVAILABLE))
    assert (
        capsys.readouterr().err
        == "error: paper, Table 4: 2 of 4 cells not measured, 1 measured cells differ from print (--strict)\n"
    )
    report_strict(result(REPRODUCED, CUT))
    assert capsys.readouterr().err == ""


def test_run_without_data(srbench, tmp_path):
    command = ("run", "--plugin", "pcarn", "--table", "4", "--out", tmp_path)
    nothing = srbench(*command, "--rows", "PCARN-M", "--datasets", "Urban100", "--metrics", "psnr")
    assert nothing.code == 1
    assert nothing.err.startswith("warning: pcarn, Table 4: 0 of 1 cells measured: dataset Urban100 not found")
    some = (*command, "--rows", "PCARN-M", "--datasets", "Urban100", "--metrics", "params,psnr")
    assert srbench(*some).code == 0
    strict = srbench(*some, "--strict")
    assert strict.code == 1
    assert (
        strict.err
        == "error: pcarn, Table 4: 1 of 2 cells not measured, 0 measured cells differ from print (--strict)\n"
    )
    assert srbench(*command, "--rows", "PCARN-M", "--metrics", "params,macs", "--strict").code == 0


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (("run", "--foo"), "error: No such option '--foo'.*; see srbench run --help"),
        (("train",), "error: Missing option '--recipe'; see srbench train --help"),
        (("score", "SR", "HR"), "error: Missing option '--scales'; see srbench score --help"),
        (("run", "--jobs", "x"), "error: --jobs: 'x' is not a whole number of at least 1; see srbench run --help"),
        (("run", "--jobs", "0"), "error: --jobs: 0 is not a whole number of at least 1; see srbench run --help"),
        (
            ("check", "pcarn", "--time-limit", "soon"),
            "error: --time-limit: 'soon' is not a number above 0 and of at most .*",
        ),
        (("eval", "--alpha", "half"), "error: --alpha: 'half' is not a number; see srbench eval --help"),
        (("train", "--seed", str(2**63)), f"error: --seed: {2**63} is not a whole number from 0 to {2**63 - 1}; .*"),
        (("run", "--profile", "fast"), "error: --profile: 'fast' is not one of 'demo'.*; see srbench run --help"),
        (("--nope",), "error: No such option '--nope'.*; see srbench --help"),
    ],
)
def test_wrong_usage_is_one_line_that_names_the_help(arguments, problem, srbench):
    outcome = srbench(*arguments)
    assert outcome.code == 2
    assert re.fullmatch(problem + "\n", outcome.err)


KEPT = "finished cells and checkpoints are kept; the same command (train: with --resume) continues"


@pytest.mark.parametrize(
    ("verb", "target", "says"),
    [
        ("list", "srbench.cli.verbs.list_.load_catalog", "interrupted"),
        ("run", "srbench.cli.verbs.run.load_catalog", f"interrupted: {KEPT}"),
    ],
)
def test_an_interrupted_verb_says_whether_it_goes_on(verb, target, says, srbench, monkeypatch):
    def interrupt():
        raise KeyboardInterrupt

    monkeypatch.setattr(target, interrupt)
    arguments = {"list": ("plugins",), "run": ("--plugin", "pcarn", "--table", "4")}[verb]
    outcome = srbench(verb, *arguments)
    assert outcome.code == 130
    assert outcome.err.strip() == says
