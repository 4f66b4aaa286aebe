"""The executor on a real Slurm of one node with two CPUs."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import textwrap
import time
from itertools import pairwise
from pathlib import Path

import pytest

from srbench import Needs, UsageError

pytestmark = [pytest.mark.usefixtures("slurm"), pytest.mark.slow]


def wait_until(check, seconds):
    deadline = time.monotonic() + seconds
    while not check():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def job_of(executor, task):
    return executor._running[task.key].job


def test_tasks_wait_for_others_and_timed_ones_have_the_node(run, note, starts, tmp_path, monkeypatch):
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    alone = Needs("cpu", timed=True)
    timed = [note(f"timed {index}", 0.5, needs=alone) for index in range(2)]
    seen = run(note("first"), *timed, note("last", after=("first", *(task.key for task in timed))))
    for key in ("first", "timed 0", "timed 1", "last"):
        events = [(kind, value) for kind, name, value in seen.events if name == key]
        assert [kind for kind, _ in events] == ["started", "reported", "ended"]
        assert events[1][1] == f"image of {key}"
        assert seen.outcomes[key].result == key
    first, second = sorted((starts(key)[0], starts(key, "end")[0]) for key in ("timed 0", "timed 1"))
    assert first[1] <= second[0]
    assert starts("last")[0] >= second[1]
    threads = {key: (tmp_path / f"{key}.log").read_text().split()[3] for key in ("timed 0", "last")}
    assert threads == {"timed 0": "2", "last": "1"}  # all CPUs of the node, and one
    left = {path.name for path in (tmp_path / "out" / "slurm").iterdir() if not path.name.endswith(".sh")}
    assert left == set()


def test_how_tasks_end_that_fail_die_or_are_cancelled(run, slurm, note, tmp_path):
    def react(kind, task, value, executor):
        if (kind, task.key) == ("started", "cancelled"):
            slurm("scancel", job_of(executor, task))
        if kind == "retried":
            retried.append((task.key, value.lost))

    retried = []
    tasks = [note("fails", 0.0, "fail"), note("dies once", 0.0, "die once"), note("cancelled", 60.0)]
    tasks.append(note("waits", after=("cancelled",)))
    seen = run(*tasks, retries=1, react=react)
    assert retried == [("fails", False), ("dies once", True), ("cancelled", True)] or sorted(retried) == [
        ("cancelled", True), ("dies once", True), ("fails", False)
    ]  # fmt: skip
    assert seen.outcomes["dies once"].result == "dies once"
    fails = seen.outcomes["fails"]
    assert re.fullmatch(
        r"\S*slurm_tasks.py:\d+, in run: ValueError: no such luck \(log: .*_log\.out\)", fails.reason
    ), fails.reason
    assert "said by fails" in Path(fails.log).read_text()
    assert "in run" in "".join(fails.error.__notes__)
    cancelled = seen.outcomes["cancelled"]
    assert cancelled.lost
    assert re.match(r"RuntimeError: Slurm job \d+(_\d+)? ended without a result: cancelled", cancelled.reason)
    assert seen.outcomes["waits"].reason == cancelled.reason
    assert ("started", "waits") not in seen.kinds


def test_no_more_jobs_run_than_asked(run, note, starts, tmp_path):
    tasks = [note(f"task {index}", 0.3) for index in range(2)]
    run(*tasks, note("other", 0.3, after=("task 0",)), max_running=1, threads=2)
    times = sorted((starts(key)[0], starts(key, "end")[0]) for key in ("task 0", "task 1", "other"))
    assert all(end <= begin for (_, end), (begin, _) in pairwise(times))
    assert (tmp_path / "other.log").read_text().split()[3] == "2"


MAIN = """
    import sys
    from pathlib import Path
    from slurm_tasks import Note
    from srbench import ExecutorSetup
    from srbench.execution.graph import closing, run_tasks
    from srbench_slurm.executor import SlurmExecutor

    class Quiet:
        def started(self, task): print("started", task.key, flush=True)
        def reported(self, task, value): pass
        def retried(self, task, outcome): pass
        def ended(self, task, outcome): print("ended", task.key, flush=True)

    folder = Path(sys.argv[1])
    tasks = [Note("short", folder), Note("long", folder, 4.0), Note("after", folder, after=("short", "long"))]
    with closing(SlurmExecutor(ExecutorSetup(out=folder / "out"))) as executor:
        run_tasks(tasks, executor, Quiet())
"""


@pytest.mark.parametrize("how", [signal.SIGKILL, pytest.param(signal.SIGINT, marks=pytest.mark.long)])
def test_a_main_process_that_is_stopped_finds_its_jobs_again(run, note, starts, tmp_path, how):
    code = textwrap.dedent(MAIN)
    main = subprocess.Popen(
        [sys.executable, "-c", code, tmp_path], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    while main.stdout.readline() != "started long\n":
        pass
    main.send_signal(how)
    _, err = main.communicate()
    if how == signal.SIGINT:
        assert re.search(
            r"[12] Slurm jobs go on, and the same srbench run finds them; to stop them: scancel \d+\n", err
        )
    seen = run(note("short"), note("long", 4.0), note("after", after=("short", "long")))
    assert {key: outcome.result for key, outcome in seen.outcomes.items()} == {
        "short": "short", "long": "long", "after": "after"
    }  # fmt: skip
    assert [len(starts(key)) for key in ("long", "after")] == [1, 1]


def test_a_job_that_is_requeued_goes_on(run, slurm, tmp_path):
    """By the administrator, or by itself at the signal before its time is up; with what it had done so far."""
    from slurm_tasks import Steps

    def react(kind, task, value, executor):
        if kind != "reported" or value.step != 5 or task.key in done:
            return
        done.append(task.key)
        job = job_of(executor, task)
        slurm(*(("scontrol", "requeue", job) if task.key == "requeued" else ("scancel", "--signal=USR2", job)))
        wait_until(lambda: "BeginTime" in slurm("squeue", "-h", "--job", job, "-o", "%r"), 60)
        slurm("scontrol", "update", f"jobid={job}", "starttime=now")  # Slurm would wait for two minutes

    done = []
    seen = run(Steps("requeued", tmp_path, 300.0), Steps("signalled", tmp_path, 300.0), react=react)
    for key in ("requeued", "signalled"):
        assert seen.outcomes[key].result == key, seen.outcomes[key]
        assert list(map(int, (tmp_path / f"{key}.log").read_text().split())) == list(range(20))
        assert (tmp_path / f"{key}.attempts").read_text().split() == ["begin", "begin"]
    assert sorted(done) == ["requeued", "signalled"]


def test_bad_input_is_one_line(run, slurm, note, tmp_path, monkeypatch):
    def refused(**options):
        with pytest.raises(UsageError) as error:
            run(note("task"), **options)
        assert "\n" not in str(error.value)
        return str(error.value)

    assert refused(partition=("mian",)) == "unknown partition 'mian'; did you mean 'main'?"
    wrong = refused(sbatch=("constraint=gpu8",))
    assert wrong.startswith("--executor slurm: sbatch: Batch job submission failed: ")
    assert wrong.endswith("; check the options (srbench run --help)")
    slurm.hidden.joinpath("out").mkdir(exist_ok=True)
    unseen = refused(out=slurm.hidden / "out")
    assert re.match(
        r"--executor slurm: /\S+/hidden/out/slurm: not seen on the node of job \d+, which wrote no log", unseen
    )
    work = slurm.hidden / "work"
    work.mkdir(exist_ok=True)
    with monkeypatch.context() as patched:
        patched.chdir(work)
        assert re.match(rf"--executor slurm: {work}: not seen on node \S+; use folders on a file", refused())
    other = tmp_path / "slurm.conf"
    other.write_text(re.sub("SlurmctldPort=.*", "SlurmctldPort=1", slurm.conf.read_text()) + "MessageTimeout=2\n")
    with monkeypatch.context() as patched:
        patched.setenv("SLURM_CONF", str(other))
        assert refused() == (
            "--executor slurm: sinfo: slurm_load_partitions: Unable to contact slurm controller (connect failure); "
            "is slurmctld running? (scontrol ping)"
        )
    with monkeypatch.context() as patched:
        patched.setenv("PATH", str(tmp_path))
        assert refused() == (
            "--executor slurm: sinfo isn't installed here; run srbench on a login node of the cluster, or install "
            "Slurm's commands (Debian: apt-get install slurm-client)"
        )
