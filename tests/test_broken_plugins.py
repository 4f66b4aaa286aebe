"""Broken plugins, all installed at once: each costs its own row, in every verb, and the row says what and where."""

from __future__ import annotations

import json
import os
import re

import pytest

from srbench.cli.verbs.list_ import KINDS

BROKEN = {
    "unreadable_error": (
        """
class Odd(Exception):
    def __str__(self):
        raise RuntimeError
raise Odd()
""",
        r"unreadable_error.py:4, in \S+: Odd: \(its message can't be shown: its __str__ raised RuntimeError\)",
    ),
    "two_lines": (
        """
raise ValueError('a\\nb')
""",
        r"two_lines.py:1, in \S+: ValueError: a b",
    ),
    "surrogate": (
        """
raise ValueError('a\\ud800b')
""",
        r"surrogate.py:1, in \S+: ValueError: a\\ud800b",
    ),
    "exits": (
        """
raise SystemExit(0)
""",
        r"exits.py:1, in \S+: SystemExit: 0",
    ),
    "syntax": (
        """
def f(:
""",
        r"syntax.py:1: SyntaxError: invalid syntax",
    ),
    "docstring": (
        """
__doc__ = 5
""",
        r"__doc__ is 5; give a text",
    ),
    "hook_exits": (
        """
@srbench.hookimpl
def srbench_models():
    raise SystemExit(0)
""",
        r"hook_exits.py:\d+, in \S+: SystemExit: 0",
    ),
    "hook_of_nothing": (
        """
@srbench.hookimpl
def srbench_models():
    pass
""",
        r"srbench_models returned None; return a list or tuple of specs",
    ),
    "scales": (
        """
@srbench.hookimpl
def srbench_models():
    yield srbench.ModelSpec('fine-net', 'torch.nn:Identity')
    yield srbench.ModelSpec('scales-net', 'torch.nn:Identity', scales=4)
""",
        r"model 'scales-net', scales: is 4; give a tuple of numbers or None \(.*scales.py, line 6\)",
    ),
    "member": (
        """
@srbench.hookimpl
def srbench_methods():
    yield srbench.MethodSpec('alone', members=('alone',))
""",
        r"method 'alone' needs itself \(alone -> alone\)",
    ),
    "mutual": (
        """
@srbench.hookimpl
def srbench_methods():
    yield srbench.MethodSpec('here', members=('THERE',))
    yield srbench.MethodSpec('there', members=('bicubic', 'here'))
""",
        r"method 'here' needs itself \(here -> there -> here\)",
    ),
    "provider": (
        """
@srbench.hookimpl
def srbench_datasets():
    yield srbench.DatasetSpec('no-images', provider='builtins:list')
    yield srbench.DatasetSpec('no-paths', provider='provider:numbers')
def numbers():
    return [('a', 3)]
""",
        r"",
    ),
    "filename": (
        """
@srbench.hookimpl
def srbench_weights():
    yield srbench.WeightsSpec('passwd', '/etc/passwd', 'https://example.org', '', 'none', 'nobody')
""",
        r"weights 'passwd', filename: is '/etc/passwd', and names are part of file names",
    ),
    "lost_resource": (
        """
@srbench.hookimpl
def srbench_weights():
    yield srbench.WeightsSpec('nowhere', 'a.pt', '', '', '', '', resource='no_such_package:a.pt')
""",
        r"",
    ),
    "no_id": (
        """
@srbench.hookimpl
def srbench_tables():
    yield srbench.Table(None, 'No id', (), ())
""",
        r"table None, id: is None; give a text",
    ),
    "rows_text": (
        """
@srbench.hookimpl
def srbench_tables():
    yield srbench.Table('1', 'Rows', 'abc', ())
""",
        r"table '1', rows: is 'abc'; give a tuple of Rows",
    ),
    "axes": (
        """
@srbench.hookimpl
def srbench_tables():
    yield srbench.Table('1', 'Axes', (), (), row_axes=('nonsense',))
""",
        r"table '1', row_axes: has 'nonsense'; choose from row, dataset, scale, metric",
    ),
    "upward": (
        """
@srbench.hookimpl
def srbench_tables():
    yield srbench.Table('../x', 'Up', (), ())
""",
        r"table '../x', id: is '../x', and names are part of file names",
    ),
    "label_twice": (
        """
@srbench.hookimpl
def srbench_tables():
    row = srbench.Row('A', method='bicubic')
    yield srbench.Table('1', 'Twice', (row, row), ())
""",
        r"table '1', rows: 'A' labels two rows",
    ),
    "id_twice": (
        """
@srbench.hookimpl
def srbench_tables():
    yield srbench.Table('1', 'One', (), ())
    yield srbench.Table('1', 'Other', (), ())
""",
        r"two tables have the id '1'; give each an id of its own",
    ),
    "published_twice": (
        """
@srbench.hookimpl
def srbench_tables():
    columns = srbench.columns('psnr', 'Set5', 4.0)
    yield srbench.Table('1', 'T', (srbench.Row('A', method='bicubic'),), columns, 'numbers_of:twice.csv')
""",
        r".*twice.csv, line 3: the value of line 2 again, for A",
    ),
    "verb": (
        """
@srbench.hookimpl
def srbench_commands():
    yield srbench.CommandSpec('broken-verb', 'verb:go')
def __getattr__(name):
    raise SystemExit(3) if name == 'go' else AttributeError(name)
""",
        r"",
    ),
}
"""Source of each plugin's module, below its imports, and the pattern of the error in its row; empty: it has none."""

SCRIPT = """
import contextlib, io, json, os, sys
from pathlib import Path
os.environ.clear()
os.environ.update(environment)
os.chdir(cwd)
sys.path.insert(0, site)
from srbench.cli import main

found = {}
for arguments in verbs:
    sys.argv = ["srbench", *arguments]
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            main()
        except SystemExit as end:
            code = end.code or 0
    found[" ".join(arguments)] = (code, out.getvalue(), err.getvalue())
Path(result).write_text(json.dumps(found))
"""
VERBS = [
    ["--help"],
    *(["list", kind] for kind in KINDS),
    ["list", "plugins", "--json"],
    ["doctor"],
    ["doctor", "--measurable"],
    ["data", "list", "--json"],
    ["show", "--metric", "psnr", "--dataset", "Set5", "--scale", "4"],
    ["run", "--plugin", "scales", "--table", "1"],
    ["show", "rows_text"],
    ["eval", "--model", "alone", "--datasets", "demo", "--scales", "2"],
    ["upscale", "a.png", "--method", "here", "--scale", "2"],
    ["export", "--published", "--out", "published.csv"],
]


@pytest.fixture(scope="module")
def done(tmp_path_factory, environment, forked):
    """Results of all verbs, (exit code, stdout, stderr), by arguments."""
    site = tmp_path_factory.mktemp("site")
    for name, (written, _) in BROKEN.items():
        source = written.lstrip("\n")
        text = f"import srbench\n\n{source}" if source.startswith("@") else source
        (site / f"{name}.py").write_text(text, encoding="utf-8")
    (site / "numbers_of").mkdir()
    (site / "numbers_of" / "__init__.py").touch()
    (site / "numbers_of" / "twice.csv").write_text(
        "table,row,dataset,scale,metric,value,std,rank,note\n" + "1,A,Set5,4,psnr,30.0,,,\n" * 2
    )
    info = site / "broken-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: broken\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[srbench]\n" + "".join(f"{name} = {name}\n" for name in BROKEN))
    path = os.pathsep.join(filter(None, (str(site), os.environ.get("PYTHONPATH"))))
    cwd = tmp_path_factory.mktemp("here")
    names = {"environment": environment() | {"PYTHONPATH": path}, "site": str(site), "cwd": str(cwd)}
    process = forked(SCRIPT, names | {"verbs": VERBS, "result": str(site / "found.json")})
    process.join(300)
    process.kill()
    assert process.exitcode == 0
    return json.loads((site / "found.json").read_text())


def test_every_verb_stays_whole(done):
    codes = {arguments: code for arguments, (code, _, _) in done.items()}
    assert codes.pop("doctor") == codes.pop("doctor --measurable") == 1
    for refused in ("run --plugin scales", "show rows_text", "eval --model alone", "upscale a.png"):
        (arguments,) = [key for key in codes if key.startswith(refused)]
        assert codes.pop(arguments) == 2
        error = done[arguments][2]
        assert error.startswith("error: ")
        assert error.count("\n") == 1
    codes.pop(next(key for key in codes if key.startswith("export")))
    assert set(codes.values()) == {0}, codes
    assert not [arguments for arguments, (_, out, err) in done.items() if "Traceback" in out + err]


def test_each_row_says_what_and_where(done):
    rows = {row["name"]: row["status"] for row in json.loads(done["list plugins --json"][1])}
    for name, (_, pattern) in BROKEN.items():
        if pattern:
            assert re.match(f"failed: {pattern}", rows[name]), (name, rows[name])
        else:
            assert rows[name] == "ok"
    assert rows["pcarn"] == "ok"


def test_what_is_sound_stays(done):
    models = done["list models"][1]
    assert "fine-net" in models
    assert "scales-net" not in models
    assert "pcarn-m" in models


def test_a_broken_provider_or_resource_is_a_line_of_the_inventory(done):
    lines = {line["name"]: line for line in json.loads(done["data list --json"][1])}
    assert lines["no-images"]["state"] == lines["no-paths"]["state"] == lines["nowhere"]["state"] == "damaged"
    assert "its provider builtins:list returns no images" in lines["no-images"]["detail"]
    assert "its provider provider:numbers doesn't return (name, path)" in lines["no-paths"]["detail"]
    assert "unusable: dataset no-images" in done["doctor"][1]


def test_a_broken_verb_is_a_line_of_the_help(done):
    assert "broken-verb" in done["--help"][1]
    assert "SystemExit: 3" in done["--help"][1]
