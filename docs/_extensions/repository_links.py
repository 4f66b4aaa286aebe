"""Links of the pages to files of the repository, which the site shows as names: it holds none of these files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.addnodes import download_reference, pending_xref

if TYPE_CHECKING:
    from sphinx.application import Sphinx

ROOT = Path(__file__).resolve().parents[2]


def _as_names(app: Sphinx, document: nodes.document) -> None:
    """Replace links to files and folders outside of the documentation by their paths in the repository.

    Raises:
        FileNotFoundError: if there is no such file, so that no page names what has been moved.
    """
    page = Path(str(document["source"]))
    links = [link for kind in (download_reference, nodes.reference, pending_xref) for link in document.findall(kind)]
    for link in links:
        target = str(link.get("reftarget") or link.get("refuri") or "").partition("#")[0]
        if "://" in target or not ("../" in target or target.startswith("/")):
            continue
        inside = Path(app.srcdir) / target.lstrip("/") if target.startswith("/") else page.parent / target
        path = inside.resolve()
        if path.is_relative_to(app.srcdir):
            continue
        found = next((file for file in (path, path.with_name(f"{path.name}.md")) if file.exists()), None)
        if found is None:
            raise FileNotFoundError(f"{page}: it links to {target}, which does not exist")
        name = found.relative_to(ROOT).as_posix()
        words = link.astext()
        link.replace_self(
            [nodes.literal(text=name)]
            if words == name
            else [nodes.Text(f"{words} ("), nodes.literal(text=name), nodes.Text(")")]
        )


def setup(app: Sphinx) -> dict[str, Any]:
    """Connect the extension to Sphinx."""
    app.connect("doctree-read", _as_names)
    return {"parallel_read_safe": True}
