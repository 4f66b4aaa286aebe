"""Plugins use the names of `srbench` alone, and docs/plugin-guide.md describes each of them."""

from __future__ import annotations

import ast
import inspect
import re
import subprocess
import sys
from pathlib import Path

import pytest

import srbench
from srbench import hookspecs

ROOT = Path(__file__).parents[1]
GUIDE = (ROOT / "docs" / "plugin-guide.md").read_text(encoding="utf-8")
PLUGINS = sorted(ROOT.glob("plugins/*/srbench_*/**/*.py"))
HOOKS = {name: hook for name, hook in vars(hookspecs).items() if name.startswith("srbench_")}
INSIDE = re.compile(r"srbench\.[\w.]+(:\w+)?")
SNIPPETS = re.findall(r"^```python\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)


def foreign_imports(tree):
    """What a plugin may not name, wherever it stands: modules inside srbench, also as text, and unknown names."""
    aliases = {
        name.asname or "srbench"
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for name in node.names
        if name.name == "srbench" or (name.name.startswith("srbench.") and not name.asname)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names if name.name.startswith("srbench."))
        elif isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("srbench."):
            yield node.module
        elif isinstance(node, ast.ImportFrom) and node.module == "srbench":
            yield from (f"srbench.{name.name}" for name in node.names if name.name not in srbench.__all__)
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in aliases:
            yield from [f"srbench.{node.attr}"] if node.attr not in srbench.__all__ else []
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and INSIDE.fullmatch(node.value):
            yield node.value


def declared():
    """Public names that the stub of `srbench` declares to type checkers, with their targets."""
    found, renamed = {}, {}
    for node in ast.parse((ROOT / "srbench" / "__init__.pyi").read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ImportFrom):
            found |= {name.asname: f"{node.module}:{name.name}" for name in node.names}
        elif isinstance(node, ast.Assign):  # an import under another name is no export of a stub
            renamed[node.targets[0].id] = node.value.id
    return {name: target for name, target in found.items() if name not in renamed.values()} | {
        name: found[private] for name, private in renamed.items()
    }


@pytest.mark.parametrize("path", PLUGINS, ids=lambda path: str(path.relative_to(ROOT / "plugins")))
def test_a_plugin_imports_from_srbench_alone(path):
    assert list(foreign_imports(ast.parse(path.read_text(encoding="utf-8")))) == []


def test_imports_are_found_wherever_they_stand():
    assert len(PLUGINS) > 100
    code = """
import srbench.nn
from srbench import Row, catalog
if TYPE_CHECKING:
    from srbench.specs.table import Column
def f():
    from srbench.errors import UsageError
    return srbench.records.store
import srbench as sr
print(sr.render, sr.Row, load_object("srbench.catalog:load_catalog"))
"""
    assert sorted(foreign_imports(ast.parse(code))) == [
        "srbench.catalog",
        "srbench.catalog:load_catalog",
        "srbench.errors",
        "srbench.nn",
        "srbench.records",
        "srbench.render",
        "srbench.specs.table",
    ]


def test_all_is_what_is_declared():
    assert declared() == srbench._LAZY
    assert {*declared(), "__version__"} == set(srbench.__all__)
    assert len(set(srbench.__all__)) == len(srbench.__all__)
    assert set(srbench.__all__) <= set(dir(srbench))


@pytest.mark.parametrize("name", srbench.__all__)
def test_a_public_name_resolves_to_an_object_with_a_docstring(name):
    value = getattr(srbench, name)
    assert not inspect.ismodule(value)
    if inspect.isclass(value) or inspect.isfunction(value):
        # the docstring that a dataclass gets by itself is its signature
        assert value.__doc__
        assert not value.__doc__.startswith(f"{name}(")


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'resize'"):
        _ = srbench.resize


def test_importing_srbench_imports_neither_torch_nor_numpy_nor_pandas(environment):
    code = "import sys, srbench; print({'torch', 'numpy', 'pandas', 'cv2', 'matplotlib'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], env=environment(), capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_the_guide_lists_every_public_name_and_no_other():
    reference = GUIDE[GUIDE.index("\n## Public names\n") :]
    listed = re.findall(r"^\| `([^`]+)` \|", reference, re.MULTILINE)
    assert sorted(listed) == sorted(srbench.__all__)


def test_the_guide_lists_every_hook_with_its_parameters():
    section = GUIDE[GUIDE.index("\n## Hooks\n") : GUIDE.index("\n## Public names\n")]
    listed = re.findall(r"^\| `(\w+\([^`]*\))` \| `([^`]+)` \|", section, re.MULTILINE)
    assert len(HOOKS) >= 16
    assert listed == [
        (f"{name}({', '.join(inspect.signature(hook).parameters)})", str(inspect.signature(hook).return_annotation))
        for name, hook in HOOKS.items()
    ]


def test_the_guides_examples_use_public_names():
    assert len(SNIPPETS) >= 10
    for code in SNIPPETS:
        assert list(foreign_imports(ast.parse(code))) == []


def test_the_guides_examples_run(monkeypatch):
    """All but the one whose card would have to be in the package."""
    from srbench.weights import bundled

    card = {"sha256": "0" * 64, "trained": {"trained_with": {"data": ["T91"], "phases": []}}}
    monkeypatch.setattr(bundled, "read_card", lambda *_: card)
    namespace = {}
    for code in SNIPPETS:
        exec(compile(code, "docs/plugin-guide.md", "exec"), namespace)  # noqa: S102 - our own examples
    assert namespace["METHODS"][1].recipe == "edge-net-reduced"
    assert namespace["SHIPPED"].bundled == "edge-net-reduced-bundled"
    assert [row.label for row in namespace["ROWS"]][1:] == ["EdgeNet, reduced"]
    network = namespace["EdgeNet"](2, features=4)
    import torch

    assert network(torch.rand(1, 3, 5, 4), 2).shape == (1, 3, 10, 8)
