"""What `srbench check esrgan-gan` checks, each check a test of its own."""

import pytest

from srbench.testing import checks

LONG = dict.fromkeys(("model-*", "recipe-trains", "recipe-resumes"), pytest.mark.long)


@checks("esrgan-gan", marks=LONG)
def test_plugin(check):
    check()
