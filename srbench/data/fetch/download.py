"""Download of a file: resumed after an interruption, verified, and moved into place only when complete."""

from __future__ import annotations

import http.client
import queue
import re
import shutil
import threading
import time
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from requests import Response

    from srbench.errors import SrbenchError

TIMEOUT = 30
"""Seconds without a byte after which the connection is given up."""
ANSWER_TIMEOUT = 60
"""Seconds after which a server that has not answered yet, or that answers byte by byte, is given up."""
SLOWEST = 1024
"""Bytes per second, in the mean over `TIMEOUT` seconds, below which the connection is given up."""
CHUNK = 1 << 20
"""Bytes per chunk."""
LARGEST = 64 << 30
"""Bytes of the largest file that is fetched unless the caller sets another limit."""
PAGE_STARTS = (b"<!doctype html", b"<html", b"<head", b"<?xml version", b"<!--")
"""First bytes of a web page, which servers may send in place of a file: a form to sign in, a warning, an error."""
_RANGE = re.compile(r"bytes (?P<start>\d+)-")


def download(
    url: str, path: Path, sha256: str, *, progress: bool, fault: type[SrbenchError], largest: int = LARGEST
) -> Path:
    """Download `url` to `path`, and return `path`.

    An existing file is kept if it has the right SHA-256, or if none is known. An interrupted download is resumed if the
    server supports it and the file on the server has not changed.

    Args:
        url: Address of the file.
        path: Where to put the file.
        sha256: The expected SHA-256; empty if unknown.
        progress: Whether to show a progress bar.
        fault: Type of the error to raise.
        largest: Bytes that the file may have at most.

    Raises:
        SrbenchError: of type `fault`, if the server can't be reached, refuses, is too slow, or sends too much or a web
            page; if the file can't be written; or if the SHA-256 differs.
    """
    import pooch
    from filelock import FileLock
    from requests import RequestException

    pooch.get_logger().setLevel("WARNING")
    resuming = Resuming(path, progress=progress, largest=largest, known=bool(sha256))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(path.with_name(f".{path.name}.lock")):
            known = f"sha256:{sha256}" if sha256 else None
            pooch.retrieve(url, known, fname=path.name, path=path.parent, downloader=resuming)
    except RequestException as error:
        raise fault(f"{url}: not fetched ({_reason(error)}); try again, or download it by hand to {path}") from error
    except OSError as error:
        raise fault(
            f"{path}: can't be written ({error.strerror or error}); choose another cache folder (SRBENCH_CACHE)"
        ) from error
    except ValueError as error:  # pooch raises it if the hash differs
        page = "; a web page came in its place" if resuming.page else ""
        raise fault(
            f"{url}: its SHA-256 is not {sha256}{page}; the transfer was damaged, or the file on the server was "
            "replaced; try again"
        ) from error
    return path


def _reason(error: Exception) -> str:
    """Return the text of the innermost cause, since requests wraps a refused connection in four other errors."""
    while error.args and isinstance(inner := getattr(error.args[0], "reason", error.args[0]), Exception):
        error = inner
    return " ".join(str(error).split())


class Resuming:
    """Resuming downloader for pooch, whose default one always starts from the first byte.

    The partial file is kept beside `path` until it is complete, with the server's identifier of the file's version, so
    that parts of two versions are never joined.
    """

    def __init__(self, path: Path, *, progress: bool, largest: int = LARGEST, known: bool = False) -> None:
        self.part = path.with_name(f".{path.name}.part")
        self.version = path.with_name(f".{path.name}.version")
        self.bar = partial(_bar, path.name) if progress else _no_bar
        self.largest = largest
        self.known = known
        """Whether the hash of the file is known; its first bytes are then not checked."""
        self.page = False
        """Whether a web page came in place of the file."""

    def __call__(self, url: str, output_file: str, pooch: object) -> None:
        """Fetch `url` to `output_file`; the signature is pooch's.

        Raises:
            RequestException: if the server can't be reached, or what it sends can't be the file.
            OSError: if the file can't be written.
        """
        del pooch
        import requests
        import urllib3

        try:
            if not self._fetch_from(url, self._partial_size()):
                # the partial file does not fit the file on the server: once more, from the start
                self._discard_partial()
                if not self._fetch_from(url, 0):
                    raise requests.ConnectionError("the server sends another part than the whole file")
        except (urllib3.exceptions.HTTPError, http.client.HTTPException) as error:
            raise requests.ConnectionError(error) from error
        except ValueError as error:  # an address or a header that can't be read
            raise error if isinstance(error, OSError) else requests.ConnectionError(error) from error
        self._check_content()
        self.part.replace(output_file)
        self._discard_partial()

    def _partial_size(self) -> int:
        """Return the number of bytes that an earlier download left and that can be resumed."""
        return self.part.stat().st_size if self.part.exists() and self.version.exists() else 0

    def _fetch_from(self, url: str, start: int) -> bool:
        """Fetch the bytes from `start` on, and return whether the server sent that part of the same file."""
        import requests

        headers = {"Accept-Encoding": "identity"}
        if start:
            headers |= {"Range": f"bytes={start}-", "If-Range": self.version.read_text()}
        with _answer(url, headers) as response:
            if start and response.status_code == requests.codes.requested_range_not_satisfiable:
                return False
            response.raise_for_status()
            if response.status_code == requests.codes.partial_content:
                sent = _RANGE.match(response.headers.get("Content-Range", f"bytes {start}-"))
                if sent is None or int(sent["start"]) != start or _encoded(response):
                    return False
            elif response.status_code != requests.codes.ok:
                raise requests.ConnectionError(f"status {response.status_code} {response.reason}")
            else:
                start = 0
                self._store_version({} if _encoded(response) else response.headers)
            self._write(response, start)
        return True

    def _write(self, response: Response, start: int) -> None:
        import requests

        length = response.headers.get("Content-Length", "")
        total = start + int(length) if length.isdecimal() and not _encoded(response) else None
        self._check_size(total or 0)
        if total is not None and (free := shutil.disk_usage(self.part.parent).free) < total - start:
            raise OSError(f"{(total - start) / 1e9:.1f} GB are needed there, {free / 1e9:.1f} GB are free")
        received = start
        with self.part.open("ab" if start else "wb") as file, self.bar(total, start) as advance:
            for chunk in _chunks(response):
                received += len(chunk)
                self._check_size(received)
                file.write(chunk)
                advance(len(chunk))
        if total is not None and received != total:
            raise requests.ConnectionError(f"received {received} of {total} bytes")

    def _check_size(self, size: int) -> None:
        import requests

        if size > self.largest:
            self._discard_partial()
            raise requests.ConnectionError(f"more than {self.largest / 1e9:.3g} GB, which can't be the file")

    def _check_content(self) -> None:
        """Check that the file is not empty and, if no hash is known, not a web page."""
        import requests

        with self.part.open("rb") as file:
            start = file.read(1024)
        self.page = start.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(PAGE_STARTS)
        if not start or (self.page and not self.known):
            self._discard_partial()
            raise requests.ConnectionError(
                "a web page came in place of the file: to sign in, or to confirm" if start else "the file is empty"
            )

    def _store_version(self, headers: Mapping[str, str]) -> None:
        """Store the version of the file: a strong ETag or a date, as If-Range accepts (RFC 9110, section 13.1.5)."""
        etag = headers.get("ETag", "")
        strong = "" if etag.startswith("W/") else etag
        self._discard_partial()
        if version := strong or headers.get("Last-Modified", ""):
            self.version.write_text(version)

    def _discard_partial(self) -> None:
        self.part.unlink(missing_ok=True)
        self.version.unlink(missing_ok=True)


def _answer(url: str, headers: dict[str, str]) -> Response:
    """Return the server's answer, whose content is still to be read.

    A thread waits for it, since the timeout of a socket begins anew with each byte of a header.
    """
    import requests

    answers: queue.Queue[Response | BaseException] = queue.Queue()

    def ask() -> None:
        try:
            answers.put(requests.get(url, headers=headers, stream=True, timeout=TIMEOUT))
        except BaseException as error:  # noqa: BLE001 - raised below, in the thread that waits
            answers.put(error)

    threading.Thread(target=ask, daemon=True).start()
    try:
        answer = answers.get(timeout=ANSWER_TIMEOUT)
    except queue.Empty:
        raise requests.ConnectionError(f"no answer within {ANSWER_TIMEOUT} seconds") from None
    if isinstance(answer, BaseException):
        raise answer
    return answer


def _chunks(response: Response) -> Iterator[bytes]:
    """Yield the content of an answer as it comes.

    Raises:
        ConnectionError: of requests, if it comes at less than `SLOWEST`.
    """
    import requests

    began, received = time.monotonic(), 0
    while chunk := response.raw.read1(CHUNK, decode_content=True):
        yield chunk
        received += len(chunk)
        if (passed := time.monotonic() - began) >= TIMEOUT:
            if received < SLOWEST * passed:
                raise requests.ConnectionError(f"{received / passed:.0f} bytes a second, which would take too long")
            began, received = time.monotonic(), 0


def _encoded(response: Response) -> bool:
    """Return whether the content is compressed for the transfer, although no compression was asked for."""
    return response.headers.get("Content-Encoding", "identity").strip().lower() not in {"", "identity"}


@contextmanager
def _bar(name: str, total: int | None, start: int) -> Iterator[Callable[[int], None]]:
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn

    columns = (TextColumn(name), BarColumn(), DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(name, total=total, completed=start)
        yield partial(bar.advance, task)


@contextmanager
def _no_bar(total: int | None, start: int) -> Iterator[Callable[[int], None]]:
    del total, start
    yield lambda _: None
