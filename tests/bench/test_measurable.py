"""What stands between a printed number and a measured value, named where it is found out, not read from words."""

from __future__ import annotations

import pickle

import pytest

from srbench.bench.measurable import count_states, printed_numbers
from srbench.bench.resolve.method_weights import WeightsPolicy
from srbench.bench.resolve.resolver import Resolver
from srbench.catalog import load_catalog
from srbench.errors import Lack, StoreError, Unavailable
from srbench.specs.table import Column


@pytest.fixture(scope="module")
def catalog():
    return load_catalog()


@pytest.fixture(scope="module")
def numbers(catalog, tmp_path_factory):
    """Return the printed numbers on a machine without any data."""
    nothing = tmp_path_factory.mktemp("nothing")
    return printed_numbers(catalog, [nothing], nothing)


def test_only_rows_without_a_method_are_never_measured(catalog, numbers):
    rows = {
        (plugin.name, table.id, row.label): row
        for plugin in catalog.plugins.values()
        for table in plugin.tables.values()
        for row in table.rows
    }
    for number in numbers:
        row = rows[number.plugin, number.table, number.row]
        if number.state == "never":
            of_images = catalog.metrics.get(number.column.metric).subject == "image"
            method = catalog.methods.get(row.method) if row.method else None
            measured = method if of_images else row.model or (method and (method.model or method.members))
            assert not measured, (number, "its Unavailable names no Lack")
        assert (number.state == "needs") == bool(number.lacks)
        assert (number.state in {"needs", "never"}) == bool(number.reason)


def test_what_has_to_be_trained_is_measurable_with_a_training(catalog, numbers):
    trained = 0
    for number in numbers:
        if number.plugin == "ode-ivp" and number.row == "vdsr (ours)":
            trained += 1
            assert Lack("training", "vdsr-ivp") in number.lacks
            assert Lack("data", "B100") in number.lacks
            assert {lack.name for lack in number.lacks if lack.kind == "data"} > {"B100"}  # the training images
    assert trained == 30


def test_a_mean_of_networks_names_what_each_of_them_lacks(numbers):
    (number,) = [
        number
        for number in numbers
        if (number.plugin, number.table, number.row) == ("gpnas-ensemble", "1", "DRN*+RCAN")
        and number.column == Column("psnr", "AIM2020", 4.0)
    ]
    recipes = [lack.name for lack in number.lacks if lack.kind == "training"]
    assert len(recipes) == 2
    assert Lack("data", "AIM2020") in number.lacks


def test_a_metric_names_its_weights(numbers):
    lacks = [number.lacks for number in numbers if number.plugin == "pcarn" and number.column.metric == "ma"]
    assert any(lacks)
    assert all(Lack("weights", "nrqm-model") in of_number for of_number in lacks if of_number)


def test_a_released_checkpoint_that_is_not_here_is_what_is_missing(catalog, private_cache, tmp_path):
    released = WeightsPolicy("released", "paper", tmp_path)
    resolver = Resolver(catalog, [private_cache], hash_files=False, weights=released)
    with pytest.raises(Unavailable) as missing:
        resolver.method("imdn", 4.0)
    assert missing.value.lacks == (Lack("weights", "imdn-x4"),)
    with pytest.raises(Unavailable) as nothing:
        resolver.method("vdsr-ivp", 4.0)  # nothing is released, so nothing can be got
    assert nothing.value.lacks == ()


def test_what_is_missing_survives_the_way_between_processes():
    reason = pickle.loads(pickle.dumps(Unavailable("dataset Set5 not found", Lack("data", "Set5"))))  # noqa: S301
    assert (str(reason), reason.lacks) == ("dataset Set5 not found", (Lack("data", "Set5"),))


def test_a_folder_of_results_makes_numbers_measured(catalog, private_cache, tmp_path):
    folder = tmp_path / "pcarn"
    folder.mkdir()
    header = "plugin,table,row,dataset,scale,metric,measured,published,verdict,protocol,profile,seeds,note"
    lines = [
        header,
        "pcarn,4,PCARN-M,Set5,4,psnr,29.378,29.38,reproduced,pcarn,paper,1,",
        "pcarn,4,PCARN-M,Set14,4,psnr,,26.31,not measured,pcarn,paper,,",
        "pcarn,4,PCARN,,4,macs,,90900000000,not available,,paper,,takes minutes on a CPU",
    ]
    (folder / "table-4.cells.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    numbers = printed_numbers(catalog, [private_cache], tmp_path)
    assert [(number.row, number.column) for number in numbers if number.state == "measured"] == [
        ("PCARN-M", Column("psnr", "Set5", 4.0))
    ]
    assert count_states(numbers)["pcarn", "4"]["measured"] == 1
    (slow,) = [number for number in numbers if any(lack.kind == "machine" for lack in number.lacks)]
    assert (slow.row, slow.column.metric, slow.state) == ("PCARN", "macs", "needs")
    assert slow.reason == slow.lacks[0].name == "takes minutes on a CPU"


@pytest.mark.parametrize("text", ["plugin,table\npcarn,4\n", "", "junk\n", "plugin,table,row,measured\npcarn,4,a,x\n"])
def test_a_file_that_is_no_table_is_named(catalog, private_cache, tmp_path, text):
    (tmp_path / "pcarn").mkdir()
    (tmp_path / "pcarn" / "table-4.cells.csv").write_text(text)
    with pytest.raises(StoreError, match=r"table-4\.cells\.csv, line 1: no .*print the table again"):
        printed_numbers(catalog, [private_cache], tmp_path)


def test_an_unusable_dataset_is_a_reason_and_no_error(catalog, private_cache, tmp_path):
    (tmp_path / "data" / "Set5" / "HR").mkdir(parents=True)
    (tmp_path / "data" / "Set5" / "HR" / "baby.png").write_bytes(b"no image")
    (tmp_path / "data" / "Set5" / "HR" / "baby.bmp").write_bytes(b"nor this")
    numbers = printed_numbers(catalog, [tmp_path], private_cache)
    of_set5 = [number for number in numbers if number.plugin == "pcarn" and "baby" in number.reason]
    assert of_set5
    assert all(number.state == "needs" and Lack("data", "Set5") in number.lacks for number in of_set5)
