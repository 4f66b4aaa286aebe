"""Fixtures for the harness's tests and the plugins' tests alike."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import warnings
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("srbench", deadline=None)  # a busy machine is no failure
settings.load_profile("srbench")

BESIDE_CHECKOUT = Path(__file__).resolve().parent.parent / "shared"


def shared_folder() -> Path | None:
    """The company material: the first folder of SRBENCH_DATA, else `shared` beside the checkout, else nothing."""
    for folder in [*filter(None, os.environ.get("SRBENCH_DATA", "").split(os.pathsep)), BESIDE_CHECKOUT]:
        if (Path(folder) / "fixtures").is_dir():
            return Path(folder).resolve()
    return None


@pytest.fixture(scope="session")
def shared() -> Path:
    """Folder with data/, weights/ and fixtures/; a test that asks for it is skipped where there is none."""
    folder = shared_folder()
    if folder is None:
        pytest.skip("needs the shared test material: set SRBENCH_DATA, or put `shared` beside the checkout")
    return folder


@pytest.fixture(scope="session")
def photo(tmp_path_factory) -> Path:
    """PNG of the middle of one of the demo's photographs, 40 x 40 pixels: quickly upscaled by anything."""
    from srbench.data.datasets.demo import images
    from srbench.imaging.image_io import read_image, write_png

    image = read_image(images()[0][1])
    top, left = (side // 2 for side in image.shape[:2])
    path = tmp_path_factory.mktemp("photo") / "photo.png"
    write_png(path, image[top : top + 40, left : left + 40])
    return path


@dataclass
class Outcome:
    code: int
    out: str
    err: str

    @property
    def json(self):
        return json.loads(self.out)


@pytest.fixture(scope="session")
def cache(tmp_path_factory) -> Path:
    """One cache of hashes for all calls."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="session")
def environment(cache):
    def make(data: Path | None = None) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if name != "SRBENCH_DATA"}
        return kept | {"SRBENCH_CACHE": str(cache)} | ({"SRBENCH_DATA": str(data)} if data else {})

    return make


@pytest.fixture(scope="session")
def srbench_process(environment):
    """``srbench_process(*arguments)``: the command in a process of its own, with all that Python does at its start.

    For what a process changes: plugins of a PYTHONPATH, worker processes, one that dies. All else asks `srbench`, which
    doesn't import torch again.
    """

    def call(*arguments, data: Path | None = None, cwd: Path | None = None) -> Outcome:
        done = subprocess.run(
            [sys.executable, "-c", "from srbench.cli import main; main()", *map(str, arguments)],
            env=environment(data),
            cwd=cwd,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        return Outcome(done.returncode, done.stdout, done.stderr)

    return call


@pytest.fixture(scope="session")
def srbench(cache):
    """``srbench(*arguments)``: the command in this process, as its own would see it: arguments, settings, warnings."""
    from srbench.cli import main

    def warn(message, category, filename, lineno, file=None, line=None):
        """As Python shows them; pytest would collect them instead."""
        sys.stderr.write(warnings.formatwarning(message, category, filename, lineno, line))

    def call(*arguments, data: Path | None = None, cwd: Path | None = None) -> Outcome:
        out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="\n") for _ in range(2))
        with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings():
            patch.setattr(sys, "argv", ["srbench", *map(str, arguments)])
            patch.setattr(sys, "stdout", out)
            patch.setattr(sys, "stderr", err)
            patch.setenv("SRBENCH_CACHE", str(cache))
            patch.delenv("SRBENCH_DATA", raising=False)
            if data:
                patch.setenv("SRBENCH_DATA", str(data))
            if cwd:
                patch.chdir(cwd)
            patch.setattr(warnings, "formatwarning", warnings.formatwarning)  # `main` changes it: put back behind it
            warnings.resetwarnings()
            for unseen in (DeprecationWarning, PendingDeprecationWarning, ImportWarning, ResourceWarning):
                warnings.simplefilter("ignore", unseen, append=True)
            warnings.showwarning = warn
            with pytest.raises(SystemExit) as ended:
                main()
            out.flush()
            err.flush()
        return Outcome(ended.value.code or 0, out.buffer.getvalue().decode(), err.buffer.getvalue().decode())

    return call
