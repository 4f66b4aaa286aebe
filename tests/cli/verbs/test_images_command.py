"""Finished SR images on the command line: found, listed, verified, measured, and never upscaled with."""

from __future__ import annotations

import pytest

from srbench.bench.resolve.ad_hoc_methods import parse_method
from srbench.catalog import load_catalog
from srbench.errors import UsageError
from srbench.specs.method import MethodSpec


@pytest.fixture
def folder(save, photograph, tmp_path):
    """A data root with the dataset `Mini` and FEQE's SR images of it, in a layout of authors."""
    for name in ("a", "b"):
        save(f"root/Mini/{name}.png", photograph[:41, :61])
        save(f"root/images/FEQE/Mini/{name}_FEQE.png", 255 - photograph[:40, :60])
    return tmp_path / "root"


def test_eval_measures_them(srbench, folder):
    outcome = srbench(
        *("eval", "--model", "feqe", "--datasets", folder / "Mini", "--scale", 4, "--data", folder, "--json"),
        *("--metrics", "psnr,ssim,params,pll"),
    )
    found = {line["metric"]: line for line in outcome.json}
    assert outcome.code == 0, outcome.err
    assert found["psnr"]["n_images"] == 2
    assert found["psnr"]["measured"] < 15
    assert "finished SR files of FEQE" in found["ssim"]["note"]
    assert found["pll"]["note"].startswith("finished SR images (feqe-images) have no sigma")


def test_eval_at_another_scale_says_how_to_get_them(srbench, folder):
    outcome = srbench(
        "eval", "--model", "feqe", "--datasets", folder / "Mini", "--scale", 2, "--metrics", "psnr", "--data", folder
    )
    assert outcome.code == 2
    assert "no SR images of FEQE for this dataset and scale: srbench data get feqe-images" in outcome.err


def test_eval_names_both_files_of_a_missing_image(srbench, folder):
    (folder / "images/FEQE/Mini/b_FEQE.png").rename(folder / "images/FEQE/Mini/b_FEQE_x2.png")
    outcome = srbench("eval", "--model", "feqe", "--datasets", folder / "Mini", "--scale", 4, "--data", folder)
    assert outcome.code == 2
    assert "Mini/b.png: no SR image of this name" in outcome.err
    assert "(only b_FEQE_x2.png)" in outcome.err


@pytest.mark.parametrize("method", ["feqe", "rdn"])
def test_upscale_says_why_it_cant(srbench, photo, method, tmp_path):
    outcome = srbench("upscale", photo, "--method", method, "--out", tmp_path / "out")
    assert outcome.code == 2
    assert f"finished SR images of test sets ({method}-images) can't upscale other images" in outcome.err
    assert not (tmp_path / "out").exists()


def test_a_checkpoint_for_a_method_without_network_is_refused(tmp_path):
    (tmp_path / "net.pth").touch()
    catalog = load_catalog().with_methods([MethodSpec("pictures", images="feqe-images")])
    with pytest.raises(UsageError, match="--method pictures: it is made of finished SR images and has no network"):
        parse_method(catalog, "pictures", weights=tmp_path / "net.pth")


def test_data_get_names_the_page_and_the_folder(srbench, cache):
    outcome = srbench("data", "get", "srgan-images")
    assert outcome.code == 2
    assert "https://twitter.app.box.com/s/lcue6vlrd01ljkdtdkhmfvk7vtjhetog by hand" in outcome.err
    assert f"into {cache}/images/SRGAN/Set5/X4" in outcome.err


def test_data_knows_what_is_found(srbench, folder):
    lines = {line["name"]: line for line in srbench("data", "list", "--data", folder, "--json").json}
    found = lines["feqe-images"]
    assert (found["kind"], found["images"], found["scales"], found["state"]) == ("images", 2, [4.0], "readable")
    assert lines["rdn-images"]["state"] == "missing"
    assert srbench("data", "path", "feqe-images", "--data", folder).out.strip() == str(folder / "images/FEQE/Mini")
    assert srbench("data", "path", "rdn-images", "--data", folder).code == 2
    verified = srbench("data", "verify", "feqe-images", "--data", folder)
    assert verified.code == 0
    assert "readable" in verified.out
    got = srbench("data", "get", "feqe-images", "--data", folder)
    assert got.code == 0
    assert "for other sets, download the SR images from https://drive.google.com/" in got.err


def test_known_copies_are_verified_pixel_by_pixel(srbench, shared, save, photograph, tmp_path):
    good = srbench("data", "verify", "rdn-images", "--data", shared, "--json")
    assert good.code == 0
    assert [line["state"] for line in good.json] == ["ok"]
    for name in ("baby", "bird", "butterfly", "head", "woman"):
        save(f"data/Set5/HR/{name}.png", photograph)
        save(f"images/RDN/Set5/X4/{name}.png", photograph)
    bad = srbench("data", "verify", "rdn-images", "--data", tmp_path)
    assert bad.code == 1
    assert "rdn-images: Set5 x4: other pixels than the known copy" in bad.err


def test_they_are_listed(srbench):
    lines = {line["name"]: line for line in srbench("list", "images", "--json").json}
    assert lines["san-images"]["folder"] == "SAN"
    methods = {line["name"]: line["images"] for line in srbench("list", "methods", "--json").json}
    assert methods["san"] == "san-images"
