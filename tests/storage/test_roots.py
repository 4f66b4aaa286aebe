from __future__ import annotations

import os
from pathlib import Path

import pytest

from srbench.errors import UsageError
from srbench.storage.roots import cache_dir, data_roots


def test_order_is_data_option_then_environment_then_cache(tmp_path, monkeypatch, cache):
    monkeypatch.setenv("SRBENCH_DATA", os.pathsep.join([str(tmp_path / "b"), "", str(tmp_path / "c")]))
    (tmp_path / "a").mkdir()
    assert data_roots([tmp_path / "a"]) == (tmp_path / "a", tmp_path / "b", tmp_path / "c", cache)


def test_a_folder_named_twice_is_searched_once(tmp_path, monkeypatch, cache):
    monkeypatch.setenv("SRBENCH_DATA", str(tmp_path))
    assert data_roots([tmp_path]) == (tmp_path, cache)


def test_missing_data_folder_is_named(tmp_path):
    with pytest.raises(UsageError, match=r"--data .*nowhere: no such folder"):
        data_roots([tmp_path / "nowhere"])


def test_cache_is_the_users_own_unless_overridden(monkeypatch, cache):
    assert cache_dir() == cache
    monkeypatch.delenv("SRBENCH_CACHE")
    assert cache_dir().name == "srbench"
    assert cache_dir().is_relative_to(Path.home())
