"""Fixtures of the harness's tests: the test plugin `tiny`, training images, and a local web server."""

from __future__ import annotations

import compileall
import importlib
import importlib.util
import multiprocessing
import os
import subprocess
import sys
import venv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

ROOT = Path(__file__).parents[1]
TINY = Path(__file__).parent / "training" / "tiny"
LIBRARIES = "cv2, hypothesis, matplotlib.figure, pandas, scipy.stats, skimage.metrics, torch"
"""Libraries that take seconds to compile; Python does so where it imports them first."""


def compile_tests(paths, config):
    """Write the bytecode of test files, with their asserts rewritten, where it is not there."""
    from _pytest.assertion import rewrite  # pytest itself compiles a test only where it imports it

    state = config.stash[rewrite.assertstate_key]
    for path in paths:
        bytecode = rewrite.get_cache_dir(path) / f"{path.stem}{rewrite.PYC_TAIL}"
        if not bytecode.exists() or bytecode.stat().st_mtime < path.stat().st_mtime:
            bytecode.parent.mkdir(parents=True, exist_ok=True)
            source, code = rewrite._rewrite_test(path, config)
            rewrite._write_pyc(state, code, source, bytecode)


def compile_packages(folders):
    """Write the bytecode of packages where it is not there."""
    for folder in folders:
        compileall.compile_dir(folder, quiet=2)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes(config):
    """Compile once what all processes import first: in a fresh clone each would do so, all at the same time."""
    if sys.dont_write_bytecode:
        return
    files = [path for folder in ("tests", "plugins") for path in sorted((ROOT / folder).rglob("*.py"))]
    tests = [path for path in files if path.name.startswith("test_") or path.name == "conftest.py"]
    work = [(compile_tests, (tests[half::2], config)) for half in (0, 1)]
    work.append((compile_packages, ([ROOT / "srbench", *ROOT.glob("plugins/*/srbench_*")],)))
    if not Path(importlib.util.cache_from_source(importlib.util.find_spec("torch").origin)).exists():
        work.append((subprocess.run, ([sys.executable, "-c", f"import {LIBRARIES}"],)))
    processes = [multiprocessing.get_context("fork").Process(target=target, args=words) for target, words in work]
    for process in processes:
        process.start()
    for process in processes:
        process.join()  # what one can't do is done where it is imported


@pytest.fixture
def photos(tmp_path) -> Path:
    """Return a folder of six small images with structure to learn: soft blobs and noise."""
    folder = tmp_path / "photos"
    folder.mkdir()
    chance = np.random.default_rng(0)
    for number in range(6):
        coarse = Image.fromarray(chance.integers(0, 256, (5, 6, 3), np.uint8))
        soft = np.asarray(coarse.resize((60, 48), Image.Resampling.BICUBIC)).astype(int)
        noisy = np.clip(soft + chance.integers(-8, 9, soft.shape), 0, 255)
        Image.fromarray(noisy.astype(np.uint8)).save(folder / f"image{number}.png")
    return folder


@pytest.fixture(scope="session")
def tiny_site(tmp_path_factory) -> Path:
    """Return a folder for PYTHONPATH in which the test plugin is installed as by pip."""
    site = tmp_path_factory.mktemp("site")
    (site / "srbench_tiny.py").write_text((TINY / "srbench_tiny.py").read_text(encoding="utf-8"), encoding="utf-8")
    info = site / "srbench_tiny-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: srbench-tiny\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[srbench]\ntiny = srbench_tiny\n")
    return site


@pytest.fixture
def tiny(monkeypatch):
    """Return a catalog with srbench's built-in entries and the test plugin."""
    from srbench import builtin
    from srbench.catalog import Catalog
    from srbench.registry import Plugin

    monkeypatch.syspath_prepend(TINY)
    catalog = Catalog()
    for name, module in (("builtin", builtin), ("tiny", importlib.import_module("srbench_tiny"))):
        catalog.register(Plugin(name), module)
        assert catalog.plugins[name].ok, catalog.plugins[name].error
    return catalog


@pytest.fixture
def training(tiny, photos, tmp_path):
    """Return a function that trains the test plugin's recipes on `photos`, in float32 on the CPU.

    Its method `job` makes the jobs.
    """
    from srbench.training.job import make_job
    from srbench.training.run import Hardware, TrainingRun

    class Here:
        root = tmp_path / "out"
        catalog = tiny

        def job(self, name, *changes, profile="paper", seed=0, phase="", scale=None):
            from srbench.training.recipe.override import override

            def change(recipe):
                for changed in changes:
                    recipe = override(recipe, changed)
                return replace(recipe, data=(str(photos),))

            return make_job(tiny, name, profile, seed, phase, scale, change)

        def __call__(self, job, **options):
            hardware = Hardware("cpu", "32-true")
            return TrainingRun(
                **({"catalog": tiny, "roots": [], "root": self.root, "hardware": hardware} | options)
            ).train(job)

    return Here()


@pytest.fixture
def with_tiny(monkeypatch, tiny_site) -> None:
    """Make the test plugin visible to commands that a test starts."""
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, (str(tiny_site), os.environ.get("PYTHONPATH")))))


@pytest.fixture
def private_cache(tmp_path_factory, monkeypatch) -> Path:
    """Return a new cache folder; data of this machine are not found unless the test names them."""
    folder = tmp_path_factory.mktemp("cache")
    monkeypatch.setenv("SRBENCH_CACHE", str(folder))
    monkeypatch.delenv("SRBENCH_DATA", raising=False)
    return folder


@pytest.fixture(scope="session")
def fresh_python():
    """Return a function that makes an environment of its own with these wheels alone, and gives its interpreter.

    The pip of this environment installs them: to give the other its own takes longer than all else.
    """

    def make(folder, *wheels) -> Path:
        venv.create(folder, with_pip=False)
        python = folder / "bin" / "python"
        pip = [sys.executable, "-m", "pip", "--python", python, "install", "-q", "--no-deps", "--no-index"]
        subprocess.run([*pip, "--no-compile", *wheels], check=True)
        return python

    return make


@pytest.fixture
def photograph():
    """Return a photograph, (120, 180, 3) uint8, from scikit-image's wheel."""
    from srbench.data.datasets.demo import images
    from srbench.imaging.image_io import read_image

    return read_image(dict(images())["chelsea"])[:120, :180]


@pytest.fixture
def save(tmp_path):
    """Return a function, `save("Set5/HR/baby.png", array)`, that writes an image file with Pillow; WebP is lossless."""

    def write(name, image, **options):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix == ".webp":
            options["lossless"] = True
        (image if isinstance(image, Image.Image) else Image.fromarray(np.asarray(image))).save(path, **options)
        return path

    return write


@pytest.fixture
def server():
    """Provide a web server on this machine (`tests/data/fetch/server.py`)."""
    spec = importlib.util.spec_from_file_location(
        "local_server", Path(__file__).parent / "data" / "fetch" / "server.py"
    )
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    running = module.Server()
    yield running
    running.stop()
