"""Options that every verb has, and long output page by page."""

from __future__ import annotations

import fcntl
import os
import pty
import struct
import subprocess
import sys
import termios

import click
import pytest

from srbench.cli.group import BUILTIN
from srbench.cli.process import flags
from srbench.loading import load


@pytest.mark.parametrize("verb", sorted(BUILTIN))
def test_every_verb_has_them(srbench, verb):
    text = srbench(verb, "--help").out
    for flag in flags.ALL:
        assert ", ".join(flag.spellings) in text


def test_the_verbs_of_a_group_have_them_too():
    command = load(BUILTIN["data"].command)
    flags.add_to(command)
    for inner in command.commands.values():
        assert sum("--quiet" in parameter.opts for parameter in inner.params) == 1


def test_a_spelling_that_a_verb_uses_stays_its_own():
    @click.command()
    @click.option("-q", "quality", type=int)
    @click.option("--verbose", "words", is_flag=True)
    def command(quality, words):
        click.echo(f"{quality} {words}")

    flags.add_to(command)
    opts = [spelling for parameter in command.params for spelling in parameter.opts]
    assert sorted(opts) == ["--no-pager", "--quiet", "--traceback", "--verbose", "-q"]
    flags.add_to(command)
    assert len(command.params) == 5


def test_flags_are_forgotten_between_commands(srbench, monkeypatch):
    assert srbench("--verbose", "list", "plugins").code == 0
    assert flags.given(flags.VERBOSE)
    assert srbench("list", "plugins").code == 0
    assert not flags.given(flags.VERBOSE)


@pytest.fixture
def on_terminal(tmp_path):
    """The command on a terminal of `size` lines and columns; gives what arrives there."""
    pager = tmp_path / "pager"
    pager.write_text("#!/bin/sh\necho PAGED\ncat\n")
    pager.chmod(0o755)

    def call(size, *arguments):
        ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", *size, 0, 0))
        env = {name: value for name, value in os.environ.items() if name not in {"COLUMNS", "LINES"}}
        process = subprocess.Popen(
            [sys.executable, "-m", "srbench", *arguments],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env={**env, "PAGER": str(pager), "TERM": "xterm"},
        )
        os.close(theirs)
        shown = b""
        while True:
            try:
                part = os.read(ours, 65536)
            except OSError:
                break
            if not part:
                break
            shown += part
        os.close(ours)
        assert process.wait() == 0
        return shown.decode().replace("\r\n", "\n")

    return call


@pytest.mark.slow
def test_long_output_is_paged_and_fits_the_terminal(on_terminal):
    paged = on_terminal((10, 70), "list", "tables")
    assert paged.startswith("PAGED\n")
    assert max(map(len, paged.splitlines())) <= 70
    assert on_terminal((10, 70), "list", "tables", "--no-pager") == paged.removeprefix("PAGED\n")


@pytest.mark.slow
def test_what_fits_on_the_screen_is_not_paged(on_terminal):
    assert not on_terminal((60, 100), "list", "searches").startswith("PAGED")
