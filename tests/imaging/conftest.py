from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def cache(private_cache):
    """Each test hashes and downloads into a folder of its own."""
    return private_cache
