"""Deliberate faults in a plugin of the template, each found by the check that names it."""

from __future__ import annotations

import importlib
import sys
from dataclasses import dataclass, replace

import pytest

from srbench import Term, builtin
from srbench.catalog import Catalog
from srbench.errors import UnknownName, with_place
from srbench.registry import BUILTIN, Plugin
from srbench.scaffold.printed import example
from srbench.scaffold.write import NewPlugin, write_plugin
from srbench.testing.check import CHECKS
from srbench.testing.kit.listing import fix_of
from srbench.testing.patches import sides
from srbench.testing.run import chosen_checks, of_catalog, run_check

SKIPPED = {"claims", "metric-device", "model-params", "weights-hash", "weights-load"}


@dataclass(frozen=True)
class Fault:
    check: str
    file: str
    old: str
    new: str
    said: str


HOOKS = "\n\n@hookimpl\ndef srbench_"
WEIGHTS = """
    from srbench import WeightsSpec
    return (WeightsSpec("w", "w.pth", "", {sha256}, {licence}, "here", resource="PACKAGE:w.pth"),)
"""
FAULTS = {
    "misspelt hook": Fault("loads", "__init__.py", "def srbench_metrics", "def srbench_metrix", "is not a hook"),
    "field of the wrong type": Fault("loads", "__init__.py", "SCALES, receptive_radius=4", "'2'", "scales"),
    "name that is taken": Fault("loads", "__init__.py", '"NAME-edge-error"', '"psnr"', "psnr"),
    "heavy import": Fault(
        "light-listing", "__init__.py", "from srbench import", "import numpy\nfrom srbench import", "numpy"
    ),
    "heavy import in a hook": Fault(
        "light-listing", "__init__.py", "    return (TABLE,)", "    import numpy\n    return (TABLE,)", "numpy"
    ),
    "comma in a name": Fault("names", "__init__.py", '"NAME-edge-error"', '"edge,error"', "edge,error"),
    "code that is not there": Fault("targets", "__init__.py", "model:Network", "model:Netwrok", "Netwrok"),
    "unknown method": Fault("references", "tables.py", 'method="NAME-net"', 'method="NAME-nett"', "NAME-nett"),
    "unknown training images": Fault("references", "recipe.py", '"DIV2K-train"', '"DIV3K-train"', "DIV3K-train"),
    "unknown dataset of a column": Fault("references", "tables.py", '"psnr", "demo"', '"psnr", "demmo"', "demmo"),
    "unknown protocol": Fault("references", "tables.py", "published=", 'protocol="mine", published=', "mine"),
    "row without method": Fault("rows", "tables.py", 'Row("Ours", method="NAME-net")', 'Row("Ours")', "row Ours"),
    "row with a method and a reason": Fault(
        "rows",
        "tables.py",
        'method="NAME-net"',
        'method="NAME-net", reason="unpublished"',
        "has a method, and a reason",
    ),
    "reduced row of no row": Fault(
        "rows", "tables.py", 'method="NAME-net"', 'method="NAME-net", reduced="Theirs"', "no row of the paper's"
    ),
    "claim about no column": Fault(
        "claims",
        "tables.py",
        "published=",
        'claims=(Claim("worse", "Ours", "Bicubic", Column("psnr", "demo", 7.0)),), published=',
        "no column psnr demo x7",
    ),
    "claim about a cost": Fault(
        "claims",
        "tables.py",
        "published=",
        'claims=(Claim("smaller", "Ours", "Bicubic", Column("params")),), published=',
        "claims are tested over images, and params has none",
    ),
    "printed number of no row": Fault("printed-places", "published.csv", "Bicubic", "Bicubbic", "no such row"),
    "printed number of a reduced row": Fault(
        "printed-places", "tables.py", 'Row("Bicubic",', 'Row("Bicubic", reduced="Ours",', "no such row of the paper's"
    ),
    "printed number of another scale": Fault(
        "printed-places", "tables.py", 'Row("Bicubic",', 'Row("Bicubic", scales=(3.0,),', "among its `scales`"
    ),
    "printed number of no column": Fault(
        "printed-places", "published.csv", "1,Bicubic,demo,2", "1,Bicubic,demo,3", "no such column"
    ),
    "printed number of no table": Fault("printed-places", "published.csv", "1,Bicubic", "2,Bicubic", "no such table"),
    "claim that print contradicts": Fault(
        "claims",
        "tables.py",
        "published=",
        'claims=(Claim("worse", "Ours", "Bicubic", COLUMNS[0]),), published=',
        "print has 12.3",
    ),
    "wrong size": Fault("model-output", "model.py", "return self.bicubic(lr) + self.body(lr)", "return lr", "expected"),
    "even sizes only": Fault(
        "model-odd-sizes",
        "model.py",
        "return self.bicubic(lr) + self.body(lr)",
        "return self.bicubic(nn.functional.pixel_shuffle(nn.functional.pixel_unshuffle(lr, 2), 2))",
        "odd",
    ),
    "batch statistics": Fault(
        "model-batch", "model.py", "self.bicubic(lr) +", "self.bicubic(lr - lr.mean()) +", "beside it"
    ),
    "one type only": Fault(
        "model-dtype", "model.py", "return self.bicubic(lr) + self.body(lr)", "return self.bicubic(lr.float())", "float"
    ),
    "noise": Fault(
        "model-deterministic",
        "model.py",
        "self.bicubic(lr) +",
        "self.bicubic(lr + 0.01 * lr.new_empty(lr.shape).normal_()) +",
        "second",
    ),
    "unused parameter": Fault(
        "model-gradients",
        "model.py",
        "self.bicubic = Bicubic(scale)",
        "self.bicubic = Bicubic(scale)\n        self.idle = nn.Linear(1, 1)",
        "idle.weight",
    ),
    "tensor on the CPU": Fault(
        "model-device",
        "model.py",
        "self.bicubic(lr) +",
        "self.bicubic(lr + __import__('torch').zeros(3, 1, 1)) +",
        "device",
    ),
    "radius too small": Fault(
        "model-tiles", "__init__.py", "receptive_radius=2", "receptive_radius=0", "measures a radius of 2"
    ),
    "parameters off print": Fault(
        "model-params", "published.csv", "1,Bicubic,demo,2,psnr,32.18", "1,Ours,,,params,123", "print has 123"
    ),
    "another network than the recipe's": Fault(
        "method-recipe", "__init__.py", "trained_by(RECIPE)", 'trained_by(RECIPE, model="NAME-bicubic")', "trains"
    ),
    "constant off the paper": Fault("recipe-facts", "recipe.py", "48, 1e-3", "48, 2e-3", "learning_rate is 0.002"),
    "constant without a fact": Fault(
        "recipe-pinned", "../tests/paper_facts.csv", "*,l1,budget.patch", "*,l1,budget.parts", "budget.patch"
    ),
    "fact without a source": Fault(
        "recipe-sourced", "../tests/paper_facts.csv", "1000,README: Choices", "1000,", "steps"
    ),
    "metric beyond its range": Fault(
        "metric-range", "metric.py", "return float(", "return -1 - float(", "outside its range"
    ),
    "metric of the wrong sign": Fault("metric-order", "__init__.py", '"lower"', '"higher"', "higher is better"),
    "loss that is not registered": Fault("recipe-trains", "recipe.py", 'Term("l1")', 'Term("l3")', "l3"),
    "network that can't be trained": Fault(
        "recipe-trains", "model.py", "self.body(lr)", "(self.body(lr) / 0)", "recipe"
    ),
    "hidden count of steps": Fault(
        "recipe-resumes",
        "model.py",
        "return self.bicubic(lr) + self.body(lr)",
        "self.steps = getattr(self, 'steps', 0) + self.training\n"
        "        return self.bicubic(lr) + self.body(lr) * (1 + self.steps)",
        "resumed after step 1",
    ),
    "metric that HR itself does not make 0": Fault(
        "metric-identical", "metric.py", "return float(", "return 0.5 + float(", "for HR itself"
    ),
    "constant of a loss on the CPU": Fault("recipe-device", "recipe.py", 'Term("l1")', 'Term("NAME-loss")', "device"),
    "tensor of a metric on the CPU": Fault(
        "metric-device", "__init__.py", "metric:edge_error", "metric:Edge", "device"
    ),
    "weights without a licence": Fault(
        "licence",
        "__init__.py",
        "@hookimpl\ndef srbench_figures",
        "@hookimpl\ndef srbench_weights():"
        + WEIGHTS.format(sha256='"0" * 64', licence='""')
        + "\n@hookimpl\ndef srbench_figures",
        "weights w",
    ),
    "weights of another hash": Fault(
        "weights-hash",
        "__init__.py",
        "@hookimpl\ndef srbench_figures",
        "@hookimpl\ndef srbench_weights():"
        + WEIGHTS.format(sha256='"0" * 64', licence='"x"')
        + "\n@hookimpl\ndef srbench_figures",
        "SHA-256",
    ),
    "pickled network": Fault(
        "weights-load",
        "__init__.py",
        "@hookimpl\ndef srbench_figures",
        "@hookimpl\ndef srbench_weights():"
        + WEIGHTS.format(sha256='"0" * 64', licence='"x"')
        + "\n@hookimpl\ndef srbench_figures",
        "weights w",
    ),
    "expected failure that passes": Fault(
        "rows",
        "__init__.py",
        "@hookimpl\ndef srbench_figures",
        '@hookimpl\ndef srbench_expected_failures():\n    return {"rows": "none yet"}\n\n\n'
        "@hookimpl\ndef srbench_figures",
        "passes",
    ),
}


LOSS = """

class Loss(nn.Module):
    def __init__(self):
        super().__init__()
        self.factors = __import__("torch").ones(3, 1, 1)

    def forward(self, prediction, batch):
        return {"loss": ((prediction.sr - batch.hr).abs() * self.factors).mean()}
"""
LOSS_HOOK = """

@hookimpl
def srbench_losses():
    from srbench import LossSpec
    return (LossSpec("NAME-loss", "PACKAGE.model:Loss"),)
"""
METRIC = """

class Edge:
    def __init__(self, setup):
        import torch

        self.device, self.factors = setup.device, torch.ones(3, dtype=torch.float64)

    def __call__(self, sample):
        import torch

        sr, hr = (torch.from_numpy(image.astype(float)).to(self.device) for image in sample.pair)
        return float(((sr - hr).abs() * self.factors[:1]).mean())
"""
NEXT_OF_KIN = ("model-*", "recipe-trains", "recipe-resumes", "recipe-device", "metric-*")
"""Checks that the newer faults are kept apart from."""


@pytest.fixture
def plugin_with(tmp_path, monkeypatch):
    """``plugin_with(fault)``: the template's plugin, with a fault, in a catalog of its own."""
    made = []

    def make(name: str, fault: Fault | None = None):
        folder = tmp_path / name
        new = NewPlugin(name, "A paper", "", (2,), example((2,)))
        write_plugin(new, folder)
        if fault:
            path = folder / new.package / fault.file
            text = path.read_text()
            parts = (fault.old, fault.new)
            old, replacement = (part.replace("NAME", name).replace("PACKAGE", new.package) for part in parts)
            assert old in text
            path.write_text(text.replace(old, replacement))
            if fault.check == "claims":
                path.write_text(path.read_text().replace("import Column", "import Claim, Column"))
                with (folder / new.package / "published.csv").open("a") as file:
                    file.write("1,Ours,demo,2,psnr,12.3,,,\n")
            if fault.check == "model-params":
                tables = folder / new.package / "tables.py"
                tables.write_text(tables.read_text().replace("COLUMNS = (", 'COLUMNS = (\n    Column("params"),'))
            if fault.check == "recipe-device":
                with (folder / new.package / "model.py").open("a") as file:
                    file.write(LOSS)
                with (folder / new.package / "__init__.py").open("a") as file:
                    file.write(LOSS_HOOK.replace("NAME", name).replace("PACKAGE", new.package))
            if fault.check == "metric-device":
                with (folder / new.package / "metric.py").open("a") as file:
                    file.write(METRIC)
            if fault.check.startswith("weights"):
                import torch

                torch.save(torch.nn.Linear(1, 1), folder / new.package / "w.pth")
        monkeypatch.syspath_prepend(folder)
        catalog = Catalog()
        catalog.register(Plugin(BUILTIN), builtin)
        plugin = Plugin(name)
        made.append(new.package)
        catalog.register(plugin, importlib.import_module(new.package))
        catalog.settle()
        return of_catalog(catalog, name)

    yield make
    for name in [name for name in sys.modules if name.split(".")[0] in made]:
        del sys.modules[name]


@pytest.mark.parametrize("number", range(len(FAULTS)), ids=list(FAULTS))
def test_a_fault_is_found_by_the_check_that_names_it(number, plugin_with):
    fault = list(FAULTS.values())[number]
    outcome = run_check(plugin_with(f"fault{number}", fault), CHECKS[fault.check])
    assert outcome.status == "failed"
    assert fault.said.replace("NAME", f"fault{number}") in outcome.text
    assert outcome.fix


@pytest.mark.parametrize(
    ("old", "new", "fix"),
    [
        ("def srbench_metrics", "def srbench_metrix", "rename the function"),
        ('"NAME-edge-error"', '"psnr"', "choose another name"),
        ("SCALES, receptive_radius=4", "'2'", "mend the spec or the hook"),
    ],
)
def test_what_to_do_about_a_plugin_that_does_not_load_depends_on_why(old, new, fix, plugin_with):
    outcome = run_check(plugin_with(f"load{len(fix)}", Fault("loads", "__init__.py", old, new, "")), CHECKS["loads"])
    assert outcome.fix.startswith(fix), outcome.text


@pytest.mark.parametrize(
    ("source", "fix"),
    [("import no_such_module", "install what"), ("def f(:", "correct that line of the plugin's code")],
)
def test_what_to_do_about_a_plugin_that_does_not_import_depends_on_why(source, fix):
    with pytest.raises((ImportError, SyntaxError)) as caught:
        exec(source)  # noqa: S102 - code with a fault
    assert fix_of(with_place(caught.value)).startswith(fix)


@pytest.mark.parametrize(
    ("file", "old", "new", "named"),
    [
        ("recipe.py", 'Term("l1")', 'Term("NAME-loss")', "targets"),
        ("model.py", "super().__init__()", "super().__init__()\n        raise ValueError", "model-output"),
    ],
)
def test_what_another_check_names_is_no_problem_of_devices(file, old, new, named, plugin_with):
    fault = Fault("recipe-device", file, old, new, "")
    plugin = plugin_with(f"left-to-{named}", fault)
    if named == "targets":
        plugin.catalog.losses.get(f"left-to-{named}-loss").__dict__["build"] = "srbench_nowhere:Loss"
    outcome = run_check(plugin, CHECKS["recipe-device"])
    assert outcome.status == "ok", outcome.text
    assert f"see the check `{named}`" in outcome.unchecked[0]


@pytest.mark.parametrize("check", ["recipe-resumes", "recipe-device", "metric-identical", "metric-device"])
def test_a_fault_is_found_by_no_other_check_of_its_kind(check, plugin_with):
    plugin = plugin_with(f"only-{check}", next(fault for fault in FAULTS.values() if fault.check == check))
    failed = [entry.name for entry in chosen_checks(NEXT_OF_KIN) if run_check(plugin, entry).status == "failed"]
    assert failed == [check]


@pytest.mark.parametrize(("least", "status"), [(20, "ok"), (49, "failed")])
def test_a_recipe_is_trained_with_the_smallest_patch_that_it_takes(least, status, plugin_with):
    """The template's patches have 48 pixels."""
    old = "return self.bicubic(lr) + self.body(lr)"
    new = f"assert lr.shape[-1] >= {least}, 'too small'\n        {old}"
    plugin = plugin_with(f"least{least}", Fault("recipe-trains", "model.py", old, new, ""))
    outcome = run_check(plugin, CHECKS["recipe-trains"])
    assert outcome.status == status, outcome.text
    assert ("too small" in outcome.text) == (status == "failed")


def test_sides_of_patches_double_up_to_the_largest():
    assert list(sides(48, of_hr=False)) == [8, 16, 32, 48]
    assert list(sides(64, of_hr=True)) == [32, 64]
    assert list(sides(6, of_hr=False)) == [6]


def test_what_is_missing_here_is_no_failure(plugin_with):
    plugin = plugin_with("lacking")
    plugin.recipes[0] = replace(
        plugin.recipes[0],
        phases=tuple(
            replace(phase, losses=(Term("vgg", kwargs={"layers": "conv2_2", "weights": "torchvision"}),))
            for phase in plugin.recipes[0].phases
        ),
    )
    for name in ("recipe-trains", "recipe-resumes", "recipe-device"):
        outcome = run_check(plugin, CHECKS[name])
        assert outcome.status in {"skipped", "ok"}
        assert "srbench data get vgg19" in outcome.reason + "".join(outcome.unchecked)


def test_the_template_passes_every_check(plugin_with):
    plugin = plugin_with("flawless")
    found = {name: run_check(plugin, check) for name, check in CHECKS.items()}
    assert {name for name, outcome in found.items() if outcome.status == "skipped"} == SKIPPED
    assert [outcome.text for outcome in found.values() if outcome.status not in {"ok", "skipped"}] == []


def test_an_expected_failure_is_shown_with_its_reason(plugin_with):
    fault = Fault(
        "rows",
        "__init__.py",
        "@hookimpl\ndef srbench_figures",
        "@hookimpl\ndef srbench_expected_failures():\n"
        '    return {"rows:table 1, row X": "unpublished"}\n\n\n@hookimpl\ndef srbench_figures',
        "",
    )
    plugin = plugin_with("expecting", fault)
    assert run_check(plugin, CHECKS["rows"]).status == "failed"
    table = plugin.plugin.tables["1"]
    from srbench import Row

    plugin.plugin.tables["1"] = replace(table, rows=(*table.rows, Row("X")))
    outcome = run_check(plugin, CHECKS["rows"])
    assert (outcome.status, outcome.reason) == ("expected failure", "unpublished")
    plugin.plugin.tables["1"] = replace(table, rows=(*table.rows, Row("X"), Row("Y")))
    assert run_check(plugin, CHECKS["rows"]).status == "failed"


def test_missing_facts_fail_in_a_checkout_alone(plugin_with, tmp_path):
    plugin = plugin_with("factless")
    (tmp_path / "factless" / "tests" / "paper_facts.csv").unlink()
    outcome = run_check(plugin, CHECKS["recipe-pinned"])
    assert outcome.status == "failed"
    assert "paper_facts.csv: is missing" in outcome.text
    (tmp_path / "factless" / "pyproject.toml").unlink()  # as of a wheel
    assert run_check(plugin, CHECKS["recipe-pinned"]).status == "skipped"


@pytest.mark.parametrize(("old", "new"), [(",1000,", ",1000x,"), (",1000,README: Choices", ",1000")])
def test_a_fact_that_cannot_be_read_is_named_by_its_line(old, new, plugin_with):
    fault = Fault("recipe-facts", "../tests/paper_facts.csv", old, new, "")
    outcome = run_check(plugin_with(f"facts{len(new)}", fault), CHECKS["recipe-facts"])
    assert outcome.status == "failed"
    assert "paper_facts.csv, line 6: " in outcome.text


def test_an_error_of_a_metric_is_named_once(plugin_with):
    fault = Fault("metric-range", "metric.py", "sr, hr = sample.pair", "sr, hr, mask = sample.pair", "")
    outcome = run_check(plugin_with("raising", fault), CHECKS["metric-range"])
    assert len(outcome.problems) == 1
    assert "not enough values to unpack" in outcome.text


def test_a_network_that_leaves_its_device_is_not_logged_by_torch(plugin_with, capfd):
    fault = next(fault for fault in FAULTS.values() if fault.check == "model-device")
    assert run_check(plugin_with("leaving", fault), CHECKS["model-device"]).status == "failed"
    assert capfd.readouterr().err == ""


def test_every_check_finds_a_fault():
    assert {fault.check for fault in FAULTS.values()} == set(CHECKS)


def test_markers_go_by_check_or_pattern():
    """After the checks were imported too: a package of their name would hide the function."""
    from srbench.testing import checks

    _, parameters = checks("any", marks={"recipe-*": pytest.mark.long}).mark.args
    marked = {param.id: {mark.name for mark in param.marks} for param in parameters}
    assert marked.keys() == set(CHECKS)
    assert marked["recipe-trains"] == {"slow", "long"}
    assert marked["recipe-facts"] == {"long"}
    assert marked["rows"] == set()
    with pytest.raises(UnknownName, match="recip-trains"):
        checks("any", marks={"recip-trains": pytest.mark.long})
