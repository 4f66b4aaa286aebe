"""The papers' numbers joined by method, dataset, scale and metric, against the contradictions that a reader found."""

from __future__ import annotations

from pathlib import Path

import pytest

from srbench.bench.facts import FactFilter, PrintedFact, gather_facts
from srbench.catalog import load_catalog
from srbench.errors import UnknownName
from srbench.published import Published
from srbench.specs.table import Row

RESULTS = Path(__file__).parents[2] / "results"

CONTRADICTIONS = {
    # fact: printed numbers, found by a person who read the five papers
    ("VDSR", "Set5", 3, "psnr"): {"probabilistic-l1 3": "33.66", "probabilistic-l1 4": "33.67"},
    ("VDSR", "B100", 3, "psnr"): {
        "probabilistic-l1 3": "28.82",
        "probabilistic-l1 4": "28.82",
        "ode-ivp 1": "28.83",
    },
    ("EDSR-baseline+Ours", "B100", 2, "psnr"): {"probabilistic-l1 3": "32.18", "probabilistic-l1 4": "32.20"},
    ("EDSR-baseline+Ours", "Set5", 3, "psnr"): {"probabilistic-l1 3": "34.41", "probabilistic-l1 4": "34.43"},
    ("EDSR-baseline+Ours", "B100", 3, "psnr"): {"probabilistic-l1 3": "29.12", "probabilistic-l1 4": "29.11"},
    ("vdsr (ours)", "B100", 2, "psnr"): {"ode-ivp 1": "31.95", "ode-ivp 2": "31.96"},
    ("vdsr (ours)", "B100", 4, "psnr"): {"ode-ivp 1": "27.40", "ode-ivp 2": "27.38"},
    ("+ Residual", "Set14", 4, "ssim"): {"pcarn 1": "0.7792", "pcarn 2": "0.7792", "pcarn 3": "0.7791"},
}
TOLD_APART = (
    # same label or likely the same thing, but the papers do not say so, or say that it is another
    ("RCAN", "RCAN", "params"),  # probabilistic-l1 Table 5 (the smaller one) and 6
    ("CNN (2 RRDB blocks)", "CNN (L1 loss)", "psnr"),  # 200 and 100 epochs
    ("3-Model Ensemble", "Baidu (ours)", "psnr"),  # another split
    ("+ MSD", "PCARN", "psnr"),
    ("+ Residual", "PCARN", "params"),
    ("Baseline", "SRResNet", "params"),
    ("Baseline", "SRResNet", "psnr"),
)
TOGETHER = (
    # one thing under several labels, printed alike
    ("VDSR", "VDSR (l2)", "Set5", 2, "psnr", 2),
    ("VDSR", "VDSR (l2)", "B100", 4, "psnr", 3),
    ("EDSR-baseline", "EDSR-baseline (l1)", "Set5", 4, "psnr", 2),
    ("CARN", "CARN (l1)", "B100", 3, "psnr", 2),
    ("eq8+eq10", "beta=0.01", "Set14", 2, "psnr", 3),
    ("vdsr (ours)", "vdsr (Runge-Kutta)", "B100", 3, "psnr", 2),
    ("CNN (2 RRDB blocks)", "CNN (2 blocks and L1 loss)", "NTIRE2017-half-test", 4, "psnr", 2),
    ("GAN", "GAN (post-activation)", "NTIRE2017-half-test", 4, "lpips", 3),
)


@pytest.fixture(scope="module")
def catalog():
    return load_catalog()


@pytest.fixture(scope="module")
def facts(catalog):
    return gather_facts(catalog, FactFilter(), RESULTS)


def place(fact):
    return fact.column.dataset, fact.column.scale, fact.column.metric


def test_every_printed_number_belongs_to_one_fact(facts):
    assert sum(len(fact.printed) for fact in facts) == 1536
    assert len({(fact.subject, fact.column) for fact in facts}) == len(facts)


def test_the_contradictions_are_those_that_a_reader_found(facts):
    found = {
        (fact.labels, place(fact)): {
            f"{number.plugin} {number.table}": number.published.printed for number in fact.printed
        }
        for fact in facts
        if fact.contradictions
    }
    assert len(found) == len(CONTRADICTIONS) == 8
    for (label, *where), printed in CONTRADICTIONS.items():
        assert [numbers for (labels, at), numbers in found.items() if label in labels and at == tuple(where)] == [
            printed
        ]


@pytest.mark.parametrize(("one", "other", "metric"), TOLD_APART)
def test_what_the_papers_tell_apart_is_not_joined(facts, one, other, metric):
    numbers = [(fact.subject, number) for fact in facts if fact.column.metric == metric for number in fact.printed]
    subjects = [{subject for subject, number in numbers if number.row.label == label} for label in (one, other)]
    assert all(subjects)
    assert len(subjects[0] | subjects[1]) > 1
    assert one == other or not subjects[0] & subjects[1]


@pytest.mark.parametrize(("one", "other", "dataset", "scale", "metric", "count"), TOGETHER)
def test_several_labels_of_one_thing_are_joined(facts, one, other, dataset, scale, metric, count):
    (fact,) = [fact for fact in facts if one in fact.labels and place(fact) == (dataset, scale, metric)]
    assert other in fact.labels
    assert len(fact.printed) == count
    assert fact.contradictions == ()


@pytest.mark.parametrize(
    ("one", "other", "agree"),
    [
        ("33.71", "33.707", True),
        ("33.71", "33.716", False),
        ("33.66", "33.67", False),
        ("30.2", "30.24", True),
        ("30.20", "30.2", True),
        ("30.2", "30.26", False),
        ("0.7792", "0.7791", False),
    ],
)
def test_numbers_agree_if_one_value_can_be_rounded_to_both(one, other, agree):
    first, second = (PrintedFact("p", "1", Row("a"), Published(text, float(text))) for text in (one, other))
    assert first.agrees(second) is second.agrees(first) is agree


@pytest.mark.parametrize(
    ("one", "other", "agree"),
    [
        ((1_111_000, "1,111K"), (1_111_875, "1111875"), False),
        ((1_111_000, "1,111K"), (1_100_000, "1.1M"), True),
        ((1_590_000, "1.59M"), (1_500_000, "1.5M"), True),
        ((1_111_000, "1,111K"), (1_600_000, "1.6M"), False),
        ((668_000, "668K"), (669_000, "669K"), False),
    ],
)
def test_numbers_with_unit_letters_may_be_cut(one, other, agree):
    first, second = (
        PrintedFact("p", "1", Row("a"), Published(str(value), value, note=f'printed "{text}"'))
        for value, text in (one, other)
    )
    assert first.agrees(second) is agree


def labelled(facts):
    return {label for fact in facts for label in fact.labels}


@pytest.mark.parametrize("name", ["VDSR", "vdsr", "VDSR (L2)"])
def test_a_method_is_found_by_its_label_or_its_name(catalog, name):
    found = gather_facts(catalog, FactFilter(methods=(name,), datasets=("Set5",)), RESULTS)
    assert labelled(found) == {"VDSR", "VDSR (l2)"}
    assert {fact.column.dataset for fact in found} == {"Set5"}


def test_filters_narrow_to_the_same_facts(catalog, facts):
    wanted = FactFilter(datasets=("bsd100",), scales=(3.0,), metrics=("PSNR",))
    found = gather_facts(catalog, wanted, RESULTS)
    assert found == [fact for fact in facts if place(fact) == ("B100", 3.0, "psnr")]
    of_ode = gather_facts(catalog, FactFilter(metrics=("psnr",), plugin="ode-ivp", table="2"), RESULTS)
    assert labelled(of_ode) >= {"vdsr (Euler)", "vdsr (Runge-Kutta)", "vdsr (ours)"}
    assert all(any((number.plugin, number.table) == ("ode-ivp", "2") for number in fact.printed) for fact in of_ode)


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        (FactFilter(methods=("VDSR2",)), "unknown method 'VDSR2' in the papers' tables; did you mean 'vdsr'"),
        (FactFilter(methods=("VDS",)), "unknown method 'VDS'"),
        (
            FactFilter(datasets=("Set15",)),
            "unknown dataset 'Set15' in the papers' tables; did you mean 'Set5' or 'Set14'?",
        ),
        (FactFilter(datasets=("T91",)), "unknown dataset 'T91'"),
        (FactFilter(metrics=("pnsr",)), "unknown metric 'pnsr' in the papers' tables; did you mean 'psnr'"),
        (FactFilter(scales=(17.0,)), "unknown scale 'x17' in the papers' tables"),
    ],
)
def test_a_name_that_no_paper_prints_is_unknown(catalog, wanted, message):
    with pytest.raises(UnknownName) as error:
        gather_facts(catalog, wanted, RESULTS)
    assert message.casefold() in str(error.value).casefold()


def test_measured_values_are_those_of_the_tables(facts):
    (fact,) = [fact for fact in facts if "IMDN" in fact.labels and place(fact) == ("Set5", 2.0, "psnr")]
    (number,) = fact.printed
    assert (number.published.printed, number.plugin, number.table) == ("38.00", "probabilistic-l1", "3")
    values = {cell.table: (round(cell.value, 2), cell.published) for cell in fact.measured}
    assert values["3"] == (38.0, 38.0)
    assert values["4"] == (38.0, None)


def test_nothing_is_measured_where_no_table_was(catalog, tmp_path):
    found = gather_facts(catalog, FactFilter(methods=("IMDN",)), tmp_path)
    assert found
    assert not any(fact.measured for fact in found)
