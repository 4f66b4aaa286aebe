"""The tests' own search spaces."""

from __future__ import annotations

import importlib
import json
import os
from dataclasses import dataclass
from pathlib import Path

import pytest

from srbench.cli.process import flags
from srbench.errors import SrbenchError

SEARCHED = Path(__file__).parent / "searched" / "srbench_searched.py"


@dataclass
class Done:
    """How a command ended; `out` is its stdout."""

    code: int
    out: str
    err: str

    @property
    def json(self):
        return json.loads(self.out)


@pytest.fixture
def search(monkeypatch, tmp_path, capsys):
    """``srbench search`` in this process, with the tests' plugin and srbench's own things alone."""
    from srbench import builtin, catalog
    from srbench.cli.verbs import search as verb

    monkeypatch.syspath_prepend(SEARCHED.parent)
    found = catalog.Catalog()
    for name, module in (("builtin", builtin), ("searched", importlib.import_module("srbench_searched"))):
        found.register(catalog.Plugin(name), module)
        assert found.plugins[name].ok, found.plugins[name].error
    found.plugins["other"] = catalog.Plugin("other")
    for module in (catalog, verb):
        monkeypatch.setattr(module, "load_catalog", lambda: found)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(flags, "_given", {flags.QUIET})  # else as the test before has left it

    def call(*arguments):
        words = ["--device", "cpu", *map(str, arguments)]
        try:
            code = verb.search.main(words, standalone_mode=False, prog_name="srbench search")
        except SrbenchError as error:
            code, said = 2, str(error)
        else:
            said = ""
        written = capsys.readouterr()
        return Done(code, written.out, written.err + said)

    return call


@pytest.fixture(scope="session")
def searched_site(tmp_path_factory) -> Path:
    """A folder as pip leaves it, with the tests' plugin in it."""
    site = tmp_path_factory.mktemp("site")
    (site / "srbench_searched.py").write_text(SEARCHED.read_text(encoding="utf-8"), encoding="utf-8")
    info = site / "srbench_searched-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: srbench-searched\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[srbench]\nsearched = srbench_searched\n")
    return site


@pytest.fixture
def with_searched(monkeypatch, searched_site) -> None:
    """Commands that are started find the plugin installed."""
    path = os.pathsep.join(filter(None, (str(searched_site), os.environ.get("PYTHONPATH"))))
    monkeypatch.setenv("PYTHONPATH", path)
