"""Links of the pages to files of the repository, which the site shows as names: it holds none of these files."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sphinx.application import Sphinx

ROOT = Path(__file__).resolve().parents[2]
LINK = re.compile(r"\[(?P<words>[^\]]+)\]\((?P<target>\.\./[^)\s]+)\)")


def _as_names(app: Sphinx, page: str, source: list[str]) -> None:
    """Replace links of a page to what lies outside of the documentation by its path in the repository.

    Raises:
        FileNotFoundError: if there is no such file, so that no page names what has been moved.
    """

    def name(link: re.Match[str]) -> str:
        path = (Path(app.srcdir) / page).parent / link["target"].partition("#")[0]
        path = path.resolve()
        if path.is_relative_to(app.srcdir):
            return link[0]
        if not path.exists():
            raise FileNotFoundError(f"{page}: it links to {link['target']}, which does not exist")
        words, of_file = link["words"], f"`{path.relative_to(ROOT).as_posix()}`"
        return of_file if words.strip("`") == of_file.strip("`") else f"{words} ({of_file})"

    source[0] = LINK.sub(name, source[0])


def setup(app: Sphinx) -> dict[str, Any]:
    """Connect the extension to Sphinx."""
    app.connect("source-read", _as_names)
    return {"parallel_read_safe": True}
