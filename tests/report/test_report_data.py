"""Data of the page: counts, ranks, values; names that could be markup stay text, and nothing is fetched."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser
from itertools import pairwise, product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, strategies
from scipy.optimize import minimize
from scipy.stats import rankdata

from srbench.bench.measurable import count_states, printed_numbers
from srbench.bench.results.run_options import options_label, parse_options_label, run_words
from srbench.catalog import load_catalog
from srbench.errors import UsageError
from srbench.records.store import Store
from srbench.render.markdown import to_markdown
from srbench.render.markup.best import Best
from srbench.report.explanations import Explanations
from srbench.report.one_table import to_html
from srbench.report.paper_summary import summarise
from srbench.report.ranks.ranking import standings
from srbench.report.tables import reported_tables

HOSTILE = "<script>"
RESULTS = Path(__file__).parents[2] / "results"


class Elements(HTMLParser):
    """The elements of a page, and its text."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.text = [], []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text.append(data)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["pcarn", "ode-ivp"])
def test_the_front_counts_what_doctor_counts(name, tmp_path, monkeypatch):
    catalog = load_catalog()
    plugin = catalog.plugin(name)
    monkeypatch.setattr(catalog, "plugins", {name: plugin})
    tables = reported_tables(catalog, [plugin], Store(RESULTS), [tmp_path])
    summary = summarise(tables, catalog)
    assert summary.measured + summary.unprinted == sum(len(table.result.measured) for table in tables)
    counts = count_states(printed_numbers(catalog, [tmp_path], RESULTS)).values()
    assert summary.measured == sum(of_table["measured"] for of_table in counts) > 30
    assert summary.printed == sum(sum(of_table.values()) for of_table in counts)
    assert sum(gap.numbers for gap in summary.gaps) == summary.printed - summary.measured
    assert summary.measured >= summary.reproduced + len(summary.differs)


def test_known_ranks():
    """`a` beats `b` on both datasets; `c` ties with `b` everywhere."""
    images = [f"{number}" for number in range(10)]
    values = {
        "a": {"x": dict.fromkeys(images, 3.0), "y": dict.fromkeys(images, 3.0)},
        "b": {"x": dict.fromkeys(images, 2.0), "y": dict.fromkeys(images, 2.0)},
        "c": {"x": dict.fromkeys(images, 2.0), "y": dict.fromkeys(images, 2.0)},
    }
    best, *rest = standings(values, higher_is_better=True)
    assert (best.method, best.mean_rank, best.win_rate, best.win_interval) == ("a", 1.0, 1.0, (1.0, 1.0))
    assert [(each.mean_rank, each.win_rate) for each in rest] == [(2.5, 0.25)] * 2
    worst = standings(values, higher_is_better=False)[-1]
    assert (worst.method, worst.mean_rank, worst.win_rate) == ("a", 3.0, 0.0)


@given(strategies.integers(2, 5), strategies.integers(1, 3), strategies.integers(1, 8), strategies.integers(0, 99))
def test_ranks_and_wins_by_their_definition(methods, datasets, images, seed):
    block = np.random.default_rng(seed).integers(0, 4, (datasets, methods, images)).astype(float)
    values = {
        f"m{method}": {f"d{place}": {f"i{image}": block[place, method, image] for image in range(images)}
                       for place in range(datasets)}
        for method in range(methods)
    }  # fmt: skip
    ranked = standings(values, higher_is_better=True)
    ranks = np.mean([rankdata(-of_dataset.mean(axis=1)) for of_dataset in block], axis=0)
    for standing in ranked:
        method = int(standing.method[1:])
        rivals = [rival for rival in range(methods) if rival != method]
        wins = [
            (block[place, method, image] > block[place, rival, image])
            + (block[place, method, image] == block[place, rival, image]) / 2
            for place, rival, image in product(range(datasets), rivals, range(images))
        ]
        assert standing.mean_rank == pytest.approx(ranks[method])
        assert standing.win_rate == pytest.approx(np.mean(wins))
        for low, high in (standing.rank_interval, standing.win_interval):
            assert low <= high
    assert sum(standing.win_rate for standing in ranked) == pytest.approx(methods / 2)
    assert all(one.mean_rank <= other.mean_rank for one, other in pairwise(ranked))


def test_an_interval_covers_the_true_win_rate():
    """In a race of two whose winner is drawn with 70 %, the interval has the width that the binomial gives."""
    won = np.random.default_rng(1).random(400) < 0.7
    values = {
        "a": {"x": {str(image): float(win) for image, win in enumerate(won)}},
        "b": {"x": {str(image): float(not win) for image, win in enumerate(won)}},
    }
    best = standings(values, higher_is_better=True)[0]
    assert best.win_rate == pytest.approx(won.mean())
    low, high = best.win_interval
    deviation = np.sqrt(won.mean() * (1 - won.mean()) / len(won))
    assert (high - low) / 2 == pytest.approx(1.96 * deviation, rel=0.1)


@pytest.mark.parametrize(
    "options",
    list(
        product(
            ["paper", "quick", "demo"],
            ["", "matlab-grey", "rgb-paper", "my-quick", "mydemo", "lpips-train", "x-3seeds", "quick", "paper", "a--b"],
            ["auto", "train", "released"],
            [1, 3],
        )
    ),
)
def test_a_label_tells_its_options(options):
    parsed = parse_options_label(options_label(*options))
    assert (parsed.profile, parsed.protocol, parsed.source, parsed.seeds) == options


@pytest.mark.parametrize(
    ("label", "words"),
    [
        ("paper", ""),
        ("quick-5seeds", "--profile quick --seeds 5"),
        ("standard-quick-train-3seeds", "--protocol standard --profile quick --source train --seeds 3"),
    ],
)
def test_the_options_that_print_a_table_again(label, words, srbench):
    """The words are options that ``srbench run`` takes, and their label is that of the table."""
    assert run_words(parse_options_label(label)) == words
    outcome = srbench("run", "--plugin", "pcarn", "--table", "3", "--dry-run", "--json", *words.split())
    assert outcome.code == 0, outcome.err


def test_hostile_names_are_text(page, data):
    elements = Elements(page)
    scripts = [attributes for tag, attributes in elements.tags if tag == "script"]
    assert len(scripts) == 3  # the data, the slider and the page's script
    assert not [tag for tag, attributes in elements.tags if tag == "img" or "onerror" in attributes]
    assert any("window.hacked = 1" in text and "{{ 7 * 7 }}" in text for text in elements.text)
    assert any("window.hacked" in cell["row"] for cell in data["cells"])


def test_nothing_but_the_page_s_own_scripts_is_allowed(page):
    (policy,) = [attributes["content"] for tag, attributes in Elements(page).tags if "http-equiv" in attributes]
    rules = dict(rule.split(maxsplit=1) for rule in policy.split("; "))
    assert rules["default-src"] == "'none'"
    assert rules["img-src"] == "data:"
    scripts = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    digests = [base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts]
    assert rules["script-src"].split() == [f"'sha256-{digest}'" for digest in digests]


def test_nothing_is_loaded_from_elsewhere(page):
    loads = {"src", "srcset", "poster", "data", "action", "ping", "background"}
    for tag, attributes in Elements(page).tags:
        addresses = [value for name, value in attributes.items() if name in loads]
        addresses += [attributes["href"]] if "href" in attributes and tag != "a" else []
        assert not addresses, (tag, addresses)
    (style,) = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    assert "url(" not in style
    assert "@import" not in style


def test_the_best_numbers_of_a_column_are_those_that_markdown_marks(tables):
    """By their number, and where print has no unit letters by their value."""
    count = 0
    for table in tables:
        page = to_html(table.result)
        (document,) = re.findall(r'id="data">(.*?)</script>', page, re.DOTALL)
        cells = json.loads(document)["cells"]
        numbers = re.findall(r'<button type="button" class="cell best" data-cell="(\d+)">', page)
        found = sorted(cells[int(number)]["value"] for number in numbers)
        lines = [line for line in to_markdown(table.result).splitlines() if line.startswith("|")]
        bold = re.findall(r"\*\*([0-9.]+)([KMG]?)[^*]*\*\*", "\n".join(lines))
        assert len(bold) == len(found)
        if not any(letter for _, letter in bold):
            assert found == pytest.approx(sorted(float(number) for number, _ in bold), abs=0.005)
            count += len(found)
        assert f"second best of {Best.of(table.result).rule}." in unescape(page)
    assert count >= 2


def test_a_measured_zero_is_a_value(tables):
    result = tables[1].result
    first, *rest = result.entries
    text = to_html(replace(result, entries=(replace(first, measured=0.0), *rest)))
    (document,) = re.findall(r'id="data">(.*?)</script>', text, re.DOTALL)
    assert json.loads(document)["cells"][0]["value"] == 0
    assert 'data-value="0.0"' in text


def test_the_page_of_one_table(tables):
    result = tables[1].result
    text = to_html(result)
    (document,) = re.findall(r'id="data">(.*?)</script>', text, re.DOTALL)
    cells = json.loads(document)["cells"]
    assert [cell.get("value") for cell in cells] == [entry.measured for entry in result.entries]
    assert ["values" in cell for cell in cells] == [bool(set(entry.images) - {""}) for entry in result.entries]
    assert "leaderboard" not in {attributes.get("id") for _, attributes in Elements(text).tags}


@pytest.fixture
def explained(tables, tmp_path):
    """Return a measured entry, and a function that writes an explanation of it as `srbench explain --json` does."""
    reported = next(
        each for table in tables for each in table.entries if each.records and each.entry.column.metric == "psnr"
    )
    entry, file = reported.entry, tmp_path / "explanation.json"

    def write(value):
        rest = {"to_base": 0.0, "to_published": None, "n_images": 6, "hash": "0"}
        variants = [
            {"changes": changes, "value": value + number, "nearest": number == 3} | rest
            for number, changes in enumerate(([], ["RGB"], ["RGB", "no border"], ["pooled MSE", "no border"]))
        ]
        place = {"dataset": entry.column.dataset, "scale": entry.column.scale, "metric": "psnr"}
        text = {"method": reported.slot.method.name, "description": HOSTILE, "note": "", "variants": variants}
        file.write_text(json.dumps(place | text), encoding="utf-8")
        return Explanations([file])

    return reported, write


def test_an_explanation_stands_with_the_number_that_it_explains(explained):
    reported, write = explained
    explanations = write(reported.entry.measured)
    variants = explanations.of(reported)["variants"]
    labels = [variant["label"] for variant in variants]
    assert labels == ["as it is", "RGB", "pooled MSE, no border"]  # of pairs, the nearest
    assert not explanations.unused


def test_an_explanation_of_another_value_is_not_shown(explained):
    reported, write = explained
    explanations = write(reported.entry.measured + 0.01)
    assert explanations.of(reported) is None
    assert len(explanations.unused) == 1


@pytest.mark.parametrize("text", ["", "[]", '{"variants": []}', "[" * 100_000])
def test_a_file_that_is_no_explanation_is_refused(text, tmp_path):
    file = tmp_path / "explanation.json"
    file.write_text(text)
    with pytest.raises(UsageError, match="srbench explain --json"):
        Explanations([file])


@given(strategies.integers(2, 5), strategies.integers(0, 99))
def test_win_rates_have_the_order_of_elo(methods, seed):
    """Where each method meets each other on every image, strengths of the Bradley-Terry model are ordered as wins."""
    values = np.random.default_rng(seed).normal(size=(methods, 40)) + np.arange(methods)[:, None] / 3
    ranked = standings(
        {f"m{method}": {"x": {str(image): value for image, value in enumerate(values[method])}}
         for method in range(methods)}, higher_is_better=True,
    )  # fmt: skip
    wins = (values[:, None] > values[None]).sum(axis=2)

    def loss(strengths):
        return (
            float((wins * np.logaddexp(0, strengths[None] - strengths[:, None])).sum()) + 1e-6 * strengths @ strengths
        )

    strengths = minimize(loss, np.zeros(methods)).x
    rates = {standing.method: standing.win_rate for standing in ranked}
    for a, b in product(range(methods), repeat=2):
        if rates[f"m{a}"] > rates[f"m{b}"]:
            assert strengths[a] > strengths[b] - 1e-4, "but for what the solver leaves open between equal ones"
