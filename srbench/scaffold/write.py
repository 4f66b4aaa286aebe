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
PARTS = {
    "model": "replace `{package}/model.py` by the paper's network",
    "recipe": "replace its training in `{package}/recipe.py` and `tests/paper_facts.csv`, each constant with the "
    "paper's words",
    "table": "put the printed numbers into `{package}/published.csv`, and a row and a column for each into "
    "`{package}/tables.py`",
    "figure": "draw the paper's figure in `{package}/figure.py`",
    "metric": "replace the metric in `{package}/metric.py`",
    "loss": "replace the loss in `{package}/loss.py`",
    "protocol": "correct the protocol in `{package}/__init__.py`, and measure the table by it: "
    '`Table(..., protocol="{name}-rgb")`',
    "dataset": "name the paper's images in `{package}/__init__.py`: files, address, licence",
}
"""Parts that a plugin can bring, and what its author has to do with each."""
USUAL = ("model", "recipe", "table", "figure", "metric")
"""Parts that a plugin has where nothing else is asked for."""
NEEDS_MODEL = ("recipe", "figure")
FILES = {
    "pyproject.toml": ("pyproject.toml", ""),
    "README.md": ("README.md", ""),
    "init.py": ("{package}/__init__.py", ""),
    "model.py": ("{package}/model.py", "model"),
    "recipe.py": ("{package}/recipe.py", "recipe"),
    "metric.py": ("{package}/metric.py", "metric"),
    "loss.py": ("{package}/loss.py", "loss"),
    "figure.py": ("{package}/figure.py", "figure"),
    "tables.py": ("{package}/tables.py", "table"),
    "test_plugin.py": ("tests/test_plugin.py", ""),
    "paper_facts.csv": ("tests/paper_facts.csv", "recipe"),
    "ci.yml": (".github/workflows/test.yml", ""),
}
"""Files of a plugin by their template, each with the part that it belongs to; empty: to all plugins."""
BLOCK = re.compile(r"^#: (?P<parts>[-a-z ]+)\n(?P<text>.*?)^#: end\n", re.MULTILINE | re.DOTALL)
"""Lines of a template for plugins that have all `parts`, and none with a dash before it."""
NAMES = {
    "model": ("MethodSpec", "ModelSpec"),
    "figure": ("Figure", "Row"),
    "metric": ("MetricSpec",),
    "loss": ("LossSpec",),
    "protocol": ("Protocol",),
    "dataset": ("DatasetSpec",),
}
"""Names of srbench that each part needs in the package's ``__init__.py``."""


@dataclass(frozen=True)
class NewPlugin:
    """Specification of a new plugin."""

    name: str
    title: str
    arxiv: str
    scales: tuple[int, ...]
    printed: Printed
    from_file: bool = False
    """Whether the numbers are an author's, whose rows have no method yet."""
    ours: str = ""
    """Label of the author's row that is the new network; empty: none."""
    parts: tuple[str, ...] = USUAL
    """Parts of the plugin, from `PARTS`."""

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
        target.format(package=new.package): Template(_with_parts(source, new.parts)).substitute(values)
        for source, (target, part) in FILES.items()
        if not part or part in new.parts
    }
    if "table" in new.parts:
        contents[f"{new.package}/published.csv"] = new.printed.as_csv()
    for name, text in contents.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return [folder / name for name in contents]


def _with_parts(source: str, parts: tuple[str, ...]) -> str:
    """Return a template without the lines for plugins that have other parts."""

    def kept(block: re.Match[str]) -> str:
        wanted = block["parts"].split()
        return block["text"] if all((part.lstrip("-") in parts) != part.startswith("-") for part in wanted) else ""

    text = files("srbench.scaffold").joinpath(f"template/{source}.txt").read_text(encoding="utf-8")
    return re.sub(r"\n{4,}", "\n\n\n", BLOCK.sub(kept, text))


def chosen_parts(more: Iterable[str], fewer: Iterable[str]) -> tuple[str, ...]:
    """Return the usual parts of a plugin with `more`, and without `fewer`.

    Raises:
        UsageError: if a part is unknown, asked for and refused, or needs one that is not there.
    """
    more, fewer = tuple(more), tuple(fewer)
    for option, names in (("--with", more), ("--without", fewer)):
        if unknown := next((name for name in names if name not in PARTS), ""):
            raise UsageError(f"{option}: {unknown!r} is no part of a plugin; choose from {', '.join(PARTS)}")
    if both := next((name for name in more if name in fewer), ""):
        raise UsageError(f"--with, --without: {both!r} stands in both; take it out of one")
    parts = tuple(part for part in PARTS if (part in USUAL or part in more) and part not in fewer)
    if "model" not in parts and (needing := [part for part in NEEDS_MODEL if part in parts]):
        without = ",".join(dict.fromkeys((*fewer, *needing)))
        raise UsageError(f"--without: {' and '.join(needing)} can't be without model; write --without {without}")
    return parts


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
        "imports": ", ".join([*sorted(name for part in new.parts for name in NAMES.get(part, ())), "hookimpl"]),
        "loss": f"{new.name}-root" if "loss" in new.parts else "l1",
        "todo": "\n".join(_todo(new)),
        "scales": repr(tuple(float(scale) for scale in new.scales)),
        "table": new.printed.table,
        "rows": "\n".join(_rows(new)),
        "columns": "\n".join(_columns(new)),
    }


def _todo(new: NewPlugin) -> list[str]:
    texts = [text.format(package=new.package, name=new.name) for part, text in PARTS.items() if part in new.parts]
    return [f"{number}. {text[0].upper()}{text[1:]}." for number, text in enumerate(texts, 1)]


def _rows(new: NewPlugin) -> list[str]:
    modelled = "model" in new.parts

    def row(label: str, method: str) -> str:
        how = f'method="{method}"' if method and modelled else 'reason="not implemented yet"'
        return f"    Row({json.dumps(label, ensure_ascii=False)}, {how}),"

    if not new.from_file:
        return [row("Ours", f"{new.name}-net"), row("Bicubic", f"{new.name}-bicubic")]
    lines = [row(label, f"{new.name}-net" if label == new.ours else "") for label in new.printed.rows]
    if modelled and not new.ours:
        lines.append(f'    Row("{new.name}-net", method="{new.name}-net", reference=True),')
    return lines


def _columns(new: NewPlugin) -> list[str]:
    columns = list(new.printed.columns)
    if not new.from_file and "metric" in new.parts:
        columns += [(f"{new.name}-edge-error", dataset, scale) for _, dataset, scale in columns]
    texts = [(json.dumps(metric), json.dumps(dataset, ensure_ascii=False), scale) for metric, dataset, scale in columns]
    return [f"    Column({metric}, {dataset}, {float(scale) if scale else None})," for metric, dataset, scale in texts]
