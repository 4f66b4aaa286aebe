"""Settings come from the strongest of their sources, and a mistake in one is named with its file and line."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from srbench import UsageError
from srbench.cli.tables.request import default_out
from srbench.cli.verbs.config import config
from srbench.settings import DEFAULTS, VARIABLES, setting, settings_files, settings_in_force
from srbench.storage.roots import cache_dir, data_roots


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A project whose subfolder is the working folder, with a place for the user's file, and no variables."""
    for variable in VARIABLES.values():
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.delenv("SRBENCH_CONFIG", raising=False)
    monkeypatch.setattr("platformdirs.user_config_dir", lambda name: str(tmp_path / name))
    folder = tmp_path / "project"
    (folder / "sub").mkdir(parents=True)
    (tmp_path / "srbench").mkdir()
    monkeypatch.chdir(folder / "sub")
    return folder


def found(name):
    return [(entry.value, Path(entry.source).name) for entry in settings_in_force(name)]


def test_the_strongest_source_wins(project, monkeypatch):
    assert found("device") == [("auto", "default")]
    (project.parent / "srbench" / "config.toml").write_text('device = "cuda:1"\njobs = 2\n')
    assert found("device") == [("cuda:1", "config.toml")]
    (project / "srbench.toml").write_text('device = "cuda"\n')
    assert found("device") == [("cuda", "srbench.toml")]
    assert found("jobs") == [(2, "config.toml")]
    monkeypatch.setenv("SRBENCH_DEVICE", "cpu")
    assert found("device") == [("cpu", "SRBENCH_DEVICE")]


def test_the_option_wins_over_all(project, monkeypatch, srbench):
    (project / "srbench.toml").write_text('device = "cuda:77"\n')
    score = ("score", str(project), str(project), "--scales", "4")
    assert "cuda:77" in srbench(*score, cwd=project).err
    assert "cuda:77" not in srbench(*score, "--device", "cpu", cwd=project).err


def test_data_roots_of_all_sources_add_up(project, monkeypatch):
    (project.parent / "srbench" / "config.toml").write_text('data = "/of/user"\n')
    (project / "srbench.toml").write_text('data = ["near", "/far"]\n')
    monkeypatch.setenv("SRBENCH_DATA", os.pathsep.join(["/first", "/second"]))
    wanted = (Path("/first"), Path("/second"), project / "near", Path("/far"), Path("/of/user"), cache_dir())
    assert data_roots() == wanted
    assert data_roots([project]) == (project, *wanted)


def test_paths_begin_at_the_file_and_the_home_folder(project, monkeypatch):
    monkeypatch.setenv("HOME", "/home/me")
    (project / "srbench.toml").write_text('out = "tables"\ndata = "~/sr"\n')
    assert setting("out") == project / "tables"
    assert found("data") == [((Path("/home/me/sr"),), "srbench.toml")]


def test_demo_measurements_keep_a_folder_of_their_own(project):
    (project / "srbench.toml").write_text('out = "tables"\n')
    assert default_out("paper") == project / "tables"
    assert default_out("demo") == project / "tables" / "demo"


def test_pyproject_counts_only_with_a_table_for_srbench(project):
    (project / "sub" / "pyproject.toml").write_text("[project]\nname = 'x'\n")
    (project / "pyproject.toml").write_text("[project]\nname = 'y'\n[tool.srbench]\njobs = 5\n")
    assert found("jobs") == [(5, "pyproject.toml")]
    assert settings_files() == [project / "pyproject.toml"]
    (project / "srbench.toml").write_text("jobs = 6\n")
    assert found("jobs") == [(6, "srbench.toml")]
    assert settings_files() == [project / "srbench.toml"]


def test_a_damaged_pyproject_of_others_is_none_of_our_business(project):
    (project / "pyproject.toml").write_text("[tool.other\nsrbench\n")
    assert settings_files() == []


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        (
            "srbench.toml",
            'out = "r"\njbos = 3\n',
            r"srbench\.toml, line 2: unknown setting 'jbos'; did you mean",
        ),
        ("srbench.toml", '# x\n\njobs = "3"\n', r"line 3: jobs = '3'; it must be a whole number of at least 1"),
        ("srbench.toml", "jobs = true\n", r"line 1: jobs = true; it must be a whole number"),
        ("srbench.toml", "jobs = 0\n", r"line 1: jobs = 0; it must be"),
        ("srbench.toml", "data = []\n", r"line 1: data = \[\]; it must be a folder, or a list of folders"),
        ("srbench.toml", 'data = ["a", 1]\n', r"line 1: data = \['a', 1\]"),
        ("srbench.toml", "out = 1\n", r"line 1: out = 1; it must be a folder"),
        ("srbench.toml", 'device = "gpu"\n', r"line 1: device = 'gpu'; it must be auto, cpu, cuda or cuda:N"),
        ("srbench.toml", "protocol = ['a']\n", r"line 1: protocol = \['a'\]; it must be the name of a protocol"),
        ("srbench.toml", "jobs = \n", r"srbench\.toml: not TOML: .*line 1"),
        ("pyproject.toml", "[x]\njobs = 1\n[tool.srbench]\njobs = -1\n", r"pyproject\.toml, line 4: jobs = -1"),
        ("pyproject.toml", "tool.srbench = 3\n", r"pyproject\.toml, tool\.srbench: not a table"),
        ("pyproject.toml", "[tool.srbench]\njobs = [\n", r"pyproject\.toml: not TOML"),
    ],
)
def test_a_mistake_is_named_with_its_file_and_line(project, name, text, message):
    (project / name).write_text(text)
    with pytest.raises(UsageError, match=message):
        setting("jobs")


@pytest.mark.parametrize(("variable", "text"), [("SRBENCH_JOBS", "many"), ("SRBENCH_DEVICE", "gpu")])
def test_a_mistake_in_a_variable_is_named(project, monkeypatch, variable, text):
    monkeypatch.setenv(variable, text)
    with pytest.raises(UsageError, match=rf"{variable}: \w+ = .*; it must be"):
        setting(variable.removeprefix("SRBENCH_").lower())


def test_a_settings_file_that_is_named_must_be_there(project, monkeypatch):
    monkeypatch.setenv("SRBENCH_CONFIG", str(project / "no.toml"))
    with pytest.raises(UsageError, match=r"SRBENCH_CONFIG: .*no\.toml is no file"):
        setting("jobs")


def test_a_file_that_changes_is_read_again(project):
    path = project / "srbench.toml"
    path.write_text("jobs = 2\n")
    assert setting("jobs") == 2
    path.write_text("jobs = 3\n")
    os.utime(path, ns=(1, 1))
    assert setting("jobs") == 3


@given(st.integers(1, 2**40), st.sampled_from(["auto", "cpu", "cuda", "cuda:3"]))
def test_what_is_written_is_what_is_in_force(tmp_path_factory, jobs, device):
    folder = tmp_path_factory.mktemp("written")
    (folder / "srbench.toml").write_text(f"jobs = {jobs}\ndevice = {json.dumps(device)}\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.delenv("SRBENCH_JOBS", raising=False)
        patch.delenv("SRBENCH_DEVICE", raising=False)
        assert (setting("jobs"), setting("device")) == (jobs, device)


def test_the_verb_says_where_each_value_comes_from(project, monkeypatch):
    (project / "srbench.toml").write_text('out = "tables"\ndata = "photos"\n')
    monkeypatch.setenv("SRBENCH_JOBS", "4")
    document = json.loads(CliRunner().invoke(config, ["--json"], standalone_mode=False).output)
    values = {entry["name"]: (entry["value"], entry["source"]) for entry in document["settings"]}
    path = str(project / "srbench.toml")
    assert values == {
        "data": ([str(project / "photos")], path),
        "out": (str(project / "tables"), path),
        "device": ("auto", "default"),
        "protocol": ("standard", "default"),
        "jobs": (4, "SRBENCH_JOBS"),
    }
    assert values.keys() == DEFAULTS.keys()
    assert document["files"] == [path]
    assert document["cache"] == str(cache_dir())
    text = CliRunner().invoke(config, [], standalone_mode=False).output
    assert f"{project / 'photos'} (not there)" in text
    assert "SRBENCH_JOBS" in text


def test_the_protocol_is_that_of_eval_and_not_of_a_papers_table(project, srbench):
    (project / "srbench.toml").write_text('protocol = "nonsense"\n')
    mistake = srbench("score", project, project, "--scales", "4", "--metrics", "psnr", cwd=project).err
    assert mistake.startswith(f"error: {project / 'srbench.toml'}: unknown protocol 'nonsense'; choose from ")
    run = srbench("run", "--plugin", "pcarn", "--table", "4", "--rows", "Bicubic", "--dry-run", cwd=project)
    assert "nonsense" not in run.err + run.out
    assert run.code == 0
