"""`srbench report` as a command: what it writes with which options, and what it refuses before it works."""

from __future__ import annotations

import json
import re

import pytest

from srbench.imaging.image_io import read_image


@pytest.fixture(scope="module")
def measured(srbench, tmp_path_factory):
    """Return the output folder of a run: two numbers, on the photographs that ship."""
    out = tmp_path_factory.mktemp("results")
    asked = ("--plugin", "pcarn", "--table", "4", "--rows", "Bicubic", "--metrics", "psnr,ssim", "--profile", "demo")
    done = srbench("run", *asked, "--out", out)
    assert done.code == 0, done.err
    return out


def data_of(page):
    (text,) = re.findall(r'id="data">(.*?)</script>', page.read_text(encoding="utf-8"), re.DOTALL)
    return json.loads(text)


def test_a_page_of_one_paper_with_images(srbench, measured, tmp_path):
    page = tmp_path / "new" / "page.html"
    images = ("--datasets", "demo", "--most-images", "2", "--make-images")
    done = srbench("report", measured, "--plugin", "pcarn", "--out", page, *images, quiet=False)
    assert done.code == 0, done.err
    assert "making 2 SR images" in done.err
    assert done.out.startswith(f"written: {page} (")
    assert "2 measured numbers of" in done.out
    data = data_of(page)
    assert {cell["plugin"] for cell in data["cells"]} == {"pcarn"}
    assert sum("measured" in cell for cell in data["cells"]) == 2
    assert [len(scene["sr"]) for scene in data["scenes"]] == [1, 1]
    assert all(scene["hr"].startswith("data:image/webp") for scene in data["scenes"])


def test_a_site_and_its_summary_as_json(srbench, measured, tmp_path):
    site = tmp_path / "site"
    images = ("--datasets", "demo", "--most-images", "1", "--make-images", "--scales", "4")
    done = srbench("report", measured, "--plugin", "pcarn", "--site", site, *images, "--json", quiet=False)
    assert done.code == 0, done.err
    assert "making" not in done.err
    page = site / "index.html"
    found = {path.relative_to(site).as_posix() for path in site.rglob("*.png")}
    assert done.json == {
        "page": str(page),
        "bytes": page.stat().st_size,
        "images": 4,
        "measured": 2,
        "tables": done.json["tables"],
    }
    (scene,) = data_of(page)["scenes"]
    assert found == {scene["hr"], scene["lr"], scene["sr"][0]["src"], scene["sr"][0]["error"]}
    assert read_image(site / scene["hr"]).shape[:2] == (scene["height"], scene["width"])


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--plugin", "pcran"), "pcran.*pcarn"),
        (("--out", "a.html", "--site", "b"), "--out and --site"),
        (("--scales", "4"), "--datasets"),
        (("--make-images",), "--datasets"),
        (("--plugin", "pcarn", "--datasets", "Set99"), "--datasets Set99.*choose from demo"),
        (("--plugin", "pcarn", "--datasets", "demo", "--scales", "3"), "at these scales"),
        (("--plugin", "pcarn", "--datasets", "demo"), "add --make-images"),
        (("--explained", "{results}/pcarn/table-4.cells.csv"), "table-4.cells.csv.*srbench explain --json"),
        (("--out", "{results}/pcarn/table-4.md/page.html"), "table-4.md"),
        (("--site", "{results}/pcarn/table-4.md"), "table-4.md"),
        (("--out", "{results}"), "directory"),
    ],
)
def test_bad_input_is_named_and_nothing_is_written(srbench, measured, tmp_path, arguments, words):
    before = {path: path.read_bytes() for path in measured.rglob("*") if path.is_file()}
    done = srbench("report", measured, *(each.format(results=measured) for each in arguments), cwd=tmp_path)
    assert done.code == 2
    assert re.search(words, done.err, re.DOTALL), done.err
    assert "Traceback" not in done.err
    assert not list(tmp_path.iterdir())
    assert {path: path.read_bytes() for path in measured.rglob("*") if path.is_file()} == before


def test_a_folder_without_results_is_refused(srbench, tmp_path):
    empty = tmp_path / "empty"
    empty.mkdir()
    for folder, words in ((empty, "holds no measured numbers"), (tmp_path / "missing", "not a folder")):
        done = srbench("report", folder, cwd=tmp_path)
        assert done.code == 2
        assert words in done.err
    assert list(tmp_path.iterdir()) == [empty]
