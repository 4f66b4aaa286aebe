"""What `srbench check mlflow` checks, each check a test of its own."""

from srbench.testing import checks


@checks("mlflow")
def test_plugin(check):
    check()
