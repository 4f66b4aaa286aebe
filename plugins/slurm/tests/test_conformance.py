"""What `srbench check slurm` checks, each check a test of its own."""

from srbench.testing import checks


@checks("slurm")
def test_plugin(check):
    check()
