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
            [shutil.which("unshare"), "-m", "sh", "-c", hide],
            check=True,
            capture_output=True,
            text=True,
            env=self.environment,
        )
        wait_until(lambda: "idle" in self("sinfo", "-h", "-o", "%T"), 15)

    def control(self) -> None:
        """Start the controller."""
        subprocess.run([shutil.which("slurmctld")], check=True, capture_output=True, text=True, env=self.environment)
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
        for environment in Path("/proc").glob("[0-9]*/environ"):  # of steps, and of jobs, that are still there
            try:
                if f"SLURM_CONF={self.conf}".encode() in environment.read_bytes():
                    os.kill(int(environment.parent.name), signal.SIGKILL)
            except OSError:
                continue
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


class Seen:
    """An observer that notes what it is told, and calls `react` for it."""

    def __init__(self, react=None):
        self.events, self.outcomes, self.react = [], {}, react

    def note(self, kind, task, value=None):
        self.events.append((kind, task.key, value))
        if self.react:
            self.react(kind, task, value)

    def started(self, task):
        self.note("started", task)

    def reported(self, task, value):
        self.note("reported", task, value)

    def retried(self, task, outcome):
        self.note("retried", task, outcome)

    def ended(self, task, outcome):
        self.note("ended", task, outcome)
        self.outcomes[task.key] = outcome

    @property
    def kinds(self):
        return [(kind, key) for kind, key, _ in self.events]


def wait_until(check, seconds: float):
    deadline = time.monotonic() + seconds
    while not (value := check()):
        assert time.monotonic() < deadline, f"not within {seconds} seconds"
        time.sleep(0.05)
    return value


def running(kind, needed, monkeypatch=None):
    """Provide a Slurm that runs; skip the test with the reason where none can be started."""
    pytest.importorskip("submitit", reason="submitit is not installed")
    missing = [name for name in needed if not shutil.which(name)]
    if missing:
        packages = "slurm-wlm munge" if needed == NEEDED else "slurm-wlm munge slurmdbd mariadb-server"
        pytest.skip(f"Slurm is not installed: {', '.join(missing)} missing (apt-get install {packages})")
    if os.geteuid():
        pytest.skip("starting Slurm needs root")
    cluster = kind(Path(tempfile.mkdtemp(prefix="slurm-")))
    try:
        cluster.start()
    except (AssertionError, OSError, subprocess.CalledProcessError) as error:
        logs = [log.read_text()[-500:] for log in sorted(cluster.folder.glob("*.log"))]
        cluster.stop()
        pytest.skip(f"Slurm can't start here: {error} {getattr(error, 'stderr', '')} {' '.join(logs)}")
    if monkeypatch:
        monkeypatch.setenv("SLURM_CONF", str(cluster.conf))
    yield cluster
    cluster.stop()


@pytest.fixture(scope="session")
def _cluster():
    yield from running(Cluster, NEEDED)


DATABASE = """
AuthType=auth/munge
AuthInfo=socket={folder}/munge/socket
DbdHost={host}
DbdAddr=127.0.0.1
DbdPort={ports[0]}
SlurmUser=root
LogFile={folder}/slurmdbd.log
PidFile={folder}/slurmdbd.pid
StorageType=accounting_storage/mysql
StorageHost=127.0.0.1
StoragePort={ports[1]}
StorageUser=root
StorageLoc=accounts
"""
ACCOUNTING = """
AccountingStorageType=accounting_storage/slurmdbd
AccountingStorageHost=127.0.0.1
AccountingStoragePort={ports[0]}
AccountingStoragePass={folder}/munge/socket
AccountingStorageEnforce=associations,limits
"""


class AccountingCluster(Cluster):
    """A running Slurm with accounting, whose database is a MariaDB of its own."""

    def start(self, more: str = "") -> None:
        self.folder.chmod(0o755)
        self.data = self.folder / "database"
        self.data.mkdir()
        shutil.chown(self.data, "mysql", "mysql")
        self.ports = free_ports(2)
        place = ("--no-defaults", f"--datadir={self.data}", "--user=mysql")
        make = [shutil.which("mariadb-install-db"), *place, "--auth-root-authentication-method=normal"]
        subprocess.run(make, check=True, capture_output=True, text=True)
        listen = (f"--socket={self.data / 'socket'}", f"--port={self.ports[1]}", "--bind-address=127.0.0.1")
        words = [shutil.which("mariadbd"), *place, *listen, "--skip-grant-tables", "--skip-networking=0"]
        self.database = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_until((self.data / "socket").exists, 60)
        super().start(more + ACCOUNTING.format(folder=self.folder, ports=self.ports))

    def control(self) -> None:
        conf = self.folder / "slurmdbd.conf"
        conf.write_text(DATABASE.format(folder=self.folder, host=socket.gethostname(), ports=self.ports))
        conf.chmod(0o600)
        subprocess.run([shutil.which("slurmdbd")], check=True, env=self.environment)
        log = self.folder / "slurmdbd.log"
        wait_until(lambda: log.exists() and "started" in log.read_text(), 60)
        self("sacctmgr", "-i", "add", "cluster", "trial")
        self("sacctmgr", "-i", "add", "account", "lab")
        self("sacctmgr", "-i", "add", "user", "root", "account=lab")
        super().control()

    def stop(self) -> None:
        end(self.folder / "slurmdbd.pid")
        if hasattr(self, "database"):
            self.database.kill()
            self.database.wait()
        super().stop()


@pytest.fixture
def accounting(jobs_import, monkeypatch):
    """Provide a Slurm with accounting, in which jobs belong to the account `lab`."""
    yield from running(AccountingCluster, (*NEEDED, "slurmdbd", "mariadbd", "mariadb-install-db"), monkeypatch)


@pytest.fixture
def jobs_import(monkeypatch):
    """Let jobs import the module of the tests' tasks."""
    paths = [str(HERE), *filter(None, sys.path)]
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(paths))
    monkeypatch.syspath_prepend(HERE)


@pytest.fixture
def note(jobs_import, tmp_path):
    """Return a function that makes a task with a key (`slurm_tasks.Note`)."""
    from slurm_tasks import Note

    return lambda key, *words, **fields: Note(key, tmp_path, *words, **fields)


@pytest.fixture
def starts(tmp_path):
    """Return a function: the times at which a task began, and those at which it ended."""

    def read(key, word="begin"):
        lines = (tmp_path / f"{key}.log").read_text().splitlines()
        return [float(line.split()[1]) for line in lines if line.startswith(word)]

    return read


@pytest.fixture
def run(jobs_import, tmp_path, monkeypatch):
    """Return a function that runs tasks with the executor, which waits less long than usual for lost results.

    Its option `react` is called with what an observer is told, and the executor.
    """
    from srbench_slurm import executor as module

    from srbench import ExecutorSetup
    from srbench.execution.graph import closing, run_tasks

    monkeypatch.setattr(module, "ASK", 0.5)
    monkeypatch.setattr(module, "GRACE", 2.0)

    def call(*tasks, retries=0, react=None, cluster=None, out=tmp_path / "out", threads=0, **options):
        options = {name.replace("_", "-"): value for name, value in options.items()}
        executor = module.SlurmExecutor(ExecutorSetup(threads=threads, out=out, options=options), cluster)
        seen = Seen(react and (lambda *event: react(*event, executor)))
        with closing(executor):
            run_tasks(tasks, executor, seen, retries=retries)
        return seen

    return call


@pytest.fixture
def slurm(_cluster, jobs_import, monkeypatch):
    """Provide a Slurm without jobs, to which the commands of Slurm talk."""
    monkeypatch.setenv("SLURM_CONF", str(_cluster.conf))
    yield _cluster
    _cluster.idle()
