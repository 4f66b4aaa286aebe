"""Every command of README and the documentation is understood, and every example prints what its page shows.

``SRBENCH_DOCS_UPDATE=1 pytest tests/docs`` writes the outputs anew.
"""

from __future__ import annotations

import ast
import inspect
import os
import re
import shlex
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

import click
import pytest

import srbench
from srbench.catalog import load_catalog
from srbench.cli import cli, main
from srbench.errors import UsageError

ROOT = Path(__file__).parents[2]
PAGES = {
    path.relative_to(ROOT).as_posix(): path
    for path in (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md")))
    if not {"_build", "papers"} & set(path.parts)
}
BLOCK = re.compile(r"^```(?P<language>[^\n]*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
"""Fenced block; the language of a directive begins with a brace."""
UPDATE = bool(os.environ.get("SRBENCH_DOCS_UPDATE"))
WIDTH = "100"
THEIRS = frozenset({"edge"})
"""Plugins that pages invent."""


@dataclass(frozen=True)
class Example:
    """Command that a page shows after ``$``, with its output."""

    command: str
    output: str
    span: tuple[int, int]
    """Place of the output in the text of the page."""


def examples(text):
    found = []
    for block in BLOCK.finditer(text):
        if block["language"] == "console":
            begin = block.start("text")
            commands = list(re.finditer(r"^\$ (.*)\n", block["text"], re.MULTILINE))
            ends = [*(command.start() for command in commands[1:]), len(block["text"])]
            for command, end in zip(commands, ends, strict=True):
                span = (begin + command.end(), begin + end)
                found.append(Example(command[1], text[slice(*span)], span))
    return found


def shown(text):
    """Return every srbench command of a page's shell blocks and tables, without comments and prompts."""
    yield from re.findall(r"^\|.*\| `srbench ([^`]+)` \|", text, re.MULTILINE)
    for block in BLOCK.finditer(text):
        if block["language"] in {"", "bash", "console"}:
            prompt = "$ " if block["language"] == "console" else ""
            for line in filter(lambda line: line.startswith(prompt), block["text"].splitlines()):
                command = re.sub(r"\s#.*", "", line.removeprefix("$ ").strip())
                for part in command.split(" && "):
                    if match := re.match(r"(?:\S*/bin/|torchrun .* -m )?srbench (.*)", part.partition(" > ")[0]):
                        yield match[1]


COMMANDS = [(page, command) for page, path in PAGES.items() for command in shown(path.read_text(encoding="utf-8"))]


def test_there_are_commands():
    assert len(COMMANDS) > 60


def values_of(command, option):
    words = shlex.split(command)
    return [words[place + 1] for place, word in enumerate(words) if word == option]


@pytest.mark.parametrize(("page", "command"), COMMANDS, ids=[command for _, command in COMMANDS])
def test_a_command_has_options_and_names_that_exist(page, command, monkeypatch):
    # addresses on the Hub are those of nobody's files
    monkeypatch.setattr("srbench.data.fetch.hub.local_folder", str)
    monkeypatch.setattr("srbench.data.fetch.hub.local_checkpoint", Path)
    context = click.Context(cli, info_name="srbench")
    words, verb = shlex.split(command), cli
    while isinstance(verb, click.Group) and words and not words[0].startswith("-"):
        name, verb, words = verb.resolve_command(context, words)
        context = click.Context(verb, info_name=name, parent=context)
    try:
        verb.parse_args(context, list(words))
    except click.exceptions.Exit:
        pass  # --version
    except (click.BadParameter, UsageError) as error:
        # a file that the page invents, or a device that this machine lacks; the option exists
        if not re.search("exist|CUDA devices here", str(error)):
            raise
    catalog = load_catalog()
    for plugin in filter(None, ",".join(values_of(command, "--plugin")).split(",")):
        for table in values_of(command, "--table"):
            assert plugin in THEIRS or table == "all" or catalog.plugins[plugin].table(table)
    for recipe in values_of(command, "--recipe"):
        assert recipe in catalog.recipes


@pytest.fixture
def workplace(tmp_path, monkeypatch, private_cache):
    """Return a folder with what the pages' examples use: a user's network and a photograph."""
    del private_cache
    from srbench.data.datasets.demo import images

    shutil.copy(Path(__file__).parent / "my_net.py", tmp_path)
    (tmp_path / "photos").mkdir()
    shutil.copy(dict(images())["coffee"], tmp_path / "photos" / "coffee.png")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", WIDTH)
    return tmp_path


PRINTED: dict[tuple[str, ...], str] = {}
"""Outputs of commands that two pages show at their end, by the command and the files that it found."""


@pytest.fixture
def output_of(workplace, monkeypatch, capsys):
    """Return a function that runs a command in this process and returns what it prints on stdout."""

    def run(command):
        program, *words = shlex.split(command)
        assert program == "srbench"
        monkeypatch.setattr(sys, "argv", [program, *words])
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capsys.readouterr()
        assert not ended.value.code, err
        return "".join(f"{line.rstrip()}\n" for line in out.splitlines())

    return run


def seconds_left_out(text):
    return re.sub(r"\b\d+(\.\d+)? ?(ms|s|min)\b", "T", text)


TRAINED = "docs/tutorials/train-and-compare.md"
"""Page that shows a training of some seconds; the test below stands for it among the fast tests."""
SHOWN = [page for page in PAGES if page.startswith("docs/")]


@pytest.mark.slow
@pytest.mark.parametrize("page", [pytest.param(page, marks=[pytest.mark.long] * (page == TRAINED)) for page in SHOWN])
def test_an_example_prints_what_the_page_shows(page, workplace, output_of):
    text = PAGES[page].read_text(encoding="utf-8")
    *first, last = examples(text) or [None]
    ran = [(example, output_of(example.command)) for example in first]
    if last:
        state = (last.command, *sorted(path.name for path in workplace.iterdir()))
        if state not in PRINTED:
            PRINTED[state] = output_of(last.command)
        ran.append((last, PRINTED[state]))
    if UPDATE:
        for example, printed in reversed(ran):
            text = text[: example.span[0]] + printed + text[example.span[1] :]
        PAGES[page].write_text(text, encoding="utf-8")
        return
    for example, printed in ran:
        assert seconds_left_out(printed) == seconds_left_out(example.output), f"{page}: {example.command}"


def test_a_shorter_training_prints_what_the_page_shows_but_for_numbers(workplace, output_of):
    *before, training = examples(PAGES[TRAINED].read_text(encoding="utf-8"))
    for example in before:
        assert output_of(example.command) == example.output
    printed = output_of(f"{training.command} --set l1.budget.steps=2").replace(" with l1.budget.steps=2", "")
    without = [re.sub(r"[0-9a-f]{12}|\d+(\.\d+)?", "N", text) for text in (printed, training.output)]
    assert without[0] == without[1]


@pytest.mark.slow
def test_readme_shows_the_table_of_the_committed_records(shared, workplace, output_of, monkeypatch):
    monkeypatch.setenv("SRBENCH_DATA", str(shared))
    text = PAGES["README.md"].read_text(encoding="utf-8")
    (example,) = examples(text)
    for part in ("records", "pcarn"):
        shutil.copytree(ROOT / "results" / part, workplace / "results" / part)
    printed = output_of(example.command)
    shown_lines = [line for line in example.output.splitlines() if line]
    assert printed.splitlines()[: len(shown_lines)] == shown_lines


PYTHON = [
    (page, block["text"])
    for page, path in PAGES.items()
    if page.startswith("docs/how-to/")
    for block in BLOCK.finditer(path.read_text(encoding="utf-8"))
    if block["language"] == "python"
]


def test_readme_calls_functions_with_parameters_that_they_have():
    (code,) = (
        block["text"]
        for block in BLOCK.finditer(PAGES["README.md"].read_text("utf-8"))
        if block["language"] == "python"
    )
    calls = [
        node
        for node in ast.walk(ast.parse(code))
        if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("srbench.")
    ]
    assert len(calls) >= 4
    for call in calls:
        function = getattr(srbench, ast.unparse(call.func).removeprefix("srbench."))
        inspect.signature(function).bind(*call.args, **{keyword.arg: keyword.value for keyword in call.keywords})


@pytest.mark.parametrize(("page", "code"), PYTHON, ids=[page for page, _ in PYTHON])
def test_a_snippet_of_python_runs(page, code):
    exec(compile(code, page, "exec"), {"__name__": "snippet"})  # noqa: S102 - that is the test
