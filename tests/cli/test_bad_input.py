"""Every wrong input is one line that names it and says what would be right, with exit code 2."""

from __future__ import annotations

import pickle
import shutil

import pytest
from PIL import Image


@pytest.fixture
def set5(shared, tmp_path):
    """A copy of Set5, to be damaged."""
    folder = tmp_path / "data" / "Set5"
    for part in ("HR", "LR_bicubic/X4"):
        shutil.copytree(shared / "data" / "Set5" / part, folder / part)
    for path in folder.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)
    return folder


@pytest.fixture
def evaluate(srbench, tmp_path):
    def call(*arguments, model="bicubic"):
        return srbench("eval", "--model", model, "--scales", "4", "--datasets", tmp_path / "data" / "Set5", *arguments)

    return call


def is_refused(outcome, *words):
    assert outcome.code == 2, outcome.out + outcome.err
    assert outcome.out == ""
    lines = outcome.err.strip().splitlines()
    assert len(lines) == 1, outcome.err
    assert lines[0].startswith("error: ")
    for word in words:
        assert word in lines[0]


def test_truncated_png(set5, evaluate):
    path = set5 / "HR" / "baby.png"
    path.write_bytes(path.read_bytes()[:5000])
    is_refused(evaluate(), "baby.png", "damaged")


def test_sizes_that_do_not_belong_together(set5, evaluate):
    Image.new("RGB", (10, 10)).save(set5 / "LR_bicubic" / "X4" / "babyx4.png")
    is_refused(evaluate(), "babyx4.png: 10x10 does not fit", "expected 128x128")


def test_missing_pair(set5, evaluate):
    (set5 / "LR_bicubic" / "X4" / "babyx4.png").unlink()
    is_refused(evaluate(), "baby.png", "no LR image", "babyx4")


def test_empty_folder(tmp_path, evaluate):
    (tmp_path / "data" / "Set5").mkdir(parents=True)
    is_refused(evaluate(), "Set5", "no images")


def test_transparent(set5, evaluate):
    Image.new("RGBA", (512, 512), (1, 2, 3, 128)).save(set5 / "HR" / "baby.png")
    is_refused(evaluate(), "baby.png", "transparent")


def test_weights_of_another_network(set5, shared, evaluate):
    weights = shared / "weights" / "sr" / "IMDN_x4.pth"
    outcome = evaluate("--weights", weights, model="edsr-baseline")
    is_refused(outcome, "IMDN_x4.pth: not a checkpoint of", "missing:", "unexpected: fea_conv.weight")


def test_damaged_weights(set5, tmp_path, evaluate):
    (tmp_path / "bad.pth").write_bytes(b"PK\x03\x04 nothing")
    is_refused(evaluate("--weights", tmp_path / "bad.pth", model="imdn"), "bad.pth: damaged", "get the file again")


def test_weights_with_another_hash(shared, srbench, tmp_path):
    (tmp_path / "weights").mkdir()
    content = bytearray((shared / "weights" / "sr" / "PCARN-M.pth").read_bytes())
    content[-1] ^= 1
    (tmp_path / "weights" / "PCARN-M.pth").write_bytes(bytes(content))
    outcome = srbench(
        *("run", "--plugin", "pcarn", "--table", "4", "--rows", "PCARN-M", "--datasets", "Set5", "--metrics", "psnr"),
        *("--data", tmp_path, "--out", tmp_path / "out"),
    )
    is_refused(outcome, "PCARN-M.pth", "SHA-256", "get it again")


class Code:
    def __reduce__(self):
        return print, ("this code must never run",)


def test_a_pickle_with_code_in_it(set5, tmp_path, evaluate):
    torch = pytest.importorskip("torch")
    torch.save({"state_dict": Code()}, tmp_path / "evil.pth")
    (tmp_path / "plain.pth").write_bytes(pickle.dumps(Code()))
    for name in ("evil.pth", "plain.pth"):
        outcome = evaluate("--weights", tmp_path / name, model="imdn")
        is_refused(outcome, f"{name}: holds more than tensors")
        assert "must never run" not in outcome.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ("run --plugin pcran --table 4", ("unknown plugin 'pcran'", "did you mean 'pcarn'")),
        ("run --plugin pcarn --table 44", ("unknown table '44' of plugin pcarn", "'4'")),
        ("run --plugin pcarn --table 4 --rows PCARN-X", ("unknown row 'PCARN-X'", "PCARN-M")),
        ("run --plugin pcarn --table 4 --metrics pnsr", ("unknown metric 'pnsr'", "'psnr'")),
        ("run --plugin pcarn --table 4 --datasets Set55", ("unknown dataset 'Set55'", "'Set5'")),
        ("run --plugin pcarn --table 4 --protocol standart", ("unknown protocol 'standart'", "'standard'")),
        ("run --plugin pcarn --table 4 --data /no/such", ("--data /no/such", "no such folder")),
        ("run --plugin pcarn --table 4 --scales 0.5", ("scale 0.5 is below 1",)),
        ("eval --model imdm --datasets demo --scales 4", ("unknown model 'imdm'", "'imdn'")),
        ("eval --model oisr-rk2 --datasets demo --scales 4", ("oisr-rk2", "--weights")),
        ("eval --model imdn --datasets demo --scales 5", ("model imdn does not support x5; its scales: x2, x3, x4",)),
        ("eval --model no/file.py:Net --datasets demo --scales 4", ("no/file.py: no such file",)),
        ("eval --model bicubic --datasets demo --scales two", ("scale 'two' is not a number",)),
        ("search --space drn --max-params nan", ("--max-params: 'nan' is not a number above 0",)),
        ("diff a b --tolerance nan", ("--tolerance: 'nan' is not a number from 0 to 1",)),
        ("upscale no.png --method bicubic --scale 2 --out /tmp", ("no.png: no such file",)),
        ("score /no/sr /no/hr --scale 4", ("/no/sr", "no such folder")),
        ("list modles", ("unknown kind 'modles'", "'models'")),
        ("shwo pcarn", ("unknown command 'shwo'", "'show'")),
    ],
)
def test_wrong_words(srbench, arguments, words):
    is_refused(srbench(*arguments.split()), *words)


def test_a_folder_that_cannot_be_written(srbench, tmp_path):
    (tmp_path / "file").write_text("in the way")
    outcome = srbench("run", "--plugin", "pcarn", "--table", "4", "--profile", "demo", "--out", tmp_path / "file")
    is_refused(outcome, "--out", "can't be written")


@pytest.mark.slow
def test_what_was_finished_survives_what_fails(set5, shared, srbench, tmp_path):
    """One damaged dataset: the other's cells are stored before, and a mended copy goes on from there."""
    other = tmp_path / "other"
    other.mkdir()
    (other / "bird.png").write_bytes((shared / "data" / "Set5" / "HR" / "bird.png").read_bytes())
    where = ("--data", tmp_path, "--out", tmp_path / "o")
    command = ("run", "--plugin", "pcarn", "--table", "4", "--rows", "Bicubic", "--metrics", "psnr", *where)
    assert srbench(*command, "--datasets", other).code == 0
    path = set5 / "HR" / "baby.png"
    whole = path.read_bytes()
    path.write_bytes(whole[:5000])
    records = sorted((tmp_path / "o" / "records").rglob("*.json"))
    assert records
    outcome = srbench(*command, "--datasets", f"Set5,{other}")
    is_refused(outcome, "baby.png")
    assert sorted((tmp_path / "o" / "records").rglob("*.json")) == records
    path.write_bytes(whole)
    assert srbench(*command, "--datasets", f"Set5,{other}").code == 0
