"""Printed values, against the company's transcription of the papers."""

from __future__ import annotations

import csv

import pytest

from srbench.catalog import load_catalog
from srbench.published import Published, as_printed, published_table
from srbench.specs.table import Column


@pytest.mark.parametrize(
    ("text", "value", "note", "measured", "printed"),
    [
        ("28.50", 28.5, "", 28.4963, "28.50"),
        ("0.837", 0.837, "", 0.83693, "0.837"),
        ("400000", 4e5, 'printed "0.4M"', 414787.0, "0.4M"),
        ("32500000000", 3.25e10, 'printed "32.5G"; operations for a 720p HR image', 32480870400.0, "32.5G"),
        ("963000", 963e3, 'printed "963K"', 963651.0, "963K"),
        ("1111000", 1.111e6, 'Tables 4 and 5 print 1.6M for PCARN; printed "1,111K"', 1111011.0, "1,111K"),
    ],
)
def test_agreement_is_agreement_in_print(text, value, note, measured, printed):
    published = Published(text, value, note=note)
    assert published.printed == printed
    assert published.agrees_in_print(measured)
    assert not published.agrees_in_print(measured * 1.3)


def test_one_digit_more_than_print():
    assert as_printed(29.37797, Published("29.38", 29.38), more=1) == "29.378"
    assert as_printed(414787.0, Published("400000", 4e5, note='printed "0.4M"'), more=1) == "0.41M"


def test_a_name_in_the_notes_is_no_printed_number():
    assert Published("24.17", 24.17, note='printed "Urban"').printed == "24.17"


def test_plugins_hold_every_published_value(shared):
    """All values of the papers whose plugins are here, digit by digit."""
    with (shared / "published" / "published.csv").open(encoding="utf-8") as file:
        lines = [line for line in csv.DictReader(file) if line["value"]]
    plugins = load_catalog().plugins
    checked = 0
    for name, plugin in plugins.items():
        for table in plugin.tables.values():
            expected = sorted(
                (line["row"], line["metric"], line["value"], line["std"], line["rank"])
                for line in lines
                if (line["plugin"], line["table"]) == (name, table.id)
            )
            values = published_table(table.published, table.id).values
            found = sorted((row, c.metric, v.text, v.std, v.rank) for (row, c), v in values.items())
            assert found == expected, f"{name} table {table.id}"
            places = {(row.label, column) for row in table.rows for column in table.columns}
            assert set(values) <= places, f"{name} table {table.id} has printed values outside its rows and columns"
            checked += len(found)
    assert checked >= 444


def test_table_4_of_pcarn_by_hand():
    table = load_catalog().plugin("pcarn").table("4")
    values = published_table(table.published, "4")
    assert values.get("PCARN-M", Column("psnr", "Set5", 4.0)).text == "29.38"
    assert values.get("TSRN-G", Column("niqe", "B100", 4.0)).text == "3.564"
