"""What `srbench check ray` checks, each check a test of its own."""

from srbench.testing import checks


@checks("ray")
def test_plugin(check):
    check()
