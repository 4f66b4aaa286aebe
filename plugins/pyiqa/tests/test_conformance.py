"""What `srbench check pyiqa` checks, each check a test of its own."""

from srbench.testing import checks


@checks("pyiqa")
def test_plugin(check):
    check()
