"""A module imports from lower floors and from its own package only: nothing runs upward, and nothing in circles."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FLOORS = (
    ("errors",),
    ("settings",),
    ("loading", "storage", "escape", "terminal", "hub", "stats", "cores"),
    ("specs",),
    ("registry", "device", "memory"),
    ("imaging", "pictures", "weights", "records", "published"),
    ("metrics", "nn", "models", "execution", "data", "hookspecs"),
    ("losses", "catalog", "provenance"),
    ("training", "builtin"),
    ("inference",),
    ("bench",),
    ("figures", "frames", "search", "selftest", "speed", "testing", "scaffold"),
    ("render",),
    ("comparison",),
    ("merging",),
    ("report",),
    ("evidence",),
    ("cli",),
    ("api",),
)
"""From the ground up. `srbench/__init__.py` is the door for plugins: nothing inside goes through it."""
FLOOR = {name: number for number, floor in enumerate(FLOORS) for name in floor}
MODULES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts): path
    for path in sorted((ROOT / "srbench").rglob("*.py"))
    if path.name not in {"__init__.py", "__main__.py"}
}
PACKAGES = {".".join(path.parent.relative_to(ROOT).parts): path for path in (ROOT / "srbench").rglob("__init__.py")}


def imported(path: Path) -> set[str]:
    """All modules of srbench that a file imports, wherever: in functions and for type checkers too."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            assert node.module
            whole = {f"{node.module}.{alias.name}" for alias in node.names}
            known = whole & (MODULES.keys() | PACKAGES.keys())
            found |= known or {node.module}
    return {name for name in found if name.split(".")[0] == "srbench"}


@cache
def imports() -> dict[str, set[str]]:
    """What each module imports; read when the first test asks, not by every process that collects the tests."""
    return {module: imported(path) for module, path in (MODULES | PACKAGES).items() if module != "srbench"}


def top(module: str) -> str:
    return module.split(".")[1] if "." in module else ""


def test_every_module_has_a_floor():
    assert set(map(top, imports())) == FLOOR.keys()


@pytest.mark.parametrize("package", [name for floor in FLOORS for name in floor])
def test_no_import_runs_upward(package):
    wrong = [
        f"{module} imports {other}"
        for module, others in imports().items()
        if top(module) == package
        for other in others
        if (other != "srbench" and top(other) != package and FLOOR[top(other)] >= FLOOR[package])
        or (other == "srbench" and package != "cli")  # the command line asks for the version
    ]
    assert wrong == []


def circle(graph: dict[str, set[str]]) -> list[str]:
    """The names along some circle of `graph`; empty where there is none."""
    state: dict[str, int] = {}

    def visit(name: str, way: list[str]) -> list[str]:
        if state.get(name) == 1:
            return way[way.index(name) :]
        if state.get(name) == 2:
            return []
        state[name] = 1
        for other in sorted(graph.get(name, ())):
            if found := visit(other, [*way, other]):
                return found
        state[name] = 2
        return []

    return next(filter(None, (visit(name, [name]) for name in sorted(graph))), [])


def test_no_circle_of_files():
    assert circle({module: others - {module} for module, others in imports().items()}) == []


@pytest.mark.parametrize("depth", [2, 3])
def test_no_circle_of_packages(depth):
    """Neither of packages, nor of the packages in one."""

    def room(module: str) -> str:
        parts = module.split(".")
        inside = parts[: len(parts) - (module in MODULES)]
        # a module that lies beside packages is a room of its own
        return ".".join(inside[:depth]) if len(inside) >= depth else module

    graph: dict[str, set[str]] = {}
    for module, others in imports().items():
        graph.setdefault(room(module), set()).update(room(other) for other in others if room(other) != room(module))
    assert circle(graph) == []


ONE_A_THING = {
    "srbench": "the package's own front rooms",
    "srbench/metrics": "one file a metric",
    "srbench/losses": "one file a loss",
    "srbench/specs": "one file a thing that plugins declare",
    "srbench/cli/verbs": "one file a verb",
}


def test_no_folder_is_crowded():
    """More than about ten files is a hall, not a room, unless it is one file a thing."""
    crowded = {
        str(folder.relative_to(ROOT)): count
        for folder in {path.parent for path in MODULES.values()}
        if (count := sum(1 for path in folder.glob("*.py") if path.name != "__init__.py")) > 11
    }
    assert crowded.keys() <= ONE_A_THING.keys()


def test_the_test_sees_what_it_should(tmp_path):
    """An import in a function, and one for type checkers, count like any other."""
    (tmp_path / "a.py").write_text(
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from srbench.cli.options import Names\n"
        "def f():\n    from srbench.bench import run\n    import srbench.errors\n"
    )
    assert imported(tmp_path / "a.py") == {"srbench.cli.options", "srbench.bench.run", "srbench.errors"}
    (tmp_path / "b.py").write_text("from .. import cli\n")
    with pytest.raises(AssertionError, match="relative import"):
        imported(tmp_path / "b.py")
    assert circle({"a": {"b"}, "b": {"c"}, "c": {"a"}}) == ["a", "b", "c", "a"]


def test_the_contributors_table_has_every_package_on_its_floor():
    """CONTRIBUTING.md lists them from the top down; names within a row stand from the upper floor to the lower."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    section = text.partition("## Layers")[2].partition("\n## ")[0]
    rows = [line.strip("| ").split(" | ") for line in section.splitlines() if line.startswith("| ") and "`" in line]
    listed = []
    for floors, names in rows:
        found = [(FLOOR[name], name) for name in re.findall(r"`([a-z_]+)`", names)]
        assert list(dict.fromkeys(floor for floor, _ in found)) == [int(floor) for floor in floors.split(", ")]
        listed += [name for _, name in found]
    assert sorted(listed) == sorted(FLOOR)
