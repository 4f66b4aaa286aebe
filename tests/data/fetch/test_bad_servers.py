"""Servers that send what is not the file, too slowly or too much: one line each, and nothing half-way left."""

from __future__ import annotations

import gzip
import hashlib
import re
import socket
import threading
import time

import pytest

from srbench.data.fetch import download as module
from srbench.data.fetch.download import download
from srbench.errors import DataError

CONTENT = b"\x89 the content of the file " * 1000
SHA256 = hashlib.sha256(CONTENT).hexdigest()


class ScriptedServer:
    """A server that sends the bytes of a script: one list of pieces for each request, the last one again and again."""

    def __init__(self, *scripts):
        self.scripts, self.requests = scripts, []
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}/set.zip"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            with connection:
                asked = b""
                while b"\r\n\r\n" not in asked:
                    asked += connection.recv(4096)
                self.requests.append(asked.decode())
                try:
                    for piece in self.scripts[min(len(self.requests), len(self.scripts)) - 1]:
                        connection.sendall(piece.replace(b"URL", self.url.encode()))
                        time.sleep(0 if len(self.scripts[0]) < 9 else 0.05)
                except OSError:
                    pass

    def stop(self):
        self._socket.close()


@pytest.fixture
def serve():
    servers = []

    def start(*scripts):
        servers.append(ScriptedServer(*scripts))
        return servers[-1]

    yield start
    for server in servers:
        server.stop()


def answer(content=CONTENT, status="200 OK", length=None, **headers):
    length = len(content) if length is None else length
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {length}", "Connection: close"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return [("\r\n".join(lines) + "\r\n\r\n").encode(), content]


def fetch(server, tmp_path, sha256="", **options):
    return download(server.url, tmp_path / "c" / "set.zip", sha256, progress=False, fault=DataError, **options)


def is_refused(server, tmp_path, words, sha256="", **options):
    with pytest.raises(DataError) as raised:
        fetch(server, tmp_path, sha256, **options)
    (line,) = str(raised.value).splitlines()
    assert re.search(words, line), line
    left = {path.name for path in (tmp_path / "c").iterdir()} - {".set.zip.lock"}
    assert left <= {".set.zip.part", ".set.zip.version"}
    return left


def begun(tmp_path, content=CONTENT[:100]):
    """A download that was interrupted."""
    (tmp_path / "c").mkdir()
    (tmp_path / "c" / ".set.zip.part").write_bytes(content)
    (tmp_path / "c" / ".set.zip.version").write_text('"a"')


@pytest.mark.parametrize("begun_before", [False, True])
def test_a_range_that_is_refused_for_ever(serve, tmp_path, begun_before):
    if begun_before:
        begun(tmp_path)
    server = serve(answer(b"", "416 Range Not Satisfiable"))
    is_refused(server, tmp_path, r"not fetched \(416 ")
    assert len(server.requests) == 1 + begun_before


def test_another_part_than_was_asked_for(serve, tmp_path):
    begun(tmp_path)
    server = serve(answer(CONTENT, "206 Partial Content", Content_Range="bytes 0-99/100"), answer())
    assert fetch(server, tmp_path).read_bytes() == CONTENT
    assert len(server.requests) == 2


@pytest.mark.parametrize(
    ("script", "words"),
    [
        (answer(status="302 Found", Location="file:///etc/passwd"), "No connection adapters"),
        (answer(status="302 Found", Location="URL"), "[Rr]edirects"),
        (answer(status="302 Found", Location="http://[::"), "not fetched"),
        (answer(status="204 No Content", content=b""), "status 204"),
        (answer(status="206 Partial Content", Content_Range="bytes 50-99/100"), "another part"),
        (answer(status="500 Error"), "500"),
        (answer(b""), "the file is empty"),
        (answer(b"\n <!DOCTYPE html><html>sign in</html>"), "a web page came in place of the file"),
        (answer(b"\xef\xbb\xbf<HTML>"), "a web page"),
        (answer(length=len(CONTENT) + 1), "not fetched"),
        (answer(CONTENT[:-5], length=len(CONTENT)), "not fetched"),
        (answer(length=10**17), r"more than 68.7 GB, which can't be the file"),
        ([b"garbage\r\n\r\n"], "not fetched"),
        ([b""], "not fetched"),
        ([b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc"], "not fetched"),
        ([b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc"], "not fetched"),
        (answer(b"no gzip", Content_Encoding="gzip"), "not fetched"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_answers_that_are_not_the_file_are_refused(serve, tmp_path, script, words):
    is_refused(serve(script), tmp_path, words)


def test_a_web_page_is_named_beside_a_hash_that_differs(serve, tmp_path):
    is_refused(serve(answer(b"<html>")), tmp_path, "its SHA-256 is not .*; a web page came in its place", SHA256)


@pytest.mark.parametrize("length", ["abc", "-5", "1e3"])
def test_a_length_that_is_no_number(serve, tmp_path, length):
    assert fetch(serve(answer(length=length)), tmp_path, SHA256).read_bytes() == CONTENT


def test_a_compressed_transfer_is_decompressed(serve, tmp_path):
    server = serve(answer(gzip.compress(CONTENT), Content_Encoding="gzip", ETag='"a"'))
    assert fetch(server, tmp_path, SHA256).read_bytes() == CONTENT


def test_a_compressed_transfer_can_not_exceed_the_limit(serve, tmp_path):
    server = serve(answer(gzip.compress(bytes(30 << 20)), Content_Encoding="gzip"))
    assert is_refused(server, tmp_path, r"more than 0.01 GB", largest=10**7) == set()


def test_more_bytes_than_allowed_are_refused(serve, tmp_path):
    chunked = [b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"3e8\r\n" + bytes(1000) + b"\r\n"] * 2
    for script in (answer(), chunked[:2] + chunked[1:2]):
        assert is_refused(serve(script), tmp_path, r"more than 1e-06 GB", largest=1000) == set()


def test_a_server_that_sends_a_byte_now_and_then_is_given_up(serve, tmp_path, monkeypatch):
    """A socket's timeout begins anew with each byte."""
    monkeypatch.setattr(module, "TIMEOUT", 1)
    head = answer(length=10_000)[0]
    left = is_refused(serve([head, *[b"x"] * 200]), tmp_path, r"\d+ bytes a second, which would take too long")
    assert ".set.zip.part" in left, "what came is kept"


def test_a_server_that_sends_its_header_byte_by_byte_is_given_up(serve, tmp_path, monkeypatch):
    monkeypatch.setattr(module, "ANSWER_TIMEOUT", 1)
    is_refused(serve([b"HTTP/1.1 200 OK\r\n", *[b"x"] * 100]), tmp_path, "no answer within 1 seconds")


@pytest.mark.parametrize("way", ["file", "below a file"])
def test_a_folder_that_cannot_be_made(serve, tmp_path, way):
    (tmp_path / "c").write_text("a file in the way")
    path = tmp_path / "c" / ("" if way == "file" else "deeper") / "set.zip"
    with pytest.raises(DataError, match=r"set\.zip: can't be written \(.*\); choose another cache folder"):
        download(serve(answer()).url, path, "", progress=False, fault=DataError)
