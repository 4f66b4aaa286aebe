"""Fixtures of the tests of folder layouts."""

from __future__ import annotations

import pytest


@pytest.fixture
def folder(tmp_path):
    """folder("HR/a.png", ...): an empty file each (no layout looks inside an image)."""

    def make(*names):
        for name in names:
            path = tmp_path / "set" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
        return tmp_path / "set"

    return make
