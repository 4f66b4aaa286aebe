"""Listing costs nothing: neither torch nor numpy is imported."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from srbench.builtin import COMMANDS
from srbench.cli.verbs.list_ import KINDS
from srbench.loading import load

HEAVY = {"torch", "numpy", "pandas", "pyarrow", "scipy", "cv2", "skimage", "matplotlib", "PIL", "rich"}

SCRIPT = """
import contextlib, io, json, sys
from srbench.cli import main

found = {}
for arguments in json.loads(sys.argv[1]):
    before = set(sys.modules)
    sys.argv = ["srbench", *arguments.split()]
    with contextlib.redirect_stdout(io.StringIO()) as said:
        try:
            main()
        except SystemExit as end:
            code = end.code or 0
    found[arguments] = (code, bool(said.getvalue()), [name for name in set(sys.modules) - before if "." not in name])
found["all"] = [name for name in sys.modules if "." not in name]
print(json.dumps(found))
"""
"""One process for all: each says what it was the first to import."""


SHOWS = (
    "show pcarn",
    "show pcarn --table 4",
    "show pcarn --table 6 --json",
    "show --dataset Set5 --scale 2 --metric psnr",
    "show --method VDSR --json",
    "show probabilistic-l1 --table 3",
    "doctor --measurable",
    "config",
)


HELPS = (
    "run",
    "train",
    "search",
    "bundle",
    "eval",
    "score",
    "compare",
    "explain",
    "upscale",
    "export",
    "diff",
    "merge",
    "status",
    "collect",
    "power",
    "data",
    "new",
    "check",
    "config",
    "doctor",
    "selftest",
    "bench",
)


@pytest.mark.slow
def test_no_heavy_import(environment):
    asked = ["--help", *(f"{verb} --help" for verb in HELPS), *(f"list {kind}" for kind in KINDS), *SHOWS]
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, json.dumps(asked)], env=environment(), capture_output=True, text=True, check=True
    )
    found = json.loads(done.stdout)
    imported = set(found.pop("all"))
    assert list(found) == asked
    assert {arguments: (code, said) for arguments, (code, said, _) in found.items() if (code, said) != (0, True)} == {}
    assert {arguments: HEAVY & set(names) for arguments, (_, _, names) in found.items() if HEAVY & set(names)} == {}
    assert "srbench" in imported
    assert not imported & HEAVY


@pytest.mark.parametrize("spec", COMMANDS, ids=lambda spec: spec.name)
def test_the_list_of_verbs_says_what_their_helps_say(spec):
    """The list imports no verb, so it has the first sentences of their helps as texts."""
    assert spec.summary == load(spec.command).get_short_help_str(1000)
