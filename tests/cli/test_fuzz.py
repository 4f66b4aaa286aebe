"""Any arguments of any verb, and any ``--set``: a result or one error, never a traceback."""

from __future__ import annotations

import contextlib
import io
import sys
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from srbench.catalog import load_catalog
from srbench.cli import cli, main
from srbench.errors import SrbenchError
from srbench.training.job import make_job
from srbench.training.recipe.override import override

ODD = st.one_of(
    st.sampled_from([
        "", " ", ",", "=", "-", "--", "-1", "0", "4", "x4", "1e999", "nan", "9" * 30, "9" * 5000, "../x", "/dev/null/x",
        "\x1b[31m", "a\nb", "\udcff", "日本", "#train", "a#b", "~", "*", "[", "{}", "null", "builtins:no", "no.py:Net",
        "x" * 300, "a:b:c", "|", "=cmd", "a,b", "a,,b", "+", "a+b", "@", "a@2", "no-such-name",
    ]),
    st.text(st.characters(exclude_characters="\0"), max_size=8),
)  # fmt: skip
"""Values that no option of srbench expects, and some that are just not there."""
KNOWN = st.sampled_from(["pcarn", "1", "Set5", "psnr", "PCARN-M", "plugins", "standard", "bicubic", "demo"])
VERBS = {
    ("run", "--dry-run"): KNOWN,
    ("list",): KNOWN,
    ("show",): KNOWN,
    ("eval",): ODD,
    ("train",): ODD,
    ("bundle",): ODD,
    ("search", "--dry-run"): ODD,
    ("score",): ODD,
    ("compare",): ODD,
    ("explain",): ODD,
    ("upscale",): ODD,
    ("export",): ODD,
    ("diff",): ODD,
    ("merge",): ODD,
    ("data", "path"): ODD,
    ("data", "get"): ODD,
    ("data", "verify"): ODD,
    ("no-verb",): ODD,
}
"""What begins each command line, and values that may occur beside the odd ones: none that would measure or download."""
HELP = {"--help", "-h", "--version"}


def options(verb):
    """Return the long options of a verb."""
    command = cli
    for word in verb:
        if word.startswith("-"):
            break
        try:
            command = command.get_command(None, word)
        except SrbenchError:
            return ["--any"]
    return sorted({name for each in command.params for name in each.opts if name.startswith("--")} - HELP) or ["--any"]


OPTIONS = {verb: options(verb) for verb in VERBS}


@st.composite
def command_lines(draw):
    verb = draw(st.sampled_from(list(VERBS)))
    values = st.one_of(ODD, VERBS[verb])
    arguments = list(verb)
    for _ in range(draw(st.integers(0, 4))):
        kind = draw(st.sampled_from(["option", "attached", "argument"]))
        option, value = draw(st.sampled_from(OPTIONS[verb])), draw(values)
        arguments += {"option": [option, value], "attached": [f"{option}={value}"], "argument": [value]}[kind]
    return arguments


def called(arguments):
    """Return exit code, stdout and stderr of a command line."""
    out, err = io.StringIO(), io.StringIO()
    before, sys.argv = sys.argv, ["srbench", *arguments]
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err), pytest.raises(SystemExit) as end:
            main()
    finally:
        sys.argv = before
    return end.value.code or 0, out.getvalue(), err.getvalue()


@pytest.fixture(scope="module", autouse=True)
def here(tmp_path_factory):
    """An empty folder to be in, since some verbs write into ./results."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("here"))
        patch.setenv("SRBENCH_CACHE", str(tmp_path_factory.mktemp("cache")))
        patch.delenv("SRBENCH_DATA", raising=False)
        yield


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(command_lines())
@example(["train", "--recipe", "pcarn-m", "--profile", "demo", "--train-data", ""])
@example(["show", "--metric=,"])
def test_any_command_line(arguments):
    code, out, err = called(arguments)
    assert code in {0, 1, 2}
    assert code == 0 or err
    assert "--traceback" in arguments or "Traceback" not in out + err


@pytest.mark.parametrize("verb", OPTIONS, ids=" ".join)
def test_no_option_takes_an_empty_value(verb):
    for option in OPTIONS[verb]:
        for empty in ([option, ""], [option, " , "], [f"{option}="]):
            code, _, err = called([*verb, *empty])
            assert code == 2
            assert err == f"error: {option}: its value is empty; give a value, or leave the option out\n"


PATHS = st.lists(
    st.sampled_from([
        "l1", "gan", "budget", "steps", "batch", "optimizer", "betas", "losses", "vgg", "0", "kwargs", "layers",
        "schedule", "kind", "adversary", "scales", "augment", "settings", "keep", "ema", "lr_mode", "hold_out", "",
    ]),
    min_size=1,
    max_size=5,
).map(".".join)  # fmt: skip
VALUES = st.one_of(
    ODD,
    st.recursive(
        st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=3)).map(repr),
        lambda inner: st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]"),
    ),
    st.sampled_from(["null", "true", "{}", "[]", '{"a": 1}', "NaN", "-Infinity", "[" * 2000, "1e400"]),
)


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.one_of(st.tuples(PATHS, VALUES).map("=".join), ODD))
def test_any_set(assignment):
    """A setting is refused, or makes a training that has a key and a card."""
    catalog = load_catalog()
    with contextlib.suppress(SrbenchError):
        job = make_job(catalog, "pcarn-m", "demo", change=lambda recipe: override(recipe, assignment))
        assert job.key
        assert job == replace(job)
