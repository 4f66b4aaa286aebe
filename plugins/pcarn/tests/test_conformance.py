"""What `srbench check pcarn` checks, each check a test of its own."""

import pytest

from srbench.testing import checks

LONG = dict.fromkeys(("model-*", "recipe-trains", "recipe-resumes"), pytest.mark.long)


@checks("pcarn", marks=LONG)
def test_plugin(check):
    check()
