"""Lists of names as they are typed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from srbench.bench.planning.name_lists import (
    choose,
    folder_key,
    is_folder,
    matching,
    metrics_matching,
    split_names,
)
from srbench.errors import UnknownName

NAMES = st.lists(st.text(st.characters(codec="utf-8", exclude_characters=",*?["), min_size=1, max_size=8), max_size=6)


@pytest.mark.parametrize(
    ("text", "known", "names"),
    [
        ("Set5,Set14", (), ("Set5", "Set14")),
        (" Set5 , ,Set14,", (), ("Set5", "Set14")),
        ("photos, 2024", ("photos, 2024",), ("photos, 2024",)),
        ("photos, 2024,Set5", ("photos, 2024",), ("photos, 2024", "Set5")),
        ("Set5,photos, 2024", ("photos, 2024", "photos"), ("Set5", "photos, 2024")),
        ("a,b,c", ("a,b", "a,b,c"), ("a,b,c",)),
        ("", (), ()),
        (",,", (), ()),
    ],
)
def test_a_known_name_is_taken_whole(text, known, names):
    assert split_names(text, known.__contains__) == names


@given(NAMES)
def test_without_known_names_every_comma_separates(names):
    assert split_names(",".join(names), lambda _: False) == tuple(filter(None, (name.strip() for name in names)))


def test_a_list_of_many_names_asks_about_each_only_a_few_times():
    asked = []
    assert len(split_names("a," * 2000, lambda name: bool(asked.append(name)))) == 2000
    assert len(asked) < 2000 * 10


def test_a_pattern_takes_the_metrics_of_a_library_by_its_name_alone():
    metrics = ("psnr", "pi", "pyiqa:psnr", "pyiqa:pieapp", "niqe")
    assert metrics_matching("p*", metrics) == ["psnr", "pi"]
    assert metrics_matching("PyIQA:p*", metrics) == ["pyiqa:psnr", "pyiqa:pieapp"]
    assert metrics_matching("*:*", metrics) == ["pyiqa:psnr", "pyiqa:pieapp"]
    with pytest.raises(UnknownName, match="pie"):
        metrics_matching("pie*", metrics)


def test_patterns_and_labels_with_commas():
    rows = ["l1", "l1, reduced", "eq8", "eq8, reduced", "Ours"]
    assert choose("row", ["L1,reduced,OURS"], rows) == ["l1, reduced", "Ours"]
    assert choose("row", ["*, reduced"], rows) == ["l1, reduced", "eq8, reduced"]
    assert choose("row", ["eq8", "eq*,l1"], rows) == ["eq8", "eq8, reduced", "l1"]
    with pytest.raises(UnknownName, match=r"unknown row 'reduced'"):
        choose("row", ["Ours, reduced"], rows)
    assert matching("[le]*", rows) == ["l1", "l1, reduced", "eq8", "eq8, reduced"]


def test_spellings_of_one_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("photos", "a#b"):
        (tmp_path / name).mkdir()
    assert len({folder_key(text) for text in ("photos", "./photos", "photos/", "photos/../photos")}) == 1
    assert len({folder_key(text) for text in ("photos#train", "./photos#train", "photos#test")}) == 2
    assert is_folder("photos#test")
    assert is_folder("a#b")
    assert not is_folder("x" * 5000)
