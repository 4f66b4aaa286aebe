"""A Ray cluster of two nodes on this machine, each of one CPU."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil
import pytest

# Where no mode is set, Ray chooses it by whether it finds a token in the user's home, where an earlier `ray.init` may
# have left one. The nodes and this process must agree, whoever runs the tests. The cluster is for this machine alone.
AUTHENTICATION = {"RAY_AUTH_MODE": "disabled"}
os.environ.update(AUTHENTICATION)
SETTINGS = {
    **AUTHENTICATION,
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_worker_register_timeout_seconds": "600",  # on a busy machine, starting a worker takes its time
    "RAY_health_check_timeout_ms": "60000",
    "RAY_worker_niceness": "0",  # without it 15: beside other work, a worker would take a minute to start
}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Node:
    """A node of the cluster, whose processes descend from one that keeps it in the foreground."""

    def __init__(self, folder: Path, path: str, *options: str) -> None:
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("RAY_", "SRBENCH_"))}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        environment |= SETTINGS | {"PYTHONPATH": path, "SRBENCH_CONFIG": ""}
        command: tuple[str, ...] = (
            sys.executable,
            "-m",
            "ray.scripts.scripts",
            "start",
            "--block",
            "--num-cpus",
            "1",
            *options,
        )
        size = ("--object-store-memory", "100000000", "--memory", "1000000000")
        self._log = (folder / f"node-{options[1].rpartition(':')[2]}-{time.monotonic_ns()}.log").open("w+b")
        self.process = subprocess.Popen(
            [*command, *size], env=environment, cwd=folder, stdout=self._log, stderr=subprocess.STDOUT
        )

    def processes(self) -> list[psutil.Process]:
        """All processes of the node."""
        top = psutil.Process(self.process.pid)
        return [*top.children(recursive=True), top]

    def kill(self) -> None:
        """End all processes of the node at once, as a power failure does."""
        for process in self.processes() if self.process.poll() is None else []:
            try:
                process.send_signal(signal.SIGKILL)
            except psutil.NoSuchProcess:
                continue
        self.process.wait()
        self._log.close()


class Cluster:
    """A head that the main process connects to, and a second node that a test may kill and start again."""

    def __init__(self, folder: Path, path: str) -> None:
        port = free_port()
        self.address = f"127.0.0.1:{port}"
        self._folder, self._path = folder, path
        options = ("--port", str(port), "--head", "--include-dashboard=false", "--temp-dir", str(folder / "ray"))
        self.head = Node(folder, path, *options, "--ray-client-server-port", str(free_port()))
        self.second: Node | None = None
        try:
            self.wait_for(0)
        except BaseException:
            self.head.kill()
            raise

    def wait_for(self, port: int) -> None:
        deadline = time.monotonic() + 240
        while time.monotonic() < deadline:
            assert self.head.process.poll() is None, [path.read_text() for path in self._folder.glob("*.log")]
            try:
                socket.create_connection(("127.0.0.1", int(self.address.rpartition(":")[2])), 1).close()
            except OSError:
                time.sleep(0.2)
            else:
                return
        raise AssertionError("the head doesn't start")

    def start_second(self, ray) -> None:
        """Start the second node unless it runs, and wait until it is known to all."""
        if self.second is None or self.second.process.poll() is not None:
            self.second = Node(self._folder, self._path, "--address", self.address)
        deadline = time.monotonic() + 240
        while sum(node["Alive"] for node in ray.nodes()) < 2:
            assert time.monotonic() < deadline, "the second node doesn't start"
            time.sleep(0.2)

    def stop(self) -> None:
        for node in filter(None, (self.second, self.head)):
            node.kill()


@pytest.fixture(scope="session")
def task_site(tmp_path_factory) -> Path:
    """Return a folder for PYTHONPATH with the module of the tests' tasks, which the nodes import too."""
    site = tmp_path_factory.mktemp("site")
    shutil.copy(Path(__file__).with_name("ray_tasks.py"), site)
    return site


@pytest.fixture(scope="session")
def cluster(task_site):
    """Return the cluster; it ends with the tests."""
    pytest.importorskip("ray", reason="needs Ray: pip install 'srbench-ray[ray]'")
    path = os.pathsep.join(filter(None, (str(task_site), os.environ.get("PYTHONPATH"))))
    with tempfile.TemporaryDirectory(prefix="srb-", ignore_cleanup_errors=True) as folder:  # short: paths of sockets
        cluster = Cluster(Path(folder), path)
        try:
            yield cluster
        finally:
            cluster.stop()


@pytest.fixture(scope="session")
def connected(cluster):
    """Return Ray, connected to the head of the cluster once for all tests, since that takes seconds."""
    from srbench_ray.connection import connect

    ray, first = connect(cluster.address)
    assert first
    yield ray
    ray.shutdown()


@pytest.fixture
def ray(connected, cluster):
    """Return Ray, connected to a cluster of two nodes."""
    cluster.start_second(connected)
    return connected
