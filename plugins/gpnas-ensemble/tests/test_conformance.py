"""What `srbench check gpnas-ensemble` checks, each check a test of its own."""

import pytest

from srbench.testing import checks

LONG = dict.fromkeys(("model-*", "recipe-trains", "recipe-resumes"), pytest.mark.long)


@checks("gpnas-ensemble", marks=LONG)
def test_plugin(check):
    check()
