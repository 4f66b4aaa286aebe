"""The card of a finished training: read as it was written, and an error that names the file if it is damaged."""

from __future__ import annotations

import json

import pytest

from srbench.errors import TrainingError
from srbench.training.storage.card import TrainingCard
from srbench.training.storage.names import CARD

DOCUMENT = {
    "trained_with": {"model": {"name": "tiny"}, "seed": 0},
    "images": {"held_out": ["a", "b"], "left_out": ["small (10x10)"], "fingerprint": "f00"},
    "validation": {"best_step": 0, "best_psnr": None, "last": {"step": 4, "psnr": 31.5}},
    "of_a_newer_version": [1.5, None],
}


@pytest.fixture
def file(tmp_path):
    (tmp_path / CARD).write_text(json.dumps(DOCUMENT, indent=1) + "\n")
    return tmp_path / CARD


def test_entries(file):
    card = TrainingCard.read(file.parent)
    assert card == TrainingCard.read(file)
    assert (card.model, card.held_out, card.left_out) == ("tiny", ["a", "b"], ["small (10x10)"])
    assert (card.best_psnr, card.last_psnr, card.last["step"]) == (None, 31.5, 4)


def test_an_older_card(file):
    card = TrainingCard.read(file)
    assert card.warnings == []
    assert card.validation_fingerprint == "f00"
    assert TrainingCard({**DOCUMENT, "validation": {"fingerprint": "ba5"}}).validation_fingerprint == "ba5"
    nothing = TrainingCard({"validation": {"last": None}})
    assert (nothing.last, nothing.last_psnr) == ({}, None)


def test_a_card_is_written_as_it_was_read(file, tmp_path):
    TrainingCard.read(file).write(tmp_path / "copy.json")
    assert (tmp_path / "copy.json").read_bytes() == file.read_bytes()


@pytest.mark.parametrize("content", [b"", b'{"trained_with":', b"[]", b"\xff\xfe"])
def test_a_damaged_card_is_named(file, content):
    file.write_bytes(content)
    with pytest.raises(TrainingError, match=r"card\.json: damaged \(.*\); train anew with --restart"):
        TrainingCard.read(file.parent)


def test_a_missing_card_is_named(tmp_path):
    with pytest.raises(TrainingError, match=r"card\.json: not readable: No such file"):
        TrainingCard.read(tmp_path / CARD)


@pytest.mark.parametrize("document", [{}, {"trained_with": None}, {"trained_with": {"model": {}}}])
def test_a_missing_entry_is_named(file, document):
    file.write_text(json.dumps(document))
    with pytest.raises(TrainingError, match=r"card\.json: damaged \(no entry trained_with\.model\.name\)"):
        _ = TrainingCard.read(file).model
