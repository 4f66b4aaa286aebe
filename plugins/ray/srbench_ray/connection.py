"""The connection to a Ray cluster."""

from __future__ import annotations

import os
import socket
from typing import Any

from srbench import UsageError

PATIENCE = 10.0
"""Seconds that a cluster has to accept a connection; Ray itself would try for many minutes."""


def connect(address: str = "") -> tuple[Any, bool]:
    """Return the module ``ray``, connected to a cluster, and whether this call has connected it.

    Workers get the settings of srbench (``SRBENCH_...``) of this process.

    Args:
        address: Address of the cluster; empty: that of ``RAY_ADDRESS``, else a Ray is started on this machine.

    Raises:
        UsageError: if Ray isn't installed, if no cluster answers there, or if it is of another version.
    """
    try:
        import ray
    except ImportError as error:
        raise UsageError("--executor ray: Ray is not installed; pip install 'srbench[ray]'") from error
    if ray.is_initialized():
        return ray, False
    address = address or os.environ.get("RAY_ADDRESS", "") or "local"
    _check_answers(address)
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    settings = {name: value for name, value in os.environ.items() if name.startswith("SRBENCH_")}
    local = {"include_dashboard": False} if address == "local" else {}
    if local:
        os.environ.setdefault("RAY_worker_niceness", "0")  # Ray's 15 starves tasks beside any other work
    try:
        ray.init(address, logging_level="ERROR", log_to_driver=False, runtime_env={"env_vars": settings}, **local)
    except (OSError, RuntimeError, ValueError) as error:
        ray.shutdown()
        problem = " ".join(str(error).split())
        if "AuthToken" in problem and "RAY_AUTH_MODE" not in os.environ:
            problem = "the cluster asks for a token; set RAY_AUTH_MODE=token, with the token of the cluster"
        raise UsageError(f"--executor ray: {address}: {problem}") from error
    return ray, True


def _check_answers(address: str) -> None:
    """Check that something answers at an address HOST:PORT."""
    host, _, port = address.rpartition("://")[2].rpartition(":")
    if not port.isdecimal():
        return
    try:
        socket.create_connection((host.strip("[]"), int(port)), PATIENCE).close()
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UsageError(
            f"--executor ray: no cluster at {address} ({reason}); start one there: ray start --head --port {port}"
        ) from error
