"""Archives made to do harm: each member that is malformed, and each bomb, is one line, and nothing is left outside."""

from __future__ import annotations

import gzip
import io
import re
import struct
import tarfile
import zipfile
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from srbench.data.fetch import bounded_reader
from srbench.data.fetch.archives import _check_name, extract_images
from srbench.errors import DataError

PATTERN = {"HR": "*.png"}


def is_refused(archive, tmp_path, words):
    with pytest.raises(DataError) as raised:
        extract_images(archive, PATTERN, tmp_path / "out" / "in")
    (line,) = str(raised.value).splitlines()
    line.encode()
    assert line.startswith(str(archive))
    assert re.search(words, line), line
    inside = {path for path in tmp_path.rglob("*") if path.is_file()}
    assert all(path == archive or path.is_relative_to(tmp_path / "out" / "in") for path in inside)


def tar(path, *members, **options):
    with tarfile.open(path, options.pop("mode", "w"), format=tarfile.PAX_FORMAT, **options) as archive:
        for info, content in members:
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return path


def member(name="a.png", **fields):
    info = tarfile.TarInfo(name)
    for field, value in fields.items():
        setattr(info, field, value)
    return info


@pytest.mark.parametrize(
    ("info", "words"),
    [
        (member(pax_headers={"path": "a\0b.png"}), "has no name of a file"),
        (member(pax_headers={"path": "a\nb.png"}), "has no name of a file"),
        (member(pax_headers={"path": "n" * 300 + ".png"}), "has no name of a file"),
        (member(pax_headers={"path": "../../a.png"}), "points outside"),
        (member(pax_headers={"path": "/etc/a.png"}), "points outside"),
        (member(pax_headers={"GNU.sparse.map": "0,abc", "GNU.sparse.size": "5"}), "damaged"),
        (member(type=tarfile.FIFOTYPE), "no member matches"),
        (member(type=tarfile.BLKTYPE), "no member matches"),
        (member(type=tarfile.SYMTYPE, linkname="../../../x"), "points outside"),
        (member(type=tarfile.LNKTYPE, linkname="/x"), "points outside"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_malformed_members_of_a_tar_are_refused(tmp_path, info, words):
    is_refused(tar(tmp_path / "a.tar", (info, b"" if info.type != tarfile.REGTYPE else b"12345")), tmp_path, words)


def test_a_lone_surrogate_in_a_tar(tmp_path):
    header = "path=\ud800.png\n"
    size = len(header.encode("utf-8", "surrogatepass")) + 3
    pax = f"{size} {header}".encode("utf-8", "surrogatepass")
    path = tar(tmp_path / "a.tar", (member("x", type=tarfile.XHDTYPE), pax), (member(), b"12345"))
    with suppress(DataError):  # tarfile may read its bytes as those of a name that is not UTF-8
        extract_images(path, PATTERN, tmp_path / "out")
    surrogate = member(pax_headers={"path": "x/\udc80.png", "comment": "c"})
    with suppress(DataError):
        extract_images(tar(tmp_path / "b.tar", (surrogate, b"1"), errors="surrogatepass"), PATTERN, tmp_path / "b")


@pytest.mark.parametrize("name", ["x/\ud800.png", "x/a\0b.png", "x/a\x1b[31m.png", f"x/{'é' * 130}.png"])
def test_names_that_are_no_names_of_files(tmp_path, name):
    with pytest.raises(DataError, match="has no name of a file; the archive is not unpacked") as raised:
        _check_name(tmp_path, name)
    str(raised.value).encode()


def test_two_members_of_one_name_are_refused(tmp_path):
    path = tar(tmp_path / "a.tar", (member("x/a.png"), b"1"), (member("y/a.png"), b"2"))
    is_refused(path, tmp_path, r"two members would become a\.png")
    (tmp_path / "b").mkdir()
    with zipfile.ZipFile(tmp_path / "b" / "b.zip", "w") as archive:
        for folder in ("x", "y"):
            archive.writestr(f"{folder}/a.png", folder)
    is_refused(tmp_path / "b" / "b.zip", tmp_path / "b", r"two members would become a\.png")


def zipped(path, content=b"12345", name="a.png"):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return path


def patched(path, offset, value):
    """Set two bytes of the central directory and of the local header of a zip with one member."""
    content = bytearray(path.read_bytes())
    central = content.index(b"PK\1\2")
    struct.pack_into("<H", content, central + offset + 2, value)
    struct.pack_into("<H", content, offset, value)
    path.write_bytes(content)
    return path


def test_an_encrypted_zip(tmp_path):
    is_refused(patched(zipped(tmp_path / "a.zip"), 6, 1), tmp_path, r"its member 'a\.png' is encrypted; unpack it by")


def test_an_unknown_compression(tmp_path):
    is_refused(patched(zipped(tmp_path / "a.zip"), 8, 77), tmp_path, r"damaged, or neither zip nor tar \(.*compression")


@pytest.fixture
def small_limits(monkeypatch):
    monkeypatch.setattr(bounded_reader, "ALLOWANCE", 1 << 20)


BOMB = bytes(20 << 20)


@pytest.mark.parametrize("mode", ["w:gz", "w:bz2", "w:xz"])
@pytest.mark.parametrize("name", ["a.png", "other.bin"])
def test_a_tar_that_is_a_bomb(tmp_path, small_limits, mode, name):
    """Members that are not asked for are decompressed as well, to be passed over."""
    is_refused(tar(tmp_path / "a.tar", (member(name), BOMB), (member("z.png"), b"1"), mode=mode), tmp_path, "bomb")


def test_a_zip_that_is_a_bomb(tmp_path, small_limits):
    is_refused(zipped(tmp_path / "a.zip", BOMB), tmp_path, "decompresses to more than 3 MB, .*bomb")
    (left,) = (tmp_path / "out").rglob("*.png")
    assert left.stat().st_size < 4 << 20


def test_a_bomb_in_a_header(tmp_path, small_limits):
    """A header that is said to be 8 GB long is read into memory by tarfile."""
    header = member("x", type=tarfile.XHDTYPE)
    header.size = 8**10
    path = tmp_path / "a.tar"
    path.write_bytes(gzip.compress(header.tobuf() + BOMB))
    is_refused(path, tmp_path, "bomb|damaged")


def test_a_sparse_file(tmp_path, small_limits):
    info = member(pax_headers={"GNU.sparse.map": f"0,5,{1 << 50},0", "GNU.sparse.size": str(1 << 50)})
    is_refused(tar(tmp_path / "a.tar", (info, b"12345")), tmp_path, "bomb|damaged")


def test_a_zip_in_a_zip_is_no_image(tmp_path):
    inner = zipped(tmp_path / "inner.zip", BOMB)
    outer = zipped(tmp_path / "a.zip", inner.read_bytes(), "b.zip")
    inner.unlink()
    is_refused(outer, tmp_path, "no member")


def good(kind):
    buffer = io.BytesIO()
    if kind == "zip":
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("x/a.png", b"12345" * 50)
            archive.writestr("x/b.png", b"6789" * 50)
    else:
        with tarfile.open(fileobj=buffer, mode="w:gz" if kind == "gz" else "w", format=tarfile.PAX_FORMAT) as archive:
            for name in ("x/a.png", "x/" + "b" * 120 + ".png", "é.png"):
                info = member(name, size=250)
                archive.addfile(info, io.BytesIO(bytes(250)))
    return buffer.getvalue()


def test_a_member_at_a_negative_place(tmp_path):
    content = bytearray(good("zip"))
    begin = content.index(b"PK\x01\x02")  # of the list of members; its place is stated 16 bytes into the end record
    end = content.index(b"PK\x05\x06")
    content[end + 16 : end + 20] = (begin + 200).to_bytes(4, "little")
    (tmp_path / "a.zip").write_bytes(content)
    is_refused(tmp_path / "a.zip", tmp_path, "damaged")


GOOD = {kind: good(kind) for kind in ("zip", "tar", "gz")}


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(sorted(GOOD)), st.data())
def test_any_bytes_are_images_or_one_line(tmp_path_factory, kind, data):
    content = bytearray(GOOD[kind])
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    folder = tmp_path_factory.mktemp("fuzz")
    (folder / "archive").write_bytes(content[: data.draw(st.integers(len(content) // 2, len(content)))])
    try:
        extract_images(folder / "archive", PATTERN, folder / "out" / "in")
    except DataError as error:
        assert len(str(error).splitlines()) == 1  # noqa: PT017
    for path in folder.rglob("*"):
        assert path.name == "archive" or path.is_relative_to(folder / "out")
