"""Fixtures shared by the tests of the harness and of the plugins."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("srbench", deadline=None)  # a busy machine is no failure
settings.load_profile("srbench")

BESIDE_CHECKOUT = Path(__file__).resolve().parent.parent / "shared"


def shared_folder() -> Path | None:
    """Return the folder of shared test material, which contains `fixtures`.

    Returns:
        The first such folder of SRBENCH_DATA, else `shared` beside the checkout; None if there is neither.
    """
    for folder in [*filter(None, os.environ.get("SRBENCH_DATA", "").split(os.pathsep)), BESIDE_CHECKOUT]:
        if (Path(folder) / "fixtures").is_dir():
            return Path(folder).resolve()
    return None


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the folder with data/, weights/ and fixtures/; tests that use it are skipped if there is none."""
    folder = shared_folder()
    if folder is None:
        pytest.skip("needs the shared test material: set SRBENCH_DATA, or put `shared` beside the checkout")
    return folder


@pytest.fixture(scope="session")
def photo(tmp_path_factory) -> Path:
    """Return a PNG of the middle of one of the demo's photographs, 40 x 40 pixels, which every method upscales fast."""
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
    """Return the cache folder of hashes that all calls share."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="session")
def environment(cache):
    def make(data: Path | None = None) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if name != "SRBENCH_DATA"}
        return kept | {"SRBENCH_CACHE": str(cache)} | ({"SRBENCH_DATA": str(data)} if data else {})

    return make


@pytest.fixture(scope="session")
def srbench(environment):
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
