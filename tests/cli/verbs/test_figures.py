"""`srbench run --figure`: a stranger's plugin draws, or fails in one line; wrong names are answered."""

from __future__ import annotations

import csv
import json
import sys

import pytest
from click.testing import CliRunner

import srbench
from srbench.bench.planning.options import Options
from srbench.catalog import Catalog, load_catalog
from srbench.cli.execution import Execution
from srbench.cli.verbs.list_ import listing
from srbench.cli.verbs.run import run
from srbench.cli.verbs.run_figures import FigureRun
from srbench.errors import PluginError, UnknownName, UsageError
from srbench.records.store import Store
from srbench.registry import Plugin
from srbench.specs.figure import Figure
from srbench.specs.table import Column, Row

DRAWS = """
from srbench import Drawing, Numbers


def sound(context):
    from matplotlib.figure import Figure

    value = context.value("Bicubic", "psnr")
    entry = context.entry("Net", "params")
    assert context.entry("Net", "psnr").measured is None, "no weights, no quality"
    assert context.value("Nobody", "psnr") is None
    (record,) = context.records("Bicubic", "psnr")
    assert record.value == value and len(record.values) == 5
    pair = next(context.pairs("Set14", 2))
    method = context.method("bicubic", 2)
    sr = context.upscaler(method, 2)(pair.lr).sr
    picture = Figure()
    picture.subplots().scatter([entry.measured], [value])
    lines = [("Bicubic", value), ("SR width", sr.shape[-1]), ("absent", None)]
    return Drawing(picture, Numbers(("what", "number"), lines), remarks=("drawn",))


def by_pyplot(context):
    import matplotlib.pyplot as plt

    picture, _ = plt.subplots()
    return Drawing(picture, Numbers((), ()))


def broken(context):
    return 1 / 0


def wrong(context):
    return "a picture"


def no_picture(context):
    return Drawing("a picture", Numbers((), ()))


def ragged(context):
    from matplotlib.figure import Figure

    return Drawing(Figure(), Numbers(("a", "b"), [(1, 2), (3,)]))
"""
DRAWN = ("sound", "by_pyplot", "broken", "wrong", "no_picture", "ragged", "absent")


@pytest.fixture
def call(tmp_path, monkeypatch):
    """`srbench run --plugin mine ...` with a plugin whose figures are named as the functions that draw them."""
    (tmp_path / "strangers_draws.py").write_text(DRAWS)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setenv("SRBENCH_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("SRBENCH_DATA", raising=False)
    rows = (Row("Net", model="srcnn", reason="no weights"), Row("Bicubic", method="bicubic"))
    columns = (Column("params", scale=2.0), Column("psnr", "Set14", 2.0))

    class Mine:
        """A stranger's plugin."""

        @staticmethod
        @srbench.hookimpl
        def srbench_figures():
            for name in DRAWN:
                wanted = (rows, columns) if name == "sound" else ((), ())
                yield Figure(name, name.title(), f"strangers_draws:{name}", *wanted, notes=("A note.",))

    catalog = Catalog()
    for plugin in load_catalog().plugins.values():
        if plugin.name in {"builtin", "classics"}:
            known = sys.modules["srbench.builtin" if plugin.name == "builtin" else "srbench_classics"]
            catalog.register(Plugin(plugin.name), known)
    catalog.register(Plugin("mine"), Mine)
    assert catalog.plugin("mine").ok
    monkeypatch.setattr("srbench.cli.verbs.run.load_catalog", lambda: catalog)
    monkeypatch.setattr("srbench.cli.verbs.list_.load_catalog", lambda: catalog)

    def call(*arguments, command=run):
        fixed = ("--plugin", "mine", "--out", str(tmp_path / "out")) if command is run else ()
        return CliRunner().invoke(command, [*fixed, *arguments], standalone_mode=False)

    return call


@pytest.mark.slow
def test_a_strangers_figure_end_to_end(call, tmp_path):
    done = call("--figure", "sound", "--profile", "demo", "--json")
    assert (done.return_value, done.exception) == (0, None), done.output
    (printed,) = json.loads(done.stdout)
    assert printed["remarks"] == ["drawn"]
    folder = tmp_path / "out" / "mine"
    assert printed["files"] == [str(folder / f"figure-sound.{kind}") for kind in ("png", "csv", "md")]
    with (folder / "figure-sound.csv").open(newline="") as file:
        header, bicubic, width, absent = csv.reader(file)
    assert header == ["what", "number"]
    assert float(bicubic[1]) == printed["numbers"][0]["number"]
    assert float(bicubic[1]) > 25
    assert width[1] == "512"
    assert absent[1] == ""
    text = (folder / "figure-sound.md").read_text()
    assert "**demo data: not comparable with the paper**" in text
    assert "- demo/astronaut" in text
    assert "## Not measured\n\n- demo PSNR (Net): no weights" in text
    assert "- drawn\n- A note." in text
    records = list((tmp_path / "out" / "records").rglob("*.json"))
    before = {path: path.stat().st_mtime_ns for path in records}
    assert call("--figure", "sound", "--profile", "demo").return_value == 0
    assert {path: path.stat().st_mtime_ns for path in records} == before, "measured cells are taken from the store"


def test_pyplot_draws_without_a_display(call, tmp_path, monkeypatch):
    monkeypatch.delenv("DISPLAY", raising=False)
    done = call("--figure", "by_pyplot")
    assert done.return_value == 0, done.output
    assert (tmp_path / "out" / "mine" / "figure-by_pyplot.png").stat().st_size > 1000


@pytest.mark.parametrize(
    ("figure", "said"),
    [
        (
            "broken",
            "strangers_draws:broken raised strangers_draws.py:31, in broken: ZeroDivisionError: division by zero",
        ),
        ("wrong", "strangers_draws:wrong returned str, not a srbench.Drawing"),
        ("no_picture", "strangers_draws:no_picture: its picture is str, not a matplotlib.figure.Figure"),
        ("ragged", "strangers_draws:ragged: line 2 of the numbers has 1 values for 2 columns"),
        ("absent", "strangers_draws:absent: strangers_draws has no 'absent'"),
    ],
)
def test_a_broken_draw_is_one_line_and_leaves_no_file(call, tmp_path, figure, said):
    done = call("--figure", figure)
    assert (done.return_value, done.exception) == (2, None)
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"error: plugin mine, figure {figure}: {said}")
    assert not (tmp_path / "out" / "mine").exists()


def test_the_others_go_on(call, tmp_path):
    done = call("--figure", "broken,by_pyplot")
    assert done.return_value == 2
    assert [path.name for path in sorted((tmp_path / "out" / "mine").iterdir())] == [
        f"figure-by_pyplot.{kind}" for kind in ("csv", "md", "png")
    ]


def test_an_unknown_figure_suggests(call):
    done = call("--figure", "sund")
    assert isinstance(done.exception, UnknownName)
    assert str(done.exception).startswith("unknown figure 'sund' of plugin mine; did you mean 'sound'")


def test_neither_table_nor_figure(call):
    done = call()
    assert isinstance(done.exception, UsageError)
    assert "name a --table or a --figure" in str(done.exception)


def test_all_figures_of_a_plugin_without_any(call):
    done = call("--figure", "all", "--plugin", "classics")
    assert isinstance(done.exception, UsageError)
    assert "plugin classics has no figures" in str(done.exception)


def test_dry_run_measures_nothing(call, tmp_path):
    done = call("--figure", "sound", "--profile", "demo", "--dry-run", "--json")
    states = {(line["table"], line["row"], line["metric"]): line["state"] for line in json.loads(done.stdout)}
    assert states["figure-sound", "Bicubic", "psnr"] == "to measure"
    assert states["figure-sound", "Net", "psnr"] == "missing"
    assert not (tmp_path / "out").exists()


def test_they_are_listed(call):
    lines = json.loads(call("figures", "--json", command=listing).stdout)
    assert [line["figure"] for line in lines] == list(DRAWN)
    assert (lines[0]["plugin"], lines[0]["rows"], lines[0]["title"]) == ("mine", 2, "Sound")
    assert lines[0]["measured"] == ["params", "psnr"]


def test_what_is_no_figure_is_refused():
    catalog = Catalog()

    class Wrong:
        @staticmethod
        @srbench.hookimpl
        def srbench_figures():
            return ["figure 1"]

    catalog.register(Plugin("wrong"), Wrong)
    with pytest.raises(PluginError, match="srbench_figures returned 'figure 1', not a Figure"):
        catalog.plugin("wrong")


def test_a_figure_runs_on_the_executor_that_was_chosen(monkeypatch, tmp_path):
    """Without its name a login node without a GPU would refuse ``--device cuda``, which the cluster has."""

    class Planned(Exception):
        """Raised in place of a run."""

    def planned(*_arguments, **options):
        raise Planned(options["executor_name"])

    catalog = load_catalog()
    plugin = catalog.plugin("pcarn")
    monkeypatch.setattr("srbench.cli.verbs.run_figures.run_plans", planned)
    monkeypatch.setattr(Execution, "executor", lambda *_arguments: None)
    figures = FigureRun(catalog, plugin, Options(), (), Store(tmp_path), Execution(name="slurm"), quiet=True)
    with pytest.raises(Planned, match="slurm"):
        figures.draw([plugin.figure("8")])
