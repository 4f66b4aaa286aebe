"""A check that hangs, or ends its process, has failed; the others go on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace

import pytest

from srbench.testing import time_limit
from srbench.testing.check import CHECKS, Check
from srbench.testing.time_limit import run_within

HANGS = """
import threading

def forward():
    threading.Event().wait()

def run(_plugin):
    forward()
    return []
"""


@pytest.fixture
def added(monkeypatch, tmp_path):
    """``added(name, source)``: a check that runs a function ``run``, whose code lies in a file."""

    def add(name: str, source: str, shares: str = "") -> Check:
        path = tmp_path / f"{name}_code.py"
        path.write_text(source)
        names: dict = {}
        exec(compile(source, str(path), "exec"), names)  # noqa: S102 - a file of code, without a module to find again
        entry = Check(name, "", "", names["run"], shares=shares, light=True)
        monkeypatch.setitem(CHECKS, name, entry)
        return entry

    # the process is forked from this one, though other tests may have started threads: no lock of theirs is needed
    monkeypatch.setattr(time_limit, "_context", lambda: time_limit.multiprocessing.get_context("fork"))
    return add


def test_a_check_that_hangs_has_failed_and_the_others_go_on(added):
    checks = [
        CHECKS["names"],
        added("hangs", HANGS, "it"),
        added("after", "def run(_plugin):\n    return []", "it"),
        CHECKS["loads"],
    ]
    found = list(run_within("pcarn", checks, 0.5))
    assert [outcome.status for outcome in found] == ["ok", "failed", "skipped", "ok"]
    assert "took longer than 0.5 s; it was at " in found[1].problems[0]
    assert "--time-limit" in found[1].fix
    assert found[2].reason == "shares a result with hangs, which did not come to its end"


def test_the_import_of_torch_counts_for_no_check(added, monkeypatch):
    monkeypatch.setattr(time_limit, "_import_torch", lambda: time.sleep(0.8))
    heavy = replace(added("heavy", "def run(_plugin):\n    return []"), light=False)
    monkeypatch.setitem(CHECKS, "heavy", heavy)
    assert [outcome.status for outcome in run_within("pcarn", [heavy], 0.4)] == ["ok"]


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("import os\n\ndef run(_plugin):\n    os._exit(3)", "exit code 3"),
        ("import os\n\ndef run(_plugin):\n    os.kill(os.getpid(), 9)", "signal 9"),
    ],
)
def test_a_check_that_ends_its_process_has_failed(source, said, added):
    found = list(run_within("pcarn", [added("crashes", source), CHECKS["names"]], 60))
    assert [outcome.status for outcome in found] == ["failed", "ok"]
    assert said in found[0].problems[0]


def test_a_process_that_does_not_end_by_itself_is_killed(added, monkeypatch):
    monkeypatch.setattr(time_limit.faulthandler, "dump_traceback_later", lambda *_, **__: None)
    monkeypatch.setattr(time_limit, "GRACE", 0.2)
    found = list(run_within("pcarn", [added("stuck", HANGS)], 0.2))
    assert found[0].problems == ("took longer than 0.2 s",)


def gone(pid: int) -> bool:
    """Whether a process ends within ten seconds."""
    for _ in range(100):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.1)
    return False


STARTS = """
import pathlib, subprocess

def run(_plugin):
    process = subprocess.Popen(["sleep", "100"])
    pathlib.Path({path!r}).write_text(str(process.pid))
    process.wait()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="process groups")
def test_what_a_check_started_ends_with_it(added, tmp_path):
    path = tmp_path / "pid"
    found = list(run_within("pcarn", [added("starts", STARTS.format(path=str(path)))], 1))
    assert found[0].status == "failed"
    assert gone(int(path.read_text()))


@pytest.mark.skipif(sys.platform != "linux", reason="process groups")
def test_a_check_ends_when_the_process_dies_that_waits_for_it(tmp_path):
    path = tmp_path / "pid"
    script = (
        "from srbench.testing.check import CHECKS, Check\n"
        "from srbench.testing.time_limit import run_within\n"
        f"{STARTS.format(path=str(path))}\n"
        "CHECKS['starts'] = Check('starts', '', '', run, light=True)\n"
        "list(run_within('pcarn', [CHECKS['starts']], 100))\n"
    )
    with subprocess.Popen([sys.executable, "-c", script]) as process:
        while not (path.is_file() and path.read_text()):
            assert process.poll() is None
            time.sleep(0.1)
        process.send_signal(signal.SIGKILL)
    assert gone(int(path.read_text()))


def test_the_place_is_that_of_the_plugin():
    import srbench_pcarn

    file = srbench_pcarn.__file__
    written = (
        'Timeout (0:00:01)!\nThread 0x01 (most recent call first):\n  File "/other.py", line 1 in idle\n\n'
        'Thread 0x02 (most recent call first):\n  File "/lib/torch.py", line 5 in conv\n'
        f'  File "{file}", line 7 in forward\n  File "/lib/srbench.py", line 9 in call\n'
    )
    assert time_limit._place("pcarn", written) == "__init__.py:7, in forward"
    assert time_limit._place("pcarn", written.replace(file, "/elsewhere.py")) == "torch.py:5, in conv"
    assert time_limit._place("pcarn", "") == ""
