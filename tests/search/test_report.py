"""The sentences of a search's report on its predictions, computed by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from srbench.search.report import Line, Report
from srbench.search.report_files import to_markdown, write_report
from srbench.search.strategy import Forecast


def report(*pairs):
    """Report on architectures with these (predicted, measured) PSNRs."""
    lines = tuple(
        Line(rank, f"size={rank}", psnr, predicted, 1.0, 1e4, 1e9, pareto=False)
        for rank, (predicted, psnr) in enumerate(pairs, start=1)
    )
    return Report(
        "search",
        {"space": "sizes", "strategy": "gp", "profile": "quick", "seed": 0, "max_params": 1e5},
        lines,
        lines[0],
        None,
    )


def test_the_error_of_predictions_and_their_rank_correlation():
    """Off by 0, 0.3 and 0 dB: the root of 0.03; of three pairs two are in order, one is not."""
    found = report((30.0, 30.0), (29.0, 29.3), (29.1, 29.1), (None, 28.0))
    assert found.foresight == (
        "predicted before training, 3 architectures: 0.173 dB, 0.2 of their deviations off (root mean square), "
        "Kendall's τ +0.33"
    )
    assert found.foresight in to_markdown(found)


def test_equal_predictions_have_no_order():
    assert report((30.0, 30.0), (30.0, 29.0), (30.0, 31.0)).foresight.endswith(
        "0.816 dB, 0.8 of their deviations off (root mean square)"
    )


def test_how_far_off_the_predicted_deviations_are():
    """Off by 0, 3 and 4 of their deviations: the root of 25/3. Without a deviation there is nothing to compare."""
    found = report((30.0, 30.0), (29.0, 29.3), (29.1, 29.5))
    deviations = [
        replace(line, deviation=deviation) for line, deviation in zip(found.lines, (1.0, 0.1, 0.1), strict=True)
    ]
    assert "dB, 2.9 of their deviations off (root mean square)" in replace(found, lines=tuple(deviations)).foresight
    deviations[0] = replace(deviations[0], deviation=0.0)
    assert "deviations" not in replace(found, lines=tuple(deviations)).foresight


def test_a_report_on_fewer_architectures_does_not_overwrite_a_fuller_one(tmp_path):
    full, small = report((30.0, 30.0), (29.0, 29.3), (29.1, 29.5)), report((30.0, 30.0), (29.0, 29.3))
    written = write_report(full, tmp_path)
    before = [path.read_bytes() for path in written]
    names = [path.name for path in write_report(small, tmp_path)]
    assert names[0] == f"{full.stem}-budget2.md"
    assert [path.read_bytes() for path in written] == before
    assert write_report(full, tmp_path) == written
    (tmp_path / f"{full.stem}.csv").write_text("damaged")
    assert write_report(small, tmp_path) == written


@pytest.mark.parametrize(
    ("settings", "others"),
    [
        ({"batch": 1}, {"batch": 4}),
        ({"max_params": 1234567.0}, {"max_params": 1234570.0}),
        ({"batch": 2}, {"batch": 1}),
    ],
)
def test_searches_with_other_settings_have_files_of_their_own(settings, others):
    found = report((30.0, 30.0))
    stems = [replace(found, settings={**found.settings, **more}).stem for more in (settings, others)]
    assert stems[0] != stems[1]
    assert (
        replace(found, settings={**found.settings, "batch": 2, "max_params": None}).stem
        == "search-sizes-gp-quick-seed0"
    )


def test_the_best_measured_stands_beside_what_is_recommended():
    found = report((None, 30.0), (None, 29.0))
    recommended = replace(found, best=found.lines[1], best_predicted=Forecast(30.5, 0.1))
    assert recommended.summary == (
        "best predicted: size=2, 30.500 ± 0.100 dB (measured 29.000 dB); best measured: size=1, 30.000 dB"
    )


@pytest.mark.slow
def test_the_files_of_rivals_have_names_of_their_own(tmp_path):
    found = report((None, 30.0))
    assert found.stem == "search-sizes-gp-quick-seed0-max-params100000"
    for settings in ({"seed": 1}, {"strategy": "ei"}, {"max_params": None}, {"profile": "demo"}):
        assert replace(found, settings={**found.settings, **settings}).stem != found.stem
    nothing = replace(found, lines=(replace(found.lines[0], rank=None, psnr=None),), best=None)
    written = write_report(found, tmp_path), write_report(nothing, tmp_path)
    assert [len(paths) for paths in written] == [3, 2]
    assert sorted(path.suffix for path in tmp_path.iterdir()) == [".csv", ".md"], "no picture of a run before"


@pytest.mark.parametrize("pairs", [[(None, 30.0)] * 4, [(30.0, 30.0), (29.0, 29.0)], [(30.0, None)] * 3])
def test_fewer_than_three_predictions_have_no_error(pairs):
    assert report(*pairs).foresight == ""


def test_names_are_text_in_the_ranking():
    found = report((None, 30.0))
    line = replace(found.lines[0], architecture="a|b_c", remark="<i>")
    text = to_markdown(replace(found, lines=(line,)))
    assert " | PSNR \\[dB\\]   | " in text
    assert "\n| 1      | a\\|b\\_c        | 30.000        | –  " in text
    assert text.endswith("\n\n- a\\|b\\_c: \\<i\\>\n")


def test_the_picture_stands_in_the_text_where_there_is_one():
    assert "![search](search-sizes-gp.png)" in to_markdown(report((None, 30.0)), "search-sizes-gp.png")
    assert "![" not in to_markdown(report((None, 30.0)))
