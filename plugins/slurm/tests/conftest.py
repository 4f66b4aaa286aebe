"""A Slurm of one node on this machine for the tests, with a munge of its own."""

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

import pytest

HERE = Path(__file__).parent
NEEDED = ("munged", "slurmctld", "slurmd", "sbatch", "srun", "squeue", "scancel", "unshare")
CONF = """
ClusterName=trial
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={ports[0]}
SlurmdPort={ports[1]}
SlurmUser=root
AuthType=auth/munge
AuthInfo=socket={folder}/munge/socket
ProctrackType=proctrack/pgid
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SchedulerParameters=batch_sched_delay=0,sched_min_interval=0,sched_interval=1
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
KillWait=2
MessageTimeout=5
ReturnToService=2
NodeName={host} NodeAddr=127.0.0.1 CPUs=2 State=UNKNOWN
PartitionName=main Nodes=ALL Default=YES MaxTime=60 State=UP
"""


class Cluster:
    """A running Slurm; its node doesn't see what is in the folder `hidden`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.conf = folder / "slurm.conf"
        self.hidden = folder / "hidden"
        self.munge = folder / "munge"

    def start(self, more: str = "") -> None:
        for name in ("state", "spool", "hidden", "munge"):
            (self.folder / name).mkdir()
        self.folder.chmod(0o755)  # munged, as another user, reads its files in it
        key = self.munge / "key"
        key.write_bytes(os.urandom(128))
        key.chmod(0o600)
        for path in (self.munge, key):
            shutil.chown(path, "munge", "munge")
        self.munge.chmod(0o755)
        words = [f"--socket={self.munge / 'socket'}"]
        words += [f"--{name}-file={self.munge / name}" for name in ("key", "pid", "log", "seed")]
        drop = ["setpriv", "--reuid", "munge", "--regid", "munge", "--clear-groups"]
        subprocess.run([*drop, shutil.which("munged"), *words], check=True, capture_output=True, text=True)
        self.conf.write_text(CONF.format(host=socket.gethostname(), folder=self.folder, ports=free_ports(2)) + more)
        self.control()
        hide = f"mount -t tmpfs none {self.hidden} && exec slurmd"
        subprocess.run(
            ["unshare", "-m", "sh", "-c", hide], check=True, capture_output=True, text=True, env=self.environment
        )
        wait_until(lambda: "idle" in self("sinfo", "-h", "-o", "%T"), 15)

    def control(self) -> None:
        """Start the controller."""
        subprocess.run(["slurmctld"], check=True, capture_output=True, text=True, env=self.environment)
        wait_until(lambda: self("sinfo", "-h"), 10)

    @property
    def environment(self) -> dict[str, str]:
        return {**os.environ, "SLURM_CONF": str(self.conf)}

    def __call__(self, *words: str) -> str:
        return subprocess.run(words, capture_output=True, text=True, check=False, env=self.environment).stdout

    def idle(self) -> None:
        """Stop all jobs, and wait until none runs or waits."""
        self("scancel", "--me")
        wait_until(lambda: not self("squeue", "-h", "--states=PENDING,RUNNING"), 20)

    def stop(self) -> None:
        self("scancel", "--me", "--signal=KILL")
        for file in ("slurmctld.pid", "slurmd.pid", "munge/pid"):
            end(self.folder / file)
        shutil.rmtree(self.folder, ignore_errors=True)


def end(file: Path) -> None:
    """End the daemon whose id is in `file`, and wait for it."""
    pid = int(file.read_text()) if file.is_file() else 0
    for number, seconds in ((signal.SIGTERM, 3), (signal.SIGKILL, 3)):
        deadline = time.monotonic() + seconds
        while pid and time.monotonic() < deadline:
            try:
                os.kill(pid, number)
            except ProcessLookupError:
                return
            time.sleep(0.1)


def free_ports(count: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [made.getsockname()[1] for made in sockets]
    for made in sockets:
        made.close()
    return ports


def wait_until(check, seconds: float):
    deadline = time.monotonic() + seconds
    while not (value := check()):
        assert time.monotonic() < deadline, f"not within {seconds} seconds"
        time.sleep(0.05)
    return value


@pytest.fixture(scope="session")
def _cluster():
    pytest.importorskip("submitit", reason="submitit is not installed")
    missing = [name for name in NEEDED if not shutil.which(name)]
    if missing:
        pytest.skip(f"Slurm is not installed: {', '.join(missing)} missing (apt-get install slurm-wlm munge)")
    if os.geteuid():
        pytest.skip("starting Slurm needs root")
    cluster = Cluster(Path(tempfile.mkdtemp(prefix="slurm-")))
    try:
        cluster.start()
    except (AssertionError, OSError, subprocess.CalledProcessError) as error:
        logs = [log.read_text()[-500:] for log in sorted(cluster.folder.glob("*.log"))]
        cluster.stop()
        pytest.skip(f"Slurm can't start here: {error} {getattr(error, 'stderr', '')} {' '.join(logs)}")
    yield cluster
    cluster.stop()


@pytest.fixture
def jobs_import(monkeypatch):
    """Let jobs import the module of the tests' tasks."""
    paths = [str(HERE), *filter(None, sys.path)]
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(paths))
    monkeypatch.syspath_prepend(HERE)


@pytest.fixture
def slurm(_cluster, jobs_import, monkeypatch):
    """Provide a Slurm without jobs, to which the commands of Slurm talk."""
    monkeypatch.setenv("SLURM_CONF", str(_cluster.conf))
    yield _cluster
    _cluster.idle()
