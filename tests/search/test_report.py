"""What a search's report says of its predictions, worked out by hand."""

from __future__ import annotations

import pytest

from srbench.search.files import to_markdown
from srbench.search.report import Line, Report


def report(*pairs):
    """Of architectures with these (predicted, measured) PSNRs."""
    lines = tuple(
        Line(rank, f"size={rank}", psnr, predicted, 1.0, 1e4, 1e9, pareto=False)
        for rank, (predicted, psnr) in enumerate(pairs, start=1)
    )
    return Report("search", {"space": "sizes", "strategy": "gp"}, lines, lines[0], None)


def test_how_well_measurements_were_foreseen():
    """Off by 0, 0.3 and 0 dB: the root of 0.03; of three pairs two are in order, one is not."""
    found = report((30.0, 30.0), (29.0, 29.3), (29.1, 29.1), (None, 28.0))
    assert (
        found.foresight
        == "predicted before training, 3 architectures: 0.173 dB off (root mean square), Kendall's τ +0.33"
    )
    assert found.foresight in to_markdown(found)


@pytest.mark.parametrize("pairs", [[(None, 30.0)] * 4, [(30.0, 30.0), (29.0, 29.0)], [(30.0, None)] * 3])
def test_nothing_is_said_of_fewer_than_three_predictions(pairs):
    assert report(*pairs).foresight == ""


def test_the_picture_stands_in_the_text_where_there_is_one():
    assert "![search](search-sizes-gp.png)" in to_markdown(report((None, 30.0)), "search-sizes-gp.png")
    assert "![" not in to_markdown(report((None, 30.0)))
