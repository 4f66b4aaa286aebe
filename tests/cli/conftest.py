"""The command line as a user calls it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path


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
