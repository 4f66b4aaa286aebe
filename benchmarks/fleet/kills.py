"""Kill -9 at random moments: of workers, of nodes, of the main process, under each executor.

    python benchmarks/fleet/kills.py [--seed 0] [--local 14] [--slurm 8] [--ray 8]

A small table (four trainings, demo profile) is run again and again, each time into an empty folder, until so many kills
have hit it. A main process that was killed is started again on the same folder. What must hold, and is checked:

- each run comes to its end, and every training, record and table is there;
- weights and tables are those of an undisturbed run, byte for byte, and so are the records but for times;
- what was finished before a kill, a training or a record, is not written again after it.

Slurm and Ray are started on this machine, as the tests of their plugins do (Slurm needs root, slurm-wlm and munge).
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import random
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import psutil
from local import records, weights

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PLUGINS = Path(__file__).parents[2] / "plugins"
RUN = (
    *(sys.executable, "-m", "srbench", "-q", "run", "--plugin", "pcarn", "--table", "1", "--profile", "demo"),
    *("--rows", "Baseline, reduced", "--rows", "+ Local, reduced", "--seeds", "2", "--metrics", "psnr"),
    *("--device", "cpu"),
)
TRAININGS = 4
RETRIES = ("--retries", "20")
Victims = dict[str, "list[Callable[[], object]]"]
"""Functions that kill, by the kind of what they kill."""


class Place(Protocol):
    """An executor to run the table with."""

    options: tuple[str, ...]

    def victims(self, main: subprocess.Popen[bytes]) -> Victims:
        """Return what can be killed now."""

    def repair(self) -> None:
        """Bring back what was killed and does not come back by itself."""


class Local:
    """Two worker processes of this machine."""

    options = ("--jobs", "2", "--threads", "1")

    def victims(self, main: subprocess.Popen[bytes]) -> Victims:
        servers = [child for child in psutil.Process(main.pid).children() if "forkserver" in " ".join(child.cmdline())]
        workers = [worker for server in servers for worker in server.children()]
        return {"worker": [worker.kill for worker in workers], "fork server": [server.kill for server in servers]}

    def repair(self) -> None: ...


class Slurm:
    """A Slurm of one node."""

    options = ("--executor", "slurm", "--threads", "1")

    def __init__(self, cluster: Any) -> None:
        self._call = cluster
        self._node = socket.gethostname()

    def victims(self, main: subprocess.Popen[bytes]) -> Victims:  # noqa: ARG002 - of the interface
        jobs = self._call("squeue", "-h", "--array", "--states=RUNNING", "-o", "%i").split()
        return {
            "process": [lambda job=job: self._call("scancel", "--full", "--signal=KILL", job) for job in jobs],
            "job": [lambda job=job: self._call("scancel", job) for job in jobs],
            "node": [self._fail] if jobs else [],
        }

    def _fail(self) -> None:
        self._call("scontrol", "update", f"nodename={self._node}", "state=down", "reason=trial")
        time.sleep(2)
        self._call("scontrol", "update", f"nodename={self._node}", "state=resume")

    def repair(self) -> None:
        for job in self._call("squeue", "-h", "--array", "--states=PENDING", "-o", "%i").split():
            self._call("scontrol", "update", f"jobid={job}", "starttime=now")  # a requeued one waits for two minutes


class Ray:
    """A Ray cluster of two nodes, of which the second may die."""

    def __init__(self, cluster: Any, ray: Any) -> None:
        self.options = ("--executor", "ray", "--address", cluster.address)
        self._cluster, self._ray = cluster, ray

    def victims(self, main: subprocess.Popen[bytes]) -> Victims:  # noqa: ARG002 - of the interface
        nodes = (self._cluster.head, self._cluster.second)
        processes = [process for node in nodes for process in node.processes()]
        titles = [(process, " ".join(process.cmdline())) for process in processes]  # Ray names them by their task
        busy = [process for process, title in titles if title.startswith(("ray::training ", "ray::pcarn-"))]
        workers = [process.kill for process in busy]
        return {"worker": workers, "node": [self._cluster.second.kill]}

    def repair(self) -> None:
        self._cluster.start_second(self._ray)


def tests_of(plugin: str) -> Any:
    """Return the module with the fixtures of a plugin's tests, which starts clusters."""
    spec = importlib.util.spec_from_file_location(f"{plugin}_tests", PLUGINS / plugin / "tests" / "conftest.py")
    if spec is None or spec.loader is None:
        raise SystemExit(f"plugins/{plugin}/tests: not found")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@contextmanager
def started(name: str) -> Iterator[Place]:
    """Provide an executor of this machine."""
    if name == "local":
        yield Local()
        return
    with tempfile.TemporaryDirectory(prefix=f"{name}-", ignore_cleanup_errors=True) as folder:
        if name == "slurm":
            cluster = tests_of("slurm").Cluster(Path(folder))
            try:
                cluster.start()
                os.environ["SLURM_CONF"] = str(cluster.conf)
                yield Slurm(cluster)
            finally:
                cluster.stop()
            return
        from srbench_ray.connection import connect

        cluster = tests_of("ray").Cluster(Path(folder), os.environ.get("PYTHONPATH", ""))
        try:
            place = Ray(cluster, connect(cluster.address)[0])
            place.repair()
            yield place
        finally:
            cluster.stop()


def finished(out: Path) -> dict[str, int]:
    """Return the time at which each finished training and record was written, by its file."""
    paths = [*out.glob("training/*/card.json"), *out.glob("records/*/*.json")]
    return {path.relative_to(out).as_posix(): path.stat().st_mtime_ns for path in paths}


def attack(place: Place, out: Path, most: int, took: float, chance: random.Random) -> Counter[str]:
    """Run the table to its end under at most so many kills, and return how many hit what.

    Args:
        place: The executor.
        out: Empty output folder.
        most: Number of kills.
        took: Seconds of an undisturbed run.
        chance: Source of the moments and victims.

    Raises:
        SystemExit: if the run fails, or if something is done twice.
    """
    hits: Counter[str] = Counter()
    seen: dict[str, int] = {}
    code = -9
    while code == -9:
        began = time.monotonic()
        main = subprocess.Popen([*RUN, *RETRIES, *place.options, "--out", str(out)], stdout=subprocess.DEVNULL)
        while main.poll() is None:
            try:
                main.wait(chance.uniform(0.02, 0.5) * took)
            except subprocess.TimeoutExpired:
                if hits.total() < most:
                    victim = strike(place, main, chance)
                    hits[victim] += 1
                    print(f"  after {time.monotonic() - began:.0f} s: {victim}", flush=True)
            place.repair()
        code = main.returncode
        now = finished(out)
        again = [path for path, written in seen.items() if now.get(path) != written]
        if again:
            raise SystemExit(f"{out}: finished before a kill, and written again or lost: {', '.join(again)}")
        seen = now
    if code:
        raise SystemExit(f"{out}: the run ended with {code}")
    return hits


def strike(place: Place, main: subprocess.Popen[bytes], chance: random.Random) -> str:
    """Kill the main process or something else, and return what."""
    try:
        victims = {kind: kills for kind, kills in place.victims(main).items() if kills}
    except psutil.NoSuchProcess:
        victims = {}
    kind = chance.choice(["main", *victims])
    if kind == "main":
        main.kill()
        main.wait()
    else:
        chance.choice(victims[kind])()
    return kind


def check(out: Path, whole: Path) -> None:
    """Check that a run has everything that an undisturbed run has.

    Raises:
        SystemExit: if something is missing or differs.
    """
    tables = [{path.name: path.read_bytes() for path in folder.glob("pcarn/table-1*")} for folder in (out, whole)]
    if len(weights(whole)) != TRAININGS or finished(out).keys() != finished(whole).keys():
        raise SystemExit(f"{out}: {len(finished(out))} finished trainings and records, {whole}: {len(finished(whole))}")
    if weights(out) != weights(whole) or records(out) != records(whole) or tables[0] != tables[1]:
        raise SystemExit(f"{out} and {whole} differ")


def main() -> None:
    """Kill, check and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=0)
    for name, kills in (("local", 14), ("slurm", 8), ("ray", 8)):
        parser.add_argument(f"--{name}", type=int, default=kills)
    options = vars(parser.parse_args())
    os.environ["OMP_NUM_THREADS"] = "1"  # the last digits of trainings depend on it
    folder = Path(tempfile.mkdtemp(prefix="kills-"))
    began = time.monotonic()
    subprocess.run([*RUN, "--out", str(folder / "whole")], check=True, stdout=subprocess.DEVNULL)
    took = time.monotonic() - began
    for name in ("local", "slurm", "ray"):
        chance, hits, runs = random.Random(f"{options['seed']} {name}"), Counter[str](), 0  # noqa: S311 - moments
        if not options[name]:
            continue
        with started(name) as place:
            while hits.total() < options[name]:
                out = folder / f"{name}-{runs}"
                hits += attack(place, out, options[name] - hits.total(), took, chance)
                check(out, folder / "whole")
                runs += 1
                print(f"{name}: {hits.total()} of {options[name]} kills", flush=True)
        words = ", ".join(
            f"{count} of a {kind}" if kind != "main" else f"{count} of main" for kind, count in hits.items()
        )
        print(f"{name}: {hits.total()} kills in {runs} runs ({words}): nothing lost, nothing done twice", flush=True)


if __name__ == "__main__":
    main()
