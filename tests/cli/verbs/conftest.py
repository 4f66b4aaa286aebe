"""Results that several verbs are tested on."""

from __future__ import annotations

import pytest


@pytest.fixture(scope="session")
def acceptance() -> tuple[str, ...]:
    """Return the command that measures PCARN-M's row of its paper's Table 4."""
    return ("run", "--plugin", "pcarn", "--table", "4", "--rows", "PCARN-M", "--metrics", "psnr,ssim,params,macs")


@pytest.fixture(scope="session")
def table_4(shared, srbench, acceptance, tmp_path_factory):
    """Return the folder of PCARN-M's results on Set5, and how the command ended; don't write there."""
    out = tmp_path_factory.mktemp("results")
    outcome = srbench(*acceptance, "--datasets", "Set5", "--out", out, data=shared)
    assert outcome.code == 0, outcome.err
    return out, outcome
