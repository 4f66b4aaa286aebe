"""Distributions as they are published: built, checked, installed beside nothing editable, and run there."""

from __future__ import annotations

import json
import os
import shutil
import site
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = {"srbench": ROOT} | {f"srbench-{folder.name}": folder for folder in sorted((ROOT / "plugins").iterdir())}
GIT = shutil.which("git") or "git"
BESIDE = frozenset({"plugins", "results", "tests", "docs", "benchmarks", "build", "dist"})
"""Folders beside a package that no distribution holds."""


BUILD = """
import os, sys, setuptools.build_meta as backend
from importlib import metadata
metadata.entry_points = metadata.entry_points().select  # setuptools would read those of all that is installed again
folder, *sources = sys.argv[1:]
for source in sources:
    if not (child := os.fork()):
        os.chdir(source)
        backend.build_sdist(folder)
        backend.build_wheel(folder)
        sys.stdout.flush()
        os._exit(0)
    if os.waitpid(child, 0)[1]:
        sys.exit(source)
"""
"""Builds each source in a process of its own, forked from one that has imported setuptools."""


def left_out(source: Path):
    """Return what `shutil.copytree` leaves out of a copy, in which builds may leave files."""

    def names(folder, entries):
        beside = BESIDE if Path(folder) == source else frozenset()
        return {
            entry
            for entry in entries
            if entry in beside or entry.startswith((".", "__pycache__")) or "egg-info" in entry
        }

    return names


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> Path:
    """Return a folder with the wheel and the source distribution of everything in this checkout."""
    folder = tmp_path_factory.mktemp("distributions")
    copies = [shutil.copytree(source, folder / "sources" / name, ignore=left_out(source))
              for name, source in SOURCES.items()]  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", BUILD, str(folder), *copies], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    shutil.rmtree(folder / "sources")
    return folder


@pytest.mark.slow
def test_every_distribution_passes_the_checks_of_the_index(built):
    files = sorted(map(str, (*built.glob("*.whl"), *built.glob("*.tar.gz"))))
    assert len(files) == 2 * len(SOURCES)
    for checker in (("twine", "check", "--strict"), ("check_wheel_contents",)):
        chosen = files if checker[0] == "twine" else [file for file in files if file.endswith(".whl")]
        done = subprocess.run(
            [sys.executable, "-m", *checker, *chosen], capture_output=True, text=True, check=False, cwd=built
        )
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
def test_every_file_of_a_package_is_in_both(built):
    """Templates, printed numbers and bundled weights too; no test, and nothing of a user's data."""
    for name, source in SOURCES.items():
        stem = name.replace("-", "_")
        package = source / stem
        tracked = subprocess.run(
            [GIT, "-C", str(source), "ls-files", "--", stem], capture_output=True, text=True, check=False
        )
        if tracked.returncode:
            pytest.skip("not a git checkout: the files of a package can't be distinguished from others")
        expected = {Path(line).as_posix() for line in tracked.stdout.splitlines()}
        assert expected, package
        (wheel,) = built.glob(f"{stem}-*.whl")
        (sdist,) = built.glob(f"{stem}-*.tar.gz")
        in_wheel = {member for member in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in member}
        with tarfile.open(sdist) as archive:
            members = {member.name.partition("/")[2] for member in archive if member.isfile()}
        assert in_wheel == expected
        assert expected <= members


@pytest.mark.slow
def test_the_main_job_runs_from_wheels(built, fresh_python, small_photographs, tmp_path):
    """In a fresh environment, whose libraries are those of this one, with the weights that are in a wheel."""
    python = fresh_python(tmp_path / "venv", *built.glob("*.whl"))
    (purelib,) = (tmp_path / "venv" / "lib").glob("python*/site-packages")
    # appended as paths, so that no .pth file there, that of an editable srbench, is read
    (purelib / "libraries.pth").write_text("\n".join(site.getsitepackages()) + "\n")

    clean = {name: value for name, value in os.environ.items() if name not in {"PYTHONPATH", "SRBENCH_DATA"}}

    def run(*words):
        done = subprocess.run(
            [python, *words], capture_output=True, text=True, check=False, cwd=tmp_path, timeout=300, env=clean
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert Path(run("-c", "import srbench; print(srbench.__file__)").strip()).is_relative_to(tmp_path)
    plugins = json.loads(run("-m", "srbench", "list", "plugins", "--json"))
    assert {line["distribution"] for line in plugins} == set(SOURCES) - {"srbench"}
    assert {line["status"] for line in plugins} == {"ok"}
    (tmp_path / "photos").mkdir()
    shutil.copy(small_photographs[0][1], tmp_path / "photos")
    asked = ("--rows", "PCARN-M", "--datasets", "photos", "--metrics", "psnr")
    text = run("-m", "srbench", "run", "--plugin", "pcarn", "--table", "4", *asked)
    assert "weights that srbench trained and ships (pcarn-m-gan.safetensors)" in text
    (page,) = (tmp_path / "results" / "pcarn").glob("table-4*.md")
    assert "PCARN-M" in page.read_text(encoding="utf-8")
