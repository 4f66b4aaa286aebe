"""A plugin adds an executor, a format of tables, and a verb through the same hooks as srbench itself."""

from __future__ import annotations

import importlib
import pkgutil
import sys
import types

import click
import pytest

import srbench
from srbench import builtin
from srbench.catalog import Catalog
from srbench.cli import main, verbs
from srbench.cli.execution import Execution, executor_of
from srbench.errors import UnknownName, UsageError
from srbench.execution.local import LocalExecutor
from srbench.registry import Plugin
from srbench.render.table_files import write_files
from srbench.specs.extension import CommandSpec, ExecutorOption, ExecutorSpec, RendererSpec


class Elsewhere(LocalExecutor):
    """An executor with a name and an option of its own."""

    def __init__(self, setup):
        super().__init__(setup)
        self.setup = setup


def shouted(result):
    return f"{result.plugin} {result.table.id}!\n"


@click.command()
def greet():
    """Say hello."""
    click.echo("hello")


def broken(_result):
    raise KeyError("no such thing")


def extended(**hooks):
    """A catalog with srbench's own things and those of a plugin."""
    plugin = types.ModuleType("srbench_extended")
    for name, specs in hooks.items():
        setattr(plugin, name, srbench.hookimpl(lambda specs=specs: specs))
    catalog = Catalog()
    for name, module in (("builtin", builtin), ("extended", plugin)):
        catalog.register(Plugin(name), module)
    return catalog


@pytest.fixture
def catalog():
    return extended(
        srbench_executors=[
            ExecutorSpec(
                "elsewhere",
                f"{__name__}:Elsewhere",
                options=(
                    ExecutorOption("queue", "Name of a queue."),
                    ExecutorOption("slots", "Slots of a task.", "integer", 1),
                    ExecutorOption("share", "Share of a GPU.", "number"),
                ),
            )
        ],
        srbench_renderers=[RendererSpec("shout", ".shout", f"{__name__}:shouted")],
        srbench_commands=[
            CommandSpec("greet", f"{__name__}:greet"),
            CommandSpec("gone", "srbench_extended_gone:hello"),
            CommandSpec("plain", f"{__name__}:shouted"),
        ],
    )


def test_executors_are_built_by_name(catalog, tmp_path):
    assert isinstance(executor_of(catalog, 2), LocalExecutor)
    other = Execution(3, "elsewhere", options={"queue": ("long",)}).executor(catalog, tmp_path)
    assert isinstance(other, Elsewhere)
    assert (other.setup.jobs, other.setup.out, other.setup.options) == (3, tmp_path, {"queue": ("long",)})
    with pytest.raises(UnknownName, match="unknown executor 'elsewere'; did you mean 'elsewhere'"):
        Execution(name="elsewere").executor(catalog, tmp_path)
    with pytest.raises(
        UsageError, match="--queue: not an option of executor local; it belongs to --executor elsewhere"
    ):
        Execution(options={"queue": ("long",)}).executor(catalog, tmp_path)


def test_numbers_of_an_executor_are_those_of_its_own_declaration(catalog, tmp_path):
    given = {"slots": ("3", "2"), "share": ("0.5",), "queue": ("long", "night")}
    built = Execution(name="elsewhere", options=given).executor(catalog, tmp_path)
    assert built.setup.options == {"slots": 2, "share": 0.5, "queue": ("long", "night")}
    for wrong in ("0", "2.5", "many"):
        with pytest.raises(UsageError, match=f"^--slots {wrong}: not a whole number from 1; Slots of a task.$"):
            Execution(name="elsewhere", options={"slots": (wrong,)}).check(catalog)
    with pytest.raises(UsageError, match=r"^--share nan: not a number; "):
        Execution(name="elsewhere", options={"share": ("nan",)}).check(catalog)


def test_every_format_is_written(catalog, tmp_path):
    result = types.SimpleNamespace(plugin="paper", table=types.SimpleNamespace(id="4"))
    assert {spec.suffix for spec in catalog.renderers if spec.automatic} == {
        ".md", ".csv", ".tex", ".cells.csv", ".shout"
    }  # fmt: skip
    assert [spec.suffix for spec in catalog.renderers if not spec.automatic] == [".html"]
    paths = write_files(result, tmp_path, [catalog.renderers.get("shout")])
    assert paths == [tmp_path / "paper" / "table-4.shout"]
    assert paths[0].read_text() == "paper 4!\n"


def test_a_format_that_fails_costs_itself_alone(tmp_path):
    catalog = extended(
        srbench_renderers=[
            RendererSpec("aaa", ".aaa", f"{__name__}:broken"),
            RendererSpec("shout", ".shout", f"{__name__}:shouted"),
        ]
    )
    result = types.SimpleNamespace(plugin="paper", table=types.SimpleNamespace(id="4"))
    formats = [catalog.renderers.get(name) for name in ("aaa", "shout")]
    place = r"\S*test_extensions.py:\d+, in broken"
    warning = f"format aaa of plugin extended: {place}: KeyError: 'no such thing'; no .*table-4.aaa"
    with pytest.warns(UserWarning, match=warning):
        assert write_files(result, tmp_path, formats) == [tmp_path / "paper" / "table-4.shout"]


def call(arguments, catalog, monkeypatch, capsys):
    """(exit code, stdout, stderr) of the command line."""
    for verb in pkgutil.iter_modules(verbs.__path__, "srbench.cli.verbs."):
        importlib.import_module(verb.name)  # before the patch, which a verb imported under it would keep
    monkeypatch.setattr("srbench.catalog.load_catalog", lambda: catalog)
    monkeypatch.setattr(sys, "argv", ["srbench", *arguments])
    with pytest.raises(SystemExit) as end:
        main()
    return (end.value.code or 0, *capsys.readouterr())


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["greet"], 0, "hello"),
        (["--help"], 0, "Say hello."),
        (["--help"], 0, "(failed: srbench_extended_gone:hello: srbench_extended_gone does not import"),
        (["--help"], 0, "shouted is a function; it must be a"),
        (["run", "--help"], 0, "Measure a table of a paper"),
        (["gret"], 2, "did you mean 'greet'"),
        (["gone"], 2, "srbench_extended_gone does not import"),
        (["plain"], 2, "verb plain of plugin extended"),
    ],
)
def test_verbs_of_plugins(arguments, code, words, catalog, monkeypatch, capsys):
    ended, out, err = call(arguments, catalog, monkeypatch, capsys)
    assert ended == code
    assert words.replace(" ", "") in "".join((out + err).split())
    assert "Traceback" not in err


@pytest.mark.parametrize(
    "hooks",
    [
        {"srbench_commands": [CommandSpec("run", f"{__name__}:greet")]},
        {"srbench_executors": [ExecutorSpec("local", f"{__name__}:Elsewhere")]},
        {"srbench_renderers": [RendererSpec("other", ".md", f"{__name__}:shouted")]},
    ],
)
def test_what_is_srbench_s_own_stays(hooks, monkeypatch, capsys):
    catalog = extended(**hooks)
    assert "is a name of srbench's own, which extended can't register" in catalog.plugins["extended"].error
    assert catalog.plugins["builtin"].ok
    assert type(executor_of(catalog, 1)) is LocalExecutor
    assert catalog.renderers.get("markdown").suffix == ".md"
    assert "Measure a table of a paper" in call(["run", "--help"], catalog, monkeypatch, capsys)[1]
