"""What `srbench check pyiqa` checks, each check a test of its own."""

import os

import pytest

from srbench.testing import checks

pytestmark = pytest.mark.skipif(
    "SRBENCH_PYIQA" in os.environ, reason="with pyiqa itself, building its metrics downloads their networks"
)


@checks("pyiqa")
def test_plugin(check):
    check()
