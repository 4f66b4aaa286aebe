"""Lines of a ``cells.csv``, as srbench or a spreadsheet wrote it."""

from __future__ import annotations

import pytest

from srbench.bench.results.cells_file import NUMBERS, cell_lines
from srbench.bench.results.table_result import FIELDS
from srbench.errors import StoreError
from srbench.frames.columns import REAL, RESULTS, WHOLE
from srbench.render.csv_tables import objects_to_csv

HEADING = "row,dataset,scale,metric,verdict,note"
LABELS = (" Ours ", "+ Local", "=1+1", "Ours, wide", 'the "best"', "'quoted'", " ")


def lines(tmp_path, data):
    file = tmp_path / "table-1.cells.csv"
    file.write_bytes(data if isinstance(data, bytes) else data.encode())
    return [texts for _, texts in cell_lines(file)]


@pytest.mark.parametrize("label", LABELS)
def test_a_label_comes_back_as_it_was(tmp_path, label):
    cell = {"row": label, "dataset": "Set5", "scale": 4.0, "metric": "psnr", "note": label}
    written = objects_to_csv([dict.fromkeys(FIELDS) | cell])
    (line,) = lines(tmp_path, written)
    assert (line["row"], line["note"]) == (label, label)


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_spreadsheet_has_rewritten_it(tmp_path, separator, encoding):
    rows = (HEADING, "Ours,Set5,4,psnr,reproduced,", "Größe,Set5,4,psnr,reproduced,")
    text = "\r\n".join(row.replace(",", separator) for row in rows)
    assert [line["row"] for line in lines(tmp_path, text.encode(encoding))] == ["Ours", "Größe"]


def test_spaces_behind_commas_belong_to_labels_and_notes_alone(tmp_path):
    (line,) = lines(tmp_path, f"{HEADING.replace(',', ', ')}\nOurs,Set5, 4, psnr, reproduced, kept\n")
    assert line == {
        "row": "Ours",
        "dataset": "Set5",
        "scale": "4",
        "metric": "psnr",
        "verdict": "reproduced",
        "note": " kept",
    }


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", r"table-1\.cells\.csv, line 1: no heading; print the table again with srbench run$"),
        (f"{HEADING}\nOurs,Set5\n", r"line 2: 2 fields, but the heading has 6; print the table again with srbench"),
        ("row,dataset\n", r"line 1: no column 'scale'; choose from dataset, row; print the table again with srbench"),
    ],
)
def test_the_advice_is_to_print_the_table_again(tmp_path, text, message):
    with pytest.raises(StoreError, match=message):
        lines(tmp_path, text)


@pytest.mark.parametrize("name", NUMBERS)
@pytest.mark.parametrize(("text", "fault"), [("nan", "not finite"), ("-inf", "not finite"), ("28,1", "not a number")])
def test_numbers_are_finite(tmp_path, name, text, fault):
    cell = {"row": "Ours", "dataset": "Set5", "metric": "psnr", name: text}
    written = objects_to_csv([dict.fromkeys(FIELDS) | cell])
    with pytest.raises(StoreError, match=rf"line 2: column {name}: '{text}' is {fault}; print the table again"):
        lines(tmp_path, written)


def test_every_column_of_numbers_is_checked():
    """Those that are numbers in the data frame of the file."""
    assert set(NUMBERS) == {name for name, kind in RESULTS.items() if kind in {REAL, WHOLE}}


def test_a_folder_in_its_place_has_the_name_for_messages(tmp_path):
    with pytest.raises(StoreError, match=r"^HEAD~3:results/pcarn/table-4\.cells\.csv: a folder"):
        list(cell_lines(tmp_path, "HEAD~3:results/pcarn/table-4.cells.csv"))
