"""SIGTERM ends a command as Ctrl-C does, and nothing else changes its meaning."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading

import click
import pytest

from srbench.cli.process.termination import Terminated, is_termination, sigterm_as_interrupt

HEAD = """
import os, signal, sys, time
from srbench.cli.process.termination import Terminated, sigterm_as_interrupt
"""
SECOND = """
try:
    with sigterm_as_interrupt():
        try:
            os.kill(os.getpid(), signal.SIGTERM)
        except Terminated:
            print("first", flush=True)
            os.kill(os.getpid(), signal.SIGTERM)
finally:
    print("not reached")
"""
FORKED = """
with sigterm_as_interrupt():
    child = os.fork()
    if not child:
        print("ready", flush=True)
        time.sleep(60)
        os._exit(1)
    time.sleep(0.2)
    os.kill(child, signal.SIGTERM)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""
AFTERWARDS = """
with sigterm_as_interrupt():
    pass
os.kill(os.getpid(), signal.SIGTERM)
"""


def run(code):
    return subprocess.run([sys.executable, "-c", HEAD + code], capture_output=True, text=True, timeout=60, check=False)


@pytest.fixture
def default():
    """SIGTERM with the system's own answer, whatever the tests run under."""
    before = signal.signal(signal.SIGTERM, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGTERM, before)


def test_the_first_raises_and_the_second_ends_the_process():
    done = run(SECOND)
    assert (done.stdout, done.returncode) == ("first\n", -signal.SIGTERM)


def test_a_forked_process_ends_without_a_word():
    done = run(FORKED)
    assert done.stdout.split() == ["ready", str(-signal.SIGTERM)]
    assert done.stderr == ""


def test_afterwards_the_answer_is_the_one_before():
    assert run(AFTERWARDS).returncode == -signal.SIGTERM


def test_it_is_an_interruption(default):
    with pytest.raises(KeyboardInterrupt) as raised, sigterm_as_interrupt():
        os.kill(os.getpid(), signal.SIGTERM)
    assert is_termination(raised.value)
    assert not is_termination(KeyboardInterrupt())


@pytest.mark.parametrize("hidden", [False, True])
def test_it_is_known_behind_the_error_of_click(hidden):
    """Click raises its own from the interruption; where it asks a question, from nothing."""

    def of_click():
        try:
            raise Terminated
        except KeyboardInterrupt as error:
            raise click.Abort from (None if hidden else error)

    with pytest.raises(click.Abort) as raised:
        of_click()
    assert is_termination(raised.value)


@pytest.mark.parametrize("handler", [signal.SIG_IGN, lambda *_: None])
def test_an_answer_that_is_there_stays(default, handler):
    signal.signal(signal.SIGTERM, handler)
    with sigterm_as_interrupt():
        assert signal.getsignal(signal.SIGTERM) is handler


def test_processes_of_a_distributed_training_keep_the_answer_of_the_system(default, monkeypatch):
    monkeypatch.setenv("LOCAL_RANK", "0")
    with sigterm_as_interrupt():
        assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL


def test_in_a_thread_nothing_is_changed(default):
    seen = []

    def body():
        with sigterm_as_interrupt():
            seen.append(signal.getsignal(signal.SIGTERM))

    thread = threading.Thread(target=body)
    thread.start()
    thread.join()
    assert seen == [signal.SIG_DFL]
