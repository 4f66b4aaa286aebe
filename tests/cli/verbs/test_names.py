"""`score` and `eval` on files with the names that other codes write; every input is made here."""

from __future__ import annotations

import unicodedata

import numpy as np
import pytest

from srbench.imaging.image_io import read_image
from srbench.imaging.resize import imresize


@pytest.fixture
def hr(photograph):
    """Return two HR images of 48x64 pixels, by name."""
    return {"ex1": photograph[:48, :64], "ex2": photograph[60:108, 100:164]}


@pytest.fixture
def folders(hr, save, tmp_path):
    """``folders("{}_HR", "{}_x4_SR")``: the images as HR/ and, one grey level off, as SR/; returns SR/ and HR/."""

    def make(hr_name, sr_name):
        for name, image in hr.items():
            save(f"HR/{hr_name.format(name)}.png", image)
            save(f"SR/{sr_name.format(name)}.png", image ^ 1)
        return tmp_path / "SR", tmp_path / "HR"

    return make


def refused(outcome, *words):
    assert outcome.code == 2, outcome.out + outcome.err
    assert outcome.out == ""
    (line,) = outcome.err.strip().splitlines()
    assert line.startswith("error: ")
    for word in words:
        assert word in line
    return line


ONE_LEVEL = 10 * np.log10(255**2)
"""PSNR (dB) of RGB images that differ by one grey level everywhere."""


@pytest.mark.parametrize(
    ("hr_name", "sr_name", "note"),
    [
        ("{}", "{}", ""),
        ("{}", "{}_x4_SR", ""),
        ("{}_SRF_4_HR", "{}_SRF_4_HR", ""),
        ("{}_HR", "{}_SR", ""),
        ("{}", "{}_SwinIR", "names of SR paired as {}_SwinIR"),
        ("{}", "Net_{}", "names of SR paired as Net_{}"),
    ],
)
def test_score_pairs_the_names_of_other_codes(srbench, folders, hr_name, sr_name, note):
    outcome = srbench("score", *folders(hr_name, sr_name), "--scale", 4, "--protocol", "rgb", "--metrics", "psnr",
                      "--json", "--per-image")  # fmt: skip
    assert outcome.code == 0, outcome.err
    mean, *each = outcome.json
    assert mean["measured"] == pytest.approx(ONE_LEVEL)
    assert mean["note"] == note
    assert [line["image"] for line in each] == [hr_name.format("ex1"), hr_name.format("ex2")]


def test_score_with_a_form_of_names(srbench, folders, save, hr):
    sr, plain = folders("{}", "A{}B")
    save("SR/another.png", hr["ex1"])
    refused(srbench("score", sr, plain, "--scale", 4), "ex1.png: no SR image in", "nor for ex2.png",
            "without an HR image there: Aex1B.png, Aex2B.png, another.png", "--sr-name '{}_NAME'")  # fmt: skip
    psnr, ssim = srbench("score", sr, plain, "--scale", 4, "--sr-name", "A{}B.png", "--json").json
    assert (psnr["n_images"], ssim["n_images"]) == (2, 2)
    assert psnr["note"] == "SR: 1 file left out: another.png"
    refused(srbench("score", sr, plain, "--scale", 4, "--sr-name", "AB"), "'AB': needs {} once")
    refused(srbench("score", sr, plain, "--scale", 4, "--sr-name", "{}_.x"), "expected ex1_.x (.png, ...)")


def test_score_of_another_scale_is_refused(srbench, folders):
    refused(srbench("score", *folders("{}", "{}_x2"), "--scale", 4), "ex1_x2.png says x2, not x4")


def test_score_of_accents_in_two_normal_forms(srbench, save, hr, tmp_path):
    for folder, form in (("SR", "NFD"), ("HR", "NFC")):
        save(f"{folder}/{unicodedata.normalize(form, 'café')}.png", hr["ex1"])
    options = ("--scales", 4, "--metrics", "psnr", "--per-image", "--json")
    _, image = srbench("score", tmp_path / "SR", tmp_path / "HR", *options).json
    assert (image["image"], image["measured"]) == ("café", "inf")


def test_score_of_one_folder_with_all_roles(srbench, save, hr, tmp_path):
    for name, image in hr.items():
        save(f"results/{name}_x4_HR.png", image)
        save(f"results/{name}_x4_SR.png", image ^ 1)
        save(f"results/{name}_x4_LR.png", image[::4, ::4])
    folder = tmp_path / "results"
    options = ("--scale", 4, "--protocol", "rgb", "--metrics", "psnr", "--json")
    (both,) = srbench("score", folder, folder, *options).json
    assert both["measured"] == pytest.approx(ONE_LEVEL)
    for name, image in hr.items():
        save(f"HR/{name}.png", image)
    (apart,) = srbench("score", folder, tmp_path / "HR", *options).json
    assert apart["measured"] == pytest.approx(ONE_LEVEL)
    assert apart["note"].startswith("results: 4 files left out: ex1_x4_HR.png, ex1_x4_LR.png")
    refused(srbench("score", tmp_path / "HR", tmp_path / "HR", *options), "given both as SR and as HR")


def test_score_names_what_it_did_not_read(srbench, folders):
    sr, plain = folders("{}", "{}")
    (sr / "ex3.gif").write_bytes(b"GIF89a")
    outcome = srbench("score", sr, plain, "--scale", 4, "--metrics", "psnr")
    assert outcome.out.splitlines()[-1] == "psnr: SR: 1 file left out: ex3.gif"


def test_score_finds_hr_images_by_the_name_of_their_dataset(srbench, folders, tmp_path):
    sr, plain = folders("{}", "{}")
    root = tmp_path / "root" / "Mini"
    root.mkdir(parents=True)
    plain.rename(root / "HR")
    for name in ("Mini", "Mini/HR"):
        assert srbench("score", sr, name, "--scale", 4, "--data", tmp_path / "root", "--json").code == 0
    refused(srbench("score", sr, "Mini/HX", "--scale", 4, "--data", tmp_path / "root"), "no such folder")


@pytest.mark.parametrize(
    ("rows", "columns", "words"), [(50, 67, "crop SR to HR's size"), (24, 32, "check the scale"), (48, 70, "check")]
)
def test_score_of_other_sizes_says_what_to_do(srbench, save, photograph, tmp_path, rows, columns, words):
    save("HR/a.png", photograph[:48, :64])
    save("SR/a.png", photograph[:rows, :columns])
    line = refused(srbench("score", tmp_path / "SR", tmp_path / "HR", "--scale", 4), f"SR is {columns}x{rows}", words)
    assert "a.png is 64x48" in line


@pytest.mark.parametrize("name", ["{}x4", "{}_x4", "{}_LRBI_x4", "{}"])
def test_eval_reads_lr_files_of_any_known_name(srbench, save, hr, tmp_path, name):
    for image_name, image in hr.items():
        save(f"set/HR/{image_name}.png", image)
        lr = imresize(image, 1 / 4, mode="matlab-uint8").astype(np.uint8)
        save(f"set/LR_unknown/X4/{name.format(image_name)}.png", 255 - lr)  # no imresize makes it of HR
    options = ("--model", "nearest", "--scales", 4, "--protocol", "rgb", "--metrics", "psnr")
    (line,) = srbench("eval", *options, "--datasets", tmp_path / "set", "--json").json
    inverted = [255 - imresize(image, 1 / 4, mode="matlab-uint8").astype(np.uint8) for image in hr.values()]
    errors = (
        np.mean((lr.repeat(4, 0).repeat(4, 1)[4:-4, 4:-4].astype(float) - image[4:-4, 4:-4]) ** 2)
        for lr, image in zip(inverted, hr.values(), strict=True)
    )
    assert line["measured"] == pytest.approx(np.mean([10 * np.log10(255**2 / error) for error in errors]))
    assert (line["lr"], line["note"]) == ("file", "LR from LR_unknown/X4")
    text = srbench("eval", *options, "--datasets", tmp_path / "set").out
    assert "LR: files of the dataset.\n" in text


def test_tables_say_where_each_lr_comes_from(srbench, save, hr, tmp_path):
    save("files/HR/a.png", hr["ex1"])
    save("files/LR_bicubic/X2/ax2.png", imresize(hr["ex1"], 1 / 2, mode="matlab-uint8").astype(np.uint8))
    save("made/a.png", hr["ex1"])
    sets = f"{tmp_path / 'files'},{tmp_path / 'made'}"
    outcome = srbench("eval", "--model", "nearest", "--scales", "2,4", "--metrics", "psnr", "--datasets", sets)
    assert "LR: files of the dataset (files x2); made from HR by matlab-uint8 (files x4, made)." in outcome.out


def test_saved_lr_images_of_upscale_are_read_again(srbench, save, hr, tmp_path):
    """What `upscale` writes (``ex1_x4.png``) is paired by `score` without a word."""
    for name, image in hr.items():
        save(f"HR/{name}.png", image)
        save(f"LR/{name}.png", imresize(image, 1 / 4, mode="matlab-uint8").astype(np.uint8))
    srbench("upscale", tmp_path / "LR", "--method", "bicubic", "--scale", 4, "--out", tmp_path / "SR")
    (psnr,) = srbench("score", tmp_path / "SR", tmp_path / "HR", "--scale", 4, "--metrics", "psnr", "--json").json
    assert psnr["note"] == ""
    assert read_image(next((tmp_path / "SR").rglob("ex1*"))).shape == hr["ex1"].shape


def test_upscale_names_what_it_did_not_read(srbench, save, hr, tmp_path):
    save("LR/a.png", hr["ex1"][:12, :12])
    (tmp_path / "LR" / "b.gif").write_bytes(b"GIF89a")
    outcome = srbench("upscale", tmp_path / "LR", "--method", "bicubic", "--scale", 2, "--out", tmp_path / "SR")
    assert outcome.err == "warning: LR: 1 file left out: b.gif\n"
