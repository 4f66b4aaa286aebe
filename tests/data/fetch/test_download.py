from __future__ import annotations

import hashlib
from random import Random

import pytest

from srbench.data.fetch.download import download
from srbench.errors import DataError, WeightsError

CONTENT = Random(0).randbytes(3 << 20)  # noqa: S311 - the same in every process
SHA256 = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def fetch(server, tmp_path):
    server.files["set.zip"] = CONTENT

    def run(sha256=SHA256, url="", **options):
        options.setdefault("progress", False)
        return download(url or server.url("set.zip"), tmp_path / "set.zip", sha256, fault=DataError, **options)

    return run


def left(tmp_path):
    return sorted(entry.name for entry in tmp_path.iterdir() if not entry.name.endswith(".lock"))


def interrupt(server, fetch, tmp_path, after):
    server.break_after = after
    with pytest.raises(DataError, match=r"set.zip: not fetched \(.*\); try again, or download it by hand to .*set.zip"):
        fetch()
    server.break_after = None
    assert "set.zip" not in left(tmp_path)


@pytest.mark.parametrize("sha256", [SHA256, ""])
def test_the_file_is_fetched_and_nothing_else_is_left(fetch, tmp_path, sha256):
    assert fetch(sha256).read_bytes() == CONTENT
    assert left(tmp_path) == ["set.zip"]


def test_not_fetched_twice(server, fetch):
    fetch()
    fetch()
    fetch("")
    assert len(server.requests) == 1


def test_a_damaged_file_that_is_there_is_fetched_again(fetch, tmp_path):
    (tmp_path / "set.zip").write_bytes(CONTENT[:-1])
    assert fetch().read_bytes() == CONTENT


@pytest.mark.parametrize("sha256", [SHA256, ""])
def test_resumed_where_it_was_interrupted(server, fetch, tmp_path, sha256):
    interrupt(server, fetch, tmp_path, 2 << 20)
    assert fetch(sha256).read_bytes() == CONTENT
    assert [asked for _, asked in server.requests] == ["", f"bytes={2 << 20}-"]
    assert left(tmp_path) == ["set.zip"]


def test_a_changed_file_is_fetched_from_the_start(server, fetch, tmp_path):
    interrupt(server, fetch, tmp_path, 2 << 20)
    server.files["set.zip"] = CONTENT[::-1]
    assert fetch("").read_bytes() == CONTENT[::-1]


@pytest.mark.parametrize("lacking", ["ranges", "versions"])
def test_without_ranges_or_versions_a_file_is_fetched_from_the_start(server, fetch, tmp_path, lacking):
    setattr(server, lacking, False)
    interrupt(server, fetch, tmp_path, 2 << 20)
    assert fetch().read_bytes() == CONTENT


def test_a_part_that_is_too_long_is_thrown_away(server, fetch, tmp_path):
    interrupt(server, fetch, tmp_path, 2 << 20)
    with (tmp_path / ".set.zip.part").open("ab") as part:
        part.write(CONTENT)
    assert fetch().read_bytes() == CONTENT
    assert [asked for _, asked in server.requests][2:] == [""]


def test_wrong_hash_leaves_nothing(fetch, tmp_path):
    with pytest.raises(
        DataError, match=r"set.zip: its SHA-256 is not 0000.*; the transfer was damaged, or the file on the server"
    ):
        fetch("0" * 64)
    assert left(tmp_path) == []


def test_a_missing_page_leaves_nothing(server, fetch, tmp_path):
    with pytest.raises(DataError, match=r"gone.zip: not fetched \(404 .*\)"):
        fetch(url=server.url("gone.zip"))
    assert left(tmp_path) == []


def test_unreachable_server_is_one_short_line(fetch, tmp_path):
    with pytest.raises(DataError) as error:
        fetch(url="http://127.0.0.1:9/set.zip")
    text = str(error.value)
    assert text.startswith("http://127.0.0.1:9/set.zip: not fetched (")
    assert text.endswith(f"try again, or download it by hand to {tmp_path / 'set.zip'}")
    assert "\n" not in text
    assert "0x" not in text


def test_progress_is_not_written_to_stdout(fetch, capsys):
    fetch(progress=True)
    assert not capsys.readouterr().out


def test_the_error_is_of_the_callers_type(tmp_path):
    with pytest.raises(WeightsError):
        download("http://127.0.0.1:9/a", tmp_path / "a", "", progress=False, fault=WeightsError)
