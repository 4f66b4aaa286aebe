"""A Hub on this machine, in place of the one that huggingface_hub calls, with a cache of its own."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest


@pytest.fixture
def hub(monkeypatch, tmp_path):
    """Provide the Hub (`tests/hub/hub_server.py`); huggingface_hub has no token, and its cache is empty."""
    constants = pytest.importorskip(
        "huggingface_hub.constants", reason="huggingface_hub is not installed: srbench[hub]"
    )
    spec = importlib.util.spec_from_file_location("hub_server", Path(__file__).with_name("hub_server.py"))
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, spec.name, module)  # where its dataclasses look
    spec.loader.exec_module(module)
    running = module.HubServer()
    running.token = module.TOKEN
    monkeypatch.setenv("HF_ENDPOINT", running.url)
    monkeypatch.delenv("HF_TOKEN", raising=False)
    for name, place in {"HF_HUB_CACHE": "hub", "HF_TOKEN_PATH": "token", "HF_HOME": ""}.items():
        monkeypatch.setattr(constants, name, str(tmp_path / "huggingface" / place))
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    # the servers of Xet, where the Hub keeps large files, are more than these tests can stand in for; with this setting
    # the library sends such files as Git LFS does
    monkeypatch.setattr(constants, "HF_HUB_DISABLE_XET", True)
    yield running
    running.stop()


@pytest.fixture
def offline(hub, monkeypatch):
    """Make huggingface_hub work without network, as HF_HUB_OFFLINE=1 does before it is imported."""
    from huggingface_hub import constants

    return lambda: monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
