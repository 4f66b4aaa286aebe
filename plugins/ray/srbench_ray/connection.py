"""The connection to a Ray cluster."""

from __future__ import annotations

import os
import re
import signal
import socket
import threading
from typing import Any

from srbench import UsageError

PATIENCE = 10.0
"""Seconds that a cluster has to accept a connection; Ray itself would try for many minutes."""
ADDRESS = re.compile(r"auto|local|[a-z][\w+.-]*://.+|(\[[^\]]+\]|[^:\s]+):\d+")
"""Addresses that Ray accepts: ``auto`` or ``local``, with the scheme of a client (``ray://``), or HOST:PORT."""


def connect(address: str = "") -> tuple[Any, bool]:
    """Return the module ``ray``, connected to a cluster, and whether this call has connected it.

    Workers get the settings of srbench (``SRBENCH_...``) of this process.

    Args:
        address: Address of the cluster; empty: that of ``RAY_ADDRESS``, else a Ray is started on this machine.

    Raises:
        UsageError: if Ray isn't installed, if the address is not valid, or if no cluster of the same version answers
            there.
    """
    try:
        import ray
    except ImportError as error:
        raise UsageError("--executor ray: Ray is not installed; pip install 'srbench[ray]'") from error
    if ray.is_initialized():
        return ray, False
    named_by = "--address" if address else "RAY_ADDRESS"
    address = address or os.environ.get("RAY_ADDRESS", "") or "local"
    if not ADDRESS.fullmatch(address):
        raise UsageError(
            f"--executor ray: {named_by} {address!r} is not the address of a cluster; write HOST:PORT, such as "
            "127.0.0.1:6379, ray://HOST:PORT, or auto for the cluster of this machine"
        )
    _check_answers(address)
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    settings = {name: value for name, value in os.environ.items() if name.startswith("SRBENCH_")}
    local = {"include_dashboard": False} if address == "local" else {}
    if local:
        os.environ.setdefault("RAY_worker_niceness", "0")  # Ray's 15 starves tasks beside any other work
    handler = signal.getsignal(signal.SIGTERM)
    try:
        ray.init(address, logging_level="ERROR", log_to_driver=False, runtime_env={"env_vars": settings}, **local)
    except (OSError, RuntimeError, ValueError) as error:
        ray.shutdown()
        problem = " ".join(str(error).split())
        if "AuthToken" in problem and "RAY_AUTH_MODE" not in os.environ:
            problem = "the cluster asks for a token; set RAY_AUTH_MODE=token, with the token of the cluster"
        raise UsageError(f"--executor ray: {address}: {problem}") from error
    finally:
        if threading.current_thread() is threading.main_thread():  # Ray sets a handler of its own there
            signal.signal(signal.SIGTERM, handler)
    return ray, True


def _check_answers(address: str) -> None:
    """Check that something answers at an address HOST:PORT; other addresses are not checked.

    Raises:
        UsageError: if nothing answers.
    """
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
