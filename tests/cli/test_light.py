"""Listing costs nothing: neither torch nor numpy is imported."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = {"torch", "numpy", "pandas", "scipy", "cv2", "skimage", "matplotlib", "PIL", "rich"}

SCRIPT = """
import sys
from srbench.cli import main
try:
    main()
except SystemExit as end:
    assert not end.code, end.code
print("imported:", *(name for name in sys.modules if "." not in name))
"""


LISTS = (
    "plugins",
    "models",
    "methods",
    "weights",
    "datasets",
    "metrics",
    "losses",
    "recipes",
    "searches",
    "protocols",
    "tables",
    "figures",
)
SHOWS = ("show pcarn", "show pcarn --table 4", "show pcarn --table 6 --json")


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
    "data",
    "doctor",
    "selftest",
)


@pytest.mark.parametrize(
    "arguments", ["--help", *(f"{verb} --help" for verb in HELPS), *(f"list {kind}" for kind in LISTS), *SHOWS]
)
def test_no_heavy_import(arguments, environment):
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, *arguments.split()],
        env=environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    imported = set(done.stdout.rpartition("imported:")[2].split())
    assert "srbench" in imported
    assert not imported & HEAVY
