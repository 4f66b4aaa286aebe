"""Configuration of the documentation, which `tox run -e docs` builds without network."""

from __future__ import annotations

import sys
from pathlib import Path

from srbench import __version__

sys.path.insert(0, str(Path(__file__).parent / "_extensions"))

project = "srbench"
author = "the srbench developers"
copyright = "the srbench developers"  # noqa: A001 - Sphinx's name for it
version = release = __version__

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx_click",
    "paper_pages",
    "docstrings",
    "repository_links",
]
exclude_patterns = ["_build", "_extensions"]
source_suffix = {".md": "markdown"}
html_theme = "furo"
smartquotes = False  # two hyphens begin an option, here
html_title = f"srbench {release}"
html_static_path: list[str] = []
# the footer of the theme names the builder's address, which is of no use to readers
html_show_sphinx = False

myst_enable_extensions = ["colon_fence", "deflist", "fieldlist"]
myst_heading_anchors = 4

autodoc_member_order = "bysource"
autodoc_typehints = "description"
autodoc_typehints_description_target = "documented"
autodoc_preserve_defaults = True
napoleon_google_docstring = True
napoleon_numpy_docstring = False
# fields of frozen dataclasses are documented where they stand, not again as parameters
autodoc_class_signature = "separated"
nitpicky = False
suppress_warnings = ["myst.header"]
