"""Fixtures for the harness's tests and the plugins' tests alike."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

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
