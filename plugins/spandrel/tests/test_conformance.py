"""What `srbench check spandrel` checks, each check a test of its own."""

from srbench.testing import checks


@checks("spandrel")
def test_plugin(check):
    check()
