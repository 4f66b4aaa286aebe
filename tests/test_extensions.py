"""A plugin adds an executor, a format of tables, and a verb through the same hooks as srbench itself."""

from __future__ import annotations

import sys
import types

import click
import pytest

import srbench
from srbench import builtin
from srbench.catalog import Catalog
from srbench.cli import main
from srbench.cli.execution import executor_of
from srbench.errors import UnknownName
from srbench.execution import Local
from srbench.registry import Plugin
from srbench.render.table_files import write_files
from srbench.specs.extension import CommandSpec, ExecutorSpec, RendererSpec


class Elsewhere(Local):
    """An executor with a name of its own."""


def shouted(result):
    return f"{result.plugin} {result.table.id}!\n"


@click.command()
def greet():
    """Say hello."""
    click.echo("hello")


@pytest.fixture
def catalog():
    plugin = types.ModuleType("srbench_extended")
    plugin.srbench_executors = srbench.hookimpl(lambda: [ExecutorSpec("elsewhere", f"{__name__}:Elsewhere")])
    plugin.srbench_renderers = srbench.hookimpl(lambda: [RendererSpec("shout", ".shout", f"{__name__}:shouted")])
    plugin.srbench_commands = srbench.hookimpl(
        lambda: [CommandSpec("greet", f"{__name__}:greet"), CommandSpec("run", f"{__name__}:greet")]
    )
    catalog = Catalog()
    for name, module in (("builtin", builtin), ("extended", plugin)):
        catalog.register(Plugin(name), module)
    return catalog


def test_executors_are_built_by_name(catalog):
    assert isinstance(executor_of(catalog, 2), Local)
    other = executor_of(catalog, 3, "elsewhere")
    assert isinstance(other, Elsewhere)
    assert other.processes == 3
    with pytest.raises(UnknownName, match="unknown executor 'elsewere'; did you mean 'elsewhere'"):
        executor_of(catalog, 1, "elsewere")


def test_every_format_is_written(catalog, tmp_path):
    result = types.SimpleNamespace(plugin="paper", table=types.SimpleNamespace(id="4"))
    assert {spec.suffix for spec in catalog.renderers} == {".md", ".csv", ".tex", ".cells.csv", ".shout"}
    paths = write_files(result, tmp_path, [catalog.renderers.get("shout")])
    assert paths == [tmp_path / "paper" / "table-4.shout"]
    assert paths[0].read_text() == "paper 4!\n"


def test_a_verb_of_a_plugin_runs_and_none_of_srbench_is_replaced(catalog, monkeypatch, capsys):
    monkeypatch.setattr("srbench.catalog.load_catalog", lambda: catalog)
    for arguments, code, words in (
        (["greet"], 0, "hello"),
        (["--help"], 0, "Say hello."),
        (["run", "--help"], 0, "Measure a table of a paper"),
        (["gret"], 2, ""),
    ):
        monkeypatch.setattr(sys, "argv", ["srbench", *arguments])
        with pytest.raises(SystemExit) as end:
            main()
        assert end.value.code in {code, None if code == 0 else code}
        printed = capsys.readouterr()
        assert words in printed.out
    assert "did you mean 'greet'" in printed.err


def test_the_clash_is_named(catalog):
    assert catalog.plugins["extended"].error.startswith("command 'run' is registered twice, by builtin and extended")
