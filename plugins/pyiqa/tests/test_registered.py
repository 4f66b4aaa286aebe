from __future__ import annotations

import importlib
import os
import subprocess
import sys

import pytest
import srbench_pyiqa
from srbench_pyiqa.names import LISTED

from srbench.catalog import Catalog
from srbench.errors import PluginError, Unavailable
from srbench.loading import load
from srbench.metrics import MetricSetup
from srbench.registry import Plugin

METRICS = {spec.name: spec for spec in srbench_pyiqa.srbench_metrics()}


def test_registers_without_fault():
    catalog = Catalog()
    plugin = Plugin("pyiqa")
    catalog.register(plugin, srbench_pyiqa)
    assert plugin.ok, plugin.error
    assert catalog.metrics.get("pyiqa:musiq").better == "higher"
    assert not catalog.metrics.get("pyiqa:musiq").reference
    assert catalog.metrics.get("pyiqa:dists").reference


@pytest.mark.skipif("SRBENCH_PYIQA" not in os.environ, reason="pyiqa is an extra: tox run -e pyiqa installs it")
def test_pyiqa_is_here_where_its_tests_shall_run():
    """The other modules skip their tests where pyiqa can't be imported: in its own environment, that is a failure."""
    assert importlib.import_module("pyiqa").__version__


def test_listing_imports_nothing_heavy():
    code = "import sys, srbench_pyiqa as p; p.srbench_metrics(); print(*{'torch', 'numpy', 'pyiqa'} & set(sys.modules))"
    path = {"PYTHONPATH": os.pathsep.join(sys.path)}
    shown = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, env=path)
    assert not shown.stdout.strip()


@pytest.mark.parametrize("name", LISTED)
def test_every_listed_metric_has_a_class(name):
    assert isinstance(load(METRICS[f"pyiqa:{name}"].measure), type)


def test_unknown_name_is_refused():
    with pytest.raises(PluginError, match="mussiq"):
        load("srbench_pyiqa.bridge:mussiq")


@pytest.mark.parametrize("name", ["pyiqa:dists", "pyiqa:nrqm"])
def test_without_pyiqa(name, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyiqa", None)  # as if it weren't installed
    with pytest.raises(Unavailable, match=r"pip install 'srbench-pyiqa\[pyiqa\]'"):
        load(METRICS[name].measure)(MetricSetup())
