"""Discovery: what a broken, clashing or misspelt plugin does, and what it doesn't."""

from __future__ import annotations

import re
import sys
import types

import pytest

import srbench
from srbench.catalog import Catalog, load_catalog
from srbench.errors import PluginError, UnknownName
from srbench.registry import Plugin
from srbench.specs.method import MethodSpec
from srbench.specs.metric import MetricSpec
from srbench.specs.model import ModelSpec


def module(**hooks):
    made = types.SimpleNamespace(**{name: srbench.hookimpl(hook) for name, hook in hooks.items()})
    made.__doc__ = "A plugin of the tests."
    return made


def test_what_a_plugin_registers_is_found_in_any_case():
    catalog = Catalog()
    catalog.register(Plugin("mine"), module(srbench_models=lambda: [ModelSpec("MyNet", "m:N")]))
    assert catalog.models.get("mynet").build == "m:N"
    assert catalog.plugins["mine"].ok


def test_a_plugin_that_raises_is_one_line_and_the_rest_works():
    catalog = Catalog()

    def broken():
        raise RuntimeError("torchvision is\n too old")

    catalog.register(Plugin("broken"), module(srbench_models=broken))
    catalog.register(Plugin("sound"), module(srbench_models=lambda: [ModelSpec("net", "m:N")]))
    assert catalog.plugins["broken"].error.endswith(", in broken: RuntimeError: torchvision is too old")
    assert catalog.models.get("net")
    with pytest.raises(
        PluginError, match=r"plugin broken failed: \S*test_catalog.py:\d+, in \w+: RuntimeError: torchvision is too old"
    ):
        catalog.plugin("broken")


def test_of_several_problems_the_first_is_named_and_where_all_are(monkeypatch, srbench):
    def models():
        raise RuntimeError("no models")

    def metrics():
        raise RuntimeError("no metrics")

    catalog = Catalog()
    catalog.register(Plugin("broken"), module(srbench_models=models, srbench_metrics=metrics))
    broken = catalog.plugins["broken"]
    assert broken.error.endswith(" (and 1 more; srbench doctor names all)")
    assert [problem.rpartition(": ")[2] for problem in broken.problems] in (
        ["no models", "no metrics"],
        ["no metrics", "no models"],
    )
    monkeypatch.setattr("srbench.cli.verbs.doctor.load_catalog", lambda: catalog)
    outcome = srbench("doctor")
    assert outcome.code == 1
    (line,) = [line for line in outcome.out.splitlines() if line.startswith("  broken: ")]
    assert line == f"  broken: failed: {'; '.join(broken.problems)}"


def test_a_name_registered_twice_names_both_plugins():
    catalog = Catalog()
    for name in ("one", "two"):
        catalog.register(
            Plugin(name, f"srbench-{name}", "1.0"), module(srbench_models=lambda: [ModelSpec("net", "m:N")])
        )
    with pytest.raises(PluginError, match=r"model 'net' is registered twice, by one \(srbench-one 1.0\) and two"):
        catalog.models.get("net")
    assert all("registered twice" in plugin.error for plugin in catalog.plugins.values())


def test_an_alias_clashes_with_a_name_in_any_case():
    catalog = Catalog()
    catalog.register(Plugin("one"), module(srbench_metrics=lambda: [MetricSpec("ma", "m:f", "higher", ("nrqm",))]))
    catalog.register(Plugin("two"), module(srbench_metrics=lambda: [MetricSpec("NRQM", "m:g", "higher")]))
    with pytest.raises(PluginError, match="registered twice, by one and two"):
        catalog.metrics.get("nrqm")
    assert catalog.metrics.get("ma").measure == "m:f"


def test_an_observer_that_raises_silences_no_other():
    catalog = Catalog()
    seen = []

    def raises(record):
        raise RuntimeError("disk full")

    def sees(record):
        seen.append(record)

    catalog.register(Plugin("bad"), module(srbench_cell_finished=raises))
    catalog.register(Plugin("good"), module(srbench_cell_finished=sees))
    place = r"\S*test_catalog.py:\d+, in raises"
    with pytest.warns(UserWarning, match=f"bad: srbench_cell_finished: {place}: RuntimeError: disk full"):
        catalog.cell_finished("a record")
    assert seen == ["a record"]


def test_a_hook_that_ends_the_program_is_an_error_of_its_plugin():
    def leaves(*_arguments):
        sys.exit(0)

    catalog = Catalog()
    catalog.register(Plugin("leaving"), module(srbench_models=leaves))
    catalog.register(Plugin("watching"), module(srbench_cell_finished=leaves))
    assert re.fullmatch(r"\S*test_catalog.py:\d+, in leaves: SystemExit: 0", catalog.plugins["leaving"].error)
    with pytest.warns(UserWarning, match="watching: srbench_cell_finished: .*SystemExit: 0"):
        catalog.cell_finished("a record")


def test_a_misspelt_hook_is_an_error_that_suggests_the_right_one():
    catalog = Catalog()
    catalog.register(Plugin("typo"), module(srbench_modles=lambda: ()))
    assert catalog.plugins["typo"].error.startswith(
        "srbench_modles is not a hook of srbench; did you mean 'srbench_models'"
    )


def test_an_unmarked_hook_is_an_error():
    catalog = Catalog()
    catalog.register(Plugin("unmarked"), types.SimpleNamespace(srbench_models=list, __doc__=""))
    assert "decorate it with @srbench.hookimpl" in catalog.plugins["unmarked"].error


def test_a_hook_that_returns_something_else_is_an_error():
    catalog = Catalog()
    catalog.register(Plugin("wrong"), module(srbench_models=lambda: [MethodSpec("a", "b")]))
    assert "not a ModelSpec" in catalog.plugins["wrong"].error


def test_unknown_names_get_the_nearest():
    with pytest.raises(UnknownName, match="unknown metric 'pnsr'; did you mean 'psnr'"):
        load_catalog().metrics.get("pnsr")
    with pytest.raises(UnknownName, match="unknown plugin 'pcran'; did you mean 'pcarn'"):
        load_catalog().plugin("pcran")


def test_every_installed_plugin_is_sound():
    assert {plugin.name: plugin.error for plugin in load_catalog().plugins.values() if not plugin.ok} == {}


def test_everything_a_method_or_row_names_is_registered():
    catalog = load_catalog()
    for method in catalog.methods:
        assert not method.model or method.model in catalog.models
        assert bool(method.model or method.images) != bool(method.members)
        assert not method.images or method.images in catalog.images
        assert all(name in catalog.methods for name in method.member_names)
        assert all(name in catalog.weights for name in method.weights_names)
    for plugin in catalog.plugins.values():
        for table in plugin.tables.values():
            assert table.protocol in catalog.protocols
            assert all(column.dataset in catalog.datasets for column in table.columns if column.dataset)
            assert all(row.method in catalog.methods for row in table.rows if row.method)
            assert all(row.model in catalog.models for row in table.rows if row.model)
            assert all(row.reason for row in table.rows if not row.method), "a row that isn't measured says why"


def test_the_model_of_a_method_is_that_of_its_recipe():
    """What a recipe trains is what the method builds: the whole network, or the submodule that is left of it."""
    catalog = load_catalog()
    checked = 0
    for method in catalog.methods:
        for name in method.recipe_names:
            trained = catalog.recipes.get(name).model
            # a sigma as a Gaussian's deviation is read off the same weights
            whole = (method.training_model or method.model).removesuffix("-gaussian")
            assert trained == whole, f"{method.name} builds {whole}, but {name} trains {trained}"
            checked += 1
    assert checked > 150
