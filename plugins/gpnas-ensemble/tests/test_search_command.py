"""``srbench search`` over the plugin's own space, with its own strategies, on demo data."""

from __future__ import annotations

import csv

import pytest

from srbench.search.costs import Cost

SMALLEST = ("search", "--plugin", "gpnas-ensemble", "--space", "drn", "--profile", "demo", "--max-params", "9000")


@pytest.fixture(scope="module", autouse=True)
def counted_once():
    """Count the parameters of an architecture once: each search would build all of the space anew, for two seconds."""
    count, known = Cost.params.func, {}

    def params(cost):
        architecture = repr((cost.model.build, sorted(cost.model.kwargs.items()), cost.scale))
        if architecture not in known:
            known[architecture] = count(cost)
        return known[architecture]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Cost, "params", property(params))
        yield


@pytest.mark.slow
def test_a_search_goes_on_and_names_the_best_predicted(srbench, small_demo, short_demo, tmp_path):
    """GP-NAS, of the architectures of at most 9,000 parameters; the second search has a larger budget."""
    asked = (*SMALLEST, "--out", tmp_path, "--json")
    first = srbench(*asked, "--budget", "1")
    assert first.code == 0, first.err
    trained = {path: path.stat().st_mtime_ns for path in tmp_path.glob("training/*/card.json")}
    assert len(trained) == 1
    second = srbench(*asked, "--budget", "2")
    assert second.code == 0, second.err
    assert {entry["architecture"] for entry in first.json["evaluated"]} < {
        entry["architecture"] for entry in second.json["evaluated"]
    }
    assert all(entry["params"] <= 9000 for entry in (second.json["best"], *second.json["evaluated"]))
    assert second.json["best_predicted"]["deviation"] > 0
    assert all(path.stat().st_mtime_ns == time for path, time in trained.items()), "trained again"
    with (tmp_path / "gpnas-ensemble/search-drn-gp-demo-seed0-max-params9000.csv").open() as file:
        assert len(list(csv.DictReader(file))) == 2


@pytest.mark.slow
def test_random_search_is_the_rival_of_every_space(srbench):
    outcome = srbench(*SMALLEST, "--strategy", "random", "--dry-run", "--json")
    assert outcome.code == 0, outcome.err
    assert len(outcome.json["first"]) == 2
    assert outcome.json["architectures"] < 120
