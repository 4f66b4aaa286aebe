"""A cluster that can't be reached, or doesn't fit, costs one line."""

from __future__ import annotations

import signal
import sys

import pytest
from srbench_ray.connection import connect

import srbench


@pytest.fixture
def apart(monkeypatch):
    """Return Ray as one that isn't connected, which `connect` then asks for a connection in vain."""
    ray = pytest.importorskip("ray", reason="needs Ray: pip install 'srbench-ray[ray]'")
    monkeypatch.setattr(ray, "is_initialized", lambda: False)
    monkeypatch.setattr(ray, "shutdown", lambda: None)
    monkeypatch.delenv("RAY_ADDRESS", raising=False)
    return ray


def test_without_ray(monkeypatch):
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(srbench.UsageError, match=r"Ray is not installed; pip install 'srbench\[ray\]'"):
        connect("")


def test_an_address_where_nothing_answers_is_refused(apart):
    with pytest.raises(srbench.UsageError, match=r"^--executor ray: no cluster at 127.0.0.1:9 \(Connection refused\)"):
        connect("127.0.0.1:9")


def test_the_address_of_the_environment_is_used(apart, monkeypatch):
    monkeypatch.setenv("RAY_ADDRESS", "127.0.0.1:9")
    with pytest.raises(srbench.UsageError, match=r"no cluster at 127.0.0.1:9"):
        connect("")


@pytest.mark.parametrize("address", ["x", "127.0.0.1", "host:port", "a b:1"])
def test_an_invalid_address_is_refused(apart, address, monkeypatch):
    with pytest.raises(srbench.UsageError, match=rf"--address '{address}' is not the address of a cluster; write HOST"):
        connect(address)
    monkeypatch.setenv("RAY_ADDRESS", address)
    with pytest.raises(srbench.UsageError, match=rf"RAY_ADDRESS '{address}' is not"):
        connect("")


def test_the_answer_to_sigterm_stays_that_of_the_command(apart, monkeypatch):
    def init(*_arguments, **_options):
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(15))  # as Ray does

    monkeypatch.setattr(apart, "init", init)
    before = signal.getsignal(signal.SIGTERM)
    connect("local")
    assert signal.getsignal(signal.SIGTERM) == before


def test_a_cluster_of_another_version_is_refused(cluster, connected, monkeypatch):
    """Ray compares the versions itself, before it connects; its lines become one."""
    from ray._private import utils

    cluster_metadata = {"ray_version": "1.0.0", "python_version": "3.6.0"}

    def init(*_arguments, **_options):
        utils.check_version_info(cluster_metadata, "this process")

    monkeypatch.setattr(connected, "is_initialized", lambda: False)
    monkeypatch.setattr(connected, "shutdown", lambda: None)
    monkeypatch.setattr(connected, "init", init)
    with pytest.raises(srbench.UsageError, match="Version mismatch") as refused:
        connect(cluster.address)
    assert "1.0.0" in str(refused.value)
    assert "\n" not in str(refused.value)
