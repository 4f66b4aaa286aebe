"""The executor on a Slurm with accounting, where each job belongs to an account."""

from __future__ import annotations

import re

import pytest

from srbench import UsageError


@pytest.mark.long
@pytest.mark.slow
def test_the_account_is_an_option_of_sbatch(accounting, run, note):
    seen = run(note("first"), note("dies", 0.0, "die"), sbatch=("account=lab",))
    assert seen.outcomes["first"].result == "first"
    assert re.search(r"Slurm job \d+_1 ended without a result: failed \(log: ", seen.outcomes["dies"].reason)
    lines = accounting("sacct", "--noheader", "--allusers", "--allocations", "--parsable2", "--format=Account,State")
    assert sorted(lines.split()) == ["lab|COMPLETED", "lab|FAILED"]
    with pytest.raises(UsageError, match=r"^--executor slurm: sbatch: .*Invalid account .*; check the options"):
        run(note("other"), sbatch=("account=another",))
