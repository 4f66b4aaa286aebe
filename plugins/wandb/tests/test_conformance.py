"""What `srbench check wandb` checks, each check a test of its own."""

from srbench.testing import checks


@checks("wandb")
def test_plugin(check):
    check()
