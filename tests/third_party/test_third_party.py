"""A sixth paper from somebody else's package: built as a wheel, installed elsewhere, run like the five."""

from __future__ import annotations

import json
import re
import shutil
import site
import subprocess
import sys
from pathlib import Path

import pytest

EDGE = Path(__file__).parent / "edge"
TUTORIAL = Path(__file__).parents[2] / "docs" / "tutorials" / "your-paper.md"


@pytest.fixture(scope="module")
def python(tmp_path_factory, fresh_python) -> Path:
    """The interpreter of a fresh environment with the wheel installed, beside what this one has."""
    folder = tmp_path_factory.mktemp("third-party")
    shutil.copytree(EDGE, folder / "source")
    # setuptools would read those of all that is installed twenty times
    once = "from importlib import metadata; metadata.entry_points = metadata.entry_points().select"
    build = f"{once}; import sys, setuptools.build_meta as backend; backend.build_wheel(sys.argv[1])"
    subprocess.run([sys.executable, "-c", build, folder], cwd=folder / "source", check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    python = fresh_python(folder / "venv", wheel)
    (own,) = (folder / "venv" / "lib").glob("python*/site-packages")
    outer = "\n".join(f"import site; site.addsitedir({folder!r})" for folder in site.getsitepackages())
    (own / "outer.pth").write_text(f"{outer}\n")
    return python


def srbench(python, *arguments):
    command = [python, "-c", "from srbench.cli import main; main()", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)


@pytest.mark.slow
def test_it_is_listed(python):
    lines = json.loads(srbench(python, "list", "plugins", "--json").stdout)
    edge = next(line for line in lines if line["name"] == "edge")
    assert edge["distribution"] == "srbench-edge"
    assert edge["status"] == "ok"
    assert edge["summary"] == "A paper's plugin: one network, one metric, one table."


@pytest.mark.slow
def test_its_table_runs(python, tmp_path):
    done = srbench(python, "run", "--plugin", "edge", "--table", "1", "--out", tmp_path, "--json")
    assert done.returncode == 0, done.stderr
    lines = {(line["row"], line["metric"]): line for line in json.loads(done.stdout)}
    assert lines["Ours", "psnr"]["measured"] == pytest.approx(lines["Ours", "psnr"]["published"], abs=0.01)
    assert lines["Ours", "psnr"]["verdict"] == "reproduced"
    assert lines["Bicubic", "psnr"]["verdict"] == "differs"
    assert lines["Ours", "edge_error"]["verdict"] == "no published value"
    assert 0 < lines["Ours", "edge_error"]["measured"] < 20


def test_the_tutorial_shows_this_very_plugin():
    shown = re.findall(r"\{literalinclude\} (\S+)", TUTORIAL.read_text(encoding="utf-8"))
    package = EDGE / "srbench_edge"
    assert [(TUTORIAL.parent / path).resolve() for path in shown] == [
        EDGE / "pyproject.toml",
        package / "__init__.py",
        package / "published.csv",
    ]
    assert all((TUTORIAL.parent / path).is_file() for path in shown)
