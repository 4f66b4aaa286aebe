"""Writing a new plugin from the template."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from importlib.resources import files
from string import Template
from typing import TYPE_CHECKING

from srbench.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from srbench.scaffold.printed import Printed

NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
FILES = {
    "pyproject.toml": "pyproject.toml",
    "README.md": "README.md",
    "init.py": "{package}/__init__.py",
    "model.py": "{package}/model.py",
    "recipe.py": "{package}/recipe.py",
    "metric.py": "{package}/metric.py",
    "figure.py": "{package}/figure.py",
    "tables.py": "{package}/tables.py",
    "test_plugin.py": "tests/test_plugin.py",
    "paper_facts.csv": "tests/paper_facts.csv",
    "ci.yml": ".github/workflows/test.yml",
}
"""Files of a plugin by their template."""


@dataclass(frozen=True)
class NewPlugin:
    """What a new plugin is made from."""

    name: str
    title: str
    arxiv: str
    scales: tuple[int, ...]
    printed: Printed
    from_file: bool = False
    """Whether the numbers are an author's, whose rows have no method yet."""
    ours: str = ""
    """Label of the author's row that is the new network; empty: none."""

    @property
    def package(self) -> str:
        """Name of the package."""
        return f"srbench_{self.name.replace('-', '_')}"


def check_name(name: str, taken: Iterable[str]) -> None:
    """Check the name of a new plugin.

    Raises:
        UsageError: if it is no name of a plugin, or belongs to one that is installed.
    """
    if not NAME.fullmatch(name):
        raise UsageError(f"{name!r}: no name of a plugin; use small letters and digits, joined by single dashes")
    if name in taken:
        raise UsageError(f"{name}: a plugin of this name is installed; choose another name")


def write_plugin(new: NewPlugin, folder: Path) -> list[Path]:
    """Write a plugin into a new folder, and return its files.

    Raises:
        UsageError: if the folder exists already, or if `ours` is no row.
    """
    if folder.exists():
        raise UsageError(f"{folder}: exists already; remove it, or name another folder with --out")
    if new.ours and new.ours not in new.printed.rows:
        raise UsageError(f"{new.ours!r}: no row of the printed numbers; choose from {', '.join(new.printed.rows)}")
    values = _values(new)
    contents = {
        target.format(package=new.package): Template(
            files("srbench.scaffold").joinpath(f"template/{source}.txt").read_text(encoding="utf-8")
        ).substitute(values)
        for source, target in FILES.items()
    }
    contents[f"{new.package}/published.csv"] = new.printed.as_csv()
    for name, text in contents.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return [folder / name for name in contents]


def _values(new: NewPlugin) -> dict[str, str]:
    title = " ".join(new.title.split()) or f"The paper of {new.name}"
    numbers = "`published.csv` holds the printed numbers that were handed to `srbench new`."
    if not new.from_file:
        numbers = (
            "The number in `published.csv` is an example, measured by srbench and printed nowhere: "
            "put the paper's in its place."
        )
    return {
        "name": new.name,
        "identifier": new.name,
        "package": new.package,
        "distribution": f"srbench-{new.name}",
        "title": title,
        "quoted_title": json.dumps(title, ensure_ascii=False),
        "summary": title.replace("\\", "").replace('"', "'").rstrip("."),
        "description": json.dumps(f"srbench plugin: {title}", ensure_ascii=False),
        "reference": f" (arXiv:{new.arxiv})" if new.arxiv else "",
        "numbers": numbers,
        "scales": repr(tuple(float(scale) for scale in new.scales)),
        "table": new.printed.table,
        "rows": "\n".join(_rows(new)),
        "columns": "\n".join(_columns(new)),
    }


def _rows(new: NewPlugin) -> list[str]:
    def row(label: str, method: str) -> str:
        how = f'method="{method}"' if method else 'reason="not implemented yet"'
        return f"    Row({json.dumps(label, ensure_ascii=False)}, {how}),"

    if not new.from_file:
        return [row("Ours", f"{new.name}-net"), row("Bicubic", f"{new.name}-bicubic")]
    lines = [row(label, f"{new.name}-net" if label == new.ours else "") for label in new.printed.rows]
    if not new.ours:
        lines.append(f'    Row("{new.name}-net", method="{new.name}-net", reference=True),')
    return lines


def _columns(new: NewPlugin) -> list[str]:
    columns = list(new.printed.columns)
    if not new.from_file:
        columns += [(f"{new.name}-edge-error", dataset, scale) for _, dataset, scale in columns]
    texts = [(json.dumps(metric), json.dumps(dataset, ensure_ascii=False), scale) for metric, dataset, scale in columns]
    return [f"    Column({metric}, {dataset}, {float(scale) if scale else None})," for metric, dataset, scale in texts]
