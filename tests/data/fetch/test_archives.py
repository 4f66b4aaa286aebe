from __future__ import annotations

import io
import os
import tarfile
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from srbench.data.fetch.archives import _refuse_escape, extract_images
from srbench.errors import DataError

FILES = {"pack/Set5/HR/baby.png": b"hr", "pack/Set5/LR_bicubic/X2/babyx2.png": b"lr", "pack/Set14/HR/a.png": b"other"}
PATTERNS = {"HR": "Set5/HR/*.png", "LR_bicubic/X2": "Set5/LR_bicubic/X2/*.png"}


def make_zip(path, files, links=()):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
        for name, target in links:
            info = zipfile.ZipInfo(name)
            info.external_attr = 0o120777 << 16
            archive.writestr(info, target)
    return path


def make_tar(path, files, links=(), kind=tarfile.SYMTYPE):
    with tarfile.open(path, "w:gz" if path.suffix == ".tgz" else "w") as archive:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
        for name, target in links:
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, target
            archive.addfile(info)
    return path


MAKERS = {"a.zip": make_zip, "a.tar": make_tar, "a.tgz": make_tar}


@pytest.fixture(params=MAKERS)
def pack(request, tmp_path):
    return lambda files, *links, **options: MAKERS[request.param](tmp_path / request.param, files, links, **options)


def extracted(tmp_path):
    target = tmp_path / "out"
    return {str(path.relative_to(target)): path.read_bytes() for path in target.rglob("*") if path.is_file()}


def test_only_matching_members_are_extracted_under_their_base_names(pack, tmp_path):
    extract_images(pack(FILES), PATTERNS, tmp_path / "out")
    assert extracted(tmp_path) == {"HR/baby.png": b"hr", "LR_bicubic/X2/babyx2.png": b"lr"}


def test_glob_over_two_folders(pack, tmp_path):
    files = {f"BSR/BSDS500/data/images/{part}/{i}.jpg": b"" for i, part in enumerate(("train", "test", "val"))}
    extract_images(pack(files), {"HR": "BSDS500/data/images/t[er]*/*.jpg"}, tmp_path / "out")
    assert sorted(extracted(tmp_path)) == ["HR/0.jpg", "HR/1.jpg"]


OUTSIDE = ["../x.png", "a/../../x.png", "/etc/x.png", "..\\x.png", "C:\\x.png", "C:/x.png", ".."]


@pytest.mark.parametrize("name", OUTSIDE)
def test_a_member_that_points_outside_is_refused(pack, tmp_path, name):
    archive = pack({**FILES, name: b"evil"})
    with pytest.raises(DataError, match=r"a\.(zip|tar|tgz): its member .* points outside; the archive is not unpacked"):
        extract_images(archive, PATTERNS, tmp_path / "out")
    assert "evil" not in extracted(tmp_path).values()


@pytest.mark.parametrize("target", ["/etc/passwd", "../../../x", "../.."])
def test_a_link_that_points_outside_is_refused(pack, tmp_path, target):
    with pytest.raises(DataError, match="points outside to"):
        extract_images(pack(FILES, ("pack/link.png", target)), PATTERNS, tmp_path / "out")


def test_a_hard_link_that_points_outside_is_refused(tmp_path):
    archive = make_tar(tmp_path / "a.tar", FILES, [("pack/link.png", "../x")], kind=tarfile.LNKTYPE)
    with pytest.raises(DataError, match="points outside"):
        extract_images(archive, PATTERNS, tmp_path / "out")


def test_links_inside_and_devices_are_not_followed(tmp_path):
    links = [("pack/Set5/HR/link.png", "baby.png")]
    extract_images(make_zip(tmp_path / "a.zip", FILES, links), PATTERNS, tmp_path / "out")
    extract_images(make_tar(tmp_path / "a.tar", FILES, links), PATTERNS, tmp_path / "tar")
    device = make_tar(tmp_path / "b.tar", FILES, [("pack/Set5/HR/null.png", "")], kind=tarfile.CHRTYPE)
    extract_images(device, PATTERNS, tmp_path / "device")
    for folder in ("out", "tar", "device"):
        assert [path.name for path in (tmp_path / folder / "HR").iterdir()] == ["baby.png"]


def test_an_archive_without_a_match_is_refused(pack, tmp_path):
    with pytest.raises(DataError, match=r"no member matches Manga109/HR/\*.png"):
        extract_images(pack(FILES), {"HR": "Manga109/HR/*.png"}, tmp_path / "out")


@pytest.mark.parametrize("kept", [0.0, 0.3, 0.6, 0.9])
def test_a_truncated_archive_is_refused(pack, tmp_path, kept):
    path = pack({**FILES, "pack/Set5/HR/baby.png": bytes(range(256)) * 400, "pack/z.bin": os.urandom(50_000)})
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * kept)])
    with pytest.raises(DataError, match=r"a\.(zip|tar|tgz): (damaged, or neither zip nor tar|no member matches)"):
        extract_images(path, PATTERNS, tmp_path / "out")


def test_neither_zip_nor_tar(tmp_path):
    (tmp_path / "a.rar").write_bytes(b"Rar!\x1a\x07\x00" + bytes(2000))
    with pytest.raises(DataError, match="neither zip nor tar"):
        extract_images(tmp_path / "a.rar", PATTERNS, tmp_path / "out")


part = st.sampled_from(["a", "b.png", ".", "..", "...", "..a", "", "/", "\\"])


@given(st.lists(part, min_size=1, max_size=6).map("/".join))
def test_names_that_are_not_refused_stay_inside(tmp_path_factory, name):
    root = tmp_path_factory.getbasetemp() / "inside"
    try:
        _refuse_escape(root, name)
    except DataError:
        return
    assert (root / name.replace("\\", "/")).resolve().is_relative_to(root.resolve())
