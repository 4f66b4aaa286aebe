"""The citation names the version that is installed."""

from pathlib import Path

import yaml

from srbench import __version__

ROOT = Path(__file__).parents[2]


def test_the_citation_is_of_this_version():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert str(citation["version"]) == __version__
    assert citation["license"] == "Apache-2.0"
    assert {"cff-version", "message", "title", "authors"} <= set(citation)
