from __future__ import annotations

import numpy as np
import pytest
from PIL import Image


@pytest.fixture(autouse=True)
def cache(tmp_path_factory, monkeypatch):
    """A cache folder of each test's own; no data of this machine is found unless a test names it."""
    folder = tmp_path_factory.mktemp("cache")
    monkeypatch.setenv("SRBENCH_CACHE", str(folder))
    monkeypatch.delenv("SRBENCH_DATA", raising=False)
    return folder


@pytest.fixture
def photograph():
    """A real photograph, (120, 180, 3) uint8, from scikit-image's wheel."""
    from srbench.data.datasets.demo import images
    from srbench.imaging.image_io import read_image

    return read_image(dict(images())["chelsea"])[:120, :180]


@pytest.fixture
def save(tmp_path):
    """save("Set5/HR/baby.png", array): the file, written by Pillow; WebP lossless."""

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
    """A web server on this machine (`tests/data/server.py`)."""
    import importlib.util
    from pathlib import Path

    spec = importlib.util.spec_from_file_location("local_server", Path(__file__).with_name("server.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    running = module.Server()
    yield running
    running.stop()
