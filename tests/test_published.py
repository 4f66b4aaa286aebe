"""Printed values, against the company's transcription of the papers."""

from __future__ import annotations

import csv
import io
import re
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from srbench.catalog import load_catalog
from srbench.errors import PluginError
from srbench.published import Published, as_printed, published_table
from srbench.specs.table import Column
from srbench.storage.spreadsheet import read_lines


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


HEADING = "table,row,dataset,scale,metric,value,std,rank,note"
LINES = [HEADING, "4,A,Set5,4,psnr,29.38,,,", '4,"B, reduced",Set5,4,psnr,28.50,0.02,1,"printed ""28.5"""']
PACKAGES = count()


@pytest.fixture
def read(tmp_path, monkeypatch):
    """Return a function that reads the table "4" of a file with the given bytes."""

    def values(data: bytes):
        package = f"published_of_a_test_{next(PACKAGES)}"
        (tmp_path / package).mkdir()
        (tmp_path / package / "__init__.py").touch()
        (tmp_path / package / "published.csv").write_bytes(data)
        monkeypatch.syspath_prepend(tmp_path)
        return published_table(f"{package}:published.csv", "4").values

    return values


def as_text(lines=LINES, end="\n"):
    return end.join(lines) + end


def with_separator(separator):
    text = io.StringIO()
    csv.writer(text, delimiter=separator, lineterminator="\n").writerows(csv.reader(LINES))
    return text.getvalue()


@pytest.mark.parametrize(
    "data",
    {
        "plain": as_text().encode(),
        "BOM": as_text().encode("utf-8-sig"),
        "CRLF": as_text(end="\r\n").encode(),
        "old Mac": as_text(end="\r").encode(),
        "UTF-16": as_text().encode("utf-16"),
        "UTF-16, big": b"\xfe\xff" + as_text().encode("utf-16-be"),
        "tabs": with_separator("\t").encode(),
        "Excel's semicolons": (with_separator(";") + ";;;;;;;;\n").encode("utf-8-sig"),
        "spaces and empty lines": as_text([" " + LINES[0].replace(",", " , "), "", *LINES[1:], ",,,,,,,,"]).encode(),
    }.items(),
    ids=lambda item: item[0],
)
def test_what_spreadsheets_write_is_read(read, data):
    values = read(data[1])
    assert values["A", Column("psnr", "Set5", 4.0)].text == "29.38"
    second = values["B, reduced", Column("psnr", "Set5", 4.0)]
    assert (second.value, second.std, second.rank, second.note) == (28.5, "0.02", "1", 'printed "28.5"')


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (as_text([HEADING, "4,A,Set5,4,psnr,nan,,,"]), "line 2: value is 'nan', not a finite number"),
        (as_text([HEADING, "4,A,Set5,4,psnr,inf,,,"]), "line 2: value is 'inf'"),
        (as_text([HEADING, "4,A,Set5,4,psnr,1e400,,,"]), "line 2: value is '1e400'"),
        (as_text([HEADING, "4,A,Set5,4,psnr,1_0,,,"]), "line 2: value is '1_0'"),
        (as_text([HEADING, "4,A,Set5,4,psnr,٣,,,"]), "line 2: value is '٣'"),
        (as_text([HEADING, '4,A,Set5,4,psnr,"29,38",,,']), "line 2: value is '29,38', .* write 29.38"),
        (as_text([HEADING, "4,A,Set5,x4,psnr,29,,,"]), "line 2: scale is 'x4'"),
        (as_text([HEADING, "4,A,Set5,0.5,psnr,29,,,"]), "line 2: scale is 0.5; give 1 or more"),
        (as_text([HEADING, "4,A,Set5,4,psnr,29,-1,,"]), "line 2: std is -1"),
        (as_text([HEADING, "4,A,Set5,4,psnr,29,,first,"]), "line 2: rank is 'first'"),
        (as_text([*LINES, "", LINES[1]]), "line 5: the value of line 2 again, for A"),
        (as_text([HEADING, "4,A,Set5,4,psnr,29,,"]), "line 2: 8 fields, but the heading has 9"),
        (as_text([HEADING, "4,A,Set5,4,psnr,29,,,,x"]), "line 2: 10 fields, but the heading has 9"),
        (as_text([HEADING.replace("std,", ""), "4,A,Set5,4,psnr,29,,"]), "line 1: no column 'std'"),
        (as_text(["tabel" + HEADING[5:], LINES[1]]), "line 1: no column 'table'; did you mean 'tabel'"),
        (as_text([HEADING + ",row", LINES[1] + ",B"]), "line 1: two columns 'row'"),
        ("", "line 1: no heading"),
        (as_text([HEADING, f"4,A,Set5,4,psnr,29,,,{'x' * 140_000}"]), "line 2: not CSV .field larger than"),
        (as_text([HEADING, '4,A,Set5,4,psnr,29,,,"x']), "line 2: not CSV"),
        (as_text([*LINES, "4,Müller,Set5,4,psnr,29,,,"]).encode("latin-1"), "line 4: byte 0xfc is not UTF-8; save"),
        (as_text().encode("utf-16")[:-1], "is not UTF-16"),
    ],
)
def test_the_rest_is_refused_with_file_and_line(read, data, problem):
    with pytest.raises(PluginError, match=rf"published.csv, {problem}" if problem.startswith("line") else problem):
        read(data if isinstance(data, bytes) else data.encode())


@given(
    st.one_of(
        st.binary(max_size=300),
        st.lists(st.lists(st.text(max_size=4), max_size=10).map(",".join), max_size=4).map(
            lambda lines: as_text([HEADING, *lines]).encode()
        ),
        st.tuples(st.integers(0, 160), st.binary(min_size=1, max_size=3)).map(
            lambda change: as_text().encode()[: change[0]] + change[1] + as_text().encode()[change[0] :]
        ),
    )
)
def test_any_bytes_are_read_or_refused(data):
    error = ""
    try:
        for number, line in read_lines(data, HEADING.split(","), "published.csv"):
            assert number > 1
            assert set(HEADING.split(",")) <= line.keys()
    except PluginError as problem:
        error = str(problem)
    assert re.match(r"published.csv, line \d+: |$", error)


def test_a_value_with_an_exponent_is_refused_since_its_decimals_are_not_its_precision(read):
    with pytest.raises(PluginError, match=r"line 2: value is .1\.2e6., with an exponent; write all its digits"):
        read(as_text([HEADING, "4,A,Set5,4,params,1.2e6,,,"]).encode())


def test_a_table_without_a_file_has_no_values():
    assert published_table("", "4").values == {}
