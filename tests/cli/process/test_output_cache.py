"""The output of ``--help``, ``list`` and ``show`` is cached, and never shown where anything may have changed."""

from __future__ import annotations

import importlib
import io
import json
import os
import subprocess
import sys

import pytest

from srbench.cli.process import file_states, output_cache
from srbench.cli.process.output_cache import CachedCommand, cached_command
from srbench.cli.writing.streams import SafeStream


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A folder that answers are made from, and a cache of its own; its files count as settled at once."""
    folder = tmp_path / "package"
    (folder / "inside").mkdir(parents=True)
    (folder / "inside" / "table.csv").write_text("one")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SRBENCH_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(sys, "path", [str(tmp_path / "site")])
    monkeypatch.setattr(output_cache, "SETTLED", -3600)
    monkeypatch.setattr(output_cache, "HEAVY", ())
    monkeypatch.setattr(output_cache, "_files", lambda _trees: [str(tmp_path / "srbench.toml")])
    monkeypatch.setattr(CachedCommand, "_trees", lambda _self: [str(folder)])
    return folder


def ask(capsys, *arguments):
    """The cached output, or None."""
    found = CachedCommand(list(arguments or ("list", "plugins")), SafeStream(sys.stdout)).replay()
    text = capsys.readouterr().out
    return text if found else None


def keep(*texts):
    CachedCommand(["list", "plugins"], SafeStream(sys.stdout)).store(list(texts))


def answers(place):
    return sorted((place.parent / "cache" / "answers").iterdir())


def test_an_answer_is_printed_again(place, capsys):
    assert ask(capsys) is None
    keep("a table →\n", "its end\n")
    assert ask(capsys) == "a table →\nits end\n"
    assert ask(capsys, "list", "models") is None
    assert [path.suffix for path in answers(place)] == [".json"]


def rewritten_in_place(place):
    """The same size, and its time of change set back."""
    path = place / "inside" / "table.csv"
    before = path.stat()
    path.write_text("two")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def settings(place):
    (place.parent / "srbench.toml").write_text("jobs = 2")


def distribution(place):
    (place.parent / "site" / "other-1.dist-info").mkdir(parents=True)


CHANGES = {
    "a file is rewritten, its time set back": rewritten_in_place,
    "a file is new": lambda place: (place / "inside" / "more.csv").write_text(""),
    "a file is gone": lambda place: (place / "inside" / "table.csv").unlink(),
    "an empty folder is new": lambda place: (place / "Set5").mkdir(),
    "settings": settings,
    "a distribution is installed": distribution,
}


@pytest.mark.parametrize("change", CHANGES)
def test_an_answer_is_not_shown_after_a_change(change, place, capsys):
    keep("text")
    assert ask(capsys) == "text"
    CHANGES[change](place)
    assert ask(capsys) is None


def test_an_entry_point_that_is_edited_counts(place, capsys):
    distribution(place)
    points = place.parent / "site" / "other-1.dist-info" / "entry_points.txt"
    points.write_text("[console_scripts]\n")
    keep("text")
    assert ask(capsys) == "text"
    points.write_text("[srbench]\nother = other\n")
    assert ask(capsys) is None


def test_what_lies_behind_a_link_counts_and_a_circle_of_links_ends(place, capsys, tmp_path):
    elsewhere = tmp_path / "disk"
    elsewhere.mkdir()
    (place / "data").symlink_to(elsewhere)
    (elsewhere / "back").symlink_to(place)
    (place / "nowhere").symlink_to(tmp_path / "missing")
    keep("text")
    assert ask(capsys) == "text"
    (elsewhere / "image.png").touch()
    assert ask(capsys) is None


def test_another_name_of_a_folder_counts(place, capsys):
    for name in "ab":
        (place / name).mkdir()
    keep("text")
    assert ask(capsys) == "text"
    (place / "set").symlink_to(place / "a")
    assert ask(capsys) is None
    keep("text")
    (place / "set").unlink()
    (place / "set").symlink_to(place / "b")
    assert ask(capsys) is None


@pytest.mark.parametrize("variable", ["SRBENCH_DATA", "COLUMNS", "PYTHONPATH", "A_PLUGINS_OWN"])
def test_the_environment_counts(variable, place, capsys, monkeypatch):
    monkeypatch.delenv(variable, raising=False)
    keep("text")
    assert ask(capsys) == "text"
    monkeypatch.setenv(variable, "77")
    assert ask(capsys) is None


def test_a_new_terminal_gets_the_kept_answer(place, capsys, monkeypatch):
    monkeypatch.setenv("TMUX_PANE", "%1")
    keep("text")
    monkeypatch.setenv("TMUX_PANE", "%2")
    assert ask(capsys) == "text"


def test_no_value_of_the_environment_is_written(place, monkeypatch):
    monkeypatch.setenv("SOME_TOKEN", "a-secret-of-the-user")
    keep("text")
    (path,) = answers(place)
    assert "secret" not in path.read_text() + path.name


def test_caches_of_python_and_the_answers_themselves_do_not_count(place, capsys, monkeypatch):
    monkeypatch.setattr(CachedCommand, "_trees", lambda _self: [str(place.parent)])
    keep("text")
    (place / "__pycache__").mkdir()
    (place / "__pycache__" / "x.pyc").touch()
    assert ask(capsys) == "text"


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "null", '{"key": 1}', '{"texts": 3}', "[" * 100_000, b"\xff\xfe"], ids=range(8)
)
def test_a_damaged_answer_is_none(text, place, capsys):
    keep("text")
    (path,) = answers(place)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    assert ask(capsys) is None
    keep("text")
    assert ask(capsys) == "text"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="named pipes")
def test_a_named_pipe_in_the_place_of_an_answer_is_not_waited_for(place, capsys):
    keep("text")
    (path,) = answers(place)
    path.unlink()
    os.mkfifo(path)
    assert ask(capsys) is None
    keep("text")
    assert ask(capsys) == "text"


@pytest.mark.parametrize("field", ["texts", "files", "trees", "state"])
def test_an_answer_with_a_field_of_another_type_is_none(field, place, capsys):
    keep("text")
    (path,) = answers(place)
    path.write_text(json.dumps({**json.loads(path.read_text()), field: 7}))
    assert ask(capsys) is None


def test_a_cache_that_cannot_be_written_costs_nothing(place, capsys):
    (place.parent / "cache").write_text("a file")
    keep("text")
    assert ask(capsys) is None


def test_settings_that_cannot_be_read_cost_nothing(place, capsys, monkeypatch):
    monkeypatch.undo()
    monkeypatch.setenv("SRBENCH_CACHE", str(place.parent / "cache"))
    monkeypatch.chdir(place.parent)
    monkeypatch.setattr(output_cache, "HEAVY", ())
    (place.parent / "srbench.toml").write_text("data = 7")
    command = CachedCommand(["show", "pcarn"], SafeStream(sys.stdout))
    command.store(["text"])
    assert not command.replay()


def test_files_that_have_just_changed_are_looked_at_again(place, capsys, monkeypatch):
    """They could change once more within the resolution of their times, or may have changed after they were read."""
    monkeypatch.setattr(output_cache, "SETTLED", 2)
    keep("text")
    assert ask(capsys) is None


def test_too_many_files_are_not_looked_at(place, capsys, monkeypatch):
    monkeypatch.setattr(file_states, "MOST", 3)
    keep("text")
    assert ask(capsys) is None


def test_the_oldest_answers_go(place, monkeypatch):
    monkeypatch.setattr(output_cache, "MOST", 2)
    for number in range(4):
        CachedCommand(["list", str(number)], SafeStream(sys.stdout)).store(["text"])
    assert len(answers(place)) == 2


KEPT = ("--help", "run --help", "data list -h", "list plugins", "list models imdn* --plugin pcarn", "show pcarn",
        "show pcarn --table 4 --no-pager")  # fmt: skip
NOT_KEPT = ("", "-q list plugins", "list", "list plugins --json", "show", "show pcarn --table", "run --plugin pcarn",
            "show --method VDSR", "show pcarn --data x", "doctor", "--traceback --help")  # fmt: skip


def test_which_questions_are_kept(monkeypatch):
    monkeypatch.delitem(sys.modules, "srbench.catalog", raising=False)
    out = SafeStream(io.StringIO())
    assert [text for text in (*KEPT, *NOT_KEPT) if cached_command(text.split(), out)] == list(KEPT)


def test_no_start_of_the_command_line_has_a_catalog(monkeypatch):
    monkeypatch.setitem(sys.modules, "srbench.catalog", object())
    assert cached_command(["--help"], SafeStream(io.StringIO())) is None


START = """
import atexit, sys
import srbench.cli.process.output_cache as kept
kept.SETTLED = -3600
atexit.register(lambda: print(*sys.modules, file=sys.__stderr__))
from srbench.cli import main
main()
"""
FOREIGN = {"click", "pluggy", "importlib.metadata", "dataclasses", "tabulate", "http", "tomllib", "numpy", "torch"}


@pytest.mark.slow
def test_a_second_start_imports_nothing_and_an_edited_plugin_shows(environment, private_cache, tmp_path, monkeypatch):
    info = tmp_path / "srbench_light-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: srbench-light\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[srbench]\nlight = srbench_light\n")
    code = tmp_path / "srbench_light.py"
    code.write_text('"""A plugin."""\n')
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, (str(tmp_path), os.environ.get("PYTHONPATH")))))

    def start(*arguments):
        done = subprocess.run(
            [sys.executable, "-c", START, *arguments], env=environment(), capture_output=True, text=True, check=True
        )
        return done.stdout, set(done.stderr.split())

    for arguments in (("--help",), ("list", "plugins"), ("show", "pcarn", "--table", "3")):
        (first, all_modules), (second, modules) = start(*arguments), start(*arguments)
        assert first == second != ""
        assert "click" in all_modules
        assert not [name for name in modules if name.startswith("srbench_")]
        assert len([name for name in modules if name.split(".")[0] == "srbench"]) <= 15
        assert not modules & FOREIGN
    for text, shown in (
        ('"""An edited plugin."""', "An edited plugin."),
        ("raise RuntimeError('broken now')", "broken"),
    ):
        code.write_text(text)
        assert shown in start("list", "plugins")[0]
    code.write_text('"""A plugin."""\n')
    assert "broken" not in start("list", "plugins")[0]


def test_all_folders_of_a_namespace_count(tmp_path, monkeypatch):
    folders = [tmp_path / name / "srbench_space" for name in ("one", "other")]
    for folder in folders:
        folder.mkdir(parents=True)
        monkeypatch.syspath_prepend(folder.parent)
    monkeypatch.setitem(sys.modules, "srbench_space", importlib.import_module("srbench_space"))
    assert sorted(output_cache._places("srbench_space")) == [str(folder) for folder in folders]
    assert output_cache._places("io") == [io.__file__]
    assert output_cache._places("sys") == []
